/** Timestamps that only rise: bounded by nothing (Flink: AscendingTimestampsWatermarks). */
import { BoundedOutOfOrderness } from './bounded.ts';
import type { WatermarkStrategy } from './strategy.ts';

export const monotonous = {
  name: 'monotonous',
  label: 'Monotonous',
  needsTimestamps: true,
  stamps: false,
  fields: {},
  make: () => new BoundedOutOfOrderness(0),
} as const satisfies WatermarkStrategy;

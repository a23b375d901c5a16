/** No watermarks until the final one: for jobs by processing time (Flink: NoWatermarksGenerator). */
import type { WatermarkGenerator, WatermarkStrategy } from './strategy.ts';

const silent: WatermarkGenerator = {
  onEvents: (batch) => batch.length,
  onPeriodicEmit() {},
  restless: false,
};

export const none = {
  name: 'none',
  label: 'None until the end',
  needsTimestamps: false,
  stamps: false,
  fields: {},
  make: () => silent,
} as const satisfies WatermarkStrategy;

/**
 * Bounded out-of-orderness: a record comes at most so much later than one with a newer timestamp (Flink:
 * BoundedOutOfOrdernessWatermarks).
 */
import { eventTime, MIN_EVENT_TIME } from '../../../base/units.ts';
import { durationField } from '../../graph/params.ts';
import type { TimedBatch, WatermarkGenerator, WatermarkOutput, WatermarkStrategy } from './strategy.ts';

export const bounded = {
  name: 'bounded',
  label: 'Bounded out-of-orderness',
  needsTimestamps: true,
  stamps: false,
  fields: {
    outOfOrdernessMs: durationField(0, {
      label: 'Out-of-orderness bound',
      help: 'The watermark stays this far (and 1 ms) behind the newest timestamp.',
      when: { param: 'watermarks', is: 'bounded' },
    }),
  },
  make: (params) => new BoundedOutOfOrderness(Number(params['outOfOrdernessMs'] ?? 0)),
} as const satisfies WatermarkStrategy;

/** Emits `max - bound - 1`: a record with exactly that timestamp may still come, one millisecond later may not be late. */
export class BoundedOutOfOrderness implements WatermarkGenerator {
  readonly restless = false;
  private newest = Number.NEGATIVE_INFINITY;
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  onEvents({ timestamps, length }: TimedBatch, from: number): number {
    let { newest } = this;
    for (let i = from; i < length; i++) {
      const time = timestamps[i] as number;
      if (time > newest) newest = time;
    }
    this.newest = newest;
    return length;
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    output.emitWatermark(eventTime(Math.max(MIN_EVENT_TIME, this.newest - this.bound - 1)));
  }
}

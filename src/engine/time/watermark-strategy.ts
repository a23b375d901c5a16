/**
 * Watermark generators of sources: from the timestamps seen so far to the claim that nothing older is to come.
 * Semantics as in Flink's WatermarksWithIdleness, AscendingTimestampsWatermarks, BoundedOutOfOrdernessWatermarks.
 */
import { eventTime, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';

export type WatermarkStrategy = 'none' | 'monotonous' | 'bounded';

export interface WatermarkGenerator {
  /** Takes in `timestamps[from..to)`; NaN (no event time) is passed over. */
  observe(timestamps: Float64Array, from: number, to: number): void;
  /** The watermark as of now; MIN_EVENT_TIME before any record. */
  current(): EventTimeMs;
}

/** `outOfOrdernessMs` counts only for `bounded`; monotonous is bounded by 0, as in Flink. */
export function makeGenerator(strategy: WatermarkStrategy, outOfOrdernessMs: number): WatermarkGenerator | null {
  if (strategy === 'none') return null;
  return new BoundedOutOfOrderness(strategy === 'bounded' ? outOfOrdernessMs : 0);
}

/** Emits `max - bound - 1`: a record with exactly that timestamp may still come, one millisecond later may not be late. */
class BoundedOutOfOrderness implements WatermarkGenerator {
  private newest = Number.NEGATIVE_INFINITY;
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  observe(timestamps: Float64Array, from: number, to: number): void {
    let { newest } = this;
    for (let i = from; i < to; i++) {
      const time = timestamps[i] as number;
      if (time > newest) newest = time;
    }
    this.newest = newest;
  }

  current(): EventTimeMs {
    return eventTime(Math.max(MIN_EVENT_TIME, this.newest - this.bound - 1));
  }
}

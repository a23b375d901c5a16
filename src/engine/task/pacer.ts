/**
 * The run's speed at a source: a token bucket that lets through so many records per second of processing time. Besides
 * the next record, tokens for a tenth of a second are saved up: enough for timers that come late, too few for a burst
 * after a source was blocked.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import { processingTime } from '../../base/units.ts';

const savedSeconds = 0.1;

export class Pacer {
  /** Records per second; null: unbounded. */
  private rate: number | null = null;
  private tokens = 0;
  private at: number | null = null;

  /** `phase` 0 … 1 shifts the first record by that share of the interval, so that subtasks take turns. */
  setRate(recordsPerSecond: number | null, phase: number, now: ProcessingTimeMs): void {
    if (recordsPerSecond === this.rate) return;
    this.rate = recordsPerSecond;
    this.tokens = 1 - phase;
    this.at = now;
  }

  /** Records that may be emitted now, at most `limit`. */
  allowance(limit: number, now: ProcessingTimeMs): number {
    if (this.rate === null) return limit;
    this.refill(this.rate, now);
    // Sums of fractions miss whole numbers by a rounding error.
    return Math.min(limit, Math.floor(this.tokens + 1e-9));
  }

  spend(records: number): void {
    if (this.rate !== null) this.tokens -= records;
  }

  /** When the next record is allowed. */
  nextAt(now: ProcessingTimeMs): ProcessingTimeMs {
    if (this.rate === null || this.tokens >= 1) return now;
    return processingTime(now + ((1 - this.tokens) / this.rate) * 1000);
  }

  private refill(rate: number, now: ProcessingTimeMs): void {
    const elapsed = Math.max(0, now - (this.at ?? now));
    this.at = now;
    this.tokens = Math.min(1 + rate * savedSeconds, this.tokens + (elapsed * rate) / 1000);
  }
}

/** How much is told of what happens often: everything while it is little, else a sample, by tenths of a second. */
import type { ProcessingTimeMs } from '../../base/units.ts';

const windowMs = 100;

/** Lets all through while they are few, in this tenth of a second and in the one before. */
export class Budget {
  skipped = 0;
  private readonly whole: number;
  private readonly sample: number;
  private startedAt = Number.NEGATIVE_INFINITY;
  private count = 0;
  private before = 0;
  private told = 0;

  /** All while there are at most `whole` in a tenth of a second, else `sample`. */
  constructor([whole, sample]: readonly [whole: number, sample: number]) {
    this.whole = whole;
    this.sample = sample;
  }

  /** How many of `wanted` may be told. */
  take(wanted: number, at: ProcessingTimeMs): number {
    if (at - this.startedAt >= windowMs) {
      this.before = at - this.startedAt < 2 * windowMs ? this.count : 0;
      this.count = 0;
      this.told = 0;
      this.startedAt = at;
    }
    this.count += wanted;
    const limit = this.count > this.whole || this.before > this.whole ? this.sample : this.whole;
    const granted = Math.max(0, Math.min(wanted, limit - this.told));
    this.told += granted;
    this.skipped += wanted - granted;
    return granted;
  }
}

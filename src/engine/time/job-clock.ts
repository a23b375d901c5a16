/**
 * The job's clock: processing time that stands still while the job is paused. Made from a host's own clock, which goes
 * on, so that heartbeats and time limits work during a pause and timers do not.
 */
import { assert } from '../../base/assert.ts';
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';

export class JobClock {
  /** Host time spent in pauses that are over. */
  private pausedMs = 0;
  private pausedSince: number | null = null;

  get paused(): boolean {
    return this.pausedSince !== null;
  }

  /** Setting the same again changes nothing. */
  setPaused(paused: boolean, hostNow: number): void {
    if (paused === this.paused) return;
    if (this.pausedSince !== null) this.pausedMs += hostNow - this.pausedSince;
    this.pausedSince = paused ? hostNow : null;
  }

  /** The job's time at a moment of the host's clock, which must not lie before the last change. */
  now(hostNow: number): ProcessingTimeMs {
    return processingTime((this.pausedSince ?? hostNow) - this.pausedMs);
  }

  /** When the host's clock will show a time of the job, if no pause comes before it. */
  hostTime(jobTime: ProcessingTimeMs): number {
    assert(!this.paused, 'the clock runs when a time of the job is looked up on it');
    return jobTime + this.pausedMs;
  }
}

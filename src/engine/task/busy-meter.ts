/** Accounts a subtask's time to busy, idle and backpressured, from what it was occupied with between steps. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { Occupation } from '../wire/messages.ts';

export class BusyMeter {
  readonly totals: Record<Occupation, number> = { busy: 0, idle: 0, backpressured: 0 };
  private since: number | null = null;
  private occupation: Occupation = 'idle';

  /** The subtask is occupied with this from `at` on. Times before the last one count nothing. */
  enter(occupation: Occupation, at: ProcessingTimeMs): void {
    if (this.since !== null && at > this.since) this.totals[this.occupation] += at - this.since;
    this.since = this.since === null ? at : Math.max(at, this.since);
    this.occupation = occupation;
  }
}

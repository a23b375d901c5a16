/** Accounts a subtask's time to busy, idle, backpressured and waiting for alignment. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { Occupation } from '../wire/messages.ts';

export class BusyMeter {
  readonly totals: Record<Occupation, number> = { busy: 0, idle: 0, backpressured: 0, aligning: 0 };
  private until: number | null = null;

  /** The time since the last call went to this. Times before the last one count nothing. */
  spend(occupation: Occupation, until: ProcessingTimeMs): void {
    if (this.until !== null && until > this.until) this.totals[occupation] += until - this.until;
    this.until = this.until === null ? until : Math.max(until, this.until);
  }
}

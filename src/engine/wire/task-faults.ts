/** What a task asks of the faults that act inside it while it works. `engine/faults/` makes them. */
import type { Batch } from '../wire/batch.ts';

export interface TaskFaults {
  /**
   * Before a batch is processed by the head of the chain, and before a batch that a source made goes on; throws a
   * TaskFailure to fail the task at a record. `recordsBefore`: records before it; a source counts on after a restore.
   */
  beforeRecords(batch: Batch, recordsBefore: number): void;
  /** Time per record is multiplied by this; ≥ 1. `perRecordMs` is added for operators that cost nothing. */
  slowness(): { readonly factor: number; readonly perRecordMs: number };
  /** The source must not be polled now. */
  stalled(): boolean;
}

export const noSlowness = { factor: 1, perRecordMs: 0 };

/**
 * Failed checkpoints in a row, and when they are too many. After Flink's CheckpointFailureManager: only failures that
 * speak of the job or the store count; what comes of restarts, finished tasks and newer checkpoints does not.
 */
import type { CheckpointReason } from '../../wire/checkpoints.ts';

const counts: Readonly<Record<CheckpointReason, boolean>> = {
  'not-all-running': false,
  'too-many-pending': false,
  'minimum-pause': false,
  expired: true,
  subsumed: false,
  declined: true,
  'declined-not-ready': false,
  'declined-subsumed': false,
  'declined-cancelled': false,
  'declined-end-of-input': false,
  'task-failed': false,
  'task-finished': false,
  'job-failover': false,
  'job-ended': false,
  'snapshot-failed': true,
  'write-failed': true,
  'finalize-failed': true,
};

export class Tolerance {
  private readonly limit: number;
  private failures = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The number of failures in a row when they have become too many, and counting begins anew; otherwise null. */
  failed(reason: CheckpointReason): number | null {
    if (!counts[reason]) return null;
    this.failures += 1;
    if (this.failures <= this.limit) return null;
    const count = this.failures;
    this.failures = 0;
    return count;
  }

  succeeded(): void {
    this.failures = 0;
  }
}

/** How `weir` ends, told apart so that scripts can act on it. */

export const exitCodes = {
  ok: 0,
  /** The ledger is not even, or the swarm found a schedule in which something is not as it must be. */
  wrongAnswer: 1,
  /** Arguments, a file that cannot be read, or a job with problems. */
  badInput: 2,
  jobFailed: 3,
  /** The job neither ended nor failed: its time limit was reached, or nothing moves any more. */
  noProgress: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** How `weir` ends, told apart so that scripts can act on it. 1 is kept for a wrong answer, which a ledger will tell. */

export const exitCodes = {
  ok: 0,
  /** Arguments, a file that cannot be read, or a job with problems. */
  badInput: 2,
  jobFailed: 3,
  /** The job neither ended nor failed: its time limit was reached, or nothing moves any more. */
  noProgress: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

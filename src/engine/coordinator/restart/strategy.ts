/**
 * When a job that failed is restarted (Flink: RestartBackoffTimeStrategy). One file per strategy, and one line in
 * `list.ts`. A strategy is asked once for each failure that would restart something; times are of the job's clock.
 */
import type { JobSettings } from '../../graph/job.ts';

export type RestartDecision =
  /** `text` says why, e.g. `fixed delay, attempt 2 of 3`. */
  { readonly kind: 'restart'; readonly delayMs: number; readonly text: string } | { readonly kind: 'give-up' };

export interface RestartPolicy {
  failed(now: number): RestartDecision;
}

/** Makes the policy of one run; it remembers the run's failures. */
export type RestartPolicyMaker = (settings: JobSettings) => RestartPolicy;

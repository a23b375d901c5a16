/** One round of deployment: the first of a run, or a recovery. Data; `rounds.ts` moves it on. */
import type { SubtaskId } from '../../graph/plan.ts';

/**
 *   cancelling ──> delaying ──> choosing ──> deploying ──> restoring ──> (all run)
 *
 * The first round begins with choosing.
 */
export type Phase =
  /** Its tasks were told to end. Host time at which those that did not are ended. */
  | { readonly kind: 'cancelling'; readonly deadline: number }
  /** The restart strategy's delay, in job time. */
  | { readonly kind: 'delaying'; readonly until: number }
  /** The checkpoint store is asked, or still completes a checkpoint. Host time at which the job gives up. */
  | { readonly kind: 'choosing'; readonly deadline: number }
  /** Workers come up. Host time at which those that did not are given up. */
  | { readonly kind: 'deploying'; readonly deadline: number }
  /** They were told to start and fetch their state. */
  | { readonly kind: 'restoring' };

export interface Round {
  /** Number of the recovery, from 1; null: the first round. */
  readonly recovery: number | null;
  readonly subtasks: ReadonlySet<SubtaskId>;
  readonly delayUntil: number;
  /** Job time at which the failure was seen. */
  readonly since: number;
  phase: Phase;
}

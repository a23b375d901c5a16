/** What the thread of `weir run` or `weir sim` says to the one that guards it. */
import type { StepTaken } from './streams.ts';

export type FromRun =
  | { readonly kind: 'print' | 'complain'; readonly line: string }
  /** From now on it gives signs, at most so many ms apart; null: no more, it does what takes its time. */
  | { readonly kind: 'watch'; readonly limitMs: number | null }
  /** `step`: of a script, the one that was taken last. */
  | { readonly kind: 'sign'; readonly step: StepTaken | null }
  | { readonly kind: 'done'; readonly code: number };

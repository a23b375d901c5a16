/**
 * What becomes of what a window's trigger has not fired when the window's state goes: dropped, as in Flink, or a last pane,
 * as in Beam (Window.ClosingBehavior; ReduceFnRunner.onTimers and needToEmit). A window whose trigger is through was closed
 * before, and has no last pane. Windows without an end close with the end of the input. Nothing holds the watermark back
 * for a last pane (Beam's WatermarkHold does), so behind the end of its window it is late.
 *
 * A pane of nothing is what the window function makes of no records: aggregates have a value of their own for it, a process
 * function is called with none. A reduce function makes a record of two, so of none there is nothing: no pane, where Beam's
 * BinaryCombineFn puts out its identity, which is null unless somebody says otherwise.
 */
import type { TriggerState } from './trigger-state.ts';

export const closings = ['drop', 'fireIfNonEmpty', 'fireAlways'] as const;
export type Closing = (typeof closings)[number];

/** A slot that no trigger has. */
const slot = 'not fired';

/** Whether the window in hand has a record that no pane has held yet (Beam: NonEmptyPanes). */
export class Unfired {
  private readonly state: TriggerState;
  private readonly closing: Closing;

  constructor(state: TriggerState, closing: Closing) {
    this.state = state;
    this.closing = closing;
  }

  /** A record came. (A merge brings one, too, so that there is nothing to be done for it.) */
  add(): void {
    if (this.closing === 'fireIfNonEmpty' && this.state.read(slot) !== true) this.state.write(slot, true);
  }

  /** A pane was fired. */
  clear(): void {
    this.state.forget(slot);
  }

  /** The window has a last pane, if its trigger is not through. */
  get lastPane(): boolean {
    return this.closing === 'fireAlways' || this.state.read(slot) === true;
  }
}

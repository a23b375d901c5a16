/**
 * Index and timing of the panes of one window and key, as in Beam's PaneInfo: early while the watermark has not passed the
 * end, on time with the watermark that passes it, then late. Of windows in processing time the clock is what passes.
 */
import { passedAt } from '../../time/windows.ts';
import type { PaneTiming } from '../../wire/time-traces.ts';
import type { TriggerState } from './trigger-state.ts';

export interface Pane {
  /** From 0. */
  readonly index: number;
  readonly timing: PaneTiming;
}

/** Slots that no trigger has. */
const fired = 'panes';
const over = 'on time';

export class Panes {
  private readonly state: TriggerState;

  constructor(state: TriggerState) {
    this.state = state;
  }

  /** Of the window in hand, how many panes are out. */
  get count(): number {
    return (this.state.read(fired) as number | undefined) ?? 0;
  }

  /** Of the window in hand, the pane that is being fired. */
  next(): Pane {
    const { state } = this;
    const index = this.count;
    state.write(fired, index + 1);
    return { index, timing: this.pass() };
  }

  /** A pane is fired that has nothing in it: it takes no number, but it may have been the one on time. */
  pass(): PaneTiming {
    const timing = this.timing();
    if (timing !== 'early') this.state.write(over, true);
    return timing;
  }

  /** A window that others were merged into is a new one, and numbers its panes from 0 (Beam: ReduceFnRunner's onMerge). */
  merge(): void {
    this.state.forget(fired);
    this.state.forget(over);
  }

  /**
   * Beam's PaneInfoTracker. Behind a pane that was not early all are late, also after a restore, when the watermark begins
   * anew. A pane on time goes out in front of the watermark that passed the end; one by a record that came behind that
   * watermark is late, were it the first.
   */
  private timing(): PaneTiming {
    const { state } = this;
    const domain = state.windowTime === 'processing' ? 'processing' : 'event';
    if (state.read(over) === true) return 'late';
    const now = domain === 'event' ? state.eventTime : state.processingTime;
    if (now < passedAt(state.window, domain)) return 'early';
    if (domain === 'processing') return 'on time';
    // A clean-up behind the end, say, comes when the watermark that passed the end has gone out.
    return state.timer?.domain === 'event' && state.timer.time <= passedAt(state.window, domain) ? 'on time' : 'late';
  }
}

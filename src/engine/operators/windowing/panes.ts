/**
 * Index and timing of the panes of one window and key, as in Beam's PaneInfo: early while the watermark has not passed the
 * end, the first behind it on time, then late.
 */
import { lastTimeOf } from '../../time/windows.ts';
import type { TriggerState } from './trigger-state.ts';

export const paneTimings = ['early', 'on time', 'late'] as const;
export type PaneTiming = (typeof paneTimings)[number];

export interface Pane {
  /** From 0. */
  readonly index: number;
  readonly timing: PaneTiming;
}

/** Slots that no trigger has. */
const fired = 'panes';
const onTime = 'on time';

export class Panes {
  private readonly state: TriggerState;

  constructor(state: TriggerState) {
    this.state = state;
  }

  /** Of the window in hand, the pane that is being fired. */
  next(): Pane {
    const { state } = this;
    const index = (state.read(fired) as number | undefined) ?? 0;
    const timing = this.timing();
    state.write(fired, index + 1);
    if (timing === 'on time') state.write(onTime, true);
    return { index, timing };
  }

  /** The window in hand goes on numbering where the furthest of those stood that were merged. */
  merge(): void {
    const { state } = this;
    const indices = state.merged(fired) as readonly number[];
    if (indices.length > 0) state.write(fired, Math.max(...indices));
  }

  private timing(): PaneTiming {
    const { state } = this;
    if (state.eventTime < lastTimeOf(state.window)) return 'early';
    return state.read(onTime) === true ? 'late' : 'on time';
  }
}

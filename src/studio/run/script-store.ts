/** What came of playing the job's script, in the simulator and apart from any run of the job. It stays while its view is not on screen. */
import { createStore, useStore } from 'zustand';
import type { Job } from '../../engine/graph/job.ts';
import type { PlayedLine, ScriptPlayEnd } from '../../hosts/script-play.ts';

export interface ScriptPlayState {
  /** What was played, and in which document; null: nothing was. */
  readonly played: { readonly job: Job; readonly documentId: string } | null;
  readonly playing: boolean;
  /** At most `playedLinesMost`, and those of the end. */
  readonly lines: readonly PlayedLine[];
  readonly end: ScriptPlayEnd | null;
  /** Ended from outside, in a sentence. */
  readonly ended: { readonly message: string; readonly advice: string } | null;
}

export const scriptStore = createStore<ScriptPlayState>(() => ({
  played: null,
  playing: false,
  lines: [],
  end: null,
  ended: null,
}));

export const useScriptPlay = <T>(selector: (state: ScriptPlayState) => T): T => useStore(scriptStore, selector);

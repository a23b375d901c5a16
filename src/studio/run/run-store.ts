/**
 * The run: a mirror of the engine. `view` is the newest ClusterView, committed at most once a frame by the host; it
 * stays after the run has ended, until the next begins. Written only by `run/commands.ts`.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { StoredRun } from '../../connectors/checkpoints/store.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { isTerminal, type JobState } from '../../engine/wire/reports.ts';
import type { Run } from '../../hosts/host.ts';
import { defaultRate, type Rate } from './pace.ts';

export interface RunState {
  /** The run that goes on; null before the first and after one has ended. */
  readonly run: Run | null;
  /** The last run in the checkpoint store. */
  readonly record: StoredRun | null;
  readonly view: ClusterView | null;
  /** The job as it was when Run was pressed; the running job is unchanged by edits. */
  readonly ranJob: Job | null;
  readonly documentId: string | null;
  /** It began from a checkpoint or savepoint, of this run or of another. */
  readonly continued: boolean;
  /** Rises by one with each run, so that views know to begin anew. */
  readonly runNumber: number;
  /** Chosen speed in records/s and source; null is unbounded. Kept between runs. */
  readonly rate: Rate;
  readonly paused: boolean;
  /** The person has read the failure of this run and closed it. */
  readonly failureDismissed: boolean;
}

export const initialRun: RunState = {
  run: null,
  record: null,
  view: null,
  ranJob: null,
  documentId: null,
  continued: false,
  runNumber: 0,
  rate: defaultRate,
  paused: false,
  failureDismissed: false,
};

export const runStore = createStore<RunState>(() => initialRun);

export const useRun = <T>(selector: (state: RunState) => T): T => useStore(runStore, selector);
export const useView = <T>(selector: (view: ClusterView | null) => T): T =>
  useStore(runStore, (state) => selector(state.view));

export const jobStateOf = (state: RunState): JobState | null => state.view?.job.state ?? null;

/** A run that has not ended. */
export const isActive = (state: RunState): boolean => {
  const job = jobStateOf(state);
  return state.run !== null && (job === null || !isTerminal(job));
};

/** Records the swimlanes of the run that goes on, also while another tab is shown; a new run begins anew. */
import type { ClusterView, SubtaskView } from '../../../engine/telemetry/cluster-view.ts';
import { runStore } from '../../run/run-store.ts';
import { LaneHistory, type Sample } from './lane-history.ts';

export const history = new LaneHistory();

type Listener = () => void;
const listeners = new Set<Listener>();
let recording = false;

/** Begins to follow the run store, once. */
export function startRecording(): void {
  if (recording) return;
  recording = true;
  runStore.subscribe((state, before) => {
    const anew = state.runNumber !== before.runNumber || (state.view === null && before.view !== null);
    if (anew) history.clear();
    if (state.view === null || state.view === before.view) return anew ? tell() : undefined;
    if (takeView(history, state.view) || anew) tell();
  });
}

/** Called after a sample was taken, or all were forgotten. Returns the way to stop. */
export function onSample(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function takeView(into: LaneHistory, view: ClusterView): boolean {
  return into.take(view.at, samplesOf(view));
}

function* samplesOf(view: ClusterView): Iterable<readonly [string, Sample]> {
  const fed = new Set(view.graph.jobGraph.edges.map((edge) => edge.to));
  for (const { id, vertex } of view.graph.subtasks) {
    const subtask = view.subtasks.get(id);
    if (subtask?.state === 'running') yield [id, sampleOf(subtask, fed.has(vertex))];
  }
}

/** Sources are measured by what they emit, all others by what they take in. */
function sampleOf({ shares, recordsInPerSecond, recordsOutPerSecond }: SubtaskView, isFed: boolean): Sample {
  return {
    rate: isFed ? recordsInPerSecond : recordsOutPerSecond,
    busy: shares.busy,
    backpressured: shares.backpressured,
    aligning: shares.aligning ?? 0,
  };
}

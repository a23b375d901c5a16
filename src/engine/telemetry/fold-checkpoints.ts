/** The fold of checkpoint events: the history with what each subtask acknowledged, and what is still kept. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { CheckpointFailure, CheckpointId, CheckpointMetadata } from '../wire/checkpoints.ts';
import type { CheckpointEvent } from '../wire/reports.ts';
import { checkpointLimit } from './cluster-view.ts';
import type { CheckpointsView, CheckpointView } from './cluster-view.ts';

export const noCheckpoints: CheckpointsView = { history: [], triggered: 0, completed: 0, failed: 0, retained: [] };

export function foldCheckpoint(view: CheckpointsView, event: CheckpointEvent, at: ProcessingTimeMs): CheckpointsView {
  switch (event.kind) {
    case 'triggered':
      return { ...view, triggered: view.triggered + 1, history: appended(view.history, triggered(event, at)) };
    case 'acknowledged': {
      const { checkpoint, subtask, snapshot } = event;
      return changed(view, checkpoint, (one) => {
        return { ...one, acknowledged: new Map(one.acknowledged).set(subtask, { ...snapshot, at }) };
      });
    }
    case 'completed':
      return completed(view, event.metadata, at);
    case 'failed':
      return failed(view, event.checkpoint, event.failure, at);
    case 'discarded':
      return withoutRetained(set(view, event.checkpoint, { state: 'discarded' }), event.checkpoint);
    case 'unusable':
      return withoutRetained(
        set(view, event.checkpoint, { state: 'unusable', unusable: event.reason }),
        event.checkpoint,
      );
  }
}

function triggered(event: Extract<CheckpointEvent, { kind: 'triggered' }>, at: ProcessingTimeMs): CheckpointView {
  const { options, awaits, finished } = event;
  return { ...blank(options.checkpoint, at), options, awaits, finished };
}

const blank = (id: CheckpointId | null, at: ProcessingTimeMs): CheckpointView => ({
  id,
  options: null,
  state: 'in-progress',
  triggeredAt: at,
  endedAt: null,
  failure: null,
  awaits: [],
  finished: [],
  acknowledged: new Map(),
  metadata: null,
});

/** A checkpoint that is not in the history was completed before this page was opened. */
function completed(view: CheckpointsView, metadata: CheckpointMetadata, at: ProcessingTimeMs): CheckpointsView {
  const { checkpoint } = metadata;
  const known = view.history.some((one) => one.id === checkpoint);
  const start = known ? view : { ...view, history: appended(view.history, restoredEntry(metadata)) };
  const after = set(start, checkpoint, { state: 'completed', endedAt: known ? at : metadata.completedAt, metadata });
  const retained = [metadata, ...view.retained.filter((one) => one.checkpoint !== checkpoint)];
  retained.sort((a, b) => b.checkpoint - a.checkpoint);
  return { ...after, completed: view.completed + (known ? 1 : 0), retained };
}

function restoredEntry(metadata: CheckpointMetadata): CheckpointView {
  const finished = metadata.subtasks.filter((one) => one.finished).map((one) => one.subtask);
  return { ...blank(metadata.checkpoint, metadata.triggeredAt), finished };
}

function failed(
  view: CheckpointsView,
  id: CheckpointId | null,
  failure: CheckpointFailure,
  at: ProcessingTimeMs,
): CheckpointsView {
  const counted = { ...view, failed: view.failed + 1 };
  if (id !== null) return set(counted, id, { state: 'failed', endedAt: at, failure });
  const entry: CheckpointView = { ...blank(null, at), state: 'failed', endedAt: at, failure };
  return { ...counted, history: appended(view.history, entry) };
}

const withoutRetained = (view: CheckpointsView, id: CheckpointId): CheckpointsView => ({
  ...view,
  retained: view.retained.filter((one) => one.checkpoint !== id),
});

const appended = (history: readonly CheckpointView[], entry: CheckpointView): readonly CheckpointView[] =>
  [...history, entry].slice(-checkpointLimit);

const set = (view: CheckpointsView, id: CheckpointId, change: Partial<CheckpointView>): CheckpointsView =>
  changed(view, id, (one) => ({ ...one, ...change }));

function changed(
  view: CheckpointsView,
  id: CheckpointId,
  change: (one: CheckpointView) => CheckpointView,
): CheckpointsView {
  if (!view.history.some((one) => one.id === id)) return view;
  return { ...view, history: view.history.map((one) => (one.id === id ? change(one) : one)) };
}

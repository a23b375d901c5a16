/** What a recovery did, in sentences. Pure. */
import type { CheckpointMode } from '../../../engine/graph/job.ts';
import type { ClusterView, RecoveryView } from '../../../engine/telemetry/cluster-view.ts';
import { counted } from '../../canvas/number-text.ts';
import { bytesText, timeText } from '../checkpoints/words.ts';
import type { Film } from './film.ts';

export function scopeSentence({ graph }: ClusterView, { scope, subtasks }: RecoveryView): string {
  const all = graph.subtasks.length;
  if (subtasks.length === all)
    return scope === 'region'
      ? `Its failover region is the whole job: all ${counted(all, 'subtask')} start again, since channels join them.`
      : `The whole job starts again: all ${counted(all, 'subtask')}.`;
  return `Its failover region starts again: ${subtasks.length} of ${counted(all, 'subtask')}; the others go on.`;
}

export function strategySentence({ strategy, delayMs }: RecoveryView): string {
  return `Restart strategy: ${strategy}${delayMs > 0 ? `, after ${timeText(delayMs)}` : ', at once'}.`;
}

export function checkpointSentence({ recovery }: Film, mode: CheckpointMode): string {
  if (recovery.chosenAt === null) return 'The checkpoint has not been chosen yet.';
  if (mode === 'off')
    return 'Checkpoints are off: sources go on from where they were, everything else begins empty. What was in flight is lost.';
  if (recovery.checkpoint === null) return 'No checkpoint had completed: the job starts from the beginning.';
  const restored = [...recovery.restored.values()];
  const bytes = restored.reduce((sum, one) => sum + one.bytes, 0);
  const inFlight = restored.reduce((sum, one) => sum + one.inFlightRecords, 0);
  const soFar = restored.length < recovery.subtasks.length ? ' so far' : '';
  const more = inFlight > 0 ? `, with ${counted(inFlight, 'in-flight record')}` : '';
  return `Checkpoint ${recovery.checkpoint} is restored: ${bytesText(bytes)} in ${counted(restored.length, 'subtask')}${soFar}${more}.`;
}

export function replaySentence({ subtasks, state }: Film): string {
  const replays = subtasks.flatMap(({ replay }) => replay ?? []);
  const records = replays.reduce((sum, one) => sum + one.records, 0);
  const done = replays.reduce((sum, one) => sum + one.done, 0);
  if (replays.length === 0) return state === 'done' ? 'No source was rewound.' : 'No source has been rewound yet.';
  if (records === 0) return 'No record is emitted again: every source stands where it was.';
  if (state === 'going-on')
    return `Sources are rewound: ${counted(records, 'record')} come again, ${done.toLocaleString('en-US')} of them so far.`;
  return `Sources were rewound: ${counted(records, 'record')} came again.`;
}

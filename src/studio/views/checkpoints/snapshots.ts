/**
 * Snapshots that are looked at: metadata, the graph that explains it, and the bytes of its chunks. A running job discards
 * old checkpoints, so what is looked at is read at once, as far as that is little, and kept.
 */
import type { RunId, StoredRun } from '../../../connectors/checkpoints/store.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { CheckpointMetadata, StateHandle } from '../../../engine/wire/checkpoints.ts';
import { readJobFile } from '../../../export/job-file.ts';
import { currentHost } from '../../run/host.ts';
import { runStore } from '../../run/run-store.ts';

type Bytes = Uint8Array | null;

export interface Snapshot {
  readonly run: RunId;
  readonly metadata: CheckpointMetadata;
  /** Of the job as it was run; null: its job file cannot be read any more. */
  readonly graph: ExecutionGraph | null;
  /** Says which run, where it is not that on screen. */
  readonly of: string;
  /** In the order of `handles`; null for what is not there. Rejects with a StoreError. */
  read(handles: readonly StateHandle[]): Promise<readonly Bytes[]>;
}

/** Read at once when a snapshot is opened. */
const eagerBytes = 16_000_000;

interface Opening {
  readonly run: RunId;
  readonly metadata: CheckpointMetadata;
  readonly graph: ExecutionGraph | null;
  readonly of?: string;
}

export function openSnapshot({ run, metadata, graph, of = '' }: Opening): Snapshot {
  const kept = new Map<string, Bytes>();
  const read = async (handles: readonly StateHandle[]): Promise<readonly Bytes[]> => {
    const missing = handles.filter(({ key }) => !kept.has(key));
    const bytes = missing.length === 0 ? [] : await readChunks(run, missing);
    const fresh = new Map(missing.map(({ key }, i) => [key, bytes[i] ?? null]));
    return handles.map(({ key }) => kept.get(key) ?? fresh.get(key) ?? null);
  };
  const handles = metadata.subtasks.flatMap((subtask) => subtask.handles);
  if (metadata.stateBytes <= eagerBytes) {
    const all = readChunks(run, handles).then(
      (bytes) => handles.forEach(({ key }, i) => kept.set(key, bytes[i] ?? null)),
      // Whoever reads tries again, and is told.
      () => undefined,
    );
    return { run, metadata, graph, of, read: (wanted) => all.then(() => read(wanted)) };
  }
  return { run, metadata, graph, of, read };
}

/** Of the run on screen from the run itself, which may be a simulated one; of others from the store. */
function readChunks(run: RunId, handles: readonly StateHandle[]): Promise<readonly Bytes[]> {
  const { run: live, record } = runStore.getState();
  if (live !== null && record?.run === run) return live.readState(handles);
  return currentHost().checkpoints.read(
    run,
    handles.map((handle) => handle.key),
  );
}

/**
 * The kept checkpoints of the run on screen, newest first. Of the store's own view: a throttled one may still be that of
 * the run before, while the record is that of the next.
 */
export function openings(): readonly Opening[] {
  const { record, view } = runStore.getState();
  if (view === null || record === null) return [];
  return view.checkpoints.retained.map((metadata) => ({ run: record.run, metadata, graph: view.graph }));
}

export function graphOf(run: StoredRun): ExecutionGraph | null {
  const read = readJobFile(run.job);
  if (!read.ok) return null;
  const plan = planJob(read.value.job, kindTable);
  return plan.ok ? plan.value : null;
}

/** `Checkpoint 8`, `Savepoint 3 of “Flights”`. */
export const snapshotName = ({ metadata, of = '' }: Pick<Opening, 'metadata' | 'of'>): string =>
  `${metadata.savepoint ? 'Savepoint' : 'Checkpoint'} ${metadata.checkpoint}${of === '' ? '' : ` of ${of}`}`;

export const snapshotKey = ({ run, metadata }: Pick<Opening, 'run' | 'metadata'>): string =>
  `${run} ${metadata.checkpoint}`;

export type { Opening };

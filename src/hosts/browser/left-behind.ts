/** What a run that goes on, or that begins from a savepoint, finds of earlier lives in the stores. */
import type { CheckpointStore, RunId, SavepointRef } from '../../connectors/checkpoints/store.ts';
import { StoreError } from '../../connectors/checkpoints/store.ts';
import type { TransactionalStore } from '../../connectors/transactions/system.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import type { CheckpointMetadata } from '../../engine/wire/checkpoints.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { TransactionalSystem } from '../../engine/wire/requests.ts';
import { committedReports } from '../committed.ts';

export interface LeftBehind {
  /** Above all attempts that a completed checkpoint knows of. */
  readonly firstAttempt: number;
  /** What the run begins from, copied under its own name; null: its own newest checkpoint, if there is one. */
  readonly savepoint: CheckpointMetadata | null;
  /** What was committed, as results. */
  readonly reports: readonly Report[];
}

/** The key of a chunk is `<checkpoint>/<subtask>/<attempt>/<number>`. */
function attemptsIn(metadata: readonly CheckpointMetadata[]): number[] {
  const keys = metadata.flatMap(({ subtasks }) => subtasks.flatMap(({ handles }) => handles.map(({ key }) => key)));
  return keys.map((key) => Number(key.split('/').at(-2))).filter(Number.isInteger);
}

export async function leftBehind(
  run: RunId,
  savepoint: CheckpointMetadata | null,
  graph: ExecutionGraph,
  checkpoints: CheckpointStore,
  systems: Readonly<Record<TransactionalSystem, TransactionalStore>>,
): Promise<LeftBehind> {
  // Of a checkpoint that was under way when the run was left.
  await checkpoints.sweep(run);
  const attempts = attemptsIn(await checkpoints.list(run));
  const reports = await committedReports(run, graph, systems);
  return { firstAttempt: 1 + Math.max(0, ...attempts), savepoint, reports };
}

/**
 * Makes a savepoint of another run the first checkpoint of this one: its chunks are copied, so that either run may be
 * deleted.
 */
export async function copySavepoint(
  store: CheckpointStore,
  from: SavepointRef,
  run: RunId,
): Promise<CheckpointMetadata> {
  const metadata = (await store.list(from.run)).find((one) => one.checkpoint === from.checkpoint);
  if (metadata === undefined) throw new StoreError('failed', `savepoint ${from.checkpoint} is no longer there`);
  const handles = metadata.subtasks.flatMap((subtask) => subtask.handles);
  const data = await store.read(
    from.run,
    handles.map((handle) => handle.key),
  );
  const chunks = handles.flatMap((handle, i) => {
    const bytes = data[i];
    return bytes === null || bytes === undefined ? [] : [{ handle, data: bytes }];
  });
  await store.write(run, chunks);
  await store.complete(run, metadata, [], []);
  return metadata;
}

/** What a run that goes on, or that begins from a savepoint, finds of earlier lives in the stores. */
import type { CheckpointStore, RunId, SavepointRef } from '../../connectors/checkpoints/store.ts';
import { lineageOf, StoreError } from '../../connectors/checkpoints/store.ts';
import type { TransactionalStore } from '../../connectors/transactions/system.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import type { CheckpointMetadata } from '../../engine/wire/checkpoints.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { TransactionalSystem } from '../../engine/wire/requests.ts';
import { committedReports } from '../committed.ts';

export interface LeftBehind {
  /** Above all attempts that a completed checkpoint knows of, or a transaction that any run of this line committed. */
  readonly firstAttempt: number;
  /** What the run begins, or once began, from: copied under its own name. Null: it began anew. */
  readonly savepoint: CheckpointMetadata | null;
  /** What was committed, as results. */
  readonly reports: readonly Report[];
}

/** The key of a chunk is `<checkpoint>/<subtask>/<attempt>/<number>`. */
function attemptsIn(metadata: readonly CheckpointMetadata[]): number[] {
  const keys = metadata.flatMap(({ subtasks }) => subtasks.flatMap(({ handles }) => handles.map(({ key }) => key)));
  return keys.map((key) => Number(key.split('/').at(-2))).filter(Number.isInteger);
}

/**
 * The name of a transaction is `<node>/<index>/<attempt>-<sequence>`. Two runs from one savepoint share the tables: a name
 * that is used again would count as committed already, and its records would be lost.
 */
function attemptsCommitted(reports: readonly Report[]): number[] {
  const names = reports.flatMap((report) => (report.kind === 'results' ? (report.transaction ?? []) : []));
  return names.map((name) => Number.parseInt(name.split('/').at(-1) ?? '', 10)).filter(Number.isInteger);
}

/** Of a run that goes on: its oldest savepoint, if it began from one. */
const beganFrom = (run: RunId, newestFirst: readonly CheckpointMetadata[]): CheckpointMetadata | null =>
  lineageOf(run) === run ? null : (newestFirst.findLast((one) => one.savepoint) ?? null);

export async function leftBehind(
  run: RunId,
  savepoint: CheckpointMetadata | null,
  graph: ExecutionGraph,
  checkpoints: CheckpointStore,
  systems: Readonly<Record<TransactionalSystem, TransactionalStore>>,
): Promise<LeftBehind> {
  // Of a checkpoint that was under way when the run was left.
  await checkpoints.sweep(run);
  const listed = await checkpoints.list(run);
  const reports = await committedReports(run, graph, systems);
  const attempts = [...attemptsIn(listed), ...attemptsCommitted(reports)];
  const firstAttempt = 1 + attempts.reduce((highest, attempt) => Math.max(highest, attempt), 0);
  return { firstAttempt, savepoint: savepoint ?? beganFrom(run, listed), reports };
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
  const chunks = handles.map((handle, i) => {
    const bytes = data[i];
    if (bytes == null)
      throw new StoreError('failed', `savepoint ${from.checkpoint} is damaged: its chunk ${handle.key} is missing`);
    return { handle, data: bytes };
  });
  await store.write(run, chunks);
  await store.complete(run, metadata, [], []);
  return metadata;
}

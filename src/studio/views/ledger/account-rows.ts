/** Which rows of a run's results the account has not been given yet. Pure. */
import type { ClusterView, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { sliceBatch } from '../../../engine/wire/batch.ts';

/** Rows given so far, by sink, subtask and attempt: of these the order of rows never changes, that of chunks does. */
export type Given = Map<string, number>;

export interface NewRows {
  readonly sink: NodeId;
  readonly rows: Batch;
}

/** The rows that are new since the last call; notes them as given. Call it only while `isComplete`. */
export function newRows(results: ClusterView['results'], given: Given): NewRows[] {
  return [...results.values()].flatMap((result) => ofSink(result, given));
}

/** Every row that was told is still there: none was skipped or dropped. */
export const isComplete = (results: ClusterView['results']): boolean =>
  [...results.values()].every(({ total, kept }) => total === kept);

function ofSink({ node, chunks }: ResultView, given: Given): NewRows[] {
  const seen = new Map<string, number>();
  const out: NewRows[] = [];
  for (const { subtask, attempt, records } of chunks) {
    const writer = `${node}|${subtask}|${attempt}`;
    const start = seen.get(writer) ?? 0;
    const end = start + records.length;
    seen.set(writer, end);
    const known = given.get(writer) ?? 0;
    if (end <= known) continue;
    const from = Math.max(0, known - start);
    out.push({ sink: node, rows: from === 0 ? records : sliceBatch(records, from, records.length) });
    given.set(writer, end);
  }
  return out;
}

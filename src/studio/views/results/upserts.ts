/** What a sink's records amount to: the newest row of each key, the table as it is now, or all that came. */
import type { JobNode } from '../../../engine/graph/job.ts';
import { columnIndex, isChangelog } from '../../../engine/graph/schema.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { arrivalList, ArrivalRuns } from '../../../engine/wire/arrivals.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { currentTable, latestByKey, type Gathered } from '../../../engine/wire/result-tables.ts';

/** Of the records that are kept; bounded as they are. A row of a table arrived with its last change. */
export function shownOf(sink: JobNode, result: ResultView): ResultView {
  const last = result.chunks.at(-1);
  if (last === undefined) return result;
  const table = tableOf(
    sink,
    result.chunks.map((chunk) => chunk.records),
    last.records,
  );
  if (table === null) return result;
  const { records } = table;
  return { ...result, chunks: [{ ...last, records, arrivals: arrivalsOf(table, result) }], kept: records.length };
}

function arrivalsOf({ places }: Gathered, { chunks }: ResultView) {
  const times = new Map(chunks.map(({ records, arrivals }) => [records, arrivalList(arrivals)]));
  const runs = new ArrivalRuns();
  for (const { batch, row } of places) runs.add(times.get(batch)?.[row] as number, 1);
  return runs.done();
}

/** Null: the records are shown as they came. */
function tableOf(sink: JobNode, batches: readonly Batch[], { schema }: Batch): Gathered | null {
  const keys = keysOf(sink, schema);
  if (keys !== null) return latestByKey(batches, keys);
  return isWhole(sink, schema) ? currentTable(batches) : null;
}

/** Whether the rows are those of a table, and not all that came. */
export function isTable(sink: JobNode, { chunks }: ResultView): boolean {
  const schema = chunks[0]?.records.schema ?? [];
  return keysOf(sink, schema) !== null || isWhole(sink, schema);
}

function keysOf({ kind, params }: JobNode, schema: Schema): readonly string[] | null {
  const { keys } = params;
  if (kind !== 'upsertTable' || !isKey(keys)) return null;
  return keys.every((key) => columnIndex(schema, key) >= 0) ? keys : null;
}

const isWhole = ({ kind, params }: JobNode, schema: Schema): boolean =>
  (kind === 'chart' || params['mode'] === 'complete') && isChangelog(schema);

const isKey = (keys: unknown): keys is readonly string[] =>
  Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string');

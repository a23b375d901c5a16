/** What a sink's records amount to: the newest row of each key, the table as it is now, or all that came. */
import type { JobNode } from '../../../engine/graph/job.ts';
import { columnIndex, isChangelog } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { currentTable, latestByKey } from '../../../engine/wire/result-tables.ts';

/** Of the records that are kept; bounded as they are. */
export function shownOf(sink: JobNode, result: ResultView): ResultView {
  const last = result.chunks.at(-1);
  if (last === undefined) return result;
  const records = tableOf(
    sink,
    result.chunks.map((chunk) => chunk.records),
    last.records,
  );
  return records === null ? result : { ...result, chunks: [{ ...last, records }], kept: records.length };
}

/** Null: the records are shown as they came. */
function tableOf({ kind, params }: JobNode, batches: readonly Batch[], { schema }: Batch): Batch | null {
  const { keys } = params;
  if (kind === 'upsertTable' && isKey(keys) && keys.every((key) => columnIndex(schema, key) >= 0))
    return latestByKey(batches, keys);
  const wholeTable = kind === 'chart' || params['mode'] === 'complete';
  return wholeTable && isChangelog(schema) ? currentTable(batches) : null;
}

const isKey = (keys: unknown): keys is readonly string[] =>
  Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string');

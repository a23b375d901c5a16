/** What a sink's records amount to: an upsert table shows the newest of each key, other sinks show all. */
import type { JobNode } from '../../../engine/graph/job.ts';
import { columnIndex } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { latestByKey } from '../../../engine/wire/latest-by-key.ts';

/** Of the records that are kept; bounded as they are. */
export function shownOf(sink: JobNode, result: ResultView): ResultView {
  const last = result.chunks.at(-1);
  const keys = sink.params['keys'];
  if (sink.kind !== 'upsertTable' || last === undefined || !isKey(keys)) return result;
  if (keys.some((key) => columnIndex(last.records.schema, key) < 0)) return result;
  const batches = result.chunks.map((chunk) => chunk.records);
  const records = latestByKey(batches, keys) ?? last.records;
  return { ...result, chunks: [{ ...last, records }], kept: records.length };
}

const isKey = (keys: unknown): keys is readonly string[] =>
  Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string');

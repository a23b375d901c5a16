/** What a sink's records amount to as a whole, where they are changes of a table; see `table-fold.ts`. */
import type { TableRule } from '../graph/kind.ts';
import { arrivedAt, UNKNOWN_ARRIVAL } from './arrivals.ts';
import type { Batch } from './batch.ts';
import { withoutRowKinds } from './row-kinds.ts';
import { TableFold } from './table-fold.ts';

/** `batches` oldest first, all of one schema, which has the key columns; null without batches. */
export const latestByKey = (batches: readonly Batch[], keys: readonly string[]): Batch | null =>
  folded(batches, { kind: 'upserts', keys });

/** The table that a changelog describes as of its last record, equal rows as often as they are in it; null without batches. */
export const currentTable = (batches: readonly Batch[]): Batch | null => folded(batches, { kind: 'changes' });

function folded(batches: readonly Batch[], rule: TableRule): Batch | null {
  const [first] = batches;
  if (first === undefined || withoutRowKinds(first).schema.length === 0) return null;
  const fold = new TableFold(rule);
  for (const records of batches) fold.add({ records, arrivals: arrivedAt(UNKNOWN_ARRIVAL, records.length) });
  return withoutRowKinds(fold.part()?.records ?? { ...first, length: 0 });
}

/** What an upsert leaves: of all records the last one per key, in the order in which the keys first came. */
import type { Batch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { KeyReader } from './keys.ts';

/**
 * `batches` oldest first, all of one schema, which has the key columns; null without batches. Null is a key like any
 * other. Time and memory grow with the records and the keys: for what is shown, not for what flows.
 */
export function latestByKey(batches: readonly Batch[], keyColumns: readonly string[]): Batch | null {
  const [first] = batches;
  if (first === undefined) return null;
  const reader = new KeyReader(first.schema, keyColumns);
  const newest = new Map<unknown, { batch: Batch; row: number }>();
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) newest.set(reader.read(batch, row), { batch, row });
  }
  const builder = new BatchBuilder(first.schema, Math.max(1, newest.size));
  for (const { batch, row } of newest.values()) builder.copyRow(batch, row);
  return builder.take();
}

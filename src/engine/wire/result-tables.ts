/**
 * What a sink's records amount to, where they are changes of a table: an upsert leaves the last record of each key, a
 * changelog the rows that were inserted and not taken away again. Rows are in the order in which they, or their keys,
 * first came. Time and memory grow with the records: for what is shown, not for what flows.
 */
import { isRetraction } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import type { Batch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { KeyReader } from './keys.ts';
import { RowKindReader, withoutRowKinds } from './row-kinds.ts';

/** Where a row of such a table came from. */
export interface Place {
  readonly batch: Batch;
  readonly row: number;
}

/** A table with where each of its rows came from. */
export interface Gathered {
  readonly records: Batch;
  readonly places: readonly Place[];
}

/**
 * `batches` oldest first, all of one schema, which has the key columns; null without batches. Null is a key like any
 * other. Of a changelog a deletion takes the row of its key away, and an update-before says nothing: its update-after
 * follows (Flink's upsert sinks).
 */
export function latestByKey(batches: readonly Batch[], keyColumns: readonly string[]): Gathered | null {
  const [first] = batches;
  if (first === undefined) return null;
  const reader = new KeyReader(first.schema, keyColumns);
  const kinds = new RowKindReader(first.schema);
  const newest = new Map<unknown, Place>();
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const kind = kinds.at(batch, row);
      if (kind === '-D') newest.delete(reader.read(batch, row));
      else if (kind !== '-U') newest.set(reader.read(batch, row), { batch, row });
    }
  }
  return gathered(withoutRowKinds(first).schema, [...newest.values()]);
}

/**
 * The table that a changelog describes as of its last record, equal rows as often as they are in it; null without
 * batches. A retraction takes away the oldest equal row; of a row that is not there it does nothing.
 */
export function currentTable(batches: readonly Batch[]): Gathered | null {
  const [first] = batches;
  if (first === undefined) return null;
  const { schema } = withoutRowKinds(first);
  if (schema.length === 0) return null;
  const reader = new KeyReader(
    first.schema,
    schema.map((column) => column.name),
  );
  const kinds = new RowKindReader(first.schema);
  const rows = new Map<unknown, Place[]>();
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const key = reader.read(batch, row);
      const equal = rows.get(key) ?? [];
      if (isRetraction(kinds.at(batch, row))) equal.shift();
      else equal.push({ batch, row });
      if (equal.length === 0) rows.delete(key);
      else rows.set(key, equal);
    }
  }
  return gathered(schema, [...rows.values()].flat());
}

function gathered(schema: Schema, places: readonly Place[]): Gathered {
  const builder = new BatchBuilder(schema, Math.max(1, places.length));
  const plain = new Map<Batch, Batch>();
  for (const { batch, row } of places) {
    let source = plain.get(batch);
    if (source === undefined) {
      source = withoutRowKinds(batch);
      plain.set(batch, source);
    }
    builder.copyRow(source, row);
  }
  return { records: builder.take(), places };
}

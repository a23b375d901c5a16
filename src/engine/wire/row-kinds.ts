/** Row kinds of a changelog as columns: reading them from a batch, and making the column for records that are built. */
import { rowKindIndex, rowKinds, withoutRowKind } from '../graph/schema.ts';
import type { RowKind, Schema } from '../graph/schema.ts';
import { NULL_CODE } from './batch.ts';
import type { Batch, TextColumn } from './batch.ts';

/** Reads the row kind of each record; all are insertions where the schema has no column for it, or the cell is null. */
export class RowKindReader {
  readonly column: number;

  constructor(schema: Schema) {
    this.column = rowKindIndex(schema);
  }

  at(batch: Batch, row: number): RowKind {
    if (this.column === -1) return '+I';
    const { codes, entries } = batch.columns[this.column] as TextColumn;
    const code = codes[row] as number;
    return code === NULL_CODE ? '+I' : (entries[code] as RowKind);
  }
}

/** The column of these kinds. */
export function rowKindColumn(kinds: readonly RowKind[]): TextColumn {
  return { kind: 'text', codes: Int32Array.from(kinds, (kind) => rowKinds.indexOf(kind)), entries: rowKinds };
}

/** The batch without its row kinds: what the records are about. Shares all columns. */
export function withoutRowKinds(batch: Batch): Batch {
  const at = rowKindIndex(batch.schema);
  if (at === -1) return batch;
  return {
    ...batch,
    schema: withoutRowKind(batch.schema),
    columns: batch.columns.filter((_, index) => index !== at),
  };
}

/** Result rows of keyed operators: the key's columns, then columns of doubles. Reused after each `take`. */
import type { CellValue, ColumnType, Schema } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { columnKind, NULL_BOOLEAN, NULL_CODE } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import type { KeyReader } from '../wire/keys.ts';

export class KeyedRows {
  private readonly schema: Schema;
  private readonly reader: KeyReader;
  private keys: Key[] = [];
  private timestamps: number[] = [];
  /** One per column behind the key's. */
  private numbers: number[][];

  /** `schema`: the key's columns, then only columns of numbers. */
  constructor(schema: Schema, reader: KeyReader) {
    this.schema = schema;
    this.reader = reader;
    this.numbers = schema.slice(reader.columns.length).map(() => []);
  }

  get length(): number {
    return this.keys.length;
  }

  /** Begins a row; then `set` each number. */
  start(key: Key, timestamp: number): void {
    this.keys.push(key);
    this.timestamps.push(timestamp);
  }

  /** Column `index` behind the key of the row begun last. */
  set(index: number, value: number): void {
    (this.numbers[index] as number[]).push(value);
  }

  take(): Batch {
    const batch: Batch = {
      schema: this.schema,
      length: this.keys.length,
      timestamps: Float64Array.from(this.timestamps),
      columns: [
        ...keyColumns(this.reader, this.keys),
        ...this.numbers.map((values): Column => ({ kind: 'number', values: Float64Array.from(values) })),
      ],
    };
    this.keys = [];
    this.timestamps = [];
    this.numbers = this.numbers.map(() => []);
    return batch;
  }
}

/** The key columns of these keys. */
function keyColumns(reader: KeyReader, keys: readonly Key[]): Column[] {
  if (reader.columns.length === 1) return [columnOf(reader.types[0] as ColumnType, keys)];
  const parts = keys.map((key) => reader.parts(key));
  return reader.types.map((type, i) =>
    columnOf(
      type,
      parts.map((part) => part[i] as CellValue),
    ),
  );
}

/** Json cells are their text, as in keys. */
function columnOf(type: ColumnType, cells: readonly CellValue[]): Column {
  const kind = columnKind(type);
  if (kind === 'number')
    return { kind, values: Float64Array.from(cells, (cell) => (cell as number | null) ?? Number.NaN) };
  if (kind === 'boolean')
    return { kind, values: Uint8Array.from(cells, (cell) => (cell === null ? NULL_BOOLEAN : cell === true ? 1 : 0)) };
  const entries = cells.map((cell) => (cell === null ? '' : (cell as string)));
  return { kind, codes: Int32Array.from(cells, (cell, i) => (cell === null ? NULL_CODE : i)), entries };
}

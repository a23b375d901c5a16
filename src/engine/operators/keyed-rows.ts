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
      timestamps: new Float64Array(this.timestamps),
      columns: [
        ...keyColumns(this.reader, this.keys),
        ...this.numbers.map((values): Column => ({ kind: 'number', values: new Float64Array(values) })),
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
  const { length } = cells;
  if (kind === 'number') {
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) values[i] = cells[i] === null ? Number.NaN : (cells[i] as number);
    return { kind, values };
  }
  if (kind === 'boolean') {
    const values = new Uint8Array(length);
    for (let i = 0; i < length; i++) values[i] = cells[i] === null ? NULL_BOOLEAN : Number(cells[i]);
    return { kind, values };
  }
  const codes = new Int32Array(length);
  for (let i = 0; i < length; i++) codes[i] = cells[i] === null ? NULL_CODE : i;
  // No record uses the entry of a null.
  return { kind, codes, entries: cells as readonly string[] };
}

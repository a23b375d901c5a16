/**
 * The column batch: the only form in which records move through the engine. Operators read and write typed arrays;
 * `codec.ts` packs a batch into one transferable segment for a channel.
 *
 * Nulls need no bitmap: a numeric null is NaN, a boolean null is 2, a text null is code -1.
 */
import type { CellValue, ColumnSpec, ColumnType, JsonValue, Row, Schema } from '../graph/schema.ts';

/** A record without event time. */
export const NO_TIMESTAMP = Number.NaN;
export const NULL_BOOLEAN = 2;
export const NULL_CODE = -1;

/** int, float, timestamp. One double per record; NaN is null. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** One byte per record: 0, 1, or 2 for null. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly values: Uint8Array;
}

/**
 * string, json (as JSON text) and rowkind. Records point into `entries`, which need not be distinct and may hold entries that
 * no record uses. Sources share one `entries` array among many batches; never change an entry, only append.
 */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly entries: readonly string[];
}

export type Column = NumberColumn | BooleanColumn | TextColumn;

/** Whoever is handed a batch may read it until it returns; arrays of a batch that came over a channel are used again. Arrays hold at least `length` elements; what lies beyond is undefined. */
export interface Batch {
  readonly schema: Schema;
  readonly length: number;
  /** Event time per record in ms; NaN where a record has none. */
  readonly timestamps: Float64Array;
  readonly columns: readonly Column[];
}

export function columnKind(type: ColumnType): Column['kind'] {
  if (type === 'boolean') return 'boolean';
  return type === 'string' || type === 'json' || type === 'rowkind' ? 'text' : 'number';
}

/** The cell as a function or a sink sees it. JSON columns are parsed at each call: keep the result if it is needed twice. */
export function cell(column: Column, type: ColumnType, row: number): CellValue {
  if (column.kind === 'number') {
    const value = column.values[row] as number;
    return Number.isNaN(value) ? null : value;
  }
  if (column.kind === 'boolean') {
    const value = column.values[row];
    return value === NULL_BOOLEAN ? null : value === 1;
  }
  const code = column.codes[row] as number;
  if (code === NULL_CODE) return null;
  const text = column.entries[code] as string;
  return type === 'json' ? (JSON.parse(text) as JsonValue) : text;
}

/** One record as an object: for sinks, messages and tests, not for hot paths. */
export function rowAt(batch: Batch, row: number): Row {
  const out: Record<string, CellValue> = {};
  for (let i = 0; i < batch.schema.length; i++) {
    const spec = batch.schema[i] as ColumnSpec;
    out[spec.name] = cell(batch.columns[i] as Column, spec.type, row);
  }
  return out;
}

export function rowsOf(batch: Batch): Row[] {
  return Array.from({ length: batch.length }, (_, row) => rowAt(batch, row));
}

/** The first `length` records with arrays of their own, and only the text entries that they use. */
export function copyBatch(batch: Batch, length = batch.length): Batch {
  return {
    schema: batch.schema,
    length,
    timestamps: batch.timestamps.slice(0, length),
    columns: batch.columns.map((column) => copyColumn(column, length)),
  };
}

function copyColumn(column: Column, length: number): Column {
  if (column.kind === 'number') return { kind: 'number', values: column.values.slice(0, length) };
  if (column.kind === 'boolean') return { kind: 'boolean', values: column.values.slice(0, length) };
  const codes = new Int32Array(length);
  const entries: string[] = [];
  const places = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    const code = column.codes[row] as number;
    if (code === NULL_CODE) {
      codes[row] = NULL_CODE;
      continue;
    }
    let place = places.get(code);
    if (place === undefined) {
      place = entries.push(column.entries[code] as string) - 1;
      places.set(code, place);
    }
    codes[row] = place;
  }
  return { kind: 'text', codes, entries };
}

/** Records `from` (inclusive) to `to` (exclusive), sharing the arrays. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  if (from === 0 && to === batch.length) return batch;
  return {
    schema: batch.schema,
    length: to - from,
    timestamps: batch.timestamps.subarray(from, to),
    columns: batch.columns.map((column) => sliceColumn(column, from, to)),
  };
}

function sliceColumn(column: Column, from: number, to: number): Column {
  if (column.kind === 'number') return { kind: 'number', values: column.values.subarray(from, to) };
  if (column.kind === 'boolean') return { kind: 'boolean', values: column.values.subarray(from, to) };
  return { kind: 'text', codes: column.codes.subarray(from, to), entries: column.entries };
}

/** The records at `indices[0..count)`, in that order. */
export function selectRows(batch: Batch, indices: Int32Array, count: number): Batch {
  const timestamps = new Float64Array(count);
  for (let i = 0; i < count; i++) timestamps[i] = batch.timestamps[indices[i] as number] as number;
  return {
    schema: batch.schema,
    length: count,
    timestamps,
    columns: batch.columns.map((column) => selectColumn(column, indices, count)),
  };
}

function selectColumn(column: Column, indices: Int32Array, count: number): Column {
  if (column.kind === 'number')
    return { kind: 'number', values: gather(column.values, new Float64Array(count), indices) };
  if (column.kind === 'boolean')
    return { kind: 'boolean', values: gather(column.values, new Uint8Array(count), indices) };
  return { kind: 'text', codes: gather(column.codes, new Int32Array(count), indices), entries: column.entries };
}

function gather<A extends Float64Array | Uint8Array | Int32Array>(from: A, to: A, indices: Int32Array): A {
  for (let i = 0; i < to.length; i++) to[i] = from[indices[i] as number] as number;
  return to;
}

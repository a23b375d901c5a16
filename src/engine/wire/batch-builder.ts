/**
 * Builds batches record by record: growing typed columns, a dictionary for text, and the coercion of what functions
 * return. One builder per output, used again after each `take`.
 */
import { assert } from '../../base/assert.ts';
import { sameSchema } from '../graph/schema.ts';
import type { ColumnSpec, Schema } from '../graph/schema.ts';
import { NULL_BOOLEAN, NULL_CODE, columnKind } from './batch.ts';
import type { Batch, BooleanColumn, Column, NumberColumn, TextColumn } from './batch.ts';
import { CoercionError, resultFailure, shown, toBoolean, toNumber, toText } from './coerce.ts';
import type { ResultOwner } from './coerce.ts';

const anonymous: ResultOwner = { node: '', name: 'The function' };

/** A dictionary that holds this many entries is followed by an empty one, so that it cannot grow without bound. */
const dictionaryLimit = 4096;

export class BatchBuilder {
  readonly schema: Schema;
  private readonly owner: ResultOwner;
  private readonly writers: readonly ColumnWriter[];
  private timestamps: Float64Array;
  private capacity: number;
  private rows = 0;

  /** `capacity` is the expected number of records of a batch; more are possible. */
  constructor(schema: Schema, capacity: number, owner: ResultOwner = anonymous) {
    assert(capacity >= 1, 'a batch builder has room for a record');
    this.schema = schema;
    this.owner = owner;
    this.capacity = capacity;
    this.timestamps = new Float64Array(capacity);
    this.writers = schema.map((spec) => makeWriter(spec, capacity));
  }

  /** Records since the last `take`. */
  get length(): number {
    return this.rows;
  }

  /** Begins a record, all of whose cells are null until set. */
  startRow(timestamp: number): void {
    if (this.rows === this.capacity) this.grow();
    this.timestamps[this.rows++] = timestamp;
  }

  /** Sets an int, float or timestamp cell of the record begun last; NaN is null. Not checked against the type. */
  number(column: number, value: number): void {
    (this.writers[column] as NumberWriter).values[this.rows - 1] = value;
  }

  boolean(column: number, value: boolean | null): void {
    (this.writers[column] as BooleanWriter).values[this.rows - 1] = value === null ? NULL_BOOLEAN : value ? 1 : 0;
  }

  /** Sets a string cell, or the JSON text of a json cell. */
  text(column: number, value: string | null): void {
    if (value !== null) (this.writers[column] as TextWriter).put(this.rows - 1, value);
  }

  /** Sets a cell of any type to a value that is checked and converted. Throws TaskFailure 'function-result'. */
  value(column: number, value: unknown): void {
    try {
      (this.writers[column] as ColumnWriter).set(this.rows - 1, value);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Appends a record from an object with a property per column; absent ones are null, others are ignored. */
  appendRow(row: unknown, timestamp: number): void {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw this.failure(new CoercionError(`${shown(row)}, where an object with the output columns is needed`));
    this.startRow(timestamp);
    this.assign(row, 0);
  }

  /** Sets the cells from column `first` on from the properties of `row`. */
  assign(row: object, first: number): void {
    const at = this.rows - 1;
    const { schema, writers } = this;
    try {
      for (let i = first; i < writers.length; i++)
        (writers[i] as ColumnWriter).set(at, (row as Record<string, unknown>)[(schema[i] as ColumnSpec).name]);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Appends record `row` of a batch with an equal schema. */
  copyRow(batch: Batch, row: number): void {
    assert(batch.schema === this.schema || sameSchema(batch.schema, this.schema), 'records are copied between equals');
    this.startRow(batch.timestamps[row] as number);
    for (let i = 0; i < this.writers.length; i++)
      (this.writers[i] as ColumnWriter).copy(this.rows - 1, batch.columns[i] as Column, row);
  }

  /** The records since the last `take` as a batch, and the builder is empty again. */
  take(): Batch {
    const length = this.rows;
    // A small batch gets arrays of its size and the builder keeps its own; a big one takes the builder's along.
    const copies = length * 2 <= this.capacity;
    const timestamps = copies ? this.timestamps.slice(0, length) : this.timestamps;
    if (!copies) this.timestamps = new Float64Array(this.capacity);
    const columns = this.writers.map((writer) => writer.take(length, copies));
    this.rows = 0;
    return { schema: this.schema, length, timestamps, columns };
  }

  private grow(): void {
    this.capacity *= 2;
    this.timestamps = widened(this.timestamps, new Float64Array(this.capacity));
    for (const writer of this.writers) writer.grow(this.capacity);
  }

  private failure(error: unknown): unknown {
    if (!(error instanceof CoercionError)) return error;
    return resultFailure(this.owner, error.message);
  }
}

interface ColumnWriter {
  set(row: number, value: unknown): void;
  copy(row: number, from: Column, at: number): void;
  grow(capacity: number): void;
  /** The first `length` cells: a copy, or the writer's own array, which it then replaces. */
  take(length: number, copies: boolean): Column;
}

function makeWriter(spec: ColumnSpec, capacity: number): ColumnWriter {
  const kind = columnKind(spec.type);
  if (kind === 'number') return new NumberWriter(spec, capacity);
  return kind === 'boolean' ? new BooleanWriter(spec, capacity) : new TextWriter(spec, capacity);
}

class NumberWriter implements ColumnWriter {
  values: Float64Array;
  private readonly name: string;
  private readonly type: 'int' | 'float' | 'timestamp';

  constructor(spec: ColumnSpec, capacity: number) {
    this.name = spec.name;
    this.type = spec.type as 'int' | 'float' | 'timestamp';
    this.values = new Float64Array(capacity).fill(Number.NaN);
  }

  set(row: number, value: unknown): void {
    this.values[row] = toNumber(value, this.type, this.name);
  }

  copy(row: number, from: Column, at: number): void {
    this.values[row] = (from as NumberColumn).values[at] as number;
  }

  grow(capacity: number): void {
    this.values = widened(this.values, new Float64Array(capacity).fill(Number.NaN));
  }

  take(length: number, copies: boolean): NumberColumn {
    const { values } = this;
    if (!copies) {
      this.values = new Float64Array(values.length).fill(Number.NaN);
      return { kind: 'number', values };
    }
    const own = values.slice(0, length);
    values.fill(Number.NaN, 0, length);
    return { kind: 'number', values: own };
  }
}

class BooleanWriter implements ColumnWriter {
  values: Uint8Array;
  private readonly name: string;

  constructor(spec: ColumnSpec, capacity: number) {
    this.name = spec.name;
    this.values = new Uint8Array(capacity).fill(NULL_BOOLEAN);
  }

  set(row: number, value: unknown): void {
    this.values[row] = toBoolean(value, this.name);
  }

  copy(row: number, from: Column, at: number): void {
    this.values[row] = (from as BooleanColumn).values[at] as number;
  }

  grow(capacity: number): void {
    this.values = widened(this.values, new Uint8Array(capacity).fill(NULL_BOOLEAN));
  }

  take(length: number, copies: boolean): BooleanColumn {
    const { values } = this;
    if (!copies) {
      this.values = new Uint8Array(values.length).fill(NULL_BOOLEAN);
      return { kind: 'boolean', values };
    }
    const own = values.slice(0, length);
    values.fill(NULL_BOOLEAN, 0, length);
    return { kind: 'boolean', values: own };
  }
}

class TextWriter implements ColumnWriter {
  private codes: Int32Array;
  private readonly name: string;
  private readonly type: 'string' | 'json' | 'rowkind';
  /** Shared by the batches since the dictionary was begun; only appended to. */
  private entries: string[] = [];
  private readonly dictionary = new Map<string, number>();

  constructor(spec: ColumnSpec, capacity: number) {
    this.name = spec.name;
    this.type = spec.type as 'string' | 'json' | 'rowkind';
    this.codes = new Int32Array(capacity).fill(NULL_CODE);
  }

  put(row: number, text: string): void {
    let code = this.dictionary.get(text);
    if (code === undefined) {
      code = this.entries.length;
      this.entries.push(text);
      if (this.dictionary.size < dictionaryLimit) this.dictionary.set(text, code);
    }
    this.codes[row] = code;
  }

  set(row: number, value: unknown): void {
    const text = toText(value, this.type, this.name);
    if (text !== null) this.put(row, text);
  }

  copy(row: number, from: Column, at: number): void {
    const { codes, entries } = from as TextColumn;
    const code = codes[at] as number;
    if (code !== NULL_CODE) this.put(row, entries[code] as string);
  }

  grow(capacity: number): void {
    this.codes = widened(this.codes, new Int32Array(capacity).fill(NULL_CODE));
  }

  take(length: number, copies: boolean): TextColumn {
    const { codes, entries } = this;
    if (this.dictionary.size >= dictionaryLimit) {
      this.dictionary.clear();
      this.entries = [];
    }
    if (!copies) {
      this.codes = new Int32Array(codes.length).fill(NULL_CODE);
      return { kind: 'text', codes, entries };
    }
    const own = codes.slice(0, length);
    codes.fill(NULL_CODE, 0, length);
    return { kind: 'text', codes: own, entries };
  }
}

function widened<A extends Float64Array | Uint8Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/**
 * Builds one column batch record by record. Cells of a record are set at `length`; `commit` makes it a record, and
 * without it the next record overwrites it: that is how a broken row leaves nothing behind.
 */
import { rowKinds } from '../../engine/graph/schema.ts';
import type { ColumnSpec, ColumnType, Schema } from '../../engine/graph/schema.ts';
import { type Batch, type Column, columnKind, NO_TIMESTAMP, NULL_BOOLEAN, NULL_CODE } from '../../engine/wire/batch.ts';
import type { TextDictionary } from './dictionary.ts';
import { readBoolean, readFloat, readInt, UNREADABLE, UNREADABLE_BOOLEAN } from './numbers.ts';
import { fromEpochNumber, readTimestamp } from './timestamps.ts';

type Cells = Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

const FIRST_CAPACITY_MAX = 4096;

export class BatchBuilder {
  readonly schema: Schema;
  length = 0;
  readonly #cells: Cells[];
  readonly #dictionaries: readonly TextDictionary[];
  #capacity: number;

  /** @param dictionaries one per column of `schema`; used by text columns only, kept over many batches */
  constructor(schema: Schema, dictionaries: readonly TextDictionary[], expected: number) {
    this.schema = schema;
    this.#dictionaries = dictionaries;
    this.#capacity = Math.min(expected, FIRST_CAPACITY_MAX) + 1; // room for the record in hand
    this.#cells = schema.map(({ type }) => newCells(type, this.#capacity));
    for (const dictionary of dictionaries) dictionary.beginBatch();
  }

  setNull(column: number): void {
    const kind = columnKind(this.#type(column));
    this.#set(column, kind === 'number' ? Number.NaN : kind === 'boolean' ? NULL_BOOLEAN : NULL_CODE);
  }

  /** The cell as written in [from, to) of `text`. Nothing but blanks is null, except in a string column. @returns false if it is not of the column's type. */
  setText(column: number, text: string, from: number, to: number): boolean {
    const type = this.#type(column);
    if (type === 'string') return this.#setEntry(column, text, from, to);
    const start = withoutBlanksBefore(text, from, to);
    const end = withoutBlanksAfter(text, start, to);
    if (start === end) {
      this.setNull(column);
      return true;
    }
    if (type === 'json') return isJson(text.slice(start, end)) && this.#setEntry(column, text, start, end);
    if (type === 'rowkind') return isRowKind(text.slice(start, end)) && this.#setEntry(column, text, start, end);
    const value = readCell(type, text, start, end);
    this.#set(column, value);
    return value !== (type === 'boolean' ? UNREADABLE_BOOLEAN : UNREADABLE);
  }

  /** A value out of JSON or Arrow; undefined is null. @returns false if it is not of the column's type. */
  setValue(column: number, value: unknown): boolean {
    const type = this.#type(column);
    if (value === null || value === undefined) {
      this.setNull(column);
      return true;
    }
    if (type === 'json') return this.#setWhole(column, JSON.stringify(value));
    if (typeof value === 'string')
      return value === '' && type !== 'string'
        ? this.setValue(column, null)
        : this.setText(column, value, 0, value.length);
    if (type === 'string') return typeof value !== 'object' && this.#setWhole(column, String(value));
    if (type === 'rowkind') return false;
    if (type === 'boolean') {
      this.#set(column, value === true ? 1 : 0);
      return typeof value === 'boolean';
    }
    if (typeof value !== 'number') return false;
    const number = type === 'timestamp' ? fromEpochNumber(value) : value;
    this.#set(column, number);
    return Number.isFinite(number) && (type !== 'int' || Number.isSafeInteger(number));
  }

  /** A number that needs no reading: already in the column's unit. */
  setNumber(column: number, value: number): void {
    this.#set(column, value);
  }

  commit(): void {
    this.length++;
    if (this.length === this.#capacity) this.#grow();
  }

  /** The batch. Its arrays belong to the receiver; text entries may be shared with other batches. */
  finish(): Batch {
    const length = this.length;
    return {
      schema: this.schema,
      length,
      timestamps: new Float64Array(length).fill(NO_TIMESTAMP),
      columns: this.#cells.map((cells, i) => this.#column(cells.slice(0, length), i)),
    };
  }

  #column(cells: Cells, index: number): Column {
    if (cells instanceof Float64Array) return { kind: 'number', values: cells };
    if (cells instanceof Uint8Array) return { kind: 'boolean', values: cells };
    return { kind: 'text', codes: cells, entries: (this.#dictionaries[index] as TextDictionary).entries };
  }

  #type(column: number): ColumnType {
    return (this.schema[column] as ColumnSpec).type;
  }

  #set(column: number, value: number): void {
    (this.#cells[column] as Cells)[this.length] = value;
  }

  #setEntry(column: number, text: string, from: number, to: number): boolean {
    this.#set(column, (this.#dictionaries[column] as TextDictionary).code(text, from, to));
    return true;
  }

  #setWhole(column: number, text: string): boolean {
    return this.#setEntry(column, text, 0, text.length);
  }

  #grow(): void {
    this.#capacity *= 2;
    for (let i = 0; i < this.#cells.length; i++) {
      const grown = newCells(this.#type(i), this.#capacity);
      grown.set(this.#cells[i] as Cells);
      this.#cells[i] = grown;
    }
  }
}

function newCells(type: ColumnType, capacity: number): Cells {
  const kind = columnKind(type);
  if (kind === 'number') return new Float64Array(capacity);
  return kind === 'boolean' ? new Uint8Array(capacity) : new Int32Array(capacity);
}

function readCell(type: ColumnType, text: string, from: number, to: number): number {
  if (type === 'int') return readInt(text, from, to);
  if (type === 'float') return readFloat(text, from, to);
  return type === 'boolean' ? readBoolean(text, from, to) : readTimestamp(text, from, to);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

function withoutBlanksBefore(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function withoutBlanksAfter(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

const isRowKind = (text: string): boolean => rowKinds.some((kind) => kind === text);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  int: 'an int',
  float: 'a float',
  boolean: 'a boolean',
  string: 'a string',
  timestamp: 'a timestamp',
  json: 'valid JSON',
  rowkind: `a row kind (${rowKinds.join(', ')})`,
};

/** `“abc” is not an int in column delay`. */
export function complaint(spec: ColumnSpec, cellText: string): string {
  const shown = cellText.length > 40 ? `${cellText.slice(0, 39)}…` : cellText;
  return `“${shown}” is not ${typeWords[spec.type]} in column ${spec.name}`;
}

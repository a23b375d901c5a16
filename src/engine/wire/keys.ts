/**
 * Keys of records: reading them from a batch, hashing them as Java would, and turning them back into column values.
 * The partitioner of the sender and the keyed state of the receiver both use this, so they cannot disagree.
 */
import { assert } from '../../base/assert.ts';
import { canonicalText, readCanonical } from '../../base/canonical-json.ts';
import { hashBoolean, hashDouble, hashInt, hashLong, hashString, hashTuple } from '../../base/java-hash.ts';
import { columnIndex } from '../graph/schema.ts';
import type { CellValue, ColumnType, Schema } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { cell } from './batch.ts';
import type { Batch, Column } from './batch.ts';

export class KeyReader {
  /** Positions of the key columns in the schema. */
  readonly columns: readonly number[];
  readonly types: readonly ColumnType[];

  /** Without columns all records have one and the same key. */
  constructor(schema: Schema, key: readonly string[]) {
    this.columns = key.map((name) => columnIndex(schema, name));
    assert(!this.columns.includes(-1), `the key columns ${key.join(', ')} are in the schema`);
    this.types = this.columns.map((index) => (schema[index] as Schema[number]).type);
  }

  /** The value itself for one key column, the canonical JSON array text of all for several. */
  read(batch: Batch, row: number): Key {
    if (this.columns.length === 1) return this.cellAt(batch, 0, row) as Key;
    return canonicalText(this.columns.map((_, part) => this.cellAt(batch, part, row)));
  }

  /** Java's hash code of the record's key. */
  hashAt(batch: Batch, row: number): number {
    if (this.columns.length === 1) return hashCell(this.types[0] as ColumnType, this.cellAt(batch, 0, row));
    return hashTuple(this.types.map((type, part) => hashCell(type, this.cellAt(batch, part, row))));
  }

  /** Java's hash code of a key that `read` gave. */
  hash(key: Key): number {
    const parts = this.parts(key);
    if (parts.length === 1) return hashCell(this.types[0] as ColumnType, parts[0] as CellValue);
    return hashTuple(parts.map((part, i) => hashCell(this.types[i] as ColumnType, part)));
  }

  /** The key's column values, in key order. */
  parts(key: Key): readonly CellValue[] {
    return this.columns.length === 1 ? [key] : (readCanonical(key as string) as CellValue[]);
  }

  /** The text column that alone makes the key, so that callers can work per dictionary entry; else null. */
  textColumn(batch: Batch): Extract<Column, { kind: 'text' }> | null {
    if (this.columns.length !== 1 || this.types[0] !== 'string') return null;
    return batch.columns[this.columns[0] as number] as Extract<Column, { kind: 'text' }>;
  }

  private cellAt(batch: Batch, part: number, row: number): CellValue {
    const type = this.types[part] as ColumnType;
    const column = batch.columns[this.columns[part] as number] as Column;
    // A json key is compared and hashed by its text.
    const value = cell(column, type === 'json' ? 'string' : type, row);
    // -0 is the key 0: state is kept in Maps, which do not tell them apart.
    return value === 0 ? 0 : value;
  }
}

/** Null hashes to 0, as in Java's Objects.hashCode. */
function hashCell(type: ColumnType, value: CellValue): number {
  if (value === null) return 0;
  switch (type) {
    case 'int':
      return hashInt(value as number);
    case 'timestamp':
      return hashLong(value as number);
    case 'float':
      return hashDouble(value as number);
    case 'boolean':
      return hashBoolean(value as boolean);
    case 'string':
    case 'json':
    case 'rowkind':
      return hashString(value as string);
  }
}

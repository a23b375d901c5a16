/**
 * Schemas and stream types: what flows along an edge. A schema is an ordered list of named, typed columns; a stream
 * type adds the columns that the stream is keyed by, if any.
 */

/**
 * - `int`: a whole number that a double holds exactly (±2^53). Hashes as Java's Integer, outside its range as Long.
 * - `float`: a double. There is no NaN in a column: NaN is how a numeric null is stored.
 * - `timestamp`: milliseconds since the epoch.
 * - `json`: anything else that JSON can say; travels as text, is parsed when read.
 * - `rowkind`: what the record does to the table that the stream describes: one of `rowKinds`. A schema has at most one
 *   such column; a stream that has one is a changelog.
 * Every column may hold nulls.
 */
export const columnTypes = ['int', 'float', 'boolean', 'string', 'timestamp', 'json', 'rowkind'] as const;
export type ColumnType = (typeof columnTypes)[number];

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
}

/** Column names are unique within a schema. */
export type Schema = readonly ColumnSpec[];

/** Insert, update-before, update-after, delete, by the short names and in the order of Flink's RowKind. */
export const rowKinds = ['+I', '-U', '+U', '-D'] as const;
export type RowKind = (typeof rowKinds)[number];

/** The record takes a row away that was there. */
export const isRetraction = (kind: RowKind): boolean => kind === '-U' || kind === '-D';

/** Index of the column that makes the stream a changelog, or -1: all its records are insertions. */
export function rowKindIndex(schema: Schema): number {
  return schema.findIndex((column) => column.type === 'rowkind');
}

export const isChangelog = (schema: Schema): boolean => rowKindIndex(schema) >= 0;

/** The schema with a last column for row kinds, unless it has one; called `op`, as in Flink's SQL client. */
export function changelogSchema(schema: Schema): Schema {
  if (isChangelog(schema)) return schema;
  const taken = new Set(schema.map((column) => column.name));
  let name = 'op';
  while (taken.has(name)) name = `_${name}`;
  return [...schema, { name, type: 'rowkind' }];
}

/** The schema of what the records are about, without the row kind. */
export const withoutRowKind = (schema: Schema): Schema => schema.filter((column) => column.type !== 'rowkind');

export interface StreamType {
  readonly schema: Schema;
  /** Names of the key columns of a keyed stream (what a Key by gives); null for a plain stream. */
  readonly key: readonly string[] | null;
}

/** What a function sees of a record, and what sinks, tables and tests read: one value per column name. */
export type Row = Readonly<Record<string, CellValue>>;
export type CellValue = number | boolean | string | null | JsonValue;
export type JsonValue =
  | number
  | boolean
  | string
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export const plainStream = (schema: Schema): StreamType => ({ schema, key: null });

/** Index of the column called `name`, or -1. */
export function columnIndex(schema: Schema, name: string): number {
  return schema.findIndex((column) => column.name === name);
}

export function sameSchema(a: Schema, b: Schema): boolean {
  return a.length === b.length && a.every((column, i) => column.name === b[i]?.name && column.type === b[i]?.type);
}

/** `origin string, delay int`: for messages and tooltips. */
export function schemaText(schema: Schema): string {
  return schema.map((column) => `${column.name} ${column.type}`).join(', ');
}

export const isNumeric = (type: ColumnType): boolean => type === 'int' || type === 'float' || type === 'timestamp';

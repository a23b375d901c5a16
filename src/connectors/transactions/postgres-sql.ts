/**
 * The SQL of the Postgres sink: how columns become columns, and records rows. Records travel as one JSON parameter per
 * portion (`json_to_recordset`), which needs no statement per record.
 */
import { isChangelog, rowKindIndex, withoutRowKind } from '../../engine/graph/schema.ts';
import type { ColumnSpec, ColumnType, Schema } from '../../engine/graph/schema.ts';
import { BatchBuilder } from '../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import type { Batch } from '../../engine/wire/batch.ts';

/** An int is a whole number below 2^53, so a bigint holds it; a timestamp is milliseconds. */
const sqlTypes: Readonly<Record<ColumnType, string>> = {
  int: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  string: 'text',
  timestamp: 'timestamptz',
  json: 'jsonb',
  rowkind: 'text',
};

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const columnList = (schema: Schema): string => schema.map(({ name }) => identifier(name)).join(', ');

/**
 * Weir's own tables. `position`: the order of commit, null until it is committed. They are asked for while transactions
 * are prepared, so nothing here may need a lock: a table with other columns needs another name.
 */
export const ownTables = `
  CREATE SCHEMA IF NOT EXISTS weir;
  CREATE TABLE IF NOT EXISTS weir.sink_transactions (
    gid text PRIMARY KEY, run text NOT NULL, sink text NOT NULL, transaction text NOT NULL, "table" text NOT NULL,
    key json NOT NULL, columns json NOT NULL, position bigint, count int NOT NULL, UNIQUE (run, sink, transaction)
  );
  CREATE TABLE IF NOT EXISTS weir.records (
    gid text NOT NULL, portion int NOT NULL, times json NOT NULL, records json NOT NULL, PRIMARY KEY (gid, portion)
  );
  CREATE SEQUENCE IF NOT EXISTS weir.positions;
`;

/**
 * Of a run ($1) and sink ($2), drops the records of transactions after which $3 others were committed: they are in the
 * sink's table, and weir.records holds them for the page that comes back, which shows no more than that.
 */
export const dropOldRecords = `
  DELETE FROM weir.records WHERE gid IN (
    SELECT gid FROM (
      SELECT gid, sum(count) OVER (ORDER BY position DESC) - count AS newer FROM weir.sink_transactions t
      WHERE run = $1 AND sink = $2 AND position IS NOT NULL
        AND EXISTS (SELECT FROM weir.records r WHERE r.gid = t.gid)
    ) AS kept WHERE newer >= $3
  )
`;

/** With a key, null is a key like any other, as in the engine. Of a changelog the table has the rows, not their kinds. */
export function createTable(table: string, schema: Schema, key: readonly string[]): string {
  const columns = withoutRowKind(schema).map(({ name, type }) => `${identifier(name)} ${sqlTypes[type]}`);
  if (key.length > 0) columns.push(`UNIQUE NULLS NOT DISTINCT (${key.map(identifier).join(', ')})`);
  return `CREATE TABLE IF NOT EXISTS ${identifier(table)} (${columns.join(', ')})`;
}

/** Inserts the records of the JSON parameter $1. */
export function insertRecords(table: string, schema: Schema): string {
  return `INSERT INTO ${identifier(table)} (${columnList(schema)})
    SELECT ${cells(schema)} FROM json_to_recordset($1::json) AS r (${recordColumns(schema)})`;
}

/**
 * Brings the records of transaction $1 into the table: of each key the last one of the transaction, in place of the one
 * that is there; of a changelog unless it is a deletion. `none`: only checks that it could be done.
 */
export function upsertRecords(table: string, schema: Schema, key: readonly string[], none = false): string {
  const rows = withoutRowKind(schema);
  const rest = rows.filter(({ name }) => !key.includes(name)).map(({ name }) => identifier(name));
  const update =
    rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`;
  return `INSERT INTO ${identifier(table)} (${columnList(rows)})
    SELECT ${cells(rows)} FROM (${lastOfKeys(schema, key, none)}) AS r
    WHERE ${kindOf(schema)} <> '-D'
    ON CONFLICT (${key.map(identifier).join(', ')}) DO ${update}`;
}

/**
 * Takes the rows out of the table whose key was deleted last in transaction $1; none for a stream of insertions. A key with
 * a null takes a statement of its own: a comparison that finds null cannot go by the index.
 */
export function deleteRecords(table: string, schema: Schema, key: readonly string[], none = false): string[] {
  if (!isChangelog(schema)) return [];
  const names = key.map(identifier);
  const value = (name: string): string =>
    columnType(schema, name) === 'timestamp' ? `to_timestamp(r.${identifier(name)} / 1000)` : `r.${identifier(name)}`;
  const statement = (compare: string, more = ''): string =>
    `DELETE FROM ${identifier(table)} AS t USING (${lastOfKeys(schema, key, none)}) AS r
      WHERE ${kindOf(schema)} = '-D' AND ${key.map((name) => `t.${identifier(name)} ${compare} ${value(name)}`).join(' AND ')} ${more}`;
  const hasNull = names.map((name) => `r.${name} IS NULL`).join(' OR ');
  return [statement('='), statement('IS NOT DISTINCT FROM', `AND (${hasNull})`)];
}

/**
 * Of each key the last record of transaction $1. Updates-before say nothing: their updates-after follow, as in Flink's
 * upsert sinks.
 */
function lastOfKeys(schema: Schema, key: readonly string[], none: boolean): string {
  const keys = key.map(identifier).join(', ');
  // json_to_recordset numbers its rows only as a part of ROWS FROM.
  return `SELECT DISTINCT ON (${keys}) r.* FROM weir.records p,
      ROWS FROM (json_to_recordset(p.records) AS (${recordColumns(schema)}))
        WITH ORDINALITY AS r (${columnList(schema)}, "weir ordinal")
    WHERE p.gid = $1 AND ${kindOf(schema)} <> '-U' ${none ? 'AND false' : ''}
    ORDER BY ${keys}, p.portion DESC, r."weir ordinal" DESC`;
}

/** Of record r, as text; null counts as an insertion. */
function kindOf(schema: Schema): string {
  const column = schema[rowKindIndex(schema)];
  return column === undefined ? `'+I'` : `coalesce(r.${identifier(column.name)}, '+I')`;
}

const columnType = (schema: Schema, of: string): ColumnType | undefined => schema.find(({ name }) => name === of)?.type;

/** Timestamps come as milliseconds. */
const cells = (schema: Schema): string =>
  schema
    .map(({ name, type }) => (type === 'timestamp' ? `to_timestamp(${identifier(name)} / 1000)` : identifier(name)))
    .join(', ');

const recordColumns = (schema: Schema): string =>
  schema
    .map(({ name, type }) => `${identifier(name)} ${type === 'timestamp' ? 'double precision' : sqlTypes[type]}`)
    .join(', ');

/** An escaped backslash, a NUL, or half of a surrogate pair: the last two are no text in Postgres. */
const escapes = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/** The parameters that a portion is kept by. JSON has no infinity; Postgres reads it from a text. */
export function portionOf(batch: Batch): { readonly times: string; readonly records: string } {
  const times = Array.from(batch.timestamps.subarray(0, batch.length), (time) => (Number.isNaN(time) ? null : time));
  const records = JSON.stringify(rowsOf(batch), (_key, value: unknown) =>
    value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? String(value) : value,
  );
  return {
    times: JSON.stringify(times),
    records: records.replace(escapes, (escape) => (escape === '\\\\' ? escape : '\uFFFD')),
  };
}

/** The batch that was kept, from what the database gives of these columns. */
export function batchOf(schema: Schema, times: readonly (number | null)[], records: readonly unknown[]): Batch {
  const floats = schema.filter(({ type }) => type === 'float').map(({ name }) => name);
  const builder = new BatchBuilder(schema, Math.max(1, records.length));
  records.forEach((record, row) => {
    const cells = record as Record<string, unknown>;
    for (const name of floats) if (typeof cells[name] === 'string') cells[name] = Number(cells[name]);
    builder.appendRow(cells, times[row] ?? Number.NaN);
  });
  return builder.take();
}

/** As kept in `weir.sink_transactions.columns`. */
export const schemaOf = (columns: unknown): Schema =>
  (columns as readonly ColumnSpec[]).map(({ name, type }) => ({ name, type }));

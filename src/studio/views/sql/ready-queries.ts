/** Queries that are a click away: what a person wants to know of the tables that a job writes. */
import type { Job } from '../../../engine/graph/job.ts';

export interface ReadyQuery {
  readonly label: string;
  readonly sql: string;
}

/** The tables of the job's Postgres sinks, each once. */
export function sinkTables(job: Job): string[] {
  const names = job.nodes.flatMap(({ kind, params }) => (kind === 'postgres' ? [params['table'] ?? 'results'] : []));
  return [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))];
}

export function readyQueries(tables: readonly string[]): ReadyQuery[] {
  return [...tables.flatMap(ofTable), ...general];
}

export function firstQuery(tables: readonly string[]): string {
  const [table] = tables;
  return table === undefined ? '' : (ofTable(table)[0] as ReadyQuery).sql;
}

function ofTable(table: string): ReadyQuery[] {
  const name = `"${table.replaceAll('"', '""')}"`;
  return [
    { label: `${table}: rows`, sql: `SELECT * FROM ${name} LIMIT 100` },
    { label: `${table}: how many`, sql: `SELECT count(*) FROM ${name}` },
    {
      label: `${table}: equal rows`,
      sql: `SELECT t::text AS row, count(*) FROM ${name} t GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC`,
    },
    { label: `${table}: empty it`, sql: `DELETE FROM ${name}` },
  ];
}

const general: readonly ReadyQuery[] = [
  { label: 'Prepared now', sql: 'SELECT gid, prepared FROM pg_prepared_xacts ORDER BY prepared' },
  {
    label: 'Commits',
    sql: 'SELECT position, transaction, "table", count FROM weir.sink_transactions ORDER BY position DESC LIMIT 100',
  },
];

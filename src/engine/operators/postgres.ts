/**
 * Postgres: a sink into a table of the database in the page. It commits with checkpoints, by Postgres' own two-phase
 * commit (PREPARE TRANSACTION): exactly once, whatever fails. A changelog goes in by its key, as with Flink's JDBC sink: a row
 * that is inserted or updated replaces the one of its key, one that is deleted takes it out.
 */
import * as z from 'zod/mini';
import { textField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { isChangelog, plainStream } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { spreadTransactions, TwoPhaseSink } from './two-phase.ts';
import { keyField, keyIssues } from './upsert-key.ts';

/** NAMEDATALEN - 1: Postgres cuts longer names off. */
const nameBytes = 63;
/** What needs no quotes in SQL. The prefixes are Postgres' own and Weir's. */
const plainName = /^(?!pg_|weir_)[a-z_][a-z0-9_]*$/;

const params = z.object({
  table: textField('results', {
    label: 'Table',
    placeholder: 'results',
    help: 'Created if it is not there. Lower case, so that it needs no quotes.',
  }),
  keys: keyField(),
});
type PostgresParams = z.infer<typeof params>;

export const postgres: OperatorDefinition<PostgresParams> = {
  kind: 'postgres',
  family: 'sink',
  title: 'Postgres',
  summary: 'Writes to a Postgres table in this page, committed with checkpoints.',
  icon: 'database',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  committing: true,
  operatorState: true,
  derive({ table, keys }, [input]) {
    const schema = input?.schema ?? [];
    const issues = [...tableIssues(table), ...nameIssues(schema), ...keyIssues(keys, input)];
    if (keys.length === 0 && isChangelog(schema)) issues.push({ code: 'changelog-key', param: 'keys' });
    return derived(issues, () => []);
  },
  describe: ({ table, keys }) => `${table || '?'}${keys.length === 0 ? '' : ` by ${keys.join(', ')}`}`.slice(0, 40),
  example: {
    params: { table: 'words' },
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 #1 w2 a@3 #2 b@4 |' }],
    outputs: { results: 'a@1 b@2 a@3 b@4 |' },
  },
};

export const postgresFactory: TransformFactory<PostgresParams> = {
  role: 'transform',
  redistribute: spreadTransactions,
  create: ({ table, keys }, context) =>
    new TwoPhaseSink(context, { system: 'postgres', systemName: 'Postgres', table, key: keys }),
};

function tableIssues(table: string): ParamIssue[] {
  if (plainName.test(table) && table.length <= nameBytes) return [];
  const reason = `“${table.slice(0, 70)}” is no plain table name: use a-z, 0-9 and _, at most ${nameBytes}, not pg_ or weir_ at the start`;
  return [{ code: 'invalid-param', param: 'table', details: { param: 'Table', reason } }];
}

function nameIssues(schema: Schema): ParamIssue[] {
  const bad = schema.find(({ name }) => name === '' || name.includes('\0') || bytesOf(name) > nameBytes);
  if (bad === undefined) return [];
  const reason = `the column “${bad.name.slice(0, 70)}” is no name in Postgres, where they have 1 to ${nameBytes} bytes`;
  return [{ code: 'invalid-param', param: 'table', details: { param: 'Columns', reason } }];
}

/** In UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    bytes += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}

import { expect, test } from 'vitest';
import { emptyJob } from '../../../engine/graph/job.ts';
import type { Job } from '../../../engine/graph/job.ts';
import { firstQuery, readyQueries, sinkTables } from './ready-queries.ts';

const node = (id: string, kind: string, params: Record<string, unknown>): Job['nodes'][number] => ({
  id,
  kind,
  params,
  name: id,
  parallelism: null,
  chaining: 'always',
  costMs: 0,
  position: { x: 0, y: 0 },
});

test('the tables are those of Postgres sinks, each once, with the default of the sink', () => {
  const nodes = [
    node('a', 'postgres', { table: 'words' }),
    node('b', 'postgres', {}),
    node('c', 'postgres', { table: 'words' }),
    node('d', 'table', { table: 'no' }),
    node('e', 'postgres', { table: 7 }),
  ];
  expect(sinkTables({ ...emptyJob, nodes })).toEqual(['words', 'results']);
});

test('each table can be read, counted and searched for rows that came twice', () => {
  const queries = readyQueries(['words']).map(({ sql }) => sql);
  expect(queries).toContain('SELECT count(*) FROM "words"');
  expect(queries.some((sql) => sql.includes('HAVING count(*) > 1'))).toBe(true);
  expect(firstQuery(['words'])).toBe(queries[0]);
});

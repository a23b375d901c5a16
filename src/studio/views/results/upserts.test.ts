import { expect, test } from 'vitest';
import type { JobNode } from '../../../engine/graph/job.ts';
import type { RowKind, Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../../engine/wire/batch.ts';
import { shownOf } from './upserts.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
];

function sink(kind: string, params: Record<string, unknown>): JobNode {
  return {
    id: 's',
    kind,
    name: 's',
    params,
    parallelism: null,
    chaining: 'always',
    costMs: 0,
    position: { x: 0, y: 0 },
  };
}

function resultOf(...parts: readonly (readonly (readonly [string, number])[])[]): ResultView {
  const chunks = parts.map((part) => {
    const builder = new BatchBuilder(schema, 4);
    for (const [word, count] of part) builder.appendRow({ word, count }, 0);
    return { subtask: 'v/0', attempt: 1, arrivals: arrivedAt(0, part.length), records: builder.take() };
  });
  const kept = parts.flat().length;
  return { node: 's', total: kept, totals: new Map(), transactions: new Set(), chunks, kept };
}

const rows = (result: ResultView) => result.chunks.flatMap((chunk) => rowsOf(chunk.records));
const result = resultOf(
  [
    ['a', 1],
    ['b', 1],
  ],
  [['a', 2]],
);

test('an upsert table shows the newest record of each key', () => {
  const shown = shownOf(sink('upsertTable', { keys: ['word'] }), result);
  expect(rows(shown)).toEqual([
    { word: 'a', count: 2 },
    { word: 'b', count: 1 },
  ]);
  expect([shown.kept, shown.total]).toEqual([2, 3]);
});

test.each([
  ['another sink', 'table', { keys: ['word'] }],
  ['one whose key was taken away since the run', 'upsertTable', { keys: [] }],
  ['one whose key is no column of the records', 'upsertTable', { keys: ['letter'] }],
])('%s shows all', (_, kind, params) => {
  expect(shownOf(sink(kind, params), result)).toBe(result);
});

const changed: Schema = [...schema, { name: 'op', type: 'rowkind' }];

function changesOf(...changes: readonly (readonly [RowKind, string, number])[]): ResultView {
  const builder = new BatchBuilder(changed, 4);
  for (const [op, word, count] of changes) builder.appendRow({ word, count, op }, 0);
  const chunks = [{ subtask: 'v/0', attempt: 1, arrivals: arrivedAt(0, changes.length), records: builder.take() }];
  return { node: 's', total: changes.length, totals: new Map(), transactions: new Set(), chunks, kept: changes.length };
}

test.each([
  ['a chart of a changelog', 'chart', {}],
  ['a table in complete mode', 'table', { mode: 'complete' }],
])('%s shows the table as it is now', (_, kind, params) => {
  const shown = shownOf(sink(kind, params), changesOf(['+I', 'a', 1], ['+I', 'b', 1], ['-U', 'a', 1], ['+U', 'a', 2]));
  expect(rows(shown)).toEqual([
    { word: 'b', count: 1 },
    { word: 'a', count: 2 },
  ]);
});

test('a chart of insertions shows all', () => {
  expect(shownOf(sink('chart', {}), result)).toBe(result);
});

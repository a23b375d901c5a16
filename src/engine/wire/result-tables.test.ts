import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Schema } from '../graph/schema.ts';
import { BatchBuilder } from './batch-builder.ts';
import { rowsOf } from './batch.ts';
import type { Batch } from './batch.ts';
import { currentTable, latestByKey } from './result-tables.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'page', type: 'int' },
  { name: 'count', type: 'int' },
];

interface Entry {
  readonly word: string | null;
  readonly page: number;
  readonly count: number;
}

function batchOf(rows: readonly Entry[]): Batch {
  const builder = new BatchBuilder(schema, 4);
  rows.forEach((row, i) => builder.appendRow(row, i));
  return builder.take();
}

const entry = fc.record({
  word: fc.constantFrom('a', 'b', '', null),
  page: fc.nat({ max: 2 }),
  count: fc.nat(),
});

test('the newest record of each key stays, where its key first came', () => {
  const batches = [
    batchOf([
      { word: 'b', page: 1, count: 1 },
      { word: 'a', page: 1, count: 1 },
    ]),
    batchOf([{ word: 'b', page: 1, count: 2 }]),
  ];
  expect(rowsOf(latestByKey(batches, ['word']) as Batch)).toEqual([
    { word: 'b', page: 1, count: 2 },
    { word: 'a', page: 1, count: 1 },
  ]);
});

test('without batches there is nothing', () => {
  expect(latestByKey([], ['word'])).toBeNull();
});

test.each([[['word']], [['word', 'page']]] as const)('by %j it is what overwriting rows of a table gives', (key) => {
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), (parts) => {
      const table: Record<string, Entry> = {};
      for (const row of parts.flat()) table[`k${key.map((column) => String(row[column])).join('|')}`] = row;
      expect(rowsOf(latestByKey(parts.map(batchOf), key) as Batch)).toEqual(Object.values(table));
    }),
  );
});

const changed: Schema = [...schema, { name: 'op', type: 'rowkind' }];
type ChangedEntry = Entry & { readonly op: string };

function changedBatch(rows: readonly ChangedEntry[]): Batch {
  const builder = new BatchBuilder(changed, 4);
  rows.forEach((row, i) => builder.appendRow(row, i));
  return builder.take();
}

const change = (op: string, word: string, count: number): ChangedEntry => ({ op, word, page: 1, count });

test('of a changelog, a deletion takes the row of its key away, and an update-before says nothing', () => {
  const batches = [
    changedBatch([change('+I', 'a', 1), change('+I', 'b', 1)]),
    changedBatch([change('-U', 'b', 1), change('-D', 'a', 1), change('+U', 'b', 2)]),
  ];
  expect(rowsOf(latestByKey(batches, ['word']) as Batch)).toEqual([{ word: 'b', page: 1, count: 2 }]);
});

test('the table of a changelog has each row as often as it was inserted and not taken away', () => {
  const batches = [
    changedBatch([change('+I', 'a', 1), change('+I', 'a', 1), change('+I', 'b', 1)]),
    changedBatch([change('-U', 'a', 1), change('+U', 'a', 2), change('-D', 'b', 1), change('-D', 'b', 9)]),
  ];
  expect(rowsOf(currentTable(batches) as Batch)).toEqual([
    { word: 'a', page: 1, count: 1 },
    { word: 'a', page: 1, count: 2 },
  ]);
  expect(currentTable([])).toBeNull();
});

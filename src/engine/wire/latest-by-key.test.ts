import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Schema } from '../graph/schema.ts';
import { BatchBuilder } from './batch-builder.ts';
import { rowsOf } from './batch.ts';
import type { Batch } from './batch.ts';
import { latestByKey } from './latest-by-key.ts';

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

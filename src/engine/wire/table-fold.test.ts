/** Which of equal rows a retraction takes away. */
import { expect, test } from 'vitest';
import type { RowKind, Schema } from '../graph/schema.ts';
import { arrivalList, arrivedAt } from './arrivals.ts';
import { BatchBuilder } from './batch-builder.ts';
import { TableFold } from './table-fold.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'op', type: 'rowkind' },
];

/** One change, which arrived at `at`. */
function change(op: RowKind, word: string, at: number) {
  const builder = new BatchBuilder(schema, 1);
  builder.appendRow({ word, op }, 0);
  return { records: builder.take(), arrivals: arrivedAt(at, 1) };
}

test('of equal rows a retraction takes the oldest, and the arrivals of the others stay', () => {
  const fold = new TableFold({ kind: 'changes' });
  for (const at of [1, 2, 3]) fold.add(change('+I', 'a', at));
  fold.add(change('-D', 'a', 4));
  const left = fold.part();
  expect(left?.records.length).toBe(2);
  expect([...arrivalList(left?.arrivals ?? arrivedAt(0, 0))]).toEqual([2, 3]);
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schema } from '../graph/schema.ts';
import { BatchBuilder } from './batch-builder.ts';
import { rowAt } from './batch.ts';
import { RowView } from './row-view.ts';

const schema: Schema = [
  { name: 'count', type: 'int' },
  { name: 'not an identifier', type: 'string' },
  { name: 'class', type: 'boolean' },
  { name: '2', type: 'float' },
  { name: 'doc', type: 'json' },
];

function batchOf(rows: readonly object[]) {
  const builder = new BatchBuilder(schema, 8);
  for (const row of rows) builder.appendRow(row, 0);
  return builder.take();
}

describe('the row that a function sees', () => {
  test('has the values of the record in hand, by any name, in any order of reading', () => {
    const row = fc.record({
      count: fc.option(fc.integer()),
      'not an identifier': fc.option(fc.string()),
      class: fc.option(fc.boolean()),
      '2': fc.option(fc.double({ noNaN: true })),
      doc: fc.option(fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as object)),
    });
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 1 }), { minLength: 1 }), fc.array(fc.nat()), (batches, moves) => {
        const view = new RowView(schema);
        for (const rows of batches) {
          const batch = batchOf(rows);
          view.bind(batch);
          for (const move of moves) {
            const at = move % rows.length;
            expect({ ...view.move(at) }).toEqual(rowAt(batch, at));
            expect(view.copy(at)).toEqual(rows[at]);
          }
        }
      }),
      { seed: 3 },
    );
  });

  test('is one object that moves; a spread copy stays', () => {
    const view = new RowView(schema);
    view.bind(batchOf([{ count: 1 }, { count: 2 }]));
    const first = view.move(0);
    const kept = { ...first };
    expect(view.move(1)).toBe(first);
    expect(first['count']).toBe(2);
    expect(kept['count']).toBe(1);
    expect(Object.keys(first)).toEqual(Object.keys(kept));
    expect(JSON.parse(JSON.stringify(first))).toEqual({ ...first });
  });

  test('a json cell is parsed once per record, however often it is read', () => {
    const view = new RowView(schema);
    view.bind(batchOf([{ doc: { a: 1 } }, { doc: { a: 2 } }]));
    const row = view.move(0);
    const doc = row['doc'];
    expect(row['doc']).toBe(doc);
    view.move(1);
    expect(row['doc']).toEqual({ a: 2 });
    view.bind(batchOf([{ doc: { a: 3 } }]));
    expect(view.move(0)['doc']).toEqual({ a: 3 });
  });

  test('cannot be written', () => {
    const view = new RowView(schema);
    view.bind(batchOf([{ count: 1 }]));
    const row = view.move(0) as Record<string, unknown>;
    expect(() => {
      row['count'] = 5;
    }).toThrow(TypeError);
  });
});

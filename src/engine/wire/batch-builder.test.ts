import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnType, Schema } from '../graph/schema.ts';
import { BatchBuilder } from './batch-builder.ts';
import { rowsOf } from './batch.ts';
import type { TextColumn } from './batch.ts';
import { TaskFailure } from './failures.ts';

const schema: Schema = [
  { name: 'i', type: 'int' },
  { name: 'f', type: 'float' },
  { name: 'b', type: 'boolean' },
  { name: 's', type: 'string' },
  { name: 't', type: 'timestamp' },
  { name: 'j', type: 'json' },
];

const rows = fc.array(
  fc.record({
    i: fc.option(fc.maxSafeInteger()),
    f: fc.option(fc.double({ noNaN: true })),
    b: fc.option(fc.boolean()),
    s: fc.option(fc.string({ maxLength: 3 })),
    t: fc.option(fc.maxSafeInteger()),
    j: fc.option(fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)),
  }),
  { maxLength: 60 },
);

describe('the batch builder', () => {
  test('gives back what was put in, whatever its capacity and however often it is used', () => {
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 4 }), fc.integer({ min: 1, max: 64 }), (batches, capacity) => {
        const builder = new BatchBuilder(schema, capacity);
        const taken = batches.map((records) => {
          records.forEach((row, i) => builder.appendRow(row, i % 7 === 0 ? Number.NaN : i));
          expect(builder.length).toBe(records.length);
          return builder.take();
        });
        // Only now: what was taken must not change by later use.
        taken.forEach((batch, at) => {
          expect(rowsOf(batch)).toEqual(batches[at]);
          expect(batch.length).toBe(batches[at]?.length);
          expect([...batch.timestamps.subarray(0, batch.length)]).toEqual(
            batches[at]?.map((_, i) => (i % 7 === 0 ? Number.NaN : i)),
          );
        });
      }),
      { seed: 11 },
    );
  });

  test('copies records between equal schemas', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(), { maxLength: 30 }), (records, picks) => {
        fc.pre(records.length > 0);
        const from = new BatchBuilder(schema, 8);
        records.forEach((row, i) => from.appendRow(row, i));
        const batch = from.take();
        const chosen = picks.map((pick) => pick % records.length);
        const to = new BatchBuilder([...schema], 4);
        for (const row of chosen) to.copyRow(batch, row);
        const copied = to.take();
        expect(rowsOf(copied)).toEqual(chosen.map((row) => records[row]));
        expect([...copied.timestamps.subarray(0, copied.length)]).toEqual(chosen);
      }),
      { seed: 12 },
    );
  });

  test('cells that are not set are null, also in arrays that were used before', () => {
    const builder = new BatchBuilder(schema, 8);
    builder.appendRow({ i: 1, f: 1, b: true, s: 'x', t: 1, j: [1] }, 0);
    builder.take();
    builder.startRow(5);
    builder.number(1, 2.5);
    expect(rowsOf(builder.take())).toEqual([{ i: null, f: 2.5, b: null, s: null, t: null, j: null }]);
  });

  test('typed setters write the cells of the record begun last', () => {
    const builder = new BatchBuilder(schema, 1);
    for (const n of [1, 2]) {
      builder.startRow(n);
      builder.number(0, n);
      builder.boolean(2, n === 1);
      builder.text(3, `s${n}`);
      builder.value(5, { n });
    }
    expect(rowsOf(builder.take())).toEqual([
      { i: 1, f: null, b: true, s: 's1', t: null, j: { n: 1 } },
      { i: 2, f: null, b: false, s: 's2', t: null, j: { n: 2 } },
    ]);
  });

  test('repeated texts share a dictionary entry, and the dictionary is bounded', () => {
    const builder = new BatchBuilder([{ name: 's', type: 'string' }], 100);
    for (let i = 0; i < 1000; i++) builder.appendRow({ s: `s${i % 3}` }, 0);
    expect((builder.take().columns[0] as TextColumn).entries).toEqual(['s0', 's1', 's2']);
    let longest = 0;
    for (let batch = 0; batch < 100; batch++) {
      for (let i = 0; i < 1000; i++) builder.appendRow({ s: `${batch} ${i}` }, 0);
      longest = Math.max(longest, (builder.take().columns[0] as TextColumn).entries.length);
    }
    expect(longest).toBeLessThan(6000);
  });

  test('properties that are no column are ignored', () => {
    const builder = new BatchBuilder([{ name: 'i', type: 'int' }], 1);
    builder.appendRow({ i: 1, extra: 2 }, 0);
    expect(rowsOf(builder.take())).toEqual([{ i: 1 }]);
  });
});

describe('a value that does not fit', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const tooMuch: [ColumnType, unknown, string][] = [
    ['int', 1.5, '1.5 for column “x”, where a whole number'],
    ['int', 2 ** 53, '9007199254740992 for column “x”'],
    ['int', '7', '"7" (a string) for column “x”'],
    ['int', Number.NaN, 'NaN'],
    ['float', Number.NaN, 'NaN for column “x”, where a number'],
    ['float', true, 'true'],
    ['boolean', 1, '1 for column “x”, where true or false'],
    ['string', 5, '5 for column “x”, where a string'],
    ['string', { a: 1 }, '{"a":1} (an object)'],
    ['timestamp', 'yesterday', '"yesterday" (a string) for column “x”, where milliseconds since 1970'],
    ['timestamp', Number.POSITIVE_INFINITY, 'Infinity'],
    ['timestamp', new Date(Number.NaN), 'for column “x”'],
    ['json', () => 1, 'a function'],
    ['json', 10n, '10n (a bigint)'],
    ['json', cyclic, '{…} (an object)'],
    ['string', Promise.resolve(1), 'a promise'],
  ];
  test.each(tooMuch)('%s from %s is told with column, value and type', (type, value, text) => {
    const builder = new BatchBuilder([{ name: 'x', type }], 1, { node: 'n7', name: 'Parse' });
    let caught: unknown;
    try {
      builder.appendRow({ x: value }, 0);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TaskFailure);
    const { failure, message } = caught as TaskFailure;
    expect(failure).toMatchObject({ code: 'function-result', node: 'n7' });
    expect(message).toContain('“Parse” returned');
    expect(message).toContain(text);
  });

  test.each([[null], [undefined], [7], ['row'], [[1]], [true]])('%j is no row', (row) => {
    const builder = new BatchBuilder([{ name: 'x', type: 'int' }], 1, { node: 'n7', name: 'Parse' });
    expect(() => builder.appendRow(row, 0)).toThrow('where an object with the output columns is needed');
  });
});

describe('a value that fits after conversion', () => {
  test.each([
    ['timestamp', new Date(86_400_000), 86_400_000],
    ['timestamp', '1970-01-02', 86_400_000],
    ['timestamp', '1970-01-01T00:00:01Z', 1000],
    ['timestamp', '1970-01-01T01:00:00+01:00', 0],
    ['timestamp', 12.7, 12],
    ['timestamp', -12.2, -13],
    ['float', -0.5, -0.5],
    ['int', undefined, null],
    ['json', { d: new Date(0) }, { d: '1970-01-01T00:00:00.000Z' }],
    ['json', 'text', 'text'],
  ] as [ColumnType, unknown, unknown][])('%s from %s', (type, value, cell) => {
    const builder = new BatchBuilder([{ name: 'x', type }], 1);
    builder.appendRow({ x: value }, 0);
    expect(rowsOf(builder.take())).toEqual([{ x: cell }]);
  });
});

/** What a function returns against the columns that are declared: what is dropped or never comes is said. */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { problemMessage } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import { present } from '../../base/assert.ts';
import { operatorTable } from './running.ts';
import { Harness } from './testing/harness.ts';

const words = plainStream([
  { name: 'word', type: 'string' },
  { name: 'n', type: 'int' },
]);
const n: Schema = [{ name: 'n', type: 'int' }];
const both: Schema = [...n, { name: 'm', type: 'int' }];

const keyedWords: StreamType = { ...words, key: ['word'] };
/** So many records a=0@0 a=1@1 … */
const line = (records: number): string => Array.from({ length: records }, (_, i) => `a=${i}@${i}`).join(' ');

function run(kind: string, params: object, records: number, input: StreamType = words): Harness {
  const harness = new Harness(present(operatorTable.get(kind), kind), params, [input]);
  harness.play(timelineElements(line(records)), 0, () => false);
  return harness;
}

const said = (kind: string, params: object, records = 3): readonly string[] =>
  run(kind, params, records).found.map(problemMessage);

const dropped = (names: string): string =>
  `The function returns ${names}, for which there is no output column, so that is dropped.`;
const missing = (names: string): string =>
  `The function does not return ${names}, so there are only nulls in that column.`;

describe('fields that no column takes', () => {
  test.each<[string, string, object, readonly string[]]>([
    ['are told of a map', 'map', { function: '(row) => ({ n: 1, double: 2 })', columns: n }, [dropped('“double”')]],
    ['are told together', 'map', { function: '(row) => ({ n: 1, a: 1, b: 2 })', columns: n }, [dropped('“a”, “b”')]],
    ['of a whole row, too', 'map', { function: '(row) => ({ ...row })', columns: n }, [dropped('“word”')]],
    [
      'are none where input columns are kept',
      'map',
      { function: '(row) => ({ ...row, m: 1 })', columns: both, keep: true },
      [],
    ],
    [
      'are told also of those',
      'map',
      { function: '(row) => ({ x: 1, m: 1 })', columns: both.slice(1), keep: true },
      [dropped('“x”')],
    ],
    ['are none in a bare value', 'map', { function: '(row) => row.n', columns: n }, []],
    [
      'are none in a bare value of json',
      'map',
      { function: '(row) => ({ a: 1 })', columns: [{ name: 'v', type: 'json' }] },
      [],
    ],
    [
      'are told of what a flat map emits',
      'flatMap',
      { function: '(row, emit) => { emit(row); }', columns: n },
      [dropped('“word”')],
    ],
    ['are told of what it returns', 'flatMap', { function: '(row) => [{ n: 1, x: 1 }]', columns: n }, [dropped('“x”')]],
  ])('%s', (_name, kind, params, expected) => {
    expect(said(kind, params)).toEqual(expected);
  });

  test('are told once, and named up to five', () => {
    const source = '(row) => ({ n: 1, a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 })';
    expect(said('map', { function: source, columns: n }, 600)).toEqual([dropped('“a”, “b”, “c”, “d”, “e” and 2 more')]);
  });

  test('that come later are found by samples', () => {
    const params = { function: '(row) => (row.n < 1000 ? { n: 1 } : { n: 1, late: 1 })', columns: n };
    expect(said('map', params, 1000)).toEqual([]);
    expect(said('map', params, 3000)).toEqual([dropped('“late”')]);
  });
});

describe('columns that a function does not return', () => {
  test('are told once so many records have come without them', () => {
    const params = { function: '(row) => ({ n: 1 })', columns: both };
    expect(said('map', params, 31)).toEqual([]);
    expect(said('map', params, 100)).toEqual([missing('“m”')]);
  });

  test('are not, if one of them had it, even as null', () => {
    const params = { function: '(row) => (row.n === 20 ? { n: 1, m: null } : { n: 1 })', columns: both };
    expect(said('map', params, 100)).toEqual([]);
  });
});

describe('a map that keeps the input’s columns tells of another value for one of them', () => {
  const other = (names: string): string =>
    `The function returns another ${names} than its input has, but that column is kept, so that is dropped.`;
  test.each<[string, string, readonly string[]]>([
    ['once', '(row) => ({ ...row, word: "b", m: 1 })', [other('“word”')]],
    ['also if only some records have it', '(row) => ({ word: row.n === 2 ? "b" : row.word, m: 1 })', [other('“word”')]],
    ['not of the same value', '(row) => ({ word: "a", m: 1 })', []],
    ['not of one that it replaces', '(row) => ({ ...row, n: 7, m: 1 })', []],
    ['beside a field of neither', '(row) => ({ word: null, m: 1, x: 1 })', [dropped('“x”'), other('“word”')]],
  ])('%s', (_name, source, expected) => {
    expect(said('map', { function: source, columns: both, keep: true })).toEqual(expected);
  });

  test('json is compared by what it holds', () => {
    const input = plainStream([{ name: 'j', type: 'json' }]);
    const told = (source: string): number => {
      const params = { function: source, columns: n, keep: true };
      const harness = new Harness(present(operatorTable.get('map'), 'map'), params, [input]);
      harness.play(timelineElements('{"a":[1]}@1'), 0, () => false);
      return harness.found.length;
    };
    expect(told('(row) => ({ j: { a: [1] }, n: 1 })')).toBe(0);
    expect(told('(row) => ({ j: { a: [2] }, n: 1 })')).toBe(1);
  });
});

describe('a reduce function', () => {
  const extra = (names: string): string =>
    `The function returns ${names}, which the records that it combines do not have, so that is dropped.`;
  const left = (names: string): string =>
    `The function does not return ${names}, so that is null in what it makes of two records.`;
  const found = (kind: string, source: string, records: number): readonly (readonly [string, string | undefined])[] => {
    const params = kind === 'reduce' ? { function: source } : { function: 'reduce', reduce: source, sizeMs: 1_000_000 };
    const issues = run(kind, params, records, keyedWords).found;
    return issues.map((issue) => [problemMessage(issue), issue.param]);
  };

  test.each(['tumblingWindow', 'sessionWindow', 'countWindow', 'globalWindow'])(
    'of a %s tells what it drops',
    (kind) => {
      expect(found(kind, '(a, b) => ({ ...b, n: a.n + b.n, most: 1 })', 3)).toEqual([[extra('“most”'), 'reduce']]);
      expect(found(kind, '(a, b) => ({ ...b, n: a.n + b.n })', 100)).toEqual([]);
    },
  );

  test('rolling, tells what it drops, but not before it is called', () => {
    const source = '(a, b) => ({ ...b, n: a.n + b.n, most: 1, x: 2 })';
    expect(found('reduce', source, 1)).toEqual([]);
    expect(found('reduce', source, 300)).toEqual([[extra('“most”, “x”'), 'function']]);
  });

  test('tells a column that it does not return, which the next record no longer has', () => {
    expect(found('reduce', '(a, b) => ({ word: b.word })', 32)).toEqual([]);
    expect(found('reduce', '(a, b) => ({ word: b.word })', 100)).toEqual([[left('“n”'), 'function']]);
    const rows = run('reduce', { function: '(a, b) => ({ word: b.word })' }, 2, keyedWords).port('out');
    expect(rows).toMatchObject([{ row: { word: 'a', n: 0 } }, { row: { word: 'a', n: null } }]);
  });

  test('may leave out the key where the window writes it, and only there', () => {
    expect(found('tumblingWindow', '(a, b) => ({ n: a.n + b.n })', 100)).toEqual([]);
    expect(found('reduce', '(a, b) => ({ n: a.n + b.n })', 100)).toEqual([[left('“word”'), 'function']]);
  });
});

test('what a side output has no column for is told at the side outputs', () => {
  const params = {
    processElement: "(row, ctx) => ctx.output('late', { n: 1, x: 2 })",
    sideOutputs: [{ tag: 'late', columns: both }],
  };
  expect(run('process', params, 1, keyedWords).found).toMatchObject([
    { code: 'undeclared-field', param: 'sideOutputs' },
  ]);
});

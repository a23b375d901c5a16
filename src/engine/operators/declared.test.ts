/** What a function returns against the columns that are declared: what is dropped or never comes is said. */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { problemMessage } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import { present } from '../../base/assert.ts';
import { operatorTable } from './running.ts';
import { Harness } from './testing/harness.ts';

const words = plainStream([
  { name: 'word', type: 'string' },
  { name: 'n', type: 'int' },
]);
const n: Schema = [{ name: 'n', type: 'int' }];
const both: Schema = [...n, { name: 'm', type: 'int' }];

/** So many records a=0@0 a=1@1 … */
const line = (records: number): string => Array.from({ length: records }, (_, i) => `a=${i}@${i}`).join(' ');

function run(kind: string, params: object, records: number): Harness {
  const harness = new Harness(present(operatorTable.get(kind), kind), params, [words]);
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

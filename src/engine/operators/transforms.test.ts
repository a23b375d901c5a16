/** What the examples do not show: results of functions that fit or do not, and the limits of sinks. */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { kindTable } from './list.ts';
import { Harness } from './testing/harness.ts';

const words = plainStream([
  { name: 'word', type: 'string' },
  { name: 'n', type: 'int' },
]);
const keyed: StreamType = { ...words, key: ['word'] };

function run(kind: string, params: object, timeline: string, type: StreamType = words): Harness {
  const definition = kindTable.get(kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  const harness = new Harness(definition, params, [type]);
  harness.play(timelineElements(timeline), 0, () => false);
  return harness;
}

function rows(harness: Harness, port = 'out'): unknown[] {
  return harness.port(port).flatMap((one) => (one.kind === 'record' ? [one.row] : []));
}

describe('map', () => {
  test('keeps the input columns and replaces namesakes', () => {
    const columns = [
      { name: 'n', type: 'float' },
      { name: 'long', type: 'boolean' },
    ];
    const params = { keep: true, columns, function: '(row) => ({ n: row.n / 2, long: row.word.length > 2 })' };
    const harness = run('map', params, 'abc=3@7');
    expect(harness.port('out')).toEqual([{ kind: 'record', row: { word: 'abc', n: 1.5, long: true }, time: 7 }]);
  });

  test('a single json column takes any value, and an object by the column’s name', () => {
    const columns = [{ name: 'doc', type: 'json' }];
    const of = (source: string) => rows(run('map', { columns, function: source }, 'a=1'));
    expect(of('(row) => [row.n, row.word]')).toEqual([{ doc: [1, 'a'] }]);
    expect(of('(row) => ({ ...row })')).toEqual([{ doc: { word: 'a', n: 1 } }]);
    expect(of('(row) => ({ doc: row.n })')).toEqual([{ doc: 1 }]);
    expect(of('(row) => null')).toEqual([{ doc: null }]);
  });

  test('a result that does not fit names the node, the value and the column', () => {
    const columns = [
      { name: 'a', type: 'int' },
      { name: 'b', type: 'int' },
    ];
    expect(() => run('map', { columns, function: '(row) => ({ a: 1, b: row.word })' }, 'x=1')).toThrow(
      '“Map” returned "x" (a string) for column “b”, where a whole number within ±2^53 is needed.',
    );
    expect(() => run('map', { columns, function: '(row) => row.n' }, 'x=1')).toThrow(
      '“Map” returned 1, where an object with the output columns is needed.',
    );
  });
});

describe('filter', () => {
  test('a function that forgets to return is told so', () => {
    expect(() => run('filter', { function: '(row) => { row.n > 1; }' }, 'x=1')).toThrow(
      '“Filter” returned undefined, where true or false is needed.',
    );
  });
});

describe('flat map', () => {
  const columns = [{ name: 'x', type: 'int' }];

  test('emits by calls, by an array, or not at all, with the record’s event time', () => {
    const source = '(row, emit) => { for (let i = 0; i < row.n; i++) emit(i); if (row.n === 0) return [7, { x: 8 }]; }';
    const harness = run('flatMap', { columns, function: source }, 'a=2@5 b=0@6 c=-1@7');
    expect(harness.port('out').map((one) => (one.kind === 'record' ? [one.row['x'], one.time] : one))).toEqual([
      [0, 5],
      [1, 5],
      [7, 6],
      [8, 6],
    ]);
  });

  test('one record that becomes very many goes out in batches', () => {
    const source = '(row, emit) => { for (let i = 0; i < 10000; i++) emit(i); }';
    const harness = run('flatMap', { columns, function: source }, 'a=1');
    expect(rows(harness)).toHaveLength(10_000);
    expect(Math.max(...harness.batches.map(({ batch }) => batch.length))).toBeLessThanOrEqual(2048);
  });

  test('an object is no array', () => {
    expect(() => run('flatMap', { columns, function: '(row) => ({ x: 1 })' }, 'a=1')).toThrow(
      'where an array or nothing is needed',
    );
  });
});

describe('key by a function', () => {
  test('adds the key as a column', () => {
    const harness = run('keyBy', { by: 'function', function: '(row) => row.n % 2', keyType: 'int' }, 'a=1 b=4');
    expect(rows(harness)).toEqual([
      { word: 'a', n: 1, key: 1 },
      { word: 'b', n: 4, key: 0 },
    ]);
  });
});

describe('reduce', () => {
  test('what the function does to its arguments reaches the state only by its result', () => {
    const source = '(a, b) => { const sum = a.n + b.n; a.n = 1000; b.n = 1000; return { word: b.word, n: sum }; }';
    expect(rows(run('reduce', { function: source }, 'a=1 a=2 a=4', keyed))).toEqual([
      { word: 'a', n: 1 },
      { word: 'a', n: 3 },
      { word: 'a', n: 7 },
    ]);
  });

  test('a result that is no row of the columns is told', () => {
    expect(() => run('reduce', { function: '(a, b) => a.n + b.n' }, 'a=1 a=2', keyed)).toThrow(
      '“Reduce” returned 3, where an object with the same columns is needed.',
    );
    expect(() => run('reduce', { function: '(a, b) => ({ ...b, n: "x" })' }, 'a=1 a=2', keyed)).toThrow(
      '"x" (a string) for column “n”',
    );
  });
});

describe('sinks', () => {
  test('a download fails with the record after its limit, and keeps those before', () => {
    const params = { maxRecords: 2 };
    expect(rows(run('fileDownload', params, 'a=1 b=2'), 'results')).toHaveLength(2);
    expect(() => run('fileDownload', params, 'a=1 b=2 c=3')).toThrow('“File download” holds 2 records, its limit.');
  });

  test('the log writes as many lines a second as it may, and counts the rest', () => {
    const harness = run('log', { linesPerSecond: 2, prefix: 'got' }, 'a=1 b=2 c=3 d=4');
    expect(harness.logs).toEqual(['got {"word":"a","n":1}', 'got {"word":"b","n":2}']);
    harness.clock = 1000 as typeof harness.clock;
    harness.play(timelineElements('e=5 |'));
    expect(harness.logs.slice(2)).toEqual(['2 records were not written here.', 'got {"word":"e","n":5}']);
    expect(rows(harness, 'results')).toHaveLength(5);
  });
});

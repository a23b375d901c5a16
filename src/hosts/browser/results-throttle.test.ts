/** What reaches the page of a sink's records. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../base/units.ts';
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import { arrivalList, ArrivalRuns, arrivedAt, joinArrivals, noArrivals } from '../../engine/wire/arrivals.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import { arrivalTickMs, newestPerMessage, newestRows, ResultsThrottle } from './results-throttle.ts';
import type { ResultsReport } from './results-throttle.ts';

/** Records n = from … to-1 with a word each; every third word and every fifth flag is null. */
function numbered(from: number, to: number): Batch {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  const entries = ['unused', 'even', 'odd'];
  return {
    schema: [
      { name: 'n', type: 'int' },
      { name: 'word', type: 'string' },
      { name: 'flag', type: 'boolean' },
    ],
    length: numbers.length,
    timestamps: Float64Array.from(numbers),
    columns: [
      { kind: 'number', values: Float64Array.from(numbers) },
      { kind: 'text', codes: Int32Array.from(numbers, (n) => (n % 3 === 0 ? -1 : 1 + (n % 2))), entries },
      { kind: 'boolean', values: Uint8Array.from(numbers, (n) => (n % 5 === 0 ? 2 : n % 2)) },
    ],
  };
}

const plainRow = (n: number) => ({
  n,
  word: n % 3 === 0 ? null : n % 2 === 0 ? 'even' : 'odd',
  flag: n % 5 === 0 ? null : n % 2 === 1,
});

const report = (records: Batch, total: number, node = 'sink'): ResultsReport => ({
  kind: 'results',
  at: processingTime(total),
  node,
  subtask: 'v1/0',
  attempt: 1,
  total,
  records,
  arrivals: arrivedAt(total, records.length),
});

test('the newest records are copied whole, across batches, with only the texts in use', () => {
  const newest = newestRows([numbered(0, 4), numbered(4, 7), numbered(7, 12)], 7);
  expect(rowsOf(newest)).toEqual([5, 6, 7, 8, 9, 10, 11].map(plainRow));
  expect([...newest.timestamps]).toEqual([5, 6, 7, 8, 9, 10, 11]);
  const words = newest.columns[1];
  expect(words?.kind === 'text' && words.entries.toSorted()).toEqual(['even', 'odd']);
});

test('while the page can keep all records of a sink, none is skipped', () => {
  const throttle = new ResultsThrottle();
  for (let n = 0; n < 50_000; n += 1000) throttle.add(report(numbered(n, n + 1000), n + 1000));
  const [taken] = throttle.take();
  expect(taken?.records.length).toBe(50_000);
  expect(taken?.total).toBe(50_000);
  expect(throttle.empty).toBe(true);
});

test('of a sink with more records than the page keeps, a message brings the newest and the total', () => {
  const throttle = new ResultsThrottle();
  const last = resultLimit + 20_000;
  for (let n = resultLimit; n < last; n += 1000) throttle.add(report(numbered(n, n + 1000), n + 1000));
  const [taken] = throttle.take();
  expect(taken?.total).toBe(last);
  expect(taken?.records.length).toBe(newestPerMessage);
  expect(taken?.records.timestamps[newestPerMessage - 1]).toBe(last - 1);
});

test('sinks do not mix', () => {
  const throttle = new ResultsThrottle();
  throttle.add(report(numbered(0, 2), 2, 'left'));
  throttle.add(report(numbered(7, 8), 1, 'right'));
  throttle.add(report(numbered(2, 3), 3, 'left'));
  const taken = throttle.take().map(({ node, records }) => [node, rowsOf(records).map((row) => row['n'])]);
  expect(taken).toEqual([
    ['left', [0, 1, 2]],
    ['right', [7]],
  ]);
});

// Told one by one, and by so many that one report is left out in part.
test.each([1, 7])('each record has its own arrival, also where the oldest are left out, told by %i', (size) => {
  const throttle = new ResultsThrottle();
  const first = resultLimit + 1;
  const last = first + 9002;
  // A record every third of a millisecond.
  for (let n = first; n < last; n += size) {
    const runs = new ArrivalRuns();
    for (let i = n; i < n + size; i++) runs.add(i / 3, 1);
    throttle.add({ ...report(numbered(n, n + size), n + size), arrivals: runs.done() });
  }
  const [taken] = throttle.take();
  const arrivals = arrivalList(taken?.arrivals ?? noArrivals);
  expect(arrivals.length).toBe(newestPerMessage);
  expect(taken?.records.length).toBe(newestPerMessage);
  arrivals.forEach((at, row) => {
    const late = (taken?.records.timestamps[row] ?? Number.NaN) / 3 - at;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(arrivalTickMs);
  });
  expect(taken?.arrivals.times.length).toBeLessThanOrEqual(newestPerMessage / 3 + 1);
});

describe('a transaction of more records than the page keeps', () => {
  const count = resultLimit + 5;
  const first = numbered(0, 3);
  const rest = numbered(3, count);
  const all = newestRows([first, rest], count);
  const arrivals = joinArrivals(arrivedAt(10, 3), arrivedAt(20, count - 3));
  const told = (more: Partial<ResultsReport> = {}): ResultsReport | undefined => {
    const throttle = new ResultsThrottle();
    throttle.add({ ...report(all, count), transaction: 't/1', arrivals, ...more });
    return throttle.take()[0];
  };

  test('brings its newest with an arrival each', () => {
    const taken = told();
    expect(taken?.records.length).toBe(resultLimit);
    expect(taken?.total).toBe(count);
    expect(taken?.arrivals).toEqual(arrivedAt(20, resultLimit));
    expect(taken?.missed).toBeUndefined();
  });

  test('of a table tells what the others amount to', () => {
    const taken = told({ table: { kind: 'upserts', keys: ['n'] } });
    expect(taken?.missed?.lost).toBe(0);
    expect(taken?.missed?.changes?.arrivals).toEqual({ times: [10, 20], counts: [3, 2] });
    expect([...(taken?.missed?.changes?.records.timestamps ?? [])]).toEqual([0, 1, 2, 3, 4]);
  });
});

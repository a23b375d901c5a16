/** What of a sink's records is told, and when. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../base/units.ts';
import type { TableRule } from '../graph/kind.ts';
import type { Batch } from '../wire/batch.ts';
import { Results } from './results.ts';

const limits = { recordsMax: 3, intervalMs: 100 };
const rule: TableRule = { kind: 'changes' };

/** Records at these event times. */
const batch = (...times: readonly number[]): Batch => ({
  schema: [],
  length: times.length,
  timestamps: Float64Array.from(times),
  columns: [],
});

const make = (shown: readonly (readonly [string, TableRule])[] = []): Results =>
  new Results('v1/0', 1, limits, new Map(shown));

const take = (results: Results, now: number) =>
  results.take(processingTime(now)).flatMap((report) =>
    report.kind === 'results'
      ? [
          {
            times: [...report.records.timestamps],
            total: report.total,
            arrivals: report.arrivals.times,
            table: report.table ?? null,
          },
        ]
      : [],
  );

describe('records of a sink', () => {
  test('are told at most so many per interval, and all are counted', () => {
    const results = make();
    take(results, 1000);
    results.add('out', batch(1, 2), processingTime(1001));
    results.add('out', batch(3, 4), processingTime(1002));
    expect(results.dueAt()).toBe(1100);
    expect(take(results, 1100)).toEqual([
      { times: [1, 2], total: 4, arrivals: [1001], table: null },
      { times: [3], total: 4, arrivals: [1002], table: null },
    ]);
    expect(results.dueAt()).toBe(Number.POSITIVE_INFINITY);
  });

  test('that are changes of a table are all told, at once if they are many', () => {
    const results = make([['out', rule]]);
    take(results, 1000);
    results.add('out', batch(1, 2), processingTime(1001));
    expect(results.dueAt()).toBe(1100);
    results.add('out', batch(3, 4), processingTime(1002));
    expect(results.dueAt()).toBe(Number.NEGATIVE_INFINITY);
    results.add('out', batch(5), processingTime(1002));
    expect(take(results, 1002)).toEqual([
      { times: [1, 2], total: 5, arrivals: [1001], table: rule },
      { times: [3, 4], total: 5, arrivals: [1002], table: rule },
      { times: [5], total: 5, arrivals: [1002], table: rule },
    ]);
    expect(results.dueAt()).toBe(Number.POSITIVE_INFINITY);
    results.add('out', batch(6), processingTime(1003));
    expect(results.dueAt()).toBe(1102);
  });

  test('of a transaction are told by themselves, each by its name', () => {
    const results = make([['out', rule]]);
    results.add('out', batch(1, 2, 3, 4), processingTime(1), 't1');
    results.add('out', batch(5), processingTime(2), 't2');
    expect(take(results, 3)).toEqual([
      { times: [1, 2, 3, 4], total: 4, arrivals: [1], table: rule },
      { times: [5], total: 1, arrivals: [2], table: rule },
    ]);
  });
});

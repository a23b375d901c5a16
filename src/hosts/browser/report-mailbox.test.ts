/** Reports that wait for the page. */
import { describe, expect, test } from 'vitest';
import { MIN_EVENT_TIME, processingTime } from '../../base/units.ts';
import { logLimit, resultLimit, traceLimit } from '../../engine/telemetry/cluster-view.ts';
import type { ResultView } from '../../engine/telemetry/cluster-view.ts';
import { foldResults } from '../../engine/telemetry/fold-results.ts';
import { ArrivalRuns, arrivedAt } from '../../engine/wire/arrivals.ts';
import type { Report, SubtaskGauges, Trace } from '../../engine/wire/reports.ts';
import { ReportMailbox } from './report-mailbox.ts';
import type { ResultsReport } from './results-throttle.ts';

const at = processingTime(0);

const gauges = (subtask: string, recordsIn: number): Report => {
  const values: SubtaskGauges = {
    busyMs: 0,
    idleMs: 0,
    backpressuredMs: 0,
    recordsIn,
    recordsOut: 0,
    watermark: MIN_EVENT_TIME,
    idle: false,
    operators: [],
    inputs: [],
    outputs: [],
  };
  return { kind: 'gauges', at, subtask, attempt: 1, gauges: values };
};

const results = (total: number, length: number): Report => ({
  kind: 'results',
  at,
  node: 'sink',
  subtask: 'v1/0',
  attempt: 1,
  total,
  arrivals: arrivedAt(0, length),
  records: { schema: [], length, timestamps: new Float64Array(length), columns: [] },
});

/** Ids of a table that only grows, from … to-1, which arrived at the id. */
function inserted(from: number, to: number): ResultsReport {
  const ids = Float64Array.from({ length: to - from }, (_, i) => from + i);
  const runs = new ArrivalRuns();
  for (const id of ids) runs.add(id, 1);
  return {
    kind: 'results',
    at,
    node: 'sink',
    subtask: 'v1/0',
    attempt: 1,
    total: to,
    arrivals: runs.done(),
    records: {
      schema: [{ name: 'id', type: 'int' }],
      length: ids.length,
      timestamps: ids,
      columns: [{ kind: 'number', values: ids }],
    },
    table: { kind: 'changes' },
  };
}

const consumed = (sequence: number): Trace => ({ kind: 'consumed', channel: 'e0:0-0', sequence, at });

test('of each subtask the newest gauges are kept', () => {
  const mailbox = new ReportMailbox();
  for (const report of [gauges('a', 1), gauges('b', 2), gauges('a', 3)]) mailbox.add(report);
  expect(mailbox.take()).toEqual([gauges('a', 3), gauges('b', 2)]);
});

test('a change of state comes after everything that the subtask did before it', () => {
  const mailbox = new ReportMailbox();
  const finished: Report = { kind: 'task-state', at, subtask: 'v1/0', attempt: 1, state: 'finished' };
  for (const report of [finished, results(5, 5), gauges('v1/0', 5)]) mailbox.add(report);
  expect(mailbox.take().map((report) => report.kind)).toEqual(['results', 'gauges', 'task-state']);
});

test('changes of state are never merged or lost', () => {
  const mailbox = new ReportMailbox();
  const states = (['created', 'deploying', 'running'] as const).map(
    (state): Report => ({ kind: 'task-state', at, subtask: 'v1/0', attempt: 1, state }),
  );
  for (const report of states) mailbox.add(report);
  expect(mailbox.take()).toEqual(states);
  expect(mailbox.empty).toBe(true);
});

test('traces keep their order, and those of one subtask travel together', () => {
  const mailbox = new ReportMailbox();
  mailbox.add({ kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(0)] });
  mailbox.add({ kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(1)] });
  mailbox.add({ kind: 'traces', subtask: 'b', attempt: 1, traces: [consumed(2)] });
  mailbox.add({ kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(3)] });
  expect(mailbox.take()).toEqual([
    { kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(0), consumed(1)] },
    { kind: 'traces', subtask: 'b', attempt: 1, traces: [consumed(2)] },
    { kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(3)] },
  ]);
});

test('a page that is away for long is owed a bounded amount: the newest', () => {
  const mailbox = new ReportMailbox();
  for (let i = 1; i <= 200_000; i++) {
    mailbox.add({ kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(i)] });
    mailbox.add({ kind: 'log', at, level: 'info', text: `line ${i}` });
    mailbox.add(gauges('a', i));
    if (i % 50 === 0) mailbox.add(results(i * 100, 4000));
  }
  const taken = mailbox.take();
  const traces = taken.flatMap((report) => (report.kind === 'traces' ? report.traces : []));
  const logs = taken.filter((report) => report.kind === 'log');
  const rows = taken.reduce((sum, report) => sum + (report.kind === 'results' ? report.records.length : 0), 0);
  expect(traces.length).toBeLessThanOrEqual(2 * traceLimit);
  expect(traces.at(-1)).toEqual(consumed(200_000));
  expect(logs.length).toBeLessThanOrEqual(2 * logLimit);
  expect(logs.at(-1)?.text).toBe('line 200000');
  expect(rows).toBeLessThan(resultLimit + 4000);
  expect(taken.filter((report) => report.kind === 'gauges')).toEqual([gauges('a', 200_000)]);
});

test('figures may wait; a trace, a barrier, a state and the first record of a sink are news', () => {
  const mailbox = new ReportMailbox();
  mailbox.add(gauges('a', 1));
  expect(mailbox.hasNews).toBe(false);
  mailbox.add({ kind: 'traces', subtask: 'a', attempt: 1, traces: [consumed(0)] });
  expect(mailbox.hasNews).toBe(true);
  mailbox.take();
  mailbox.add({ kind: 'barrier', at, subtask: 'a', event: { kind: 'aligned', checkpoint: 1 } });
  expect(mailbox.hasNews).toBe(true);
  mailbox.take();
  mailbox.add({ kind: 'task-state', at, subtask: 'a', attempt: 1, state: 'running' });
  expect(mailbox.hasNews).toBe(true);
  mailbox.take();
  mailbox.add(results(1, 1));
  expect(mailbox.hasNews).toBe(true);
  mailbox.take();
  mailbox.add(results(2, 1));
  expect(mailbox.hasNews).toBe(false);
});

test('what was told before a recovery comes before it, and comes', () => {
  const mailbox = new ReportMailbox();
  const failure = { code: 'internal', details: {} } as const;
  const detected: Report = {
    kind: 'recovery',
    at,
    event: { kind: 'detected', recovery: 1, failure, subtasks: ['a'], scope: 'job', strategy: '', delayMs: 0 },
  };
  mailbox.add(gauges('a', 1));
  mailbox.add(detected);
  mailbox.add(gauges('a', 2));
  expect(mailbox.hasNews).toBe(true);
  expect(mailbox.take()).toEqual([gauges('a', 1), gauges('a', 2), detected]);
  expect(mailbox.empty).toBe(true);
});

test('of records that are not kept the count is: of each subtask’s newest, and of each transaction', () => {
  const mailbox = new ReportMailbox();
  const all = { ...results(resultLimit, resultLimit), kind: 'results' } as Extract<Report, { kind: 'results' }>;
  mailbox.add({ ...all, subtask: 'v1/1' });
  mailbox.add({ ...all, transaction: 'sink/0/1-1' });
  mailbox.add({ ...all, transaction: 'sink/0/1-2' });
  mailbox.add(all);
  const view = mailbox.take().reduce<ResultView | undefined>((so, report) => {
    return report.kind === 'results' ? foldResults(so, report) : so;
  }, undefined);
  expect(view?.total).toBe(4 * resultLimit);
  expect(view?.kept).toBeLessThanOrEqual(resultLimit);
});

describe('changes of a table that are not kept one by one', () => {
  const tableIn = (mailbox: ReportMailbox) =>
    mailbox
      .take()
      .reduce<ResultView | undefined>((so, each) => (each.kind === 'results' ? foldResults(so, each) : so), undefined)
      ?.table;

  test('come in front of what is kept, and behind them what that had missed itself', () => {
    const mailbox = new ReportMailbox();
    const { records, arrivals } = inserted(10, 15);
    mailbox.add(inserted(0, 10));
    mailbox.add({ ...inserted(15, 15 + resultLimit), missed: { changes: { records, arrivals }, lost: 2 } });
    const [told, ...others] = mailbox.take().filter((report) => report.kind === 'results' && report.records.length > 0);
    expect(others).toEqual([]);
    const missed = told?.kind === 'results' ? told.missed : undefined;
    expect([...(missed?.changes?.records.timestamps ?? [])]).toEqual(Array.from({ length: 15 }, (_, i) => i));
    expect(missed?.lost).toBe(2);
  });

  test('are counted as lost in a transaction, of which only the view knows whether it counts', () => {
    const mailbox = new ReportMailbox();
    const { records, arrivals } = inserted(0, 3);
    mailbox.add({ ...inserted(3, 10), transaction: 't1', missed: { changes: { records, arrivals }, lost: 4 } });
    mailbox.add({ ...inserted(10, 10 + resultLimit), transaction: 't2' });
    expect(tableIn(mailbox)?.lost).toBe(7 + 3 + 4);
  });

  test('add up', () => {
    const lost = (count: number) => ({ ...inserted(0, 1), missed: { changes: null, lost: count } });
    const mailbox = new ReportMailbox();
    mailbox.add(lost(2));
    mailbox.add(lost(3));
    expect(tableIn(mailbox)?.lost).toBe(5);
  });
});

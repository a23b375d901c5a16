/** What the ledger says: which rows are compared, when a row counts as lost, and how it judges. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import { emptyJob, type JobSettings } from '../../../engine/graph/job.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { emptyView, fold } from '../../../engine/telemetry/fold.ts';
import type { Ledger } from '../../../engine/telemetry/ledger.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../../engine/wire/batch.ts';
import type { Report } from '../../../engine/wire/reports.ts';
import type { Expectation } from '../../../hosts/oracle.ts';
import { type Given, isComplete, newRows } from './account-rows.ts';
import { areSafe, cautionsOf, endingOf, momentsOf, verdictOf, type Judged } from './words.ts';

const node = (id: string, kind: string, params = {}) => ({
  id,
  kind,
  name: id,
  params,
  parallelism: 2,
  chaining: 'never' as const,
  costMs: 0,
  position: { x: 0, y: 0 },
});

function viewOf(sink: string, params = {}, settings: Partial<JobSettings> = {}): ClusterView {
  const plan = planJob(
    {
      ...emptyJob,
      settings: { ...emptyJob.settings, ...settings },
      nodes: [node('source', 'generator'), node('out', sink, params)],
      edges: [{ id: 'e', from: { node: 'source', port: 'out' }, to: { node: 'out', port: 'in' }, partitioner: 'auto' }],
    },
    kindTable,
  );
  if (!plan.ok) throw new Error('the job has no problems');
  return emptyView(plan.value, processingTime(0));
}

const start = viewOf('table');
const outs = start.graph.subtasks.filter(({ id }) => start.nodes.get('out')?.subtasks.includes(id)).map(({ id }) => id);
const [outA = '', outB = ''] = outs;

const totals = new Map<string, number>();
function results(subtask: string, values: readonly number[], attempt = 1): Report {
  const builder = new BatchBuilder([{ name: 'n', type: 'int' }], values.length);
  for (const n of values) builder.appendRow({ n }, n);
  const writer = `${subtask}|${attempt}`;
  const total = (totals.get(writer) ?? 0) + values.length;
  totals.set(writer, total);
  const records = builder.take();
  const arrivals = arrivedAt(0, records.length);
  return { kind: 'results', at: processingTime(0), node: 'out', subtask, attempt, total, records, arrivals };
}

const numbers = (rows: ReturnType<typeof newRows>) =>
  rows.flatMap(({ rows: batch }) => rowsOf(batch).map((row) => row['n']));

describe('rows that are new to the account', () => {
  test('are each given once, however chunks are merged meanwhile', () => {
    totals.clear();
    const given: Given = new Map();
    const seen: unknown[] = [];
    let view = start;
    let n = 0;
    for (let round = 0; round < 60; round++) {
      const subtask = round % 3 === 0 ? outA : outB;
      const attempt = round < 40 ? 1 : 2;
      view = fold(view, [results(subtask, [n++, n++, n++].slice(0, 1 + (round % 3)), attempt)]);
      if (round % 4 === 0) seen.push(...numbers(newRows(view.results, given)));
    }
    seen.push(...numbers(newRows(view.results, given)));
    const all = numbers(newRows(view.results, new Map()));
    expect(new Set(seen)).toEqual(new Set(all));
    expect(seen).toHaveLength(view.results.get('out')?.total ?? 0);
    expect(newRows(view.results, given)).toEqual([]);
    expect(isComplete(view.results)).toBe(true);
  });

  test('rows that the page was not told of make the account incomplete', () => {
    totals.clear();
    const report = results(outA, [1, 2]);
    const view = fold(start, [{ ...report, total: 5 } as Report]);
    expect(isComplete(view.results)).toBe(false);
  });
});

const whole: Expectation = {
  outcome: 'whole',
  reason: null,
  rows: new Map([['out', 10]]),
  sources: new Map([['source', 10]]),
  orderDependent: false,
  lateDropped: 0,
};

describe('how a run ended', () => {
  const state = (given: 'running' | 'finished' | 'cancelled', positions: readonly number[]): ClusterView => {
    const view = fold(start, [{ kind: 'job-state', at: processingTime(1), state: given }]);
    const subtasks = new Map(view.subtasks);
    const sources = view.nodes.get('source')?.subtasks ?? [];
    sources.forEach((id, i) => {
      const before = subtasks.get(id);
      if (before === undefined) return;
      const operator = {
        node: 'source',
        recordsIn: 0,
        recordsOut: 0,
        watermark: before.watermark,
        stateEntries: 0,
        timers: 0,
        lateDropped: 0,
        position: positions[i] ?? 0,
      };
      const gauges = {
        busyMs: 0,
        idleMs: 0,
        backpressuredMs: 0,
        recordsIn: 0,
        recordsOut: 0,
        watermark: before.watermark,
        idle: false,
        inputs: [],
        outputs: [],
        operators: [operator],
      };
      subtasks.set(id, { ...before, gauges });
    });
    return { ...view, subtasks };
  };

  test('whole only if all sources read all that the failure-free run read', () => {
    expect(endingOf(state('running', [5, 5]), whole)).toBe('running');
    expect(endingOf(state('finished', [5, 5]), whole)).toBe('whole');
    expect(endingOf(state('finished', [5, 4]), whole)).toBe('stopped');
    expect(endingOf(state('cancelled', [5, 5]), whole)).toBe('broken-off');
    expect(endingOf(state('finished', [5, 5]), { ...whole, outcome: 'bounded' })).toBe('stopped');
  });

  test('a run that went on is not whole where its sinks forget: their rows went with the page', () => {
    const ended = state('finished', [5, 5]);
    expect(endingOf(ended, whole, true)).toBe('continued');
    expect(momentsOf(ended, 'continued').get('out')?.over).toBe(false);
    const committing = viewOf('transactionalTable');
    const kept = { ...committing, job: ended.job, subtasks: ended.subtasks };
    expect(endingOf(kept, whole, true)).toBe('whole');
  });

  test('nothing is lost before the end', () => {
    expect(momentsOf(start, 'running').get('out')).toMatchObject({ over: false, watermark: Number.NEGATIVE_INFINITY });
    expect(momentsOf(start, 'stopped').get('out')?.over).toBe(false);
    expect(momentsOf(start, 'whole').get('out')).toMatchObject({ over: true, uncommitted: 0 });
  });
});

describe('the verdict', () => {
  const ledger = (given: Partial<Ledger>): Ledger => ({
    expected: 10,
    committed: 10,
    correct: 10,
    lost: 0,
    duplicated: 0,
    wrong: 0,
    pending: 0,
    sinks: [],
    orderDependent: false,
    ...given,
  });
  const judge = (given: Partial<Ledger>, more: Partial<Judged> = {}) =>
    verdictOf({
      ledger: ledger(given),
      ending: 'whole',
      mode: 'aligned',
      failures: 3,
      safeSinks: true,
      bounded: false,
      continued: false,
      ...more,
    });

  test('exactly once, after so many failures', () => {
    expect(judge({})).toEqual({
      mark: 'good',
      text: 'Exactly once: every row of the failure-free run is there once, after 3 failures.',
    });
    expect(judge({}, { failures: 0 }).text).toBe('Every row of the failure-free run is there, once. Nothing failed.');
  });

  test('at least once, with how many rows are there twice', () => {
    const verdict = judge({ duplicated: 12, committed: 22 }, { mode: 'at-least-once' });
    expect(verdict.mark).toBe('bad');
    expect(verdict.text).toMatch(/^At least once: 12 rows are there more than once, after 3 failures\./);
  });

  test('loss comes with its reason', () => {
    const { text } = judge({ lost: 41, correct: 0 }, { mode: 'off' });
    expect(text).toMatch(/^41 rows are lost, after 3 failures\. Without checkpoints/);
  });

  test('a plain sink under exactly once is told from the guarantee of state', () => {
    expect(judge({ duplicated: 2 }, { safeSinks: false }).text).toContain('use a transactional or an upsert sink');
  });

  test('while the job runs nothing is judged for good', () => {
    const { mark, text } = judge({ correct: 4, pending: 6 }, { ending: 'running', failures: 1 });
    expect(mark).toBe('neutral');
    expect(text).toBe(
      'So far all is right: 4 of 10 expected rows are there, each once; the others have not come yet, after 1 failure.',
    );
    expect(judge({ duplicated: 1 }, { ending: 'running', mode: 'at-least-once' }).text).toMatch(
      /^So far: 1 row is there more/i,
    );
  });

  test('a stopped job is not accused of losing what it did not reach', () => {
    expect(judge({ correct: 4, pending: 6 }, { ending: 'stopped' })).toMatchObject({ mark: 'neutral' });
  });

  test('a run that went on from a checkpoint did not go without a failure, and is not accused of what it cannot know', () => {
    expect(judge({}, { failures: 0, continued: true }).text).toBe(
      'Exactly once: every row of the failure-free run is there once, after the run went on from a checkpoint.',
    );
    const forgot = judge({ correct: 4, pending: 6 }, { ending: 'continued', continued: true, failures: 0 });
    expect(forgot.mark).toBe('neutral');
    expect(forgot.text).toContain('before this page was loaded');
    const twice = judge(
      { duplicated: 2, pending: 3 },
      { ending: 'continued', continued: true, failures: 0, mode: 'at-least-once' },
    );
    expect(twice.text).toMatch(
      /^2 rows are there more than once, after the run went on from a checkpoint\. At least once means/,
    );
  });

  test('beyond the bound of the expected side nothing is called wrong', () => {
    expect(judge({ wrong: 7 }, { bounded: true, ending: 'running' }).mark).toBe('neutral');
    expect(judge({ wrong: 7 }).mark).toBe('bad');
  });

  test('order-dependent jobs are not accused', () => {
    expect(judge({ wrong: 7, orderDependent: true }).text).toContain('even without failures');
  });
});

test('cautions are said where the comparison is not exact', () => {
  expect(cautionsOf(whole, true)).toEqual([]);
  const all = cautionsOf({ ...whole, outcome: 'bounded', reason: 'x', orderDependent: true, lateDropped: 2 }, false);
  expect(all).toHaveLength(4);
});

test('sinks that commit or keep one row per key are safe', () => {
  expect(areSafe(start)).toBe(false);
  expect(areSafe(viewOf('transactionalTable'))).toBe(true);
  expect(areSafe(viewOf('upsertTable', { keys: ['key'] }))).toBe(true);
});

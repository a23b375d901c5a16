/**
 * Windows of streams without a key, one timeline a case: Flink's windowAll (AllWindowedStream), whose window operator has one
 * key for all records, and its ProcessAllWindowFunction.
 */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../graph/analyse.ts';
import { defaultSettings } from '../../graph/job.ts';
import { planJob } from '../../graph/translate.ts';
import { plainStream } from '../../graph/schema.ts';
import { kindTable } from '../list.ts';
import { Harness } from '../testing/harness.ts';
import { runCase, windowKinds } from '../testing/window-cases.ts';
import type { Case, WindowName } from '../testing/window-cases.ts';
import { sumOfN, words } from './example.ts';

const all = plainStream(words.schema);
const harness = (kind: WindowName, params: object): Harness =>
  new Harness(windowKinds[kind], { aggregates: sumOfN, ...params }, [all]);

/** Results have no key: `[0,10)=3`. */
function cases(title: string, kind: WindowName, common: object, list: readonly Case[]): void {
  describe(title, () => {
    test.each(list.map((each) => [...each]))('%s', (_says, params, input, out, late = '') => {
      const make = () => harness(kind, { ...common, ...(params as object) });
      expect(runCase(make, input as string)).toEqual({ out, late });
    });
  });
}

cases('tumbling windows of all records', 'tumbling', { sizeMs: 10 }, [
  ['sum whatever comes', {}, 'a=1@1 b=2@2 w9', '[0,10)=3 w9'],
  ['at the end of each', {}, 'a=1@1 b=2@12 |', '[0,10)=1 [10,20)=2 |'],
  ['late is late', {}, 'a=1@1 w9 b=2@2', '[0,10)=1 w9', 'b=2'],
  ['with lateness', { allowedLatenessMs: 5 }, 'a=1@1 w9 b=2@2', '[0,10)=1 w9 [0,10)=3'],
  ['over a restore', {}, 'a=1@1 / b=2@2 / w9', '[0,10)=3 w9'],
  ['with a trigger', { trigger: 'repeatedly(count(2))' }, 'a=1@1 b=2@2 c=4@3 d=8@4', '[0,10)=3 [0,10)=15'],
  ['with a trigger, over a restore', { trigger: 'repeatedly(count(2))' }, 'a=1@1 / b=2@2', '[0,10)=3'],
  ['by the clock', { time: 'processing' }, 'a=1 +4 b=2 +6', '[0,10)=3'],
  ['by the clock, over a restore', { time: 'processing' }, 'a=1 +4 / b=2 +6', '[0,10)=3'],
  ['with an evictor', { evictor: 'count', evictCount: 2 }, 'a=1@1 b=2@2 c=4@3 w9', '[0,10)=6 w9'],
]);

cases('other windows of all records', 'sliding', { sizeMs: 10, slideMs: 5 }, [
  ['sliding', {}, 'a=1@1 b=2@7 |', '[-5,5)=1 [0,10)=3 [5,15)=2 |'],
]);
cases('sessions of all records', 'session', { gapMs: 5 }, [
  ['are kept alive by anybody', {}, 'a=1@0 b=2@4 c=4@8 |', '[0,13)=7 |'],
  ['merge', {}, 'a=1@0 b=2@8 c=4@4 / |', '[0,13)=7 |'],
]);
cases('cumulating windows of all records', 'cumulating', { sizeMs: 10, stepMs: 5 }, [
  ['grow', {}, 'a=1@1 b=2@7 |', '[0,5)=1 [0,10)=3 |'],
]);
cases('count windows of all records', 'count', { size: 3 }, [
  ['count all', {}, 'a=1@1 b=2@2 c=4@3', '=7'],
  ['over a restore', {}, 'a=1@1 b=2@2 / c=4@3', '=7'],
]);
cases('the global window of all records', 'global', { trigger: 'repeatedly(count(2))' }, [
  ['accumulates', {}, 'a=1@1 b=2@2 c=4@3 d=8@4', '=3 =15'],
]);

test('the function of all records has no key (ProcessAllWindowFunction)', () => {
  const process = '(key, ctx, rows, out) => out.collect([key, ctx.window.end, rows.map((row) => row.word)])';
  const made = harness('tumbling', { sizeMs: 10, function: 'process', process });
  expect(runCase(() => made, 'a=1@1 b=2@2 w9').late).toBe('');
  const [pane] = made.port('out');
  expect(pane).toMatchObject({ row: { value: [null, 10, ['a', 'b']] } });
});

test('reduce keeps all columns, as there is no key', () => {
  const reduce = '(a, b) => ({ word: a.word + b.word, n: a.n + b.n })';
  const made = harness('tumbling', { sizeMs: 10, function: 'reduce', reduce });
  runCase(() => made, 'a=1@1 b=2@2 w9');
  expect(made.port('out')[0]).toMatchObject({ row: { windowStart: 0, windowEnd: 10, word: 'ab', n: 3 } });
});

describe('in a job', () => {
  const node = (id: string, kind: string, params: object, parallelism: number | null = null) => ({
    id,
    kind,
    name: id,
    params: params as Readonly<Record<string, unknown>>,
    parallelism,
    chaining: 'auto' as const,
    costMs: 0,
    position: { x: 0, y: 0 },
  });
  const settings = { ...defaultSettings, parallelism: 2 };
  const job = {
    name: 'all',
    description: '',
    settings,
    nodes: [
      node('source', 'generator', { count: 5 }),
      node('window', 'tumblingWindow', {}, 2),
      node('sink', 'table', {}),
    ],
    edges: [edge('source', 'window'), edge('window', 'sink')],
    faults: [],
  } as unknown as Parameters<typeof analyse>[0];

  test('it is not parallel, and heads a chain', () => {
    expect(analyse(job, kindTable).problems.filter(({ code }) => code === 'not-keyed')).toEqual([]);
    const planned = planJob(job, kindTable);
    if (!planned.ok) throw new Error(JSON.stringify(planned.error));
    const vertex = planned.value.jobGraph.vertices.find(({ operators }) => operators[0]?.node === 'window');
    expect(vertex).toMatchObject({ parallelism: 1 });
    const one = { ...job, settings: { ...settings, parallelism: 1 } };
    const alone = planJob(one, kindTable);
    expect(alone.ok && alone.value.jobGraph.vertices.map(({ operators }) => operators[0]?.node)).toContain('window');
  });
});

function edge(from: string, to: string) {
  return {
    id: `${from} -> ${to}`,
    from: { node: from, port: 'out' },
    to: { node: to, port: 'in' },
    partitioner: 'auto',
  };
}

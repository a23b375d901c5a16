/**
 * Every keyed operator goes over checkpoints from one subtask to three, to two and back to one, in whatever chains that
 * makes: what it gives in all is what it gives without. State belongs to operators and key groups, as in Flink.
 */
import { expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { kindTable } from '../engine/operators/list.ts';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { joined, keyed, played, windows } from './testing/scripts.ts';

const aggregates = [{ function: 'sum', column: 'value', as: 'sum' }] as const;
const counting = {
  states: [{ name: 'count', kind: 'value' }],
  columns: [
    { name: 'key', type: 'string' },
    { name: 'seen', type: 'int' },
  ],
} as const;
const count = 'ctx.state.count.update((ctx.state.count.value() ?? 0) + 1)';
const tell = '(timestamp, ctx, out) => { out.collect({ key: ctx.currentKey, seen: ctx.state.count.value() }); }';
const timed = `(row, ctx, out) => { ${count}; ctx.timerService.registerEventTimeTimer(100 + row.value); }`;

const ruled = (): Job =>
  job(
    [
      node('left', 'scripted'),
      node('right', 'scripted'),
      node('byLeft', 'keyBy', { columns: ['key'] }),
      node('both', 'broadcastProcess', {
        ...counting,
        processElement: `(row, ctx, out) => { ${count}; out.collect({ key: ctx.currentKey, seen: ctx.state.count.value() }); }`,
        processBroadcastElement: '(row, ctx, out) => {}',
      }),
      node('out', 'table'),
    ],
    ['left -> byLeft', 'byLeft -> both.in', 'right -> both.rules', 'both -> out'],
    { parallelism: 1 },
  );

const changelog = (given: Job): Job => ({
  ...given,
  nodes: given.nodes.map((one) => (one.id === 'out' ? { ...one, params: { mode: 'changelog' } } : one)),
});

const alone: Readonly<Record<string, Job>> = {
  reduce: keyed('reduce', { function: '(a, b) => ({ key: a.key, value: a.value + b.value })' }),
  aggregate: keyed('aggregate', { aggregates }),
  process: keyed('process', { ...counting, processElement: timed, onTimer: tell }),
  deduplicate: keyed('deduplicate', { first: 'eventTime' }),
  topN: changelog(keyed('topN', { n: 2, by: 'value', rankColumn: 'rank' })),
  sortByTime: keyed('sortByTime', {}),
  tumblingWindow: windows('tumblingWindow', { sizeMs: 10 }),
  slidingWindow: windows('slidingWindow', { sizeMs: 20, slideMs: 5 }),
  cumulatingWindow: windows('cumulatingWindow', { sizeMs: 20, stepMs: 5 }),
  sessionWindow: windows('sessionWindow', { gapMs: 6 }),
  countWindow: windows('countWindow', { size: 2 }),
  globalWindow: windows('globalWindow', { trigger: 'repeatedly(count(2))' }),
};
const paired: Readonly<Record<string, Job>> = {
  windowJoin: joined('windowJoin', { sizeMs: 10, join: 'full' }),
  windowCoGroup: joined('windowCoGroup', {
    sizeMs: 10,
    process: '(key, ctx, left, right, out) => { out.collect({ key, seen: left.length * 10 + right.length }); }',
    columns: counting.columns,
  }),
  intervalJoin: joined('intervalJoin', { lowerMs: -5, upperMs: 5, join: 'full' }),
  temporalJoin: joined('temporalJoin', { join: 'left' }),
  regularJoin: joined('regularJoin'),
  coProcess: joined('coProcess', { ...counting, processElement1: timed, processElement2: timed, onTimer: tell }),
  broadcastProcess: ruled(),
};

/** The keys are of several key groups, so that three subtasks have some each. */
const one = [
  'in: a=1@1 b=2@3 c=3@4 d=4@6 e=5@7 f=6@2',
  'in: a=7@8 b=8@9 c=9@11 w2',
  'in: d=10@12 e=11@14 f=12@16 a=13@13',
  'in: b=14@21 f=15@22 w300 |',
];
const two = [
  'left: a=1@1 b=2@3 c=3@4 d=4@6\nright: a=5@2 b=6@3 e=7@7',
  'right: c=8@9 d=9@11 w2\nleft: e=10@12 f=11@5 w1',
  'left: a=12@14 f=13@16\nright: f=14@13 a=15@12',
  'right: b=16@21 w300 |\nleft: b=17@22 w300 |',
];
const restores = [
  'checkpoint\nrestore parallelism=3',
  'checkpoint\nrestore parallelism=2',
  'checkpoint\nrestore parallelism=1',
];

/** What sinks got, in no order: that of keys is not specified. */
const results = (all: string): string[] =>
  [...all.matchAll(/^ {2}out(?:\/\d)?: result (.*)$/gm)].map(([, record = '']) => record).toSorted();

test.each([
  ...Object.entries(alone).map(([kind, given]) => [kind, given, one] as const),
  ...Object.entries(paired).map(([kind, given]) => [kind, given, two] as const),
])('%s', async (_, given, parts) => {
  const through = parts.flatMap((part, i) => [part, restores[i] ?? '']).join('\n');
  const plain = await played(given, parts.join('\n'));
  const moved = await played(given, through);
  expect([plain.complaints, plain.code, moved.complaints, moved.code]).toEqual(['', 0, '', 0]);
  expect(results(plain.all).length).toBeGreaterThan(4);
  expect(results(moved.all)).toEqual(results(plain.all));
  expect(moved.all).toMatch(/\/2: (?:record|pane|watermark)/);
});

test('are all the kinds that have keyed state', () => {
  const stateful = [...kindTable.values()]
    .filter(({ inputs }) => inputs.some(({ keyed: needs }) => needs !== undefined))
    .map(({ kind }) => kind);
  expect(Object.keys({ ...alone, ...paired })).toEqual(expect.arrayContaining(stateful));
});

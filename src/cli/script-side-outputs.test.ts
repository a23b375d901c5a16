/**
 * Scripts end to end: process functions with several side outputs. The rules are those of Flink's OutputTag: each a stream
 * of its own, to which watermarks, idleness and barriers go as to the main one (BroadcastingOutputCollector,
 * RecordWriterOutput).
 */
import { describe, expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { block, joined, keyed, played } from './testing/scripts.ts';

const columns = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
];
const sideOutputs = [
  { tag: 'plate', columns: [] },
  { tag: 'big ones', columns: [{ name: 'why', type: 'string' }] },
];
const both = { columns, sideOutputs };

const timers = keyed('process', {
  ...both,
  processElement: `(row, ctx, out) => {
    if (row.value < 0) return ctx.output('plate', row);
    ctx.timerService.registerEventTimeTimer(ctx.timestamp + row.value);
    ctx.timerService.registerProcessingTimeTimer(5);
  }`,
  onTimer: "(timestamp, ctx, out) => ctx.output('big ones', ctx.timeDomain + ' of ' + ctx.currentKey)",
});
const co = joined('coProcess', {
  ...both,
  processElement1: "(row, ctx, out) => { ctx.output('plate', row); ctx.timerService.registerEventTimeTimer(9); }",
  processElement2: "(row, ctx, out) => { ctx.output('big ones', row.key); out.collect(row); }",
  onTimer: "(timestamp, ctx, out) => ctx.output('plate', { key: ctx.currentKey, value: timestamp })",
});
/** Rules come from the right, and are not keyed. */
const broadcast: Job = job(
  [
    node('left', 'scripted'),
    node('right', 'scripted'),
    node('by', 'keyBy', { columns: ['key'] }),
    node('both', 'broadcastProcess', {
      ...both,
      processElement: `(row, ctx, out) => {
        ctx.output(row.value > (ctx.broadcast.rules.get('most') ?? 0) ? 'big ones' : 'plate', row.value > (ctx.broadcast.rules.get('most') ?? 0) ? row.key : row);
        ctx.timerService.registerEventTimeTimer(9);
      }`,
      processBroadcastElement: `(row, ctx, out) => {
        ctx.broadcast.rules.put('most', row.value);
        ctx.output('big ones', 'most is ' + row.value);
      }`,
      onTimer: "(timestamp, ctx, out) => ctx.output('plate', { key: ctx.currentKey, value: timestamp })",
    }),
    node('out', 'table'),
  ],
  ['left -> by', 'by -> both.in', 'right -> both.rules', 'both -> out'],
  { parallelism: 1 },
);

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  ['a record by its tag', timers, 'in: a=-1@1', 'op: side plate a=-1@1'],
  [
    'an event-time timer, with the timer’s time and in front of its watermark',
    timers,
    'in: a=3@1 w4',
    `op: side "big ones" "event of a"@4
     op: watermark 4`,
  ],
  ['a processing-time timer, with the timer’s time', timers, 'in: a=3@1 +5', 'op: side "big ones" "processing of a"@5'],
  [
    'both inputs of a co-process function, and its timers',
    co,
    `left: a=1@1
     right: b=2@2
     left: w20
     right: w20`,
    `both: side plate a=1@1
     both: side "big ones" b@2
     both: side plate a=9@9
     both: watermark 20`,
  ],
  [
    'records, rules and timers of a broadcast process function',
    broadcast,
    `left: a=1@1
     right: x=5@2
     left: a=3@3 w20
     right: w20`,
    `both: side "big ones" a@1
     both: side "big ones" "most is 5"@2
     both: side plate a=3@3
     both: side plate a=9@9
     both: watermark 20`,
  ],
];

describe('to a side output goes', () => {
  test.each(cases)('%s', async (_rule, given, script, lines) => {
    const { code, lines: printed, complaints } = await played(given, script);
    const told = printed.filter((line) => !line.startsWith('The script is over'));
    expect({ code, told, complaints }).toEqual({ code: 0, told: block(lines), complaints: '' });
  });
});

test('a tag that is not declared fails the job with the tags that are', async () => {
  const typo = keyed('process', { ...both, processElement: '(row, ctx) => ctx.output(row.key, row)' });
  const failing = await played({ ...typo, settings: { ...typo.settings, restartStrategy: 'none' } }, 'in: plates=1@1');
  expect(failing.code).toBe(3);
  expect(failing.all).toContain('There is no side output with the tag “plates”; there are: plate, big ones');
});

/** Behind each output of `op` a window of its own, over a channel of its own. */
function branches(parallelism: number): Job {
  const split = (tag: string, port: string) => ({
    nodes: [
      node(`by ${tag}`.replace(' ', '-'), 'keyBy', { columns: ['key'] }),
      node(tag, 'tumblingWindow', { sizeMs: 10, aggregates: [{ function: 'sum', column: 'value', as: 'sum' }] }),
      node(`${tag}-out`, 'transactionalTable'),
    ],
    edges: [`op.${port} -> by-${tag}`, `by-${tag} -> ${tag}`, `${tag} -> ${tag}-out`],
  });
  const all = [split('main', 'out'), split('odd', 'odd'), split('even', 'even')];
  return job(
    [
      node('in', 'scripted'),
      node('by', 'keyBy', { columns: ['key'] }),
      node('op', 'process', {
        columns,
        sideOutputs: [
          { tag: 'odd', columns },
          { tag: 'even', columns: [] },
        ],
        processElement: `(row, ctx, out) => {
          out.collect(row);
          ctx.output(row.value % 2 === 0 ? 'even' : 'odd', row);
        }`,
      }),
      ...all.flatMap(({ nodes }) => nodes),
    ],
    ['in -> by', 'by -> op', ...all.flatMap(({ edges }) => edges)],
    { parallelism, checkpointMode: 'aligned', chaining: false, restartStrategy: 'fixed-delay' },
  );
}

describe('behind each side output', () => {
  const panes = (lines: readonly string[]) =>
    lines
      .filter((line) => line.includes('pane'))
      .map((line) => line.replace(/^(\w+)\/\d/, '$1'))
      .toSorted();

  test('the watermark of the operator fires windows, and idleness arrives', async () => {
    const { lines, code } = await played(branches(1), 'in: a=1@1 a=2@2 w9 ~');
    expect(code).toBe(0);
    expect(panes(lines)).toEqual([
      'even: pane a [0, 10) {"sum":2}@9 on time, index 0',
      'main: pane a [0, 10) {"sum":3}@9 on time, index 0',
      'odd: pane a [0, 10) {"sum":1}@9 on time, index 0',
    ]);
    for (const name of ['main', 'odd', 'even']) {
      expect(lines).toContain(`${name}: watermark 9`);
      expect(lines).toContain(`${name}: idle`);
    }
  });

  test.each([
    ['a failure', 'fail', 1],
    ['a restore with another parallelism', 'restore parallelism=3', 1],
    ['a restore with less', 'restore parallelism=1', 2],
  ])('the barrier arrives, so that %s changes nothing of what comes out', async (_, again, parallelism) => {
    const { lines, all, code } = await played(
      branches(parallelism),
      `in: a=1@1 b=2@2 a=4@3
       checkpoint
       in: b=5@4
       ${again}
       in: w9
       checkpoint`,
    );
    expect(code).toBe(0);
    expect(all).toContain('checkpoint 1 completed');
    expect(panes(lines)).toEqual([
      'even: pane a [0, 10) {"sum":4}@9 on time, index 0',
      'even: pane b [0, 10) {"sum":2}@9 on time, index 0',
      'main: pane a [0, 10) {"sum":5}@9 on time, index 0',
      'main: pane b [0, 10) {"sum":7}@9 on time, index 0',
      'odd: pane a [0, 10) {"sum":1}@9 on time, index 0',
      'odd: pane b [0, 10) {"sum":5}@9 on time, index 0',
    ]);
    expect(all.match(/(main|odd|even)-out(\/\d)?: result/g)).toHaveLength(6);
  });
});

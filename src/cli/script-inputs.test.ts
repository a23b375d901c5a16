/**
 * Scripts end to end: splits, idleness, two inputs, joins, timers and side outputs. The rules are those of Flink's
 * StatusWatermarkValve, IntervalJoinOperator and KeyedProcessOperator.
 */
import { expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { block, joined, keyed, played, united, windows } from './testing/scripts.ts';

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
const inner = joined('intervalJoin', { lowerMs: -2, upperMs: 3 });
const left = joined('intervalJoin', { lowerMs: -2, upperMs: 3, join: 'left' });
const timers = keyed('process', {
  processElement: `(row, ctx, out) => {
    if (row.value < 0) return ctx.output(row);
    ctx.timerService.registerEventTimeTimer(ctx.timestamp + 10);
    ctx.timerService.registerProcessingTimeTimer(ctx.timerService.currentProcessingTime() + 5);
  }`,
  onTimer: '(timestamp, ctx, out) => out.collect({ key: ctx.timeDomain, value: timestamp })',
  columns: [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'int' },
  ],
});

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  [
    'the watermark is the least of the splits',
    tumbling,
    'in/0: w10\nin/1: w5\nin/1: w12\nin/0: w11',
    `sum: watermark 5
     sum: watermark 10
     sum: watermark 11`,
  ],
  ['a split that says nothing holds the watermark back', tumbling, 'in/0: a=1@1 w20\nin/1: b=1@1', ''],
  [
    'an idle split does not',
    tumbling,
    'in/0: a=1@1 w20\nin/1: ~',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 20`,
  ],
  [
    'a split that comes back behind the watermark does not count until it has caught up',
    tumbling,
    `in/0: w10
     in/1: ~
     in/1: ! w3
     in/0: w12
     in/1: w12
     in/0: w20
     in/1: w15`,
    `sum: watermark 10
     sum: watermark 12
     sum: watermark 15`,
  ],
  [
    'a record of a split that comes back behind the watermark is late',
    tumbling,
    `in/0: w10
     in/1: ~
     in/1: a=1@5 b=2@11`,
    `sum: watermark 10
     sum: late a=1@5`,
  ],
  [
    'when the last split becomes idle, the greatest watermark of all goes out, then idle',
    tumbling,
    `in/0: w10
     in/1: w5
     in/0: ~
     in/1: ~`,
    `sum: watermark 5
     sum: watermark 10
     sum: idle`,
  ],
  [
    'with the first that comes back it is active again',
    tumbling,
    `in/0: w10
     in/1: ~
     in/0: ~
     in/1: !`,
    `sum: watermark 10
     sum: idle
     sum: active`,
  ],
  [
    'a split that has ended holds nothing back',
    tumbling,
    'in/0: w10\nin/1: |\nin/0: w11',
    `sum: watermark 10
     sum: watermark 11`,
  ],
  [
    'the final watermark comes when all splits have ended',
    tumbling,
    'in/0: a=1@1 |\nin/1: |',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'sources are united in the order of the script, under the least of their watermarks',
    united(),
    `left: a=1@1 w20
     right: a=2@2 w8
     left: a=4@3
     right: w9`,
    `all: watermark 8
     sum: watermark 8
     all: watermark 9
     sum: pane a [0, 10) {"sum":7}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'an interval join meets both bounds, and its results carry the greater time',
    inner,
    `left: a=1@10
     right: a=7@8 a=8@13 a=9@14 a=6@7`,
    '',
  ],
  [
    'a record of a join is late below its watermark, not at it',
    inner,
    `left: w10
     right: w10 a=1@10 a=2@9
     left: a=3@9`,
    `both: watermark 10
     both: late a=2@9
     both: late a=3@9`,
  ],
  [
    'an outer join pads as soon as no match can come, and its watermark is that much behind',
    left,
    `left: a=1@10 w13
     right: w13
     left: w14
     right: w14`,
    // The right record of 13 may still come at watermark 12; at 13 it cannot.
    `both: watermark 10
     both: watermark 11`,
  ],
  [
    'a window join pairs what is in the same window, and pads the rest when it fires',
    joined('windowJoin', { sizeMs: 10, join: 'full' }),
    `left: a=1@1 b=5@2
     right: a=2@9 a=3@10
     checkpoint
     fail
     right: w9
     left: w9 b=6@9`,
    `checkpoint 1 completed
     failure: The Worker of left -> byLeft (1/1) was killed.
     restored from checkpoint 1
     both: pane b [0, 10) {"value":5,"right_value":null}@9 on time, index 0
     both: pane a [0, 10) {"value":1,"right_value":2}@9 on time, index 0
     both: watermark 9
     both: late b=6@9`,
  ],
  [
    'timers by event time and by the clock; what has a side output goes there',
    timers,
    'in: a=1@1 a=-2@3\n+5\nin: w11',
    `op: side side a=-2@3
     op: watermark 11`,
  ],
  [
    'deduplication keeps the first of each key',
    keyed('deduplicate', {}),
    'in: a=1@1 a=2@2 b=3@3 w5',
    'op: watermark 5',
  ],
];

test.each(cases)('%s', async (_rule, given, script, lines) => {
  const outcome = await played(given, script);
  const expected = block(lines);
  const running = ['The script is over; the job is running.'];
  expect(outcome.complaints).toBe('');
  expect(outcome.lines).toEqual(expected.at(-1) === 'job finished' ? expected : [...expected, ...running]);
  expect(outcome.code).toBe(0);
});

const results = (all: string): string[] =>
  all.split('\n').flatMap((line) => (/ out: result (.*)/.exec(line) ?? []).slice(1));

test('an interval join gives its pairs as they are complete', async () => {
  const { all } = await played(inner, 'left: a=1@10\nright: a=7@8 a=8@13 a=9@14 a=6@7');
  const pairs = results(all).map((line) => line.replace(/.*:(\d+),.*:(\d+)\}@(\d+)$/, '$1+$2@$3'));
  expect(pairs).toEqual(['1+7@10', '1+8@13']);
});

test('a left join pads what met nothing', async () => {
  const { all } = await played(left, 'left: a=1@10 w13\nright: w13');
  expect(results(all)).toHaveLength(1);
  expect(results(all)[0]).toMatch(/null\}@10$/);
});

test.each([
  [
    'meets what is kept, and is kept while it can meet more',
    'left: a=1@9\nright: a=2@8 a=3@10 w13\nleft: w13',
    '1+2@9 1+3@10',
    '',
  ],
  ['is padded at once if nothing can come of it any more', 'left: a=1@7 a=2@6', '1+_@7 2+_@6', ''],
  ['is set aside on the side that the join does not keep', 'right: a=1@8 a=2@3', '', 'a=1@8 a=2@3'],
])('a record of a left join behind the watermark %s', async (_, script, joined, late) => {
  const { all } = await played(left, `left: w10\nright: w10\n${script}`);
  const pairs = results(all).map((line) => line.replace(/.*:(\d+),.*:(\d+|null)\}@(\d+)$/, '$1+$2@$3'));
  expect(pairs.join(' ').replaceAll('null', '_')).toBe(joined);
  expect([...all.matchAll(/both: late (.*)/g)].map(([, record]) => record).join(' ')).toBe(late);
});

test('records are told in front of the watermark that caused them', async () => {
  const { all } = await played(left, 'left: a=1@10\nright: w13\nleft: w13');
  const told = all.split('\n').slice(-4, -1);
  expect(told[0]).toMatch(/^ {2}both: record .*@10$/);
  expect(told[1]).toMatch(/^ {2}out: result .*@10$/);
  expect(told[2]).toBe('  both: watermark 10');
});

test('a timer by the clock has no event time, one by event time has its own', async () => {
  const { all } = await played(timers, 'in: a=1@1\n+5\nin: w11');
  expect(results(all)).toEqual(['processing=5', 'event=11@11']);
});

test('subtasks are told apart where there are several', async () => {
  const two = windows('tumblingWindow', { sizeMs: 10 }, { parallelism: 2 });
  const { lines } = await played(two, 'in: a=1@1 w9');
  const watermarks = lines.filter((line) => line.includes('watermark'));
  expect(watermarks.sort()).toEqual(['sum/0: watermark 9', 'sum/1: watermark 9']);
  expect(lines.filter((line) => /^sum\/[01]: pane a /.test(line))).toHaveLength(1);
});

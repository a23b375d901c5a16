/**
 * Scripts end to end: windows at the ends of time, with offsets, of any key, of nothing, and one behind the other. The rules
 * are those of Flink's TimeWindow.getWindowStartWithOffset and of Beam's FixedWindows, whose windows end with all time.
 */
import { expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { job, node } from '../hosts/acceptance-jobs.ts';
import { block, keyed, played, windows } from './testing/scripts.ts';

const most = 9_007_199_254_740_991;
const sum = (column: string, as: string) => ({ aggregates: [{ function: 'sum', column, as }] });
const tumbling = windows('tumblingWindow', { sizeMs: 10 });

/** Sums of 5 ms, then of what `more` makes of them. */
const behind = (kind: string, params: object): Job =>
  job(
    [
      node('in', 'scripted'),
      node('by', 'keyBy', { columns: ['key'] }),
      node('five', 'tumblingWindow', { sizeMs: 5, ...sum('value', 'value') }),
      node('byAgain', 'keyBy', { columns: ['key'] }),
      node('then', kind, { ...params, ...sum('value', 'total') }),
      node('out', 'table'),
    ],
    ['in -> by', 'by -> five', 'five -> byAgain', 'byAgain -> then', 'then -> out'],
    { parallelism: 1 },
  );

const byFloat = keyed('tumblingWindow', { sizeMs: 10, ...sum('value', 'sum') });
const floats: Job = {
  ...byFloat,
  nodes: byFloat.nodes.map((one) =>
    one.id === 'in'
      ? {
          ...one,
          params: {
            columns: [
              { name: 'key', type: 'float' },
              { name: 'value', type: 'int' },
            ],
          },
        }
      : one,
  ),
};

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  [
    'a window that would end behind all time ends with it, and fires with the final watermark',
    tumbling,
    `in: a=1@${most - 1} w${most - 1}
     in: a=2@${most - 1}
     |`,
    `sum: watermark ${most - 1}
     sum: pane a [${most - 1}, ${most}) {"sum":3}@final on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'a session too',
    windows('sessionWindow', { gapMs: 10 }),
    `in: a=1@${most - 6} a=2@${most - 1}
     |`,
    `sum: pane a [${most - 6}, ${most}) {"sum":3}@final on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'of windows that grow, those that the end cuts off are one',
    windows('cumulatingWindow', { sizeMs: 10, stepMs: 1 }),
    `in: a=1@${most - 1}
     |`,
    `sum: pane a [${most - 1}, ${most}) {"sum":1}@final on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'a time before all dates is one like any other',
    tumbling,
    `in: a=1@-9007199254740000 w-9007199254739991
     in: a=2@0
     |`,
    `sum: pane a [-9007199254740000, -9007199254739990) {"sum":1}@-9007199254739991 on time, index 0
     sum: watermark -9007199254739991
     sum: pane a [0, 10) {"sum":2}@9 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'a day that begins at 16:00 UTC: Beijing’s',
    windows('tumblingWindow', { sizeMs: 86_400_000, offsetMs: -28_800_000 }),
    `in: a=1@57599999 a=2@57600000 w57599999
     |`,
    `sum: pane a [-28800000, 57600000) {"sum":1}@57599999 on time, index 0
     sum: watermark 57599999
     sum: pane a [57600000, 144000000) {"sum":2}@143999999 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'below zero, with a negative offset, sliding',
    windows('slidingWindow', { sizeMs: 10, slideMs: 5, offsetMs: -3 }),
    `in: a=1@-8 a=2@-9
     |`,
    `sum: pane a [-18, -8) {"sum":2}@-9 on time, index 0
     sum: pane a [-13, -3) {"sum":3}@-4 on time, index 0
     sum: pane a [-8, 2) {"sum":1}@1 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'no key is a key',
    tumbling,
    `in: {"key":null,"value":1}@1 {"key":"null","value":2}@2 {"key":null,"value":4}@3
     |`,
    `sum: pane null [0, 10) {"sum":5}@9 on time, index 0
     sum: pane "null" [0, 10) {"sum":2}@9 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'broken numbers as keys',
    floats,
    `in: {"key":0.5,"value":1}@1 {"key":1,"value":2}@1 {"key":0.5,"value":4}@2
     |`,
    `op: pane 0.5 [0, 10) {"sum":5}@9 on time, index 0
     op: pane 1 [0, 10) {"sum":2}@9 on time, index 0
     op: watermark final
     job finished`,
  ],
  [
    'nothing but values that are null sums up to null',
    windows('sessionWindow', { gapMs: 10 }),
    `in: {"key":"a","value":null}@1
     |`,
    `sum: pane a [1, 11) {"sum":null}@10 on time, index 0
     sum: watermark final
     job finished`,
  ],
  ['nothing comes, nothing fires', windows('sessionWindow', { gapMs: 10 }), '|', 'sum: watermark final\njob finished'],
  [
    'the final watermark is the clean-up of whatever still waits for late records: it fires nothing again',
    windows('slidingWindow', { sizeMs: 10, slideMs: 10, allowedLatenessMs: 1000 }),
    `in: a=1@1 w20 a=2@2
     |`,
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 20
     sum: pane a [0, 10) {"sum":3}@9 late, index 1
     sum: watermark final
     job finished`,
  ],
  [
    'a window of windows: results carry the last millisecond, and so fall into the window that ends with theirs',
    behind('tumblingWindow', { sizeMs: 10 }),
    `in: a=1@1 a=2@6 a=4@11 w4 w9
     |`,
    `five: pane a [0, 5) {"value":1}@4 on time, index 0
     five: watermark 4
     then: watermark 4
     five: pane a [5, 10) {"value":2}@9 on time, index 0
     five: watermark 9
     then: pane a [0, 10) {"total":3}@9 on time, index 0
     then: watermark 9
     five: pane a [10, 15) {"value":4}@14 on time, index 0
     five: watermark final
     then: pane a [10, 20) {"total":4}@19 on time, index 0
     then: watermark final
     job finished`,
  ],
  [
    'a watermark passes behind what it fired, so that nothing is late to the next window, however far it jumps',
    behind('tumblingWindow', { sizeMs: 5 }),
    `in: a=1@1 a=2@6 a=4@11 w100`,
    `five: pane a [0, 5) {"value":1}@4 on time, index 0
     five: pane a [5, 10) {"value":2}@9 on time, index 0
     five: pane a [10, 15) {"value":4}@14 on time, index 0
     five: watermark 100
     then: pane a [0, 5) {"total":1}@4 on time, index 0
     then: pane a [5, 10) {"total":2}@9 on time, index 0
     then: pane a [10, 15) {"total":4}@14 on time, index 0
     then: watermark 100`,
  ],
  [
    'sessions of windows: results of adjoining windows are a window apart',
    behind('sessionWindow', { gapMs: 5 }),
    `in: a=1@1 a=2@6 a=4@16
     |`,
    `five: pane a [0, 5) {"value":1}@4 on time, index 0
     five: pane a [5, 10) {"value":2}@9 on time, index 0
     five: pane a [15, 20) {"value":4}@19 on time, index 0
     five: watermark final
     then: pane a [4, 14) {"total":3}@13 on time, index 0
     then: pane a [19, 24) {"total":4}@23 on time, index 0
     then: watermark final
     job finished`,
  ],
];

test.each(cases.map((one) => [...one]))('%s', async (_rule, given, script, lines) => {
  const { lines: seen, complaints } = await played(given as Job, script as string);
  expect(complaints).toBe('');
  expect(seen.filter((line) => !line.startsWith('The script is over'))).toEqual(block(lines as string));
});

test('nothing ends behind the end of all time, or begins so far before it that windows could not be told apart', async () => {
  const tiny = windows('slidingWindow', { sizeMs: 10, slideMs: 1 });
  const { code } = await played(tiny, `in: a=1@-${most - 1} a=2@${most - 1}\n|`);
  expect(code).toBe(0);
});

/**
 * Scripts end to end: windows, triggers, lateness. What is expected is written from the rules of Flink's WindowOperator and
 * of Beam's triggers; each case names its rule.
 */
import { expect, test } from 'vitest';
import type { Job } from '../engine/graph/job.ts';
import { block, played, windows } from './testing/scripts.ts';

const tumbling = windows('tumblingWindow', { sizeMs: 10 });
const patient = windows('tumblingWindow', { sizeMs: 10, allowedLatenessMs: 5 });
const sliding = windows('slidingWindow', { sizeMs: 10, slideMs: 5 });
const session = windows('sessionWindow', { gapMs: 5 });
const early = (accumulation: string): Job =>
  windows('tumblingWindow', {
    sizeMs: 10,
    allowedLatenessMs: 100,
    trigger: 'afterWatermark(early: count(2), late: count(1))',
    accumulation,
  });

const revising = windows('tumblingWindow', {
  sizeMs: 10,
  allowedLatenessMs: 100,
  accumulation: 'retracting',
});
const closing = (given: string): Job =>
  windows('tumblingWindow', { sizeMs: 10, allowedLatenessMs: 5, trigger: 'repeatedly(count(2))', closing: given });
const retracting: Job = {
  ...revising,
  nodes: revising.nodes.map((one) => (one.id === 'out' ? { ...one, params: { mode: 'changelog' } } : one)),
};

const cases: readonly (readonly [rule: string, given: Job, script: string, lines: string])[] = [
  [
    'a window fires at the watermark of its last millisecond, not before',
    tumbling,
    'in: a=1@0 a=2@9 w8 w9',
    `sum: watermark 8
     sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark 9
     The script is over; the job is running.`,
  ],
  [
    'a record at the end of a window belongs to the next one',
    tumbling,
    'in: a=1@9 a=2@10 w9 w18 w19',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: watermark 18
     sum: pane a [10, 20) {"sum":2}@19 on time, index 0
     sum: watermark 19`,
  ],
  [
    'what a trigger has not fired is dropped at the clean-up',
    closing('drop'),
    'in: a=1@1 w9 w14',
    `sum: watermark 9
     sum: watermark 14
     The script is over; the job is running.`,
  ],
  [
    'or goes out as a last pane, over a failure, if there is something new',
    closing('fireIfNonEmpty'),
    `in: a=1@1 b=1@1 b=2@2
     checkpoint
     fail
     in: w9 w14`,
    `sum: pane b [0, 10) {"sum":3}@9 early, index 0
     checkpoint 1 completed
     failure: The Worker of in -> by (1/1) was killed.
     restored from checkpoint 1
     sum: watermark 9
     sum: pane a [0, 10) {"sum":1}@9 late, index 0
     sum: watermark 14`,
  ],
  [
    'or in any case',
    closing('fireAlways'),
    'in: b=1@1 b=2@2 w9 w14',
    `sum: pane b [0, 10) {"sum":3}@9 early, index 0
     sum: watermark 9
     sum: pane b [0, 10) {"sum":3}@9 late, index 1
     sum: watermark 14`,
  ],
  [
    'starts are floored, also below zero',
    tumbling,
    'in: a=1@-1 a=2@-10 a=4@-11 w-1',
    `sum: pane a [-20, -10) {"sum":4}@-11 on time, index 0
     sum: pane a [-10, 0) {"sum":3}@-1 on time, index 0
     sum: watermark -1`,
  ],
  [
    'an offset moves all windows',
    windows('tumblingWindow', { sizeMs: 10, offsetMs: 3 }),
    'in: a=1@2 a=2@3 w2 w12',
    `sum: pane a [-7, 3) {"sum":1}@2 on time, index 0
     sum: watermark 2
     sum: pane a [3, 13) {"sum":2}@12 on time, index 0
     sum: watermark 12`,
  ],
  [
    'without lateness a record is late from the watermark of the last millisecond on',
    tumbling,
    'in: w8 a=1@9 w9 a=2@9 a=4@10',
    `sum: watermark 8
     sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: late a=2@9`,
  ],
  [
    'each late record within the lateness fires again; a window is gone at its last millisecond + lateness',
    patient,
    'in: a=1@1 w9 a=2@2 w13 a=4@3 w14 a=8@4',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: pane a [0, 10) {"sum":3}@9 late, index 1
     sum: watermark 13
     sum: pane a [0, 10) {"sum":7}@9 late, index 2
     sum: watermark 14
     sum: late a=8@4`,
  ],
  [
    'a window whose first record is late fires at once, and that pane is late (Beam: the output watermark has passed)',
    patient,
    'in: w9 a=1@1',
    `sum: watermark 9
     sum: pane a [0, 10) {"sum":1}@9 late, index 0`,
  ],
  [
    'another watermark does not fire a window that got nothing since',
    patient,
    'in: a=1@1 w9 w10 w14',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: watermark 10
     sum: watermark 14`,
  ],
  [
    'the end of input fires everything, with the final watermark behind it',
    tumbling,
    'in: a=1@1 b=2@25 |',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: pane b [20, 30) {"sum":2}@29 on time, index 0
     sum: watermark final
     job finished`,
  ],
  [
    'a watermark that passes several windows fires them in order of time',
    tumbling,
    'in: a=1@25 a=2@5 a=4@15 w40',
    `sum: pane a [0, 10) {"sum":2}@9 on time, index 0
     sum: pane a [10, 20) {"sum":4}@19 on time, index 0
     sum: pane a [20, 30) {"sum":1}@29 on time, index 0
     sum: watermark 40`,
  ],
  [
    'a record goes into every sliding window that holds it',
    sliding,
    'in: a=1@7 w9 w14',
    `sum: pane a [0, 10) {"sum":1}@9 on time, index 0
     sum: watermark 9
     sum: pane a [5, 15) {"sum":1}@14 on time, index 0
     sum: watermark 14`,
  ],
  [
    'a record that is late in one of its windows counts in the other, and is not in the late output',
    sliding,
    'in: w9 a=1@7 w14',
    `sum: watermark 9
     sum: pane a [5, 15) {"sum":1}@14 on time, index 0
     sum: watermark 14`,
  ],
  [
    'a record that is late in all of its windows is late',
    sliding,
    'in: w14 a=1@7',
    `sum: watermark 14
     sum: late a=1@7`,
  ],
  [
    'with a slide above the size, what falls into a gap is in no window, and not late',
    windows('slidingWindow', { sizeMs: 5, slideMs: 10 }),
    'in: a=1@7 a=2@12 w30',
    `sum: pane a [10, 15) {"sum":2}@14 on time, index 0
     sum: watermark 30`,
  ],
  [
    'cumulating windows grow by steps and begin anew with the size',
    windows('cumulatingWindow', { sizeMs: 10, stepMs: 5 }),
    'in: a=1@2 a=2@7 w4 w9 a=4@11 w14',
    `sum: pane a [0, 5) {"sum":1}@4 on time, index 0
     sum: watermark 4
     sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark 9
     sum: pane a [10, 15) {"sum":4}@14 on time, index 0
     sum: watermark 14`,
  ],
  [
    'sessions that only touch are one (Flink; not in Beam)',
    session,
    'in: a=1@0 a=2@5 w8 w9',
    `sum: watermark 8
     sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: watermark 9`,
  ],
  [
    'a millisecond more than the gap, and there are two sessions',
    session,
    'in: a=1@0 a=2@6 w10',
    `sum: pane a [0, 5) {"sum":1}@4 on time, index 0
     sum: pane a [6, 11) {"sum":2}@10 on time, index 0
     sum: watermark 10`,
  ],
  [
    'a record between two sessions makes them one',
    session,
    'in: a=1@0 a=2@8 a=4@4 w4 w12',
    `sum: watermark 4
     sum: pane a [0, 13) {"sum":7}@12 on time, index 0
     sum: watermark 12`,
  ],
  [
    'a record that is late by itself survives by joining a live session',
    session,
    'in: a=1@10 w12 a=2@7 w14',
    `sum: watermark 12
     sum: pane a [7, 15) {"sum":3}@14 on time, index 0
     sum: watermark 14`,
  ],
  [
    'a record that is late and joins no session is late',
    session,
    'in: a=1@20 w12 a=2@7',
    `sum: watermark 12
     sum: late a=2@7`,
  ],
  [
    'sessions are by key',
    session,
    'in: a=1@0 b=2@2 a=4@4 w8',
    `sum: pane b [2, 7) {"sum":2}@6 on time, index 0
     sum: pane a [0, 9) {"sum":5}@8 on time, index 0
     sum: watermark 8`,
  ],
  [
    'count windows are of all time: their results carry the greatest timestamp',
    windows('countWindow', { size: 2 }),
    'in: a=1@1 b=2@1 a=4@9 a=8@2',
    'sum: pane a global {"sum":5}@final early, index 0',
  ],
  [
    'early panes by count, one on time, then late ones: accumulating',
    early('accumulating'),
    'in: a=1@1 a=2@2 a=4@3 w9 a=8@4',
    `sum: pane a [0, 10) {"sum":3}@9 early, index 0
     sum: pane a [0, 10) {"sum":7}@9 on time, index 1
     sum: watermark 9
     sum: pane a [0, 10) {"sum":15}@9 late, index 2`,
  ],
  [
    'the same, discarding: panes hold what came since the one before',
    early('discarding'),
    'in: a=1@1 a=2@2 a=4@3 w9 a=8@4',
    `sum: pane a [0, 10) {"sum":3}@9 early, index 0
     sum: pane a [0, 10) {"sum":4}@9 on time, index 1
     sum: watermark 9
     sum: pane a [0, 10) {"sum":8}@9 late, index 2`,
  ],
  [
    'the same, retracting: the pane before is taken back first',
    retracting,
    'in: a=1@1 w9 a=2@3',
    `sum: pane a [0, 10) {"sum":1,"op":"+I"}@9 on time, index 0
     sum: watermark 9
     sum: pane a [0, 10) {"sum":1,"op":"-U"}@9 late, index 1
     sum: pane a [0, 10) {"sum":3,"op":"+U"}@9 late, index 1`,
  ],
  [
    'a processing-time window fires when the clock has left its last millisecond',
    windows('tumblingWindow', { sizeMs: 10, time: 'processing' }),
    'in: a=1@100 +9 a=2@-3\n+1\nin: a=4@1\n+10',
    `sum: pane a [0, 10) {"sum":3}@9 on time, index 0
     sum: pane a [10, 20) {"sum":4}@19 on time, index 0`,
  ],
  [
    'the end of input does not fire processing-time windows',
    windows('tumblingWindow', { sizeMs: 10, time: 'processing' }),
    'in: a=1 +5 |',
    `sum: watermark final
     job finished`,
  ],
  [
    'a processing-time session ends a gap after its last record, whatever the watermark says',
    windows('sessionWindow', { gapMs: 5, time: 'processing' }),
    'in: a=1@1 +4 a=2@1 w1000 +4\n+1',
    `sum: watermark 1000
     sum: pane a [0, 9) {"sum":3}@8 on time, index 0`,
  ],
];

test.each(cases)('%s', async (_rule, given, script, lines) => {
  const outcome = await played(given, script);
  const expected = block(lines);
  const over = expected.at(-1) === 'job finished' ? [] : ['The script is over; the job is running.'];
  expect(outcome.complaints).toBe('');
  expect(outcome.lines).toEqual([...expected.filter((line) => !line.startsWith('The script')), ...over]);
  expect(outcome.code).toBe(0);
});

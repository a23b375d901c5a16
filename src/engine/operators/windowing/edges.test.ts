/**
 * The edges of windows: what their form refuses, what functions and failures reach, evictors, counts over restores,
 * boundaries and lateness to the millisecond; by the rules of Flink's WindowOperator and EvictingWindowOperator.
 */
import { describe, expect, test } from 'vitest';
import { fieldMeta, isInForce } from '../../graph/params.ts';
import { plainStream } from '../../graph/schema.ts';
import type { JsonValue, StreamType } from '../../graph/schema.ts';
import type { OperatorContext } from '../../task/operator.ts';
import { BatchBuilder } from '../../wire/batch-builder.ts';
import { TaskFailure } from '../../wire/failures.ts';
import { globalWindowKind } from '../global-window.ts';
import { tumblingWindow, tumblingWindowFactory } from '../tumbling-window.ts';
import { Harness } from '../testing/harness.ts';
import { play, runCase, windowCases, windowHarness, windowKinds } from '../testing/window-cases.ts';
import { sumOfN, words } from './example.ts';

const issues = (params: object, input: StreamType = words) => {
  const derived = tumblingWindow.derive(tumblingWindow.params.parse({ aggregates: sumOfN, ...params }), [input]);
  return derived.ok ? [] : derived.error;
};

describe('the form', () => {
  test('blames a column that comes twice on the field that is shown', () => {
    const timed: StreamType = { ...words, schema: [...words.schema, { name: 'windowEnd', type: 'timestamp' }] };
    expect(issues({ function: 'reduce' }, timed)).toMatchObject([{ code: 'duplicate-column', param: 'reduce' }]);
    expect(issues({ aggregates: [...sumOfN, ...sumOfN] })).toMatchObject([{ param: 'aggregates' }]);
  });

  test('refuses a delta of zero, which nothing is below', () => {
    const delta = { evictor: 'delta', evictColumn: 'n' };
    expect(issues({ ...delta, evictThreshold: 0 })).toMatchObject([{ param: 'evictThreshold' }]);
    expect(issues({ ...delta, evictThreshold: 0.5 })).toEqual([]);
  });

  test('asks when to evict only if something is evicted', () => {
    const meta = fieldMeta.get(tumblingWindow.params.shape['evictAfter'] as Parameters<typeof fieldMeta.get>[0]);
    if (meta === undefined) throw new Error('the field has words');
    expect([isInForce(meta, { evictor: 'none' }), isInForce(meta, { evictor: 'time' })]).toEqual([false, true]);
  });

  test('needs event time for an evictor by time, whatever the window', () => {
    const needed = (params: object) => globalWindowKind.eventTime?.needed?.(globalWindowKind.params.parse(params));
    expect([needed({}), needed({ evictor: 'time' })]).toEqual([false, true]);
  });
});

windowCases('a timer by the clock at the very time of the clean-up', 'tumbling', { sizeMs: 10 }, [
  ['clears nothing', { trigger: 'repeatedly(delay(9ms))' }, 'a=1@1 +9 a=2@2 +9', 'a[0,10)=1 a[0,10)=3'],
]);

test('a session that others were merged into is cleaned up once, and they are not', () => {
  const made = windowHarness('session', { gapMs: 5, allowedLatenessMs: 3 });
  play(made, 'a=1@0 a=2@4');
  const timers = made.snapshot().timers.map(({ time, namespace }) => `${namespace} at ${time}`);
  expect(timers.toSorted()).toEqual(['0 9 at 11', '0 9 at 8']);
});

test('an evictor by time refuses a record that has none', () => {
  const made = windowHarness('global', { trigger: 'repeatedly(count(2))', evictor: 'time', evictMs: 10 });
  expect(() => play(made, 'a=1')).toThrow(TaskFailure);
});

test('notes name the window that a session has become', () => {
  const made = windowHarness('session', { gapMs: 5 });
  play(made, 'a=1@0 a=2@8 a=4@4 b=1@20');
  expect(made.transform.notes?.()).toEqual(['Window [0, 13) holds 1 key', 'Window [20, 25) holds 1 key']);
});

test('aggregates of another number are refused at a restore', () => {
  const saved = windowHarness('sliding', { sizeMs: 10, slideMs: 5 });
  play(saved, 'a=1@1');
  const more = [...sumOfN, { function: 'max', column: 'n', as: 'most' }];
  const restored = new Harness(windowKinds.sliding, { sizeMs: 10, slideMs: 5, aggregates: more }, [words]);
  expect(() => restored.restore(saved.snapshot())).toThrow(/aggregates are others/);
});

test('a reduced row is no list of aggregates', () => {
  const saved = windowHarness('session', { gapMs: 5, function: 'reduce' });
  play(saved, 'a=1@1');
  const restored = windowHarness('session', { gapMs: 5 });
  expect(() => restored.restore(saved.snapshot())).toThrow(/aggregates are others/);
});

describe('functions cannot reach what a window keeps', () => {
  const deep: StreamType = {
    schema: [
      { name: 'word', type: 'string' },
      { name: 'list', type: 'json' },
    ],
    key: ['word'],
  };
  const lists = (params: object, input: string): readonly JsonValue[] => {
    const made = new Harness(windowKinds.sliding, { sizeMs: 10, slideMs: 5, ...params }, [deep]);
    play(made, input);
    return made.port('out').flatMap((each) => (each.kind === 'record' ? [each.row['list'] as JsonValue] : []));
  };

  test('by the rows of a pane', () => {
    const process =
      '(key, ctx, rows, out) => { for (const row of rows) row.list.push(0); out.collect({ list: rows[0].list }); }';
    const columns = [{ name: 'list', type: 'json' }];
    // One record in two windows: each sees it as it came.
    expect(lists({ function: 'process', process, columns }, '{"word":"a","list":[1]}@6 |')).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('by the rows of a reduce', () => {
    const reduce = '(a, b) => { a.list.push(...b.list); b.list.push(9); return a; }';
    const input = '{"word":"a","list":[1]}@6 {"word":"a","list":[2]}@7 |';
    expect(lists({ function: 'reduce', reduce }, input)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});

test('a failure at a timer names the window and no record', () => {
  const failing = { code: 'user-function', details: { node: 'n1', reason: 'it failed' }, node: 'n1' } as const;
  const made = windowHarness('tumbling', { sizeMs: 10, function: 'process' });
  const hands: number[] = [];
  const context = {
    ...made.context,
    keyedState: made.context.keyedState,
    at: (batch: { length: number }) => hands.push(batch.length),
    compile: () => () => {
      throw new TaskFailure(failing);
    },
  };
  const operator = tumblingWindowFactory.create(tumblingWindow.params.parse({ sizeMs: 10, function: 'process' }), {
    ...context,
    outputTypes: [plainStream([{ name: 'value', type: 'json' }])],
  } as OperatorContext);
  const builder = new BatchBuilder(words.schema, 4);
  builder.appendRow({ word: 'a', n: 1 }, 1);
  operator.process(builder.take(), 0);
  expect(hands).toEqual([1, 0]);
  expect(() => operator.onTimer?.({ domain: 'event', time: 9, key: 'a', namespace: '0 10' })).toThrow(
    /it failed; at the window \[0, 10\) of key "a"/,
  );
});

const hundred = { sizeMs: 100 };
windowCases('evictors, before the function', 'tumbling', { ...hundred, trigger: 'repeatedly(count(2))' }, [
  [
    'by count: what goes is gone for later panes',
    { evictor: 'count', evictCount: 1 },
    'a=1@1 a=2@1 a=4@1 a=8@1',
    'a[0,100)=2 a[0,100)=8',
  ],
  ['by count: fewer stay as they are', { evictor: 'count', evictCount: 9 }, 'a=1@1 a=2@1', 'a[0,100)=3'],
  ['by time: from the newest, not the last', { evictor: 'time', evictMs: 5 }, 'a=1@10 a=2@4', 'a[0,100)=1'],
  ['by time: exactly as old goes', { evictor: 'time', evictMs: 5 }, 'a=1@5 a=2@10', 'a[0,100)=2'],
  ['by time: a millisecond less stays', { evictor: 'time', evictMs: 5 }, 'a=1@6 a=2@10', 'a[0,100)=3'],
  [
    'by delta: from the last',
    { evictor: 'delta', evictColumn: 'n', evictThreshold: 2 },
    'a=1@1 a=2@1 a=8@1 a=9@1',
    'a[0,100)=3 a[0,100)=17',
  ],
  [
    'by delta: exactly the threshold goes',
    { evictor: 'delta', evictColumn: 'n', evictThreshold: 2 },
    'a=1@1 a=3@1',
    'a[0,100)=3',
  ],
  ['over a restore', { evictor: 'count', evictCount: 2 }, 'a=1@1 / a=2@1 / a=4@1 / a=8@1', 'a[0,100)=3 a[0,100)=12'],
]);

windowCases(
  'evictors, after the function',
  'tumbling',
  { ...hundred, evictAfter: true, trigger: 'repeatedly(count(2))' },
  [
    ['by count', { evictor: 'count', evictCount: 1 }, 'a=1@1 a=2@1 a=4@1 a=8@1', 'a[0,100)=3 a[0,100)=14'],
    ['by time', { evictor: 'time', evictMs: 5 }, 'a=1@1 a=2@9 a=4@9 a=8@9', 'a[0,100)=3 a[0,100)=14'],
    [
      'by delta',
      { evictor: 'delta', evictColumn: 'n', evictThreshold: 2 },
      'a=1@1 a=8@1 a=8@1 a=8@1',
      'a[0,100)=9 a[0,100)=24',
    ],
  ],
);

windowCases('count windows', 'count', {}, [
  ['go on counting over a restore', { size: 3 }, 'a=1@1 a=2@1 / a=4@1', 'a=7'],
  ['begin anew after a restore behind a pane', { size: 2 }, 'a=1@1 a=2@1 / a=4@1 a=8@1', 'a=3 a=12'],
  ['slide over a restore', { size: 2, slide: 1 }, 'a=1@1 / a=2@1 / a=4@1', 'a=1 a=3 a=6'],
  ['a slide above the size skips', { size: 1, slide: 2 }, 'a=1@1 a=2@1 a=4@1 a=8@1', 'a=2 a=8'],
  ['records without time count', { size: 2 }, 'a=1 a=2', 'a=3'],
  ['watermarks pass', { size: 2 }, 'a=1@1 w5 a=2@2 w7', 'w5 a=3 w7'],
]);

windowCases('the edges of windows', 'tumbling', { sizeMs: 10 }, [
  ['first millisecond', {}, 'a=1@0 |', 'a[0,10)=1 |'],
  ['last millisecond', {}, 'a=1@9 |', 'a[0,10)=1 |'],
  ['just below zero', {}, 'a=1@-1 |', 'a[-10,0)=1 |'],
  ['at a boundary below zero', {}, 'a=1@-10 |', 'a[-10,0)=1 |'],
  ['an offset', { offsetMs: 3 }, 'a=1@2 b=2@3 |', 'a[-7,3)=1 b[3,13)=2 |'],
  ['a negative offset', { offsetMs: -3 }, 'a=1@6 b=2@7 |', 'a[-3,7)=1 b[7,17)=2 |'],
  ['an offset below zero time', { offsetMs: 3 }, 'a=1@-8 b=2@-7 |', 'a[-17,-7)=1 b[-7,3)=2 |'],
  ['windows of one millisecond', { sizeMs: 1 }, 'a=1@5 a=2@6 w5 |', 'a[5,6)=1 w5 a[6,7)=2 |'],
]);

windowCases('the edges of lateness', 'tumbling', { sizeMs: 10, allowedLatenessMs: 10, panes: true }, [
  [
    'at the last millisecond before the clean-up it counts',
    {},
    'a=1@1 w18 a=2@1',
    'a[0,10)=1 on-time0 w18 a[0,10)=3 late1',
  ],
  ['at the clean-up it is late', {}, 'a=1@1 w19 a=2@1', 'a[0,10)=1 on-time0 w19', 'a=2'],
  ['a new window within lateness fires at once', {}, 'w18 a=1@9', 'w18 a[0,10)=1 late0'],
  ['cleaned up, nothing of it is left', {}, 'a=1@1 w19 w50', 'a[0,10)=1 on-time0 w19 w50'],
  [
    'a sum beyond all time is never cleaned up',
    { allowedLatenessMs: Number.MAX_SAFE_INTEGER },
    'a=1@1 w9 w900000 a=2@1',
    'a[0,10)=1 on-time0 w9 w900000 a[0,10)=3 late1',
  ],
  ['of no lateness: at the end', { allowedLatenessMs: 0 }, 'a=1@1 w9 a=2@9', 'a[0,10)=1 on-time0 w9', 'a=2'],
  [
    'after a restore the watermark begins anew, and nothing is late',
    {},
    'a=1@1 w19 / a=2@1 w9',
    'a[0,10)=1 on-time0 w19 a[0,10)=2 on-time0 w9',
  ],
]);

windowCases('sessions and lateness', 'session', { gapMs: 10, allowedLatenessMs: 10 }, [
  ['a late record that touches a kept session joins it', {}, 'a=1@10 w19 a=2@0', 'a[10,20)=1 w19 a[0,20)=3'],
  ['one that does not is judged by itself', {}, 'a=1@20 w20 a=2@0', 'w20', 'a=2'],
  ['a session cleaned up is not joined', {}, 'a=1@0 w19 a=2@5 w30', 'a[0,10)=1 w19 a[5,15)=2 w30'],
  ['two kept sessions become one by a late record', {}, 'a=1@0 a=2@15 w18 a=4@8', 'a[0,10)=1 w18'],
  ['over a restore', {}, 'a=1@0 / a=2@8 / a=4@16 / w25', 'a[0,26)=7 w25'],
  ['a record at the very end of a session extends it', {}, 'a=1@0 a=2@10 w19', 'a[0,20)=3 w19'],
]);

windowCases('two timers of one time', 'tumbling', { sizeMs: 10 }, [
  ['fire in order of their keys’ first records', {}, 'b=1@1 a=2@1 c=4@1 w9', 'b[0,10)=1 a[0,10)=2 c[0,10)=4 w9'],
  ['windows by time first', { trigger: 'repeatedly(watermark())' }, 'b=1@11 a=2@1 w19', 'a[0,10)=2 b[10,20)=1 w19'],
  [
    'a watermark that passes many windows fires them one by one',
    { trigger: 'repeatedly(watermark())' },
    'a=1@21 a=2@1 a=4@11 w29',
    'a[0,10)=2 a[10,20)=4 a[20,30)=1 w29',
  ],
]);

test('a case behind a restore is a case of its own', () => {
  expect(runCase(() => windowHarness('tumbling', { sizeMs: 10 }), 'a=1@1 / / w9').out).toBe('a[0,10)=1 w9');
});

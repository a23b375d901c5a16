/**
 * Windows, triggers and panes, one timeline a case. Expectations are worked out from the published semantics of Flink's
 * WindowOperator and Beam's triggers. A pane is written `a[0,10)=3`: key, window, sum; with its timing and index where the
 * case is about those. `+5` lets the clock go on.
 */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../../base/timeline.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { cumulatingWindow } from '../cumulating-window.ts';
import { countWindow } from '../count-window.ts';
import { globalWindowKind } from '../global-window.ts';
import { sessionWindow } from '../session-window.ts';
import { slidingWindow } from '../sliding-window.ts';
import { Harness } from '../testing/harness.ts';
import { tumblingWindow } from '../tumbling-window.ts';
import type { Emitted } from '../testing/harness.ts';
import { sumOfN, words } from './example.ts';

const kinds = {
  tumbling: tumblingWindow,
  sliding: slidingWindow,
  cumulating: cumulatingWindow,
  session: sessionWindow,
  count: countWindow,
  global: globalWindowKind,
} satisfies Record<string, unknown>;

type Case = readonly [says: string, params: object, input: string, out: string, late?: string];

function shown(element: Emitted): string {
  if (element.kind === 'watermark') return `w${element.time}`;
  if (element.kind !== 'record') return '|';
  const { word, n, windowStart, windowEnd, paneIndex, paneTiming } = element.row;
  const window = windowStart === undefined ? '' : `[${windowStart},${windowEnd})`;
  const pane = paneIndex === undefined ? '' : ` ${String(paneTiming).replace(' ', '-')}${paneIndex}`;
  return `${word}${window}=${n}${pane}`;
}

/** Plays a timeline in which the clock may go on; elements that come at once are one batch. */
function play(harness: Harness, input: string): void {
  for (const element of timelineElements(input)) {
    if (element.kind === 'advance') harness.tick(harness.clock + element.by);
    else harness.play([element]);
  }
}

function run(kind: keyof typeof kinds, params: object, input: string): { out: string; late: string } {
  const harness = new Harness(kinds[kind] as unknown as OperatorDefinition, { aggregates: sumOfN, ...params }, [words]);
  play(harness, input);
  const late = harness.port('late').filter(({ kind: each }) => each === 'record');
  return { out: harness.port('out').map(shown).join(' '), late: late.map(shown).join(' ') };
}

function cases(kind: keyof typeof kinds, list: readonly Case[]): void {
  describe(`${kind} windows`, () => {
    test.each(list.map((each) => [...each]))('%s', (_says, params, input, out, late = '') => {
      expect(run(kind, params as object, input as string)).toEqual({ out, late });
    });
  });
}

const slide = { sizeMs: 10, slideMs: 5 };
cases('sliding', [
  ['a record is in every window that holds it', slide, 'a=1@7 |', 'a[0,10)=1 a[5,15)=1 |'],
  ['a record at a boundary begins a window', slide, 'a=1@10 |', 'a[5,15)=1 a[10,20)=1 |'],
  ['a window is due at its last millisecond', slide, 'a=1@7 w8 w9 |', 'w8 a[0,10)=1 w9 a[5,15)=1 |'],
  ['below zero windows start at floors', slide, 'a=1@-1 |', 'a[-10,0)=1 a[-5,5)=1 |'],
  ['an offset moves all windows', { ...slide, offsetMs: 2 }, 'a=1@7 |', 'a[2,12)=1 a[7,17)=1 |'],
  ['a negative offset too', { ...slide, offsetMs: -1 }, 'a=1@-1 |', 'a[-6,4)=1 a[-1,9)=1 |'],
  ['a slide above the size leaves gaps', { sizeMs: 5, slideMs: 10 }, 'a=1@4 a=2@7 a=4@12 |', 'a[0,5)=1 a[10,15)=4 |'],
  ['what lies in a gap is not late', { sizeMs: 5, slideMs: 10 }, 'a=1@4 w4 a=2@7 |', 'a[0,5)=1 w4 |'],
  ['a record is late only if it is late in all its windows', slide, 'a=1@7 w9 a=2@8 |', 'a[0,10)=1 w9 a[5,15)=3 |'],
  ['late in all windows', slide, 'a=1@7 w14 a=2@8 |', 'a[0,10)=1 a[5,15)=1 w14 |', 'a=2'],
  [
    'with lateness a passed window fires at once, for each record',
    { ...slide, allowedLatenessMs: 5 },
    'a=1@7 w9 a=2@3 a=4@4 w14 a=8@4 |',
    // The window [-5, 5) of 3 and 4 is cleaned up at 4 + 5 = 9.
    'a[0,10)=1 w9 a[0,10)=3 a[0,10)=7 a[5,15)=1 w14 |',
    'a=8',
  ],
  ['keys know nothing of each other', slide, 'a=1@7 b=2@7 w9 |', 'a[0,10)=1 b[0,10)=2 w9 a[5,15)=1 b[5,15)=2 |'],
]);

cases('cumulating', [
  ['a record counts from its step on', { sizeMs: 15, stepMs: 5 }, 'a=1@6 |', 'a[0,10)=1 a[0,15)=1 |'],
  ['the last step alone', { sizeMs: 15, stepMs: 5 }, 'a=1@14 |', 'a[0,15)=1 |'],
  ['the next begins anew', { sizeMs: 10, stepMs: 5 }, 'a=1@9 a=2@10 |', 'a[0,10)=1 a[10,15)=2 a[10,20)=2 |'],
  ['below zero', { sizeMs: 10, stepMs: 5 }, 'a=1@-6 |', 'a[-10,-5)=1 a[-10,0)=1 |'],
  [
    'a record that comes behind a step counts in the next',
    { sizeMs: 10, stepMs: 5 },
    'a=1@1 w4 a=2@2 |',
    'a[0,5)=1 w4 a[0,10)=3 |',
  ],
]);

cases('tumbling', [
  [
    'the operator made for speed and the general one agree',
    { sizeMs: 10, allowedLatenessMs: 5 },
    'a=1@1 b=2@12 w9 a=4@3 w14 a=8@4 |',
    'a[0,10)=1 w9 a[0,10)=5 w14 b[10,20)=2 |',
    'a=8',
  ],
  [
    'discarding, which only the general one does',
    { sizeMs: 10, allowedLatenessMs: 5, accumulation: 'discarding' },
    'a=1@1 b=2@12 w9 a=4@3 w14 a=8@4 |',
    'a[0,10)=1 w9 a[0,10)=4 w14 b[10,20)=2 |',
    'a=8',
  ],
]);

const gap = { gapMs: 5 };
cases('session', [
  ['one record lasts its gap', gap, 'a=1@3 |', 'a[3,8)=1 |'],
  ['sessions that only touch are one', gap, 'a=1@0 a=2@5 |', 'a[0,10)=3 |'],
  ['one millisecond more is a gap', gap, 'a=1@0 a=2@6 |', 'a[0,5)=1 a[6,11)=2 |'],
  ['a record between two sessions joins them', gap, 'a=1@0 a=2@8 a=4@4 |', 'a[0,13)=7 |'],
  ['a session that grew fires at its new end alone', gap, 'a=1@0 a=2@3 w4 w7 |', 'w4 a[0,8)=3 w7 |'],
  ['a session that has fired is over without lateness', gap, 'a=1@0 w4 a=2@5 |', 'a[0,5)=1 w4 a[5,10)=2 |'],
  [
    'late on its own, a record lives on in a live session',
    gap,
    'a=1@6 w8 a=2@3 |',
    // 3 alone would be [3, 8), over at watermark 7; it meets [6, 11).
    'w8 a[3,11)=3 |',
  ],
  ['late, and no session to join', gap, 'a=1@20 w9 a=2@3 |', 'w9 a[20,25)=1 |', 'a=2'],
  ['not late by its own time, though its session is over', gap, 'w7 a=1@3 |', 'w7 |', 'a=1'],
  [
    'with lateness a record that extends a fired session fires it again when it ends',
    { ...gap, allowedLatenessMs: 10 },
    'a=1@0 w5 a=2@3 w7 |',
    'a[0,5)=1 w5 a[0,8)=3 w7 |',
  ],
  [
    'with lateness a record that does not extend it fires at once',
    { ...gap, allowedLatenessMs: 10 },
    'a=1@0 a=2@2 w7 a=4@1 |',
    'a[0,7)=3 w7 a[0,7)=7 |',
  ],
  ['negative time', gap, 'a=1@-7 a=2@-3 |', 'a[-7,2)=3 |'],
  ['a gap that comes with the data', { gap: '(row) => row.n' }, 'a=2@0 a=9@2 a=1@10 |', 'a[0,11)=12 |'],
  ['a shorter gap inside a session changes nothing', { gap: '(row) => row.n' }, 'a=9@0 a=1@2 w7 |', 'w7 a[0,9)=10 |'],
  [
    'counts of merged sessions add up, and fire with the record that merges them',
    { ...gap, trigger: 'repeatedly(count(3))' },
    'a=1@0 a=2@8 a=4@4 |',
    'a[0,13)=7 |',
  ],
  [
    'merged sessions keep the earliest mark of a continuous trigger',
    { gapMs: 10, trigger: 'everyEventTime(10)' },
    'a=1@5 a=2@18 a=4@12 w10 w22 |',
    // Marks 10 and 20 become 10; the next is 20; the session [5, 28) ends at 27.
    'a[5,28)=7 w10 a[5,28)=7 w22 a[5,28)=7 |',
  ],
  [
    'a merged session begins to number its panes anew',
    { ...gap, panes: true, trigger: 'repeatedly(count(1))' },
    'a=1@0 a=2@8 a=4@4 |',
    'a[0,5)=1 early0 a[8,13)=2 early0 a[0,13)=7 early0 |',
  ],
  [
    'a session that has fired for good is closed, and a record that meets it begins another',
    { ...gap, allowedLatenessMs: 20, trigger: 'watermark()' },
    'a=1@0 w5 a=2@3 w7 |',
    'a[0,5)=1 w5 a[3,8)=2 w7 |',
  ],
  [
    'and begins with no late record counted',
    { ...gap, allowedLatenessMs: 40, trigger: 'afterWatermark(late: count(2))' },
    'a=1@0 w4 a=2@0 a=4@4 w8 a=8@4 a=16@4 |',
    'a[0,5)=1 w4 a[0,9)=7 w8 a[0,9)=31 |',
  ],
]);

cases('count', [
  ['fires with the last record and begins anew', { size: 2 }, 'a=1@1 a=2@2 a=4@3 a=8@4 a=16@5 |', 'a=3 a=12 |'],
  ['counts by key', { size: 2 }, 'a=1@1 b=2@2 b=4@3 |', 'b=6 |'],
  ['an unfinished window never fires', { size: 3 }, 'a=1@1 a=2@2 |', '|'],
  ['is not about time', { size: 2 }, 'a=1@9 w9 a=2@1 |', 'w9 a=3 |'],
  [
    'with a slide: the last of them',
    { size: 3, slide: 2 },
    'a=1@1 a=2@2 a=4@3 a=8@4 a=16@5 a=32@6 |',
    'a=3 a=14 a=56 |',
  ],
  ['a slide of one', { size: 2, slide: 1 }, 'a=1@1 a=2@2 a=4@3 |', 'a=1 a=3 a=6 |'],
]);

const every = { panes: true };
cases('global', [
  ['without a trigger never fires', {}, 'a=1@1 a=2@2 |', '|'],
  ['accumulates', { trigger: 'repeatedly(count(2))' }, 'a=1@1 a=2@2 a=4@3 a=8@4 |', 'a=3 a=15 |'],
  [
    'discards',
    { trigger: 'repeatedly(count(2))', accumulation: 'discarding' },
    'a=1@1 a=2@2 a=4@3 a=8@4 |',
    'a=3 a=12 |',
  ],
  ['purges', { trigger: 'purging(repeatedly(count(2)))' }, 'a=1@1 a=2@2 a=4@3 a=8@4 |', 'a=3 a=12 |'],
  ['once, and then it is closed', { trigger: 'count(2)' }, 'a=1@1 a=2@2 a=4@3 |', 'a=3 |', 'a=4'],
  ['its end is the end of all time', { trigger: 'repeatedly(watermark())' }, 'a=1@1 w5 |', 'w5 a=1 |'],
  [
    'delta: more than the threshold, from the last that fired',
    { trigger: 'delta(3, n)' },
    'a=1 a=4 a=5 a=2 a=1 |',
    'a=10 a=13 |',
  ],
  [
    'a delay begins with the first element',
    { trigger: 'repeatedly(delay(10))' },
    'a=1 +4 a=2 +5 +1 a=4 +9 +1 |',
    'a=3 a=7 |',
  ],
  [
    'continuous in processing time: whole intervals',
    { trigger: 'everyProcessingTime(10)' },
    '+3 a=1 +6 +1 a=2 +10 |',
    'a=1 a=3 |',
  ],
  [
    'any: the first of them',
    { trigger: 'repeatedly(any(count(3), delay(10)))' },
    'a=1 a=2 a=4 a=8 +10 |',
    'a=7 a=15 |',
  ],
  [
    'any: what began with the last pane is forgotten',
    { trigger: 'repeatedly(any(count(2), delay(10)))' },
    'a=1 +9 a=2 +1 a=4 +9 +1 |',
    'a=3 a=7 |',
  ],
  [
    'all: only together',
    { trigger: 'repeatedly(all(count(2), delay(10)))' },
    'a=1 a=2 +9 +1 a=4 +10 a=8 |',
    'a=3 a=15 |',
  ],
  [
    'each: one after the other, then closed',
    { trigger: 'each(count(1), count(2))' },
    'a=1 a=2 a=4 a=8 |',
    'a=1 a=7 |',
    'a=8',
  ],
  [
    'orFinally: a last pane',
    { trigger: 'orFinally(repeatedly(count(2)), delay(10))' },
    'a=1 a=2 a=4 +10 a=8 |',
    'a=3 a=7 |',
    'a=8',
  ],
]);

const early = { sizeMs: 10, ...every };
cases('tumbling', [
  [
    'early, on time and late panes, numbered',
    { ...early, allowedLatenessMs: 20, trigger: 'afterWatermark(early: count(2), late: count(1))' },
    'a=1@1 a=2@2 a=4@3 w9 a=8@4 a=16@5 |',
    'a[0,10)=3 early0 a[0,10)=7 on-time1 w9 a[0,10)=15 late2 a[0,10)=31 late3 |',
  ],
  [
    'late panes of two',
    { ...early, allowedLatenessMs: 20, trigger: 'afterWatermark(late: count(2))' },
    'a=1@1 w9 a=2@4 a=4@5 a=8@6 |',
    'a[0,10)=1 on-time0 w9 a[0,10)=7 late1 |',
  ],
  [
    'without late panes the window is closed on time',
    { ...early, allowedLatenessMs: 20, trigger: 'afterWatermark(early: count(1))' },
    'a=1@1 w9 a=2@4 |',
    'a[0,10)=1 early0 a[0,10)=1 on-time1 w9 |',
    'a=2',
  ],
  [
    'discarding: an on-time pane has only what is new, and none if nothing is',
    { ...early, accumulation: 'discarding', trigger: 'afterWatermark(early: count(2))' },
    'a=1@1 a=2@2 b=1@1 b=2@2 b=4@3 w9 |',
    'a[0,10)=3 early0 b[0,10)=3 early0 b[0,10)=4 on-time1 w9 |',
  ],
  [
    'the default trigger, with lateness: on time, then late for each record',
    { ...early, allowedLatenessMs: 20 },
    'a=1@1 w9 a=2@4 |',
    'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 |',
  ],
  [
    'nothing fires at the clean-up',
    { ...early, allowedLatenessMs: 5 },
    'a=1@1 w9 w14 w30 |',
    'a[0,10)=1 on-time0 w9 w14 w30 |',
  ],
  [
    'continuous: every mark that the watermark passes, and the end',
    { ...early, trigger: 'everyEventTime(4)' },
    'a=1@1 w5 a=2@6 w20 |',
    // Marks 4, 8 and, cut to the end of the window, 9.
    'a[0,10)=1 early0 w5 a[0,10)=3 early1 a[0,10)=3 on-time2 w20 |',
  ],
  [
    'continuous and below zero: the first mark by Java’s remainder',
    { sizeMs: 20, ...every, trigger: 'everyEventTime(10)' },
    // -13 - (-13 % 10) + 10 = 0, cut to the end of [-20, 0), -1.
    'a=1@-13 w-5 |',
    'w-5 a[-20,0)=1 on-time0 |',
  ],
  [
    'purging empties a window and leaves its timers: it fires again only with new records',
    { ...early, allowedLatenessMs: 20, trigger: 'purging(repeatedly(watermark()))' },
    'a=1@1 w9 a=2@4 |',
    'a[0,10)=1 on-time0 w9 a[0,10)=2 late1 |',
  ],
]);

const evicting = { sizeMs: 100 };
cases('tumbling', [
  [
    'evict by count: the newest stay',
    { ...evicting, evictor: 'count', evictCount: 2 },
    'a=1@1 a=2@2 a=4@3 |',
    'a[0,100)=6 |',
  ],
  [
    'evict by time: the cut is the newest less what is kept, and goes too',
    { ...evicting, evictor: 'time', evictMs: 10 },
    'a=1@5 a=2@6 a=4@15 |',
    'a[0,100)=6 |',
  ],
  [
    'evict by delta: what differs from the last by the threshold or more goes',
    { ...evicting, evictor: 'delta', evictThreshold: 3, evictColumn: 'n' },
    'a=1@1 a=2@2 a=3@3 a=4@4 |',
    'a[0,100)=9 |',
  ],
  [
    'evicting after the function works on later panes alone',
    { ...evicting, evictor: 'count', evictCount: 1, evictAfter: true, trigger: 'repeatedly(count(2))' },
    'a=1@1 a=2@2 a=4@3 a=8@4 |',
    'a[0,100)=3 a[0,100)=14 |',
  ],
]);

describe('windows in processing time', () => {
  test('pass with the clock, whatever the watermark says', () => {
    const params = { time: 'processing', sizeMs: 10 };
    // The clock stands at 9, in the last millisecond of [0, 10), when the third comes.
    expect(run('tumbling', params, 'w50 a=1 +4 a=2@3 +5 a=4 +1 a=8')).toEqual({ out: 'w50 a[0,10)=7', late: '' });
  });

  test('sessions end when nothing came for the gap', () => {
    expect(run('session', { time: 'processing', gapMs: 5 }, 'a=1 +3 a=2 +4 +1 a=4 +5').out).toBe('a[0,8)=3 a[8,13)=4');
  });
});

describe('window functions', () => {
  const harness = (params: object): Harness =>
    new Harness(sessionWindow as unknown as OperatorDefinition, { gapMs: 5, ...params }, [words]);

  test('reduce combines row by row, also over a merge', () => {
    const made = harness({ function: 'reduce', reduce: '(a, b) => ({ word: a.word, n: Math.max(a.n, b.n) })' });
    play(made, 'a=3@0 a=9@8 a=1@4 |');
    expect(made.port('out').map(shown)).toEqual(['a[0,13)=9', '|']);
  });

  test('process sees key, window, pane and all rows in order', () => {
    const made = harness({
      function: 'process',
      process: `(key, ctx, rows, out) => {
        out.collect([key, ctx.window.start, ctx.window.end, ctx.pane.timing, ctx.pane.index, rows.map((row) => row.n)]);
      }`,
    });
    play(made, 'a=3@0 a=9@8 a=1@4 |');
    const [first] = made.port('out');
    expect(first).toEqual({ kind: 'record', time: 12, row: { value: ['a', 0, 13, 'on time', 0, [3, 9, 1]] } });
  });

  test('a gap that is none fails with what was returned', () => {
    expect(() => play(harness({ gap: '(row) => 0' }), 'a=1@1')).toThrow(/gap of at least 1 ms/);
  });
});

test.each(['', 'everyEventTime(3)', 'afterWatermark(early: repeatedly(delay(9)))'])(
  'windows that merge leave neither timers nor trigger state behind: %s',
  (trigger) => {
    const merged = new Harness(sessionWindow as unknown as OperatorDefinition, { gapMs: 5, trigger }, [words]);
    play(merged, 'a=1@0 a=2@8 a=4@4');
    const once = new Harness(sessionWindow as unknown as OperatorDefinition, { gapMs: 13, trigger }, [words]);
    play(once, 'a=1@0');
    expect([merged.context.timers.size, merged.keyedState?.size]).toEqual([
      once.context.timers.size,
      once.keyedState?.size,
    ]);
  },
);

test.each([
  ['session', { gapMs: 5, trigger: 'count(2)' }, 'a=1@0 a=2@1 a=4@4 w1000'],
  ['session', { gapMs: 5, allowedLatenessMs: 20, trigger: 'afterWatermark(early: count(1))' }, 'a=1@0 w8 a=2@3 w1000'],
  ['tumbling', { time: 'processing', sizeMs: 10, trigger: 'repeatedly(any(delay(5), delay(10)))' }, 'a=1 +5 +5 +5 +50'],
  ['count', { size: 2 }, 'a=1@1 b=2@2 a=3@3 b=4@4'],
] as const)('a closed or often fired %s window leaves nothing behind: %o', (kind, params, input) => {
  const made = new Harness(kinds[kind] as unknown as OperatorDefinition, params, [words]);
  play(made, input);
  expect([made.keyedState?.size, made.context.timers.size]).toEqual([0, 0]);
});

test('a closed window keeps no elements until its clean-up', () => {
  const params = { sizeMs: 100, trigger: 'count(2)', function: 'process' };
  const made = new Harness(kinds.tumbling as unknown as OperatorDefinition, params, [words]);
  play(made, 'a=1@0 a=2@1');
  const states = [...(made.keyedState?.snapshot() ?? [])].flatMap(([, group]) => group.map(({ state }) => state));
  expect(states).toEqual(['trigger']);
});

test.each([
  ['a trigger', {}, { trigger: 'repeatedly(count(2))' }],
  ['no trigger any more', { trigger: 'repeatedly(count(2))' }, {}],
  ['another function', { panes: true }, { function: 'process' }],
  ['aggregates again', { function: 'process' }, { panes: true }],
])('windows of a savepoint are refused, and not forgotten, by a window with %s', (_says, before, after) => {
  const tumbling = kinds.tumbling as unknown as OperatorDefinition;
  const saved = new Harness(tumbling, { aggregates: sumOfN, ...before }, [words]);
  play(saved, 'a=1@1');
  const restored = new Harness(tumbling, { aggregates: sumOfN, ...after }, [words]);
  expect(() => restored.restore(saved.snapshot())).toThrow(/is an? .* in the snapshot/);
});

test('a global window refuses marks that would never end', () => {
  const derive = (trigger: string) =>
    globalWindowKind.derive(globalWindowKind.params.parse({ trigger, aggregates: sumOfN }), [words]);
  expect(derive('any(count(1), everyEventTime(10))')).toMatchObject({ ok: false, error: [{ param: 'trigger' }] });
  expect(derive('everyProcessingTime(10)')).toMatchObject({ ok: true });
});

test.each(['sliding', 'cumulating', 'session'] as const)('%s windows leave no state behind their clean-up', (kind) => {
  const made = new Harness(kinds[kind] as unknown as OperatorDefinition, { trigger: 'everyEventTime(7s)' }, [words]);
  play(made, 'a=1@0 a=2@30000 b=1@5 a=4@200000 w100000 a=1@90000 |');
  expect(made.keyedState?.size).toBe(0);
  expect(made.context.timers.size).toBe(0);
});

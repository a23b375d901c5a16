/**
 * What becomes of what a trigger has not fired when the state of its window goes: dropped as in Flink, or a last pane by
 * Beam's ClosingBehavior, one timeline a case. The rules are those of ReduceFnRunner (onTimers, onTrigger, needToEmit) and of
 * PaneInfoTracker, whose output watermark is ours: nothing holds it back, so that behind the end a last pane is late.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../../base/timeline.ts';
import type { StreamType } from '../../graph/schema.ts';
import { shownChanges } from '../testing/changelog.ts';
import { joinCases } from '../testing/join-cases.ts';
import { Harness } from '../testing/harness.ts';
import { play, runCase, windowCases, windowHarness, windowKinds } from '../testing/window-cases.ts';
import type { WindowName } from '../testing/window-cases.ts';
import { words } from './example.ts';

const nonEmpty = { closing: 'fireIfNonEmpty' };
const always = { closing: 'fireAlways' };
const ten = { sizeMs: 10, panes: true };

windowCases(
  'without lateness, a window that its trigger has not fired',
  'tumbling',
  { ...ten, trigger: 'repeatedly(count(3))' },
  [
    ['is dropped', {}, 'a=1@1 w9', 'w9'],
    ['is fired on time', nonEmpty, 'a=1@1 w9', 'a[0,10)=1 on-time0 w9'],
    ['for each key', nonEmpty, 'a=1@1 b=2@1 w9', 'a[0,10)=1 on-time0 b[0,10)=2 on-time0 w9'],
    ['over a restore', nonEmpty, 'a=1@1 / w9', 'a[0,10)=1 on-time0 w9'],
    ['at the end of the input', nonEmpty, 'a=1@1 |', 'a[0,10)=1 on-time0 |'],
    ['in any case, once', always, 'a=1@1 w9 w20', 'a[0,10)=1 on-time0 w9 w20'],
    ['is late then for what comes behind', nonEmpty, 'a=1@1 w9 a=2@2', 'a[0,10)=1 on-time0 w9', 'a=2'],
  ],
);

windowCases('of a window that has fired before', 'tumbling', { ...ten, trigger: 'repeatedly(count(2))' }, [
  [
    'what is new makes a last pane with the old',
    nonEmpty,
    'a=1@1 a=2@2 a=4@3 w9',
    'a[0,10)=3 early0 a[0,10)=7 on-time1 w9',
  ],
  [
    'discarding, without the old',
    { ...nonEmpty, accumulation: 'discarding' },
    'a=1@1 a=2@2 a=4@3 w9',
    'a[0,10)=3 early0 a[0,10)=4 on-time1 w9',
  ],
  [
    'purging is discarding',
    { ...nonEmpty, trigger: 'purging(repeatedly(count(2)))' },
    'a=1@1 a=2@2 a=4@3 w9',
    'a[0,10)=3 early0 a[0,10)=4 on-time1 w9',
  ],
  ['nothing is, if nothing is new', nonEmpty, 'a=1@1 a=2@2 w9', 'a[0,10)=3 early0 w9'],
  ['nor over a restore', nonEmpty, 'a=1@1 a=2@2 / w9', 'a[0,10)=3 early0 w9'],
  ['unless it is asked for', always, 'a=1@1 a=2@2 w9', 'a[0,10)=3 early0 a[0,10)=3 on-time1 w9'],
  [
    'when, discarding, the last pane is empty',
    { ...always, accumulation: 'discarding' },
    'a=1@1 a=2@2 w9',
    'a[0,10)=3 early0 a[0,10)=null on-time1 w9',
  ],
  ['and of no window that nothing came for', always, 'a=1@1 w50', 'a[0,10)=1 on-time0 w50'],
]);

windowCases(
  'with lateness, at the clean-up',
  'tumbling',
  { ...ten, allowedLatenessMs: 50, trigger: 'repeatedly(count(3))' },
  [
    ['what is left is fired late', nonEmpty, 'a=1@1 w9 w58 w59', 'w9 w58 a[0,10)=1 late0 w59'],
    ['however far the watermark jumps', nonEmpty, 'a=1@1 w200', 'a[0,10)=1 late0 w200'],
    ['with what came late', nonEmpty, 'a=1@1 w9 a=2@2 w59', 'w9 a[0,10)=3 late0 w59'],
    [
      'behind a pane on time, what is new',
      { ...nonEmpty, trigger: 'afterWatermark(late: count(3))' },
      'a=1@1 w9 a=2@2 w59',
      'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 w59',
    ],
    [
      'nothing, if nothing is',
      { ...nonEmpty, trigger: 'afterWatermark(late: count(3))' },
      'a=1@1 w9 w59',
      'a[0,10)=1 on-time0 w9 w59',
    ],
    [
      'or once more, if asked',
      { ...always, trigger: 'afterWatermark(late: count(3))' },
      'a=1@1 w9 w59',
      'a[0,10)=1 on-time0 w9 a[0,10)=1 late1 w59',
    ],
    [
      'of Flink’s default trigger: once more, too',
      { ...always, trigger: '' },
      'a=1@1 w9 a=2@2 w59',
      'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 a[0,10)=3 late2 w59',
    ],
    [
      'of the default trigger nothing is left',
      { ...nonEmpty, trigger: '' },
      'a=1@1 w9 a=2@2 w59',
      'a[0,10)=1 on-time0 w9 a[0,10)=3 late1 w59',
    ],
    [
      'a lateness without end ends with the input',
      { ...nonEmpty, allowedLatenessMs: Number.MAX_SAFE_INTEGER },
      'a=1@1 w9 |',
      'w9 a[0,10)=1 late0 |',
    ],
    ['which else drops it', { allowedLatenessMs: Number.MAX_SAFE_INTEGER }, 'a=1@1 w9 |', 'w9 |'],
  ],
);

windowCases('without pane columns', 'tumbling', { sizeMs: 10, allowedLatenessMs: 50, ...always }, [
  ['it is all the same', {}, 'a=1@1 w9 w59', 'a[0,10)=1 w9 a[0,10)=1 w59'],
]);

windowCases('a window whose trigger is through', 'tumbling', { ...ten, ...always }, [
  ['was closed with its last pane', { trigger: 'count(1)' }, 'a=1@1 w9', 'a[0,10)=1 early0 w9'],
  ['be it with the clean-up', { trigger: 'watermark()' }, 'a=1@1 w9', 'a[0,10)=1 on-time0 w9'],
  ['or before', { trigger: 'watermark()', allowedLatenessMs: 20 }, 'a=1@1 w9 w50', 'a[0,10)=1 on-time0 w9 w50'],
  [
    'fires on time what would be empty, if the end is the clean-up',
    { trigger: 'orFinally(repeatedly(count(2)), watermark())', accumulation: 'discarding' },
    'a=1@1 a=2@2 w9',
    'a[0,10)=3 early0 a[0,10)=null on-time1 w9',
  ],
  [
    'and once, if it repeats',
    { trigger: 'repeatedly(any(count(2), watermark()))', accumulation: 'discarding' },
    'a=1@1 a=2@2 w9',
    'a[0,10)=3 early0 a[0,10)=null on-time1 w9',
  ],
]);

windowCases('the clock and the clean-up', 'tumbling', { sizeMs: 100, panes: true, ...nonEmpty }, [
  // ReduceFnRunnerTest: testCombiningAccumulatingProcessingTimeSeparateBundles, testLateProcessingTimeTimer.
  [
    'a delay that ends behind it finds nothing',
    { trigger: 'repeatedly(delay(10))' },
    '+5000 a=2@2 a=5@5 w99 +11',
    'a[0,100)=7 on-time0 w99',
  ],
  [
    'by the clock early and late, and the rest (Beam’s testPaneInfoAllStates…)',
    {
      sizeMs: 10,
      allowedLatenessMs: 115,
      trigger: 'each(orFinally(repeatedly(delay(5)), watermark()), repeatedly(delay(25)))',
    },
    'w0 a=1@1 a=1@3 a=1@7 a=1@5 +6 a=1@8 a=1@4 w11 a=1@8 a=1@4 a=1@5 w12 a=1@3 +9 a=1@5 +17 a=1@3 w125',
    'w0 a[0,10)=4 early0 a[0,10)=6 on-time1 w11 w12 a[0,10)=11 late2 a[0,10)=12 late3 w125',
  ],
  [
    'windows of the clock end with it',
    { sizeMs: 10, time: 'processing', trigger: 'repeatedly(count(3))' },
    'a=1 +9 +1',
    'a[0,10)=1 on-time0',
  ],
  ['and not with the input', { sizeMs: 10, time: 'processing', trigger: 'repeatedly(count(3))' }, 'a=1 +5 |', '|'],
]);

windowCases('sessions', 'session', { gapMs: 10, panes: true, allowedLatenessMs: 50, trigger: 'repeatedly(count(3))' }, [
  [
    'that were merged close once',
    nonEmpty,
    'a=1@0 a=2@15 a=4@8 a=8@16 w29 w75',
    'a[0,25)=7 early0 w29 a[0,26)=15 late0 w75',
  ],
  ['with what none of them had fired', nonEmpty, 'a=1@0 a=2@20 w40 w100', 'w40 a[0,10)=1 late0 a[20,30)=2 late0 w100'],
  ['in any case', always, 'a=1@0 a=2@15 a=4@8 w100', 'a[0,25)=7 early0 a[0,25)=7 late1 w100'],
  ['not where the trigger closed them', { ...always, trigger: 'count(1)' }, 'a=1@0 w100', 'a[0,10)=1 early0 w100'],
]);

windowCases('windows without an end', 'global', { panes: true, trigger: 'repeatedly(count(3))' }, [
  ['close with the input', nonEmpty, 'a=1@0 a=1@1 a=1@2 a=1@3 |', 'a=3 early0 a=4 on-time1 |'],
  ['discarding', { ...nonEmpty, accumulation: 'discarding' }, 'a=1@0 a=1@1 a=1@2 a=1@3 |', 'a=3 early0 a=1 on-time1 |'],
  ['with nothing, if nothing is new', nonEmpty, 'a=1@0 a=1@1 a=1@2 |', 'a=3 early0 |'],
  ['or empty', { ...always, accumulation: 'discarding' }, 'a=1@0 a=1@1 a=1@2 |', 'a=3 early0 a=null on-time1 |'],
  ['over a restore', nonEmpty, 'a=1@0 / b=2@1 / |', 'a=1 on-time0 b=2 on-time0 |'],
  [
    'without a trigger they are those of a batch',
    { ...nonEmpty, trigger: '' },
    'a=1@0 b=2@1 w50 a=4@2 |',
    'w50 a=5 on-time0 b=2 on-time0 |',
  ],
  ['unless it is dropped', { trigger: '' }, 'a=1@0 |', '|'],
]);

windowCases(
  'each of sliding windows closes by itself',
  'sliding',
  { sizeMs: 10, slideMs: 5, panes: true, trigger: 'never()' },
  [
    [
      'in its turn',
      nonEmpty,
      'a=1@1 a=2@6 w4 w9 w14',
      'a[-5,5)=1 on-time0 w4 a[0,10)=3 on-time0 w9 a[5,15)=2 on-time0 w14',
    ],
  ],
);

windowCases('cumulating windows', 'cumulating', { sizeMs: 20, stepMs: 10, panes: true, trigger: 'never()' }, [
  ['close by themselves, too', nonEmpty, 'a=1@1 a=2@11 w9 w19', 'a[0,10)=1 on-time0 w9 a[0,20)=3 on-time0 w19'],
]);

windowCases('an evictor', 'tumbling', { ...ten, evictor: 'count', evictCount: 1, trigger: 'repeatedly(count(2))' }, [
  ['has its say in the last pane', nonEmpty, 'a=1@1 a=2@2 a=4@3 w9', 'a[0,10)=2 early0 a[0,10)=4 on-time1 w9'],
  [
    'has none in an empty one',
    { ...always, accumulation: 'discarding' },
    'a=1@1 a=2@2 w9',
    'a[0,10)=2 early0 a[0,10)=null on-time1 w9',
  ],
]);

joinCases('joins', { sizeMs: 10, panes: true, trigger: 'repeatedly(count(2))', join: 'full' }, [
  ['drop what was not fired', {}, 'a=1@1 w9', 'w9'],
  ['pad it in a last pane', nonEmpty, 'a=1@1 w9', '[0,10) a:1+- on-time0 w9'],
  [
    'or pair it with the rest',
    nonEmpty,
    'a=1@1 r:a=2@2 r:a=3@3 w9',
    '[0,10) a:1+2 early0 [0,10) a:1+2 on-time1 [0,10) a:1+3 on-time1 w9',
  ],
  [
    'and give nothing of nothing',
    { ...always, accumulation: 'discarding' },
    'a=1@1 r:a=2@2 w9',
    '[0,10) a:1+2 early0 w9',
  ],
]);

describe('a last pane', () => {
  test('that is retracting takes back the pane before', () => {
    const harness = windowHarness('tumbling', {
      sizeMs: 10,
      ...nonEmpty,
      accumulation: 'retracting',
      trigger: 'repeatedly(count(2))',
    });
    harness.play(timelineElements('a=1@1 a=2@2 a=4@3 w9'));
    expect(shownChanges(harness)).toBe('+I:a,0,10,3@9 -U:a,0,10,3@9 +U:a,0,10,7@9 w9');
  });

  const plain: StreamType = { schema: words.schema, key: null };
  test('of all records is one', () => {
    const given = {
      sizeMs: 10,
      ...nonEmpty,
      trigger: 'repeatedly(count(3))',
      aggregates: [{ function: 'sum', column: 'n', as: 'n' }],
    };
    const make = (): Harness => new Harness(windowKinds.tumbling, given, [plain]);
    expect(runCase(make, 'a=1@1 b=2@2 w9').out).toBe('[0,10)=3 w9');
  });

  test('of a process function has its rows, and none if nothing is new', () => {
    const given = {
      function: 'process',
      process:
        '(key, ctx, rows, out) => out.collect({ value: `${key} ${rows.length} ${ctx.pane.timing} ${ctx.pane.index}` })',
      columns: [{ name: 'value', type: 'string' }],
      trigger: 'repeatedly(count(2))',
      accumulation: 'discarding',
    };
    const values = (closing: object, input: string): unknown[] => {
      const harness = windowHarness('tumbling', { sizeMs: 10, ...given, ...closing });
      play(harness, input);
      return harness.port('out').flatMap((one) => (one.kind === 'record' ? [one.row['value']] : []));
    };
    expect(values(nonEmpty, 'a=1@1 a=2@2 a=4@3 w9')).toEqual(['a 2 early 0', 'a 1 on time 1']);
    expect(values(nonEmpty, 'a=1@1 a=2@2 w9')).toEqual(['a 2 early 0']);
    expect(values(always, 'a=1@1 a=2@2 w9')).toEqual(['a 2 early 0', 'a 0 on time 1']);
  });

  test('of a reduce function that nothing came for is none: there is no row', () => {
    const given = {
      ...always,
      function: 'reduce',
      reduce: '(a, b) => ({ ...b, n: a.n + b.n })',
      trigger: 'purging(repeatedly(count(2)))',
    };
    const out = (input: string): string => runCase(() => windowHarness('tumbling', { ...ten, ...given }), input).out;
    expect(out('a=1@1 a=2@2 w9')).toBe('a[0,10)=3 early0 w9');
    expect(out('a=1@1 a=2@2 a=4@3 w9')).toBe('a[0,10)=3 early0 a[0,10)=4 on-time1 w9');
  });

  test('leaves nothing behind', () => {
    for (const kind of ['tumbling', 'session', 'global'] as const) {
      const harness = windowHarness(kind, {
        sizeMs: 10,
        gapMs: 10,
        ...nonEmpty,
        trigger: 'repeatedly(count(3))',
        panes: true,
      });
      harness.play(timelineElements('a=1@1 b=2@2 a=4@25 |'));
      expect(harness.keyedState?.size).toBe(0);
      expect(harness.snapshot().timers).toEqual([]);
    }
  });
});

describe('whatever the trigger, with a last pane if there is something new', () => {
  const triggers = [
    'repeatedly(count(2))',
    'repeatedly(count(5))',
    'never()',
    'everyEventTime(4)',
    'repeatedly(all(count(2), watermark()))',
    'afterWatermark(early: count(2), late: count(3))',
  ];
  const records = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), time: fc.nat(40), advance: fc.nat(6) }), {
    maxLength: 25,
  });

  test.each<WindowName>(['tumbling', 'session', 'global'])(
    'nothing that came in time is lost, nor told twice: %s',
    (kind) => {
      fc.assert(
        fc.property(
          records,
          fc.constantFrom(...triggers),
          fc.constantFrom('discarding', 'accumulating'),
          (given, trigger, accumulation) => {
            if (kind === 'global' && trigger.startsWith('everyEventTime')) return;
            const harness = windowHarness(kind, {
              sizeMs: 10,
              gapMs: 5,
              allowedLatenessMs: 8,
              ...nonEmpty,
              trigger,
              accumulation,
            });
            let [watermark, sent] = [-10, 0];
            for (const { key, time, advance } of given) {
              harness.play(timelineElements(`${key}=${1}@${time} w${(watermark += advance)}`));
              sent++;
            }
            harness.play(timelineElements('|'));
            const panes = harness.port('out').flatMap((one) => (one.kind === 'record' ? [one.row] : []));
            const last = new Map<string, number>();
            for (const { word, windowStart, windowEnd, n } of panes) {
              const window = `${String(word)} ${String(windowStart)} ${String(windowEnd)}`;
              last.set(window, (accumulation === 'discarding' ? (last.get(window) ?? 0) : 0) + Number(n));
            }
            // Accumulating sessions that fired and were merged then count in both.
            if (kind === 'session' && accumulation === 'accumulating') return;
            expect([...last.values()].reduce((sum, n) => sum + n, 0)).toBe(sent - harness.late);
          },
        ),
        { seed: 20261122, numRuns: 200 },
      );
    },
  );
});

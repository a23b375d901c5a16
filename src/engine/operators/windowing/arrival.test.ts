/**
 * Properties of windows and watermarks together: events in any order that the bound of the watermarks allows give the same
 * final result, and a sliding window has what the panes have that it is made of.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineElement } from '../../../base/timeline.ts';
import { eventTime } from '../../../base/units.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { cumulatingWindow } from '../cumulating-window.ts';
import { sessionWindow } from '../session-window.ts';
import { slidingWindow } from '../sliding-window.ts';
import { Harness } from '../testing/harness.ts';
import { tumblingWindow } from '../tumbling-window.ts';
import { watermarks } from '../watermarks.ts';
import { sumOfN, words } from './example.ts';

interface Event {
  readonly word: string;
  readonly n: number;
  readonly at: number;
  /** How much later than it should it arrives; 0 … 1 of the bound. */
  readonly delay: number;
  /** The same in another order. */
  readonly otherDelay: number;
}

const events = fc.array(
  fc.record({
    word: fc.constantFrom('a', 'b'),
    n: fc.integer({ min: 1, max: 99 }),
    at: fc.integer({ min: -60, max: 60 }),
    delay: fc.double({ min: 0, max: 1, noNaN: true }),
    otherDelay: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 30 },
);
const definition = (of: unknown): OperatorDefinition => of as OperatorDefinition;

const elements = (all: readonly Event[]): TimelineElement[] =>
  all.map(({ word, n, at }) => ({ kind: 'record', key: word, value: n, time: eventTime(at) }));

/** All rows that come out of the windows, as texts in some order of their own. */
function rowsOf(harness: Harness): string[] {
  harness.end();
  return harness
    .port('out')
    .flatMap((each) => (each.kind === 'record' ? [`${JSON.stringify(each.row)}@${each.time}`] : []))
    .sort();
}

const size = fc.integer({ min: 1, max: 24 });

test('events in any order within the bound give the same final result, and none is late', () => {
  const kinds = fc.constantFrom(
    { of: tumblingWindow, params: (ms: number) => ({ sizeMs: ms }) },
    { of: slidingWindow, params: (ms: number) => ({ sizeMs: 2 * ms, slideMs: ms }) },
    { of: cumulatingWindow, params: (ms: number) => ({ sizeMs: 3 * ms, stepMs: ms }) },
    { of: sessionWindow, params: (ms: number) => ({ gapMs: ms }) },
  );
  fc.assert(
    fc.property(kinds, size, events, fc.integer({ min: 0, max: 30 }), ({ of, params }, ms, all, bound) => {
      // Whether sessions that only touch become one depends on who comes first, as in Flink: there are none here.
      const apart = (event: Event, other: Event): boolean => Math.abs(event.at - other.at) !== ms;
      fc.pre(of !== sessionWindow || all.every((event) => all.every((other) => apart(event, other))));
      const inOrder = (delayOf: (event: Event) => number): string[] => {
        // By when it arrives on a clock that is at its time when it is in time.
        const arriving = all.toSorted((a, b) => a.at + delayOf(a) * bound - (b.at + delayOf(b) * bound));
        const assigner = new Harness(definition(watermarks), { outOfOrdernessMs: bound }, [words]);
        for (const element of elements(arriving)) assigner.play([element]);
        const window = new Harness(definition(of), { ...params(ms), aggregates: sumOfN }, [words]);
        for (const each of assigner.port('out')) {
          if (each.kind === 'record')
            window.play([
              {
                kind: 'record',
                key: each.row['word'] as string,
                value: each.row['n'] as number,
                time: each.time as never,
              },
            ]);
          else if (each.kind === 'watermark') window.play([{ kind: 'watermark', time: eventTime(each.time) }]);
        }
        const rows = rowsOf(window);
        expect(window.port('late').filter(({ kind }) => kind === 'record')).toEqual([]);
        return rows;
      };
      const sorted = inOrder(() => 0);
      expect(inOrder(({ delay }) => delay)).toEqual(sorted);
      expect(inOrder(({ otherDelay }) => otherDelay)).toEqual(sorted);
    }),
    { numRuns: 150 },
  );
});

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const listing = {
  function: 'process',
  process: `(key, ctx, rows, out) => {
  out.collect({ key, start: ctx.window.start, end: ctx.window.end, ns: JSON.stringify(rows.map((row) => row.n).sort()) });
}`,
  columns: [
    { name: 'key', type: 'string' },
    { name: 'start', type: 'int' },
    { name: 'end', type: 'int' },
    { name: 'ns', type: 'string' },
  ],
};

interface Pane {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly ns: readonly number[];
}

function panes(of: unknown, params: object, all: readonly Event[]): Pane[] {
  const harness = new Harness(definition(of), { ...params, ...listing }, [words]);
  harness.play(elements(all));
  harness.end();
  return harness.port('out').flatMap((each) => {
    if (each.kind !== 'record') return [];
    const { key, start, end, ns } = each.row as { key: string; start: number; end: number; ns: string };
    return [{ key, start, end, ns: JSON.parse(ns) as number[] }];
  });
}

const sortedNumbers = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

test('a sliding window has the elements of the panes that it is made of, for any size, slide and offset', () => {
  fc.assert(
    fc.property(size, size, fc.nat(23), events, (sizeMs, slideMs, nth, all) => {
      const offsetMs = nth % slideMs;
      // Streams are cut into panes of the greatest common divisor (Li et al., No pane, no gain, SIGMOD Record 2005).
      const paneMs = gcd(sizeMs, slideMs);
      const tumbled = panes(tumblingWindow, { sizeMs: paneMs, offsetMs: offsetMs % paneMs }, all);
      const slid = panes(slidingWindow, { sizeMs, slideMs, offsetMs }, all);
      for (const { key, start, end, ns } of slid) {
        expect([end - start, (((start - offsetMs) % slideMs) + slideMs) % slideMs]).toEqual([sizeMs, 0]);
        const made = tumbled.filter((pane) => pane.key === key && pane.start >= start && pane.end <= end);
        expect(sortedNumbers(ns)).toEqual(sortedNumbers(made.flatMap((pane) => pane.ns)));
      }
      // Each pane is in as many windows as reach over it, none twice.
      for (const { key, start, end } of tumbled) {
        const over = slid.filter((window) => window.key === key && window.start <= start && window.end >= end);
        const starts = Array.from({ length: 400 }, (_, i) => offsetMs + (i - 200) * slideMs);
        const due = starts.filter((windowStart) => windowStart <= start && windowStart + sizeMs >= end);
        expect(over.map((window) => window.start).sort((a, b) => a - b)).toEqual(due);
      }
    }),
    { numRuns: 150 },
  );
});

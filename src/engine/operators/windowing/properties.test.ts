/** What holds for windows of any kind and any stream, against a plain computation over the same records. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineElement, TimelineRecord } from '../../../base/timeline.ts';
import { eventTime } from '../../../base/units.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { cumulatingWindow } from '../cumulating-window.ts';
import { sessionWindow } from '../session-window.ts';
import { slidingWindow } from '../sliding-window.ts';
import { Harness } from '../testing/harness.ts';
import { sumOfN, words } from './example.ts';

interface Record {
  readonly word: string;
  readonly n: number;
  readonly at: number;
}
interface Kind {
  readonly definition: OperatorDefinition;
  readonly params: object;
  /** Sums by window, computed without windows of ours. */
  readonly plain: (records: readonly Record[]) => Map<string, number>;
}

const record = fc.record({
  word: fc.constantFrom('a', 'b', 'c'),
  n: fc.integer({ min: 1, max: 9 }),
  at: fc.integer({ min: -40, max: 60 }),
});
const records = fc.array(record, { minLength: 1, maxLength: 30 });
const step = fc.integer({ min: 1, max: 12 });

const add = (sums: Map<string, number>, key: string, n: number): void => void sums.set(key, (sums.get(key) ?? 0) + n);

const slidingKind = fc.tuple(step, step, fc.nat(11)).map(([sizeMs, slideMs, offset]): Kind => {
  const offsetMs = offset % slideMs;
  return {
    definition: slidingWindow as unknown as OperatorDefinition,
    params: { sizeMs, slideMs, offsetMs },
    plain(all) {
      const sums = new Map<string, number>();
      // Every start there could be, near or far.
      for (let start = offsetMs - 100 * slideMs; start < 100; start += slideMs)
        for (const { word, n, at } of all)
          if (at >= start && at < start + sizeMs) add(sums, `${word} ${start} ${start + sizeMs}`, n);
      return sums;
    },
  };
});
const cumulatingKind = fc.tuple(step, fc.integer({ min: 1, max: 5 })).map(([stepMs, steps]): Kind => {
  const sizeMs = stepMs * steps;
  return {
    definition: cumulatingWindow as unknown as OperatorDefinition,
    params: { sizeMs, stepMs },
    plain(all) {
      const sums = new Map<string, number>();
      for (let start = -100 * sizeMs; start < 100; start += sizeMs)
        for (let end = start + stepMs; end <= start + sizeMs; end += stepMs)
          for (const { word, n, at } of all) if (at >= start && at < end) add(sums, `${word} ${start} ${end}`, n);
      return sums;
    },
  };
});
const sessionKind = step.map((gapMs): Kind => {
  return {
    definition: sessionWindow as unknown as OperatorDefinition,
    params: { gapMs },
    plain(all) {
      const sums = new Map<string, number>();
      for (const word of new Set(all.map((each) => each.word))) {
        const own = all.filter((each) => each.word === word).sort((a, b) => a.at - b.at);
        let [start, end, sum] = [Number.NaN, Number.NaN, 0];
        for (const { at, n } of own) {
          if (!(at <= end)) {
            if (sum > 0) sums.set(`${word} ${start} ${end}`, sum);
            [start, sum] = [at, 0];
          }
          [end, sum] = [at + gapMs, sum + n];
        }
        sums.set(`${word} ${start} ${end}`, sum);
      }
      return sums;
    },
  };
});
const kind = fc.oneof(slidingKind, cumulatingKind, sessionKind);

const made = ({ definition, params }: Kind, more: object = {}): Harness =>
  new Harness(definition, { aggregates: sumOfN, ...params, ...more }, [words]);

/**
 * Records in this order, and behind each a watermark that is true of what is still to come, and 1 ms more: a watermark just
 * below a record ends the session that this record would only touch, so there the order does matter, as in Flink.
 */
function timeline(all: readonly Record[]): TimelineElement[] {
  return all.flatMap(({ word, n, at }, i): TimelineElement[] => {
    const left = Math.min(...all.slice(i + 1).map((each) => each.at));
    const element: TimelineRecord = { kind: 'record', key: word, value: n, time: eventTime(at) };
    return left === Number.POSITIVE_INFINITY ? [element] : [element, { kind: 'watermark', time: eventTime(left - 2) }];
  });
}

/** The newest pane of each window. */
function sums(harness: Harness): Map<string, number> {
  const found = new Map<string, number>();
  for (const each of harness.port('out')) {
    if (each.kind !== 'record') continue;
    const { word, windowStart, windowEnd, n } = each.row;
    found.set(`${word} ${windowStart} ${windowEnd}`, n as number);
  }
  return found;
}

const sorted = (of: Map<string, number>): [string, number][] => [...of].sort(([a], [b]) => (a < b ? -1 : 1));

function played(harness: Harness, all: readonly Record[]): Harness {
  harness.play(timeline(all));
  harness.end();
  return harness;
}

test('any order of arrival gives what a plain computation gives, and leaves nothing behind', () => {
  fc.assert(
    fc.property(kind, records, (of, all) => {
      const harness = played(made(of), all);
      expect(sorted(sums(harness))).toEqual(sorted(of.plain(all)));
      expect(harness.port('late').filter((each) => each.kind === 'record')).toEqual([]);
      expect([harness.keyedState?.size, harness.context.timers.size]).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});

const triggers = [
  'repeatedly(count(2))',
  'afterWatermark(early: count(2), late: count(1))',
  'everyEventTime(3)',
  'repeatedly(any(count(3), watermark()))',
];

test('the panes of a window, discarded one by one, sum to all of it', () => {
  fc.assert(
    fc.property(kind, records, fc.constantFrom(...triggers.slice(1)), (of, all, trigger) => {
      const harness = played(made(of, { trigger, accumulation: 'discarding' }), all);
      const total = new Map<string, number>();
      for (const each of harness.port('out')) {
        if (each.kind !== 'record') continue;
        // A session that fired early may have grown since: its sums count for the window that it became.
        add(total, String(each.row['word']), each.row['n'] as number);
      }
      const plain = new Map<string, number>();
      for (const [window, n] of of.plain(all)) add(plain, window.split(' ')[0] as string, n);
      expect(sorted(total)).toEqual(sorted(plain));
    }),
    { numRuns: 300 },
  );
});

test('a snapshot and restore at any point changes nothing', () => {
  const run = fc.tuple(kind, records, fc.constantFrom('', ...triggers), fc.nat(60), fc.constantFrom(0, 5));
  fc.assert(
    fc.property(run, ([of, all, trigger, cut, allowedLatenessMs]) => {
      const elements = timeline(all);
      const whole = made(of, { trigger, allowedLatenessMs, panes: true });
      whole.play(elements);
      whole.end();
      const before = made(of, { trigger, allowedLatenessMs, panes: true });
      before.play(elements.slice(0, cut));
      const after = made(of, { trigger, allowedLatenessMs, panes: true });
      after.restore(before.snapshot());
      after.advance(before.currentWatermark);
      after.play(elements.slice(cut));
      after.end();
      const panes = [...before.port('out'), ...after.port('out')].filter((each) => each.kind === 'record');
      expect(panes).toEqual(whole.port('out').filter((each) => each.kind === 'record'));
    }),
    { numRuns: 300 },
  );
});

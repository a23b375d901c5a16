/** Deduplicate, by the rules of Flink's keep-first-row functions in processing and in event time. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { deduplicate } from './deduplicate.ts';
import { Harness } from './testing/harness.ts';
import { seen, words } from './testing/process.ts';

const harness = (given: object): Harness => new Harness(deduplicate, given, [words]);

function played(given: object, timeline: string): Harness {
  const made = harness(given);
  made.play(timelineElements(timeline));
  return made;
}

/** Records as `a=1@10`, without a time as `a=1`; watermarks as `w5`. */
const line = (made: Harness, port = 'out'): string =>
  seen(made, port)
    .map((one) => {
      if (typeof one === 'string') return one;
      const [{ word, n }, time] = one as [{ word: string; n: number }, number | null];
      return `${word}=${n}${time === null ? '' : `@${time}`}`;
    })
    .join(' ');

const eventTime = { first: 'eventTime' };

describe('the first to arrive', () => {
  test('goes out at once, with its time; others of the key never', () => {
    expect(line(played({}, 'a=1@5 a=2@3 b=3@4 a=4@9 w9 b=5@10'))).toBe('a=1@5 b=3@4 w9');
  });

  test('needs no event time, and none is late', () => {
    const made = played({}, 'a=1 w9 b=1@3 a=2@20');
    expect(line(made)).toBe('a=1 w9 b=1@3');
    expect(made.late).toBe(0);
  });

  test('null is a key like others', () => {
    expect(line(played({}, '{"word":null,"n":1}@1 {"word":null,"n":2}@2 a=3@3'))).toBe('null=1@1 a=3@3');
  });

  test('is forgotten when its time to live is over, counted from when it went out and not from duplicates', () => {
    const made = harness({ ttlMs: 100 });
    made.play(timelineElements('a=1@1'));
    made.tick(60);
    made.play(timelineElements('a=2@2'));
    made.tick(99);
    made.play(timelineElements('a=3@3'));
    expect(line(made)).toBe('a=1@1');
    made.tick(100);
    made.play(timelineElements('a=4@4 a=5@5'));
    expect(line(made)).toBe('a=1@1 a=4@4');
  });

  test('is remembered for ever without one', () => {
    const made = played({}, 'a=1@1');
    made.tick(1e15);
    made.play(timelineElements('a=2@2'));
    expect(line(made)).toBe('a=1@1');
    expect(made.keyedState?.size).toBe(1);
  });

  test('is remembered over a restore', () => {
    const before = played({}, 'a=1@1');
    const after = harness({});
    after.restore(before.snapshot());
    after.play(timelineElements('a=2@2 b=3@3'));
    expect(line(after)).toBe('b=3@3');
  });
});

describe('the first in event time', () => {
  // Flink: RowTimeDeduplicateKeepFirstRowFunction: late is below the watermark; of equal times the first to arrive.
  test('is the smallest time, and of equal times the first to arrive; it goes out when the watermark reaches it', () => {
    const made = played(eventTime, 'w50 a=0@1 a=14@101 a=13@99 a=15@99 a=12@100 b=11@101 w98 w102');
    expect(line(made)).toBe('w50 w98 a=13@99 b=11@101 w102');
    expect(line(made, 'late')).toBe('w50 a=0@1 w98 w102');
    expect(made.late).toBe(1);
  });

  test('what comes after it went out changes nothing, however early it is', () => {
    const made = played(eventTime, 'a=1@10 w10 a=2@12 a=3@10 w20');
    expect(line(made)).toBe('a=1@10 w10 w20');
    expect(made.late).toBe(0);
  });

  test('at the watermark is not late, and goes out with the next one', () => {
    expect(line(played(eventTime, 'w10 a=1@10 b=1@9 w11'))).toBe('w10 a=1@10 w11');
  });

  test('an earlier one takes its place until then: the timer of the later one is gone', () => {
    const made = harness({ ...eventTime, ttlMs: 100 });
    made.play(timelineElements('a=1@20 a=2@10 w15'));
    expect(made.snapshot().timers).toEqual([]);
    made.tick(100);
    made.play(timelineElements('a=3@30 w25'));
    expect(line(made)).toBe('a=2@10 w15 w25');
  });

  test('a record behind the watermark is late, even if it is of a waiting key', () => {
    const made = played(eventTime, 'a=1@20 w10 a=2@5 w20');
    expect(line(made)).toBe('w10 a=1@20 w20');
    expect(line(made, 'late')).toBe('w10 a=2@5 w20');
  });

  test('all that wait go out with the final watermark, and only marks of keys stay', () => {
    const made = played(eventTime, 'a=1@20 b=2@10 a=3@15 |');
    expect(line(made)).toBe('b=2@10 a=3@15');
    expect(made.keyedState?.size).toBe(2);
    expect(made.snapshot().timers).toEqual([]);
  });

  test('comes back with its timer', () => {
    const before = played(eventTime, 'a=1@20 b=2@5 w6');
    const after = harness(eventTime);
    after.restore(before.snapshot());
    after.play(timelineElements('a=9@19 b=9@8 c=5@15 w20'));
    expect(line(after)).toBe('c=5@15 a=9@19 w20');
  });

  test('expires after it went out, and not while it waits', () => {
    const made = harness({ ...eventTime, ttlMs: 100 });
    made.play(timelineElements('a=1@20 w15'));
    made.tick(1000);
    made.play(timelineElements('w20'));
    expect(line(made)).toBe('w15 a=1@20 w20');
    made.tick(1099);
    made.play(timelineElements('a=2@30 w30'));
    made.tick(1100);
    made.play(timelineElements('a=3@40 w40'));
    expect(line(made)).toBe('w15 a=1@20 w20 w30 a=3@40 w40');
  });

  test('without event time ends the task', () => {
    expect(() => played(eventTime, 'a=1')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'missing-timestamp' }) }),
    );
  });

  test('does not depend on the order of arrival, if times differ and none is late', () => {
    const records = fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b', 'c'), time: fc.integer({ max: 99 }) }), {
      selector: ({ time }) => time,
    });
    fc.assert(
      fc.property(records, fc.infiniteStream(fc.nat()), (given, picks) => {
        const text = given.map(({ key, time }, i) => `${key}=${i}@${time}`);
        const shuffled = [...text];
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = (picks.next().value as number) % (i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j] as string, shuffled[i] as string];
        }
        const [one, other] = [text, shuffled].map((order) => line(played(eventTime, [...order, 'w100'].join(' '))));
        expect(other).toBe(one);
        const earliest = ['a', 'b', 'c'].flatMap((key) => {
          const own = given.flatMap(({ key: its, time }, i) => (its === key ? [{ time, i, key }] : []));
          return own.sort((x, y) => x.time - y.time).slice(0, 1);
        });
        const expected = earliest.sort((x, y) => x.time - y.time).map(({ key, i, time }) => `${key}=${i}@${time}`);
        expect(one).toBe([...expected, 'w100'].join(' '));
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});

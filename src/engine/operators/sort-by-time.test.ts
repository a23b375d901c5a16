/** Sort by event time, by the rules of Flink's event-time sort, and against sorting by hand. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { MAX_EVENT_TIME } from '../../base/units.ts';
import { sortByTime } from './sort-by-time.ts';
import { Harness } from './testing/harness.ts';
import { seen, words } from './testing/process.ts';

const harness = (thenBy = ''): Harness => new Harness(sortByTime, { thenBy }, [words]);

function played(timeline: string, thenBy = ''): Harness {
  const made = harness(thenBy);
  made.play(timelineElements(timeline));
  return made;
}

/** Records as `a=1@10`, watermarks as `w5`. */
const line = (made: Harness, port = 'out'): string =>
  seen(made, port)
    .map((one) => {
      if (typeof one === 'string') return one;
      const [{ word, n }, time] = one as [{ word: string; n: number }, number];
      return `${word}=${n}@${time}`;
    })
    .join(' ');

describe('records', () => {
  test('wait for the watermark, and come in the order of event time before it', () => {
    expect(line(played('a=1@30 a=2@10 a=3@20 w5'))).toBe('w5');
    expect(line(played('a=1@30 a=2@10 a=3@20 w5 w20'))).toBe('w5 a=2@10 a=3@20 w20');
    expect(line(played('a=1@30 a=2@10 a=3@20 w5 w20 w30'))).toBe('w5 a=2@10 a=3@20 w20 a=1@30 w30');
  });

  test('of equal times keep the order of arrival', () => {
    expect(line(played('a=3@10 a=1@10 a=2@9 a=2@10 w10'))).toBe('a=2@9 a=3@10 a=1@10 a=2@10 w10');
  });

  test('at the watermark are passed, one millisecond later not', () => {
    expect(line(played('a=1@10 a=2@11 w10'))).toBe('a=1@10 w10');
  });

  test('of negative times come first', () => {
    expect(line(played('a=1@5 a=2@-5 a=3@0 w9'))).toBe('a=2@-5 a=3@0 a=1@5 w9');
  });

  test('of other keys do not disturb: the whole subtask is in order', () => {
    expect(line(played('b=1@3 a=1@4 b=2@1 a=2@2 w9'))).toBe('b=2@1 a=2@2 b=1@3 a=1@4 w9');
  });

  test('keep every column as it was, nulls included', () => {
    const made = new Harness(sortByTime, {}, [
      {
        schema: [
          { name: 'k', type: 'string' },
          { name: 'f', type: 'float' },
          { name: 'b', type: 'boolean' },
          { name: 'j', type: 'json' },
          { name: 't', type: 'timestamp' },
        ],
        key: ['k'],
      },
    ]);
    const rows = [
      { k: 'a', f: 0.5, b: true, j: { x: [1, null] }, t: 7 },
      { k: null, f: null, b: null, j: null, t: null },
    ];
    made.play(timelineElements(`${rows.map((row, i) => `${JSON.stringify(row)}@${i}`).join(' ')} w9`));
    expect(made.port('out').flatMap((one) => (one.kind === 'record' ? [one.row] : []))).toEqual(rows);
  });

  test('without event time end the task', () => {
    expect(() => played('a=1')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'missing-timestamp' }) }),
    );
  });
});

describe('records of one time', () => {
  test.each([
    ['are in the order of another column', 'n', 'a=3@10 a=1@10 a=2@10 w10', 'a=1@10 a=2@10 a=3@10 w10'],
    ['may have the greatest first', 'n desc', 'a=1@10 a=3@10 a=2@10 w10', 'a=3@10 a=2@10 a=1@10 w10'],
    ['have nulls first', 'n', 'a=1@10 a=null@10 w10', 'a=null@10 a=1@10 w10'],
    ['unless it is said', 'n nulls last', 'a=null@10 a=1@10 w10', 'a=1@10 a=null@10 w10'],
    ['stand behind those of earlier times all the same', 'n', 'a=1@20 a=2@10 a=9@10 w20', 'a=2@10 a=9@10 a=1@20 w20'],
    ['are ordered for each key', 'n', 'b=2@10 a=3@10 b=1@10 a=0@10 w10', 'b=1@10 b=2@10 a=0@10 a=3@10 w10'],
    ['keep the order of arrival where that is equal', 'word', 'a=3@10 a=1@10 w10', 'a=3@10 a=1@10 w10'],
  ])('%s', (_, thenBy, timeline, expected) => {
    expect(line(played(timeline, thenBy))).toBe(expected);
  });

  test('are in order over portions and restores', () => {
    const before = harness('n desc');
    before.play(timelineElements(Array.from({ length: 9_000 }, (_, i) => `a=${i}@1`).join(' ')));
    const after = harness('n desc');
    after.restore(before.snapshot());
    after.play(timelineElements('a=9000@1 w1'));
    expect(after.batches.map(({ batch }) => batch.length)).toEqual([4096, 4096, 809]);
    const out = after.port('out').flatMap((one) => (one.kind === 'record' ? [one.row['n']] : []));
    expect(out).toEqual(Array.from({ length: 9_001 }, (_, i) => 9_000 - i));
  });

  test('cannot be ordered by what is not there', () => {
    const derived = sortByTime.derive({ thenBy: 'm' }, [words]);
    expect(derived.ok ? [] : derived.error.map(({ code }) => code)).toEqual(['unknown-column']);
  });
});

describe('late records', () => {
  test('are those that the watermark has passed: they go to the side output, and are counted', () => {
    const made = played('w10 a=1@10 a=2@11 a=3@9 w20');
    expect(line(made)).toBe('w10 a=2@11 w20');
    expect(line(made, 'late')).toBe('w10 a=1@10 a=3@9 w20');
    expect(made.late).toBe(2);
  });

  test('are late for a key that was never seen, too', () => {
    expect(line(played('a=1@5 w10 b=1@7 w20'), 'late')).toBe('w10 b=1@7 w20');
  });
});

describe('state', () => {
  test('holds what waits and nothing else; the final watermark empties it', () => {
    const made = played('a=1@30 b=2@30 a=3@10 w20');
    expect(made.keyedState?.size).toBe(2);
    made.play(timelineElements(`a=4@${MAX_EVENT_TIME} |`));
    expect(line(made)).toBe(`a=3@10 w20 a=1@30 b=2@30 a=4@${MAX_EVENT_TIME}`);
    expect(made.keyedState?.size).toBe(0);
  });

  test('goes out in bounded portions, in order, and is not touched by records in between', () => {
    const made = harness();
    const rows = Array.from({ length: 10_000 }, (_, i) => `a=${i}@${i % 2}`).join(' ');
    made.play(timelineElements(rows));
    made.play(timelineElements('w1'));
    expect(made.batches.map(({ batch }) => batch.length)).toEqual([4096, 4096, 1808]);
    const out = made.port('out').flatMap((one) => (one.kind === 'record' ? [one.row['n']] : []));
    expect(out).toEqual([
      ...Array.from({ length: 5000 }, (_, i) => 2 * i),
      ...Array.from({ length: 5000 }, (_, i) => 2 * i + 1),
    ]);
    expect(made.keyedState?.size).toBe(0);
  });

  test('comes back: what waited goes out with the first watermark that passes it', () => {
    const before = played('a=1@30 a=2@10 b=3@20 w5');
    const after = harness();
    after.restore(before.snapshot());
    after.play(timelineElements('a=4@20 a=5@10 w20 |'));
    expect(line(after)).toBe('a=2@10 a=5@10 b=3@20 a=4@20 w20 a=1@30');
  });
});

test('whatever arrives in time comes out sorted by time and then by arrival, and nothing is lost', () => {
  const records = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), time: fc.integer({ min: -20, max: 20 }) }));
  fc.assert(
    fc.property(records, fc.array(fc.integer({ min: -25, max: 25 }), { maxLength: 3 }), (given, marks) => {
      const made = harness();
      const timeline = given.map(({ key, time }, i) => `${key}=${i}@${time}`);
      made.play(timelineElements([...timeline, ...marks.sort((x, y) => x - y).map((at) => `w${at}`), '|'].join(' ')));
      const of = (key: string): unknown[] =>
        made.port('out').flatMap((one) => (one.kind === 'record' && one.row['word'] === key ? [one.row['n']] : []));
      for (const key of ['a', 'b']) {
        const own = given.map(({ time, key: its }, i) => ({ time, i, its })).filter(({ its }) => its === key);
        expect(of(key)).toEqual(own.sort((x, y) => x.time - y.time || x.i - y.i).map(({ i }) => i));
      }
    }),
    { seed: 20261121, numRuns: 200 },
  );
});

/**
 * Watermarks of sources by the rules of Flink's SourceOperator, WatermarkOutputMultiplexer, WatermarksWithIdleness and
 * FLIP-182/217, each as one line per split (see played-source.ts).
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { play, Played } from './testing/played-source.ts';
import type { PlayOptions } from './testing/played-source.ts';

type Case = readonly [rule: string, lines: readonly string[], options: PlayOptions, out: string];

const cases = (all: readonly Case[]): void => {
  test.each(all)('%s', (_rule, lines, options, out) => {
    expect(play(lines, options)).toBe(out);
  });
};

const punctuated = { watermarks: 'punctuated', params: { punctuation: '(row) => row.mark' } };
const custom = (generator: string): PlayOptions => ({ watermarks: 'custom', params: { generator } });

describe('a source of one split', () => {
  cases([
    ['monotonous: the newest timestamp less 1 ms, at the interval', ['5 7 -'], {}, '5 / w4 7 / w6 / -'],
    ['a watermark never goes back', ['9 2 10'], {}, '9 / w8 2 / 10 / w9'],
    [
      'bounded: behind by the bound',
      ['9 2 10'],
      { watermarks: 'bounded', params: { outOfOrdernessMs: 5 } },
      '9 / w3 2 / 10 / w4',
    ],
    [
      'bounded with 0 is monotonous',
      ['9 10'],
      { watermarks: 'bounded', params: { outOfOrdernessMs: 0 } },
      '9 / w8 10 / w9',
    ],
    ['negative timestamps have watermarks, too', ['-9 -3'], {}, '-9 / w-10 -3 / w-4'],
    ['none: never', ['5 7'], { watermarks: 'none' }, '5 / 7 / -'],
    ['before the first record there is none', ['- - 5'], {}, '- / - / 5 / w4'],
    ['all records of an interval make one watermark', ['5,9,7'], {}, '5 9 7 / w8'],
    ['without splits it is the same', ['5 9 7 11'], { whole: true }, '5 / w4 9 / w8 7 / 11 / w10'],
  ]);
});

describe('punctuated', () => {
  cases([
    ['goes out right behind its record, not at the interval', ['5!4,6 7!6'], punctuated, '5 w4 6 / 7 w6 / -'],
    ['null is none', ['5,6,7!6,8'], punctuated, '5 6 7 w6 8 / -'],
    ['one that would go back is left out', ['5!9,6!3,7!10'], punctuated, '5 w9 6 7 w10 / -'],
    ['the same again is nothing new', ['5!4,6!4'], punctuated, '5 w4 6 / -'],
    ['of several splits the least counts, at once', ['5!4 9!8', '7!6 -'], punctuated, '5 7 w4 / 9 w6 / -'],
  ]);
});

describe('a custom generator', () => {
  const counting = `() => {
    let seen = 0;
    return { onEvent(row, timestamp, out) { seen += 1; if (seen % 2 === 0) out.emitWatermark(timestamp - 1); } };
  }`;
  const periodic = `() => {
    let newest = -Infinity;
    return {
      onEvent(row, timestamp) { newest = Math.max(newest, timestamp); },
      onPeriodicEmit(out) { if (newest > -Infinity) out.emitWatermark(newest - 3); },
    };
  }`;
  const onTheClock = '() => { let time = 0; return { onPeriodicEmit(out) { out.emitWatermark(time += 10); } }; }';
  const idling = `() => ({
    onEvent(row, timestamp, out) { if (row.mark === 0) out.markIdle(); else out.emitWatermark(timestamp); },
  })`;
  cases([
    ['keeps what it remembers, and speaks on a record', ['5,6,7,9'], custom(counting), '5 6 w5 7 9 w8 / -'],
    ['speaks at the interval', ['5 9'], custom(periodic), '5 / w2 9 / w6'],
    ['may speak though no record comes', ['- -'], custom(onTheClock), '- / w10 / w20'],
    ['has a generator per split', ['5,6', '9 -'], custom(counting), '5 6 9 / - / -'],
    [
      'may say that the stream is idle, and a watermark ends that',
      ['5 6!0 9'],
      custom(idling),
      '5 w5 / 6 ~ / 9 a w9 / -',
    ],
    [
      'may time what it emits by an ISO date',
      ['5'],
      custom("() => ({ onEvent(row, t, out) { out.emitWatermark('1970-01-01T00:00:00.007Z'); } })"),
      '5 w7 / -',
    ],
  ]);

  test.each([
    ['() => 5', '“Source” returned a number as watermark generator, where an object is needed.', null],
    ['() => null', '“Source” returned null as watermark generator, where an object is needed.', null],
    ['() => ({})', '“Source” returned a watermark generator without onEvent and without onPeriodicEmit.', null],
    [
      '() => ({ onEvent: 1 })',
      '“Source” returned a watermark generator whose onEvent is a number, not a function.',
      null,
    ],
    [
      "() => ({ onEvent(row, time, out) { out.emitWatermark('soon'); } })",
      '“Source” returned "soon" (a string) for out.emitWatermark, where milliseconds since 1970 or an ISO 8601 date is needed.',
      '{"n":5,"mark":null}',
    ],
    [
      '() => ({ onEvent(row, time, out) { out.emitWatermark(null); } })',
      '“Source” returned null to out.emitWatermark, where a time is needed.',
      '{"n":5,"mark":null}',
    ],
  ])('that is wrong fails, naming function and record: %s', (generator, message, record) => {
    const failed = (): unknown => {
      try {
        return play(['5'], custom(generator));
      } catch (error) {
        return error;
      }
    };
    expect(failed()).toMatchObject({ message, failure: record === null ? {} : { record } });
  });

  test('cannot keep its output and speak later', () => {
    const keeping =
      '() => { let kept; return { onEvent(row, time, out) { if (kept) kept(); kept = () => out.markIdle(); } }; }';
    // Within onEvent it may; a timer of its own could not.
    expect(play(['5 6'], custom(keeping))).toBe('5 / 6 ~ / -');
    const late = `() => {
      const outside = { out: null };
      return { onEvent(row, time, out) { outside.out = out; }, get onPeriodicEmit() { outside.out?.markIdle(); return undefined; } };
    }`;
    expect(play(['5 6'], custom(late))).toBe('5 / 6 / -');
  });

  test('of a punctuation that gives no time fails, naming the record', () => {
    const wrong = { watermarks: 'punctuated', params: { punctuation: '(row) => row.n > 6' } };
    expect(() => play(['5'], wrong)).toThrow(
      '“Source” returned false for the watermark of a record, where milliseconds',
    );
  });
});

describe('ingestion time', () => {
  cases([
    ['follows the clock, with records or without', ['- 5'], { watermarks: 'ingestion' }, '- / w99 5 / w199'],
    [
      'of an idle source stands still',
      ['5 - - - - -'],
      { watermarks: 'ingestion', idleTimeoutMs: 100 },
      '5 / w99 / w199 / w299 / ~ / - / -',
    ],
  ]);
});

describe('several splits', () => {
  cases([
    ['the least of them counts', ['5 9', '3 7'], {}, '5 3 / w2 9 7 / w6'],
    ['one that has brought nothing holds all back', ['5 9', '- -'], {}, '5 / 9 / -'],
    ['one that ends holds back no longer', ['5 9 12', '3 | -'], {}, '5 3 / w2 9 / w8 12 / w11'],
    ['the last to end leaves what is out', ['5 |', '3 |'], {}, '5 3 / w2 / -'],
  ]);

  test('with no split at all it ends at once', () => {
    const played = new Played([], { intervals: 1 });
    expect(played.run()).toBe('-');
    expect(played.outcome).toBe('ended');
  });
});

describe('idleness', () => {
  const idle = { idleTimeoutMs: 100 };
  cases([
    // Interval 1 sees the record, 2 starts the countdown, at 3 just 100 ms have passed, at 4 more than the timeout.
    [
      'is found at the interval after strictly more than the timeout, counted from the first silent interval',
      ['5 - - - -'],
      idle,
      '5 / w4 / - / - / ~ / -',
    ],
    ['a record in the countdown begins it anew', ['5 - - 6 - - - -'], idle, '5 / w4 / - / 6 / w5 / - / - / ~ / -'],
    ['ends with a watermark that rises', ['5 - - - - 9 -'], idle, '5 / w4 / - / - / ~ / 9 / a w8 / -'],
    [
      'does not end with records that bring no new watermark',
      ['5 - - - - 3 -'],
      idle,
      '5 / w4 / - / - / ~ / 3 / - / -',
    ],
    ['a source that never brought anything is idle, too', ['- - - - -'], idle, '- / - / - / ~ / - / -'],
    ['is never, with the timeout 0', ['5 - - - - -'], {}, '5 / w4 / - / - / - / - / -'],
    [
      'backpressure is none',
      ['5 - - - - - - - -'],
      { ...idle, blocked: [2, 3, 4, 5] },
      '5 / w4 / - / - / - / - / - / - / ~ / -',
    ],
    ['is also without watermarks', ['5 - - - -'], { ...idle, watermarks: 'none' }, '5 / - / - / - / ~ / -'],
    ['of punctuated: silence, too', ['5!4 - - - -'], { ...idle, ...punctuated }, '5 w4 / - / - / - / ~ / -'],
    // Splits.
    [
      'of one split lets the others go on',
      ['5 6 7 8 9 10 11', '3 - - - - - -'],
      idle,
      '5 3 / w2 6 / 7 / 8 / w7 9 / w8 10 / w9 11 / w10',
    ],
    [
      'a split that comes back behind holds, but nothing goes back',
      ['5 6 7 8 9 10 11 12', '3 - - - - 4 - -'],
      idle,
      '5 3 / w2 6 / 7 / 8 / w7 9 / w8 4 10 / 11 / 12 / -',
    ],
    [
      'a split that comes back ahead does not matter',
      ['5 6 7 8 9 10 11', '3 - - - - 50 -'],
      idle,
      '5 3 / w2 6 / 7 / 8 / w7 9 / w8 50 10 / w9 11 / w10',
    ],
    ['all idle: idle, and no maximum is flushed', ['9 - - - - -', '3 - - - - -'], idle, '9 3 / w2 / - / - / ~ / - / -'],
    [
      'all idle, one returns: its watermark counts alone',
      ['9 - - - - - 12 -', '3 - - - - - - -'],
      idle,
      '9 3 / w2 / - / - / ~ / - / 12 / a w11 / -',
    ],
    [
      'the idle split ends: nothing changes',
      ['5 6 7 8 9 10 11', '3 - - - - | -'],
      idle,
      '5 3 / w2 6 / 7 / 8 / w7 9 / w8 10 / w9 11 / w10',
    ],
  ]);
});

test('waiting for the pace is not idleness, having nothing meanwhile is', () => {
  const slow = { idleTimeoutMs: 100, pace: 2, intervals: 40 };
  const busy = Array.from({ length: 40 }, (_, i) => String(10 + i)).join(' ');
  // Two records a second, so that five intervals pass between them.
  expect(play([busy], slow)).not.toContain('~');
  expect(play([busy, busy], slow)).not.toContain('~');
  const silent = play([busy, '3'], slow);
  expect(silent.match(/w\d+/g)?.slice(0, 3)).toEqual(['w2', 'w11', 'w12']);
});

const alignment = { group: 'g', maxDriftMs: 10, intervalMs: 100 };

describe('alignment of one source', () => {
  cases([
    [
      'reports its watermark at the interval, when it has changed',
      ['5 9 - -'],
      { alignment },
      '5 / w4 r4 9 / w8 r8 / - / -',
    ],
    ['reports nothing before it has one', ['- 5'], { alignment }, '- / 5 / w4 r4'],
    [
      'reports the greatest while it is idle, and again when it comes back',
      ['5 - - - - 9 -'],
      { alignment, idleTimeoutMs: 100 },
      '5 / w4 r4 / - / - / ~ rmax / 9 / a w8 r8 / -',
    ],
    [
      'stays idle with a record that raises no watermark (WatermarkToDataOutput.emitWatermark)',
      ['5 - - - - 3 -'],
      { alignment, idleTimeoutMs: 100 },
      '5 / w4 r4 / - / - / ~ rmax / 3 / - / -',
    ],
    ['reports the greatest at its end', ['5 |'], { alignment }, '5 / w4 r4 rmax / -'],
    [
      'says nothing behind its end, though its output is blocked: no other is to wait for it again',
      ['5,9 |'],
      { alignment, blocked: [2, 3], intervals: 4 },
      '5 9 / w8 r8 rmax / - / -',
    ],
    [
      'does not read while its watermark is above the limit, and goes on when it is not',
      ['5 9 20 21 22 23'],
      { alignment, limits: { 0: 8, 5: 30 }, whole: true },
      '5 / w4 r4 9 / w8 r8 20 / w19 r19 / - / 21 22 23 / w22 r22',
    ],
    [
      'a watermark just at the limit is not above it',
      ['5 9 20'],
      { alignment, limits: { 0: 8 }, whole: true },
      '5 / w4 r4 9 / w8 r8 20 / w19 r19',
    ],
    [
      'waiting is not idleness',
      ['20 21 22 - -'],
      { alignment, limits: { 0: 8 }, idleTimeoutMs: 100, intervals: 8, whole: true },
      '20 / w19 r19 / - / - / - / - / - / -',
    ],
    ['a source that is not aligned hears no limit', ['20 21 22'], { limits: { 0: 8 } }, '20 / w19 21 / w20 22 / w21'],
    [
      'ends although it waits',
      ['20 |'],
      { alignment, limits: { 0: 8, 3: 100 }, intervals: 4 },
      '20 / w19 r19 / - / rmax',
    ],
  ]);

  test('of several splits only those ahead of the limit wait (FLIP-217)', () => {
    const played = new Played(['20 21 22 -', '3 4 5 -'], { alignment, limits: { 0: 10 } });
    // The first is told 10 and has 19: after the interval it waits, and the second goes on.
    expect(played.run()).toBe('20 3 / w2 r2 4 / w3 r3 5 / w4 r4 / -');
    expect(played.driver.gauges.alignment).toEqual({ group: 'g', limit: 10, waiting: false });
    expect(played.driver.gauges.splits).toEqual([
      { split: 0, watermark: 19, idle: false, held: true },
      { split: 1, watermark: 4, idle: false, held: false },
    ]);
  });

  test('a split goes on when the limit has risen', () => {
    expect(play(['20 21 22 -', '3 4 5 -'], { alignment, limits: { 0: 10, 3: 30 } })).toBe(
      '20 3 / w2 r2 4 / w3 r3 5 / w4 r4 21 22 / -',
    );
  });

  test('a split that waits is not idle', () => {
    const played = new Played(['20 21 22 - - - -', '3 4 5 6 7 8 9'], {
      alignment,
      limits: { 0: 10 },
      idleTimeoutMs: 100,
    });
    // If the first were idle, the second's end would let the watermark rise to its own.
    expect(played.run()).toBe('20 3 / w2 r2 4 / w3 r3 5 / w4 r4 6 / w5 r5 7 / w6 r6 8 / w7 r7 9 / w8 r8');
    expect(played.driver.gauges.splits?.map(({ held, idle }) => [held, idle])).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  test('is stopped although it waits', () => {
    const played = new Played(['20 21 22'], { alignment, limits: { 0: 8 }, whole: true });
    played.run();
    expect(played.outcome).toBe('aligning');
    played.driver.stop();
    expect(played.driver.poll(1, 400 as never)).toBe('ended');
  });
});

describe('any splits', () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 });
  const run = { seed: 20261121, numRuns: 200 };

  test('watermarks only rise, and stay behind what the slowest split has yet to bring, if its disorder is within the bound', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 9 }), (splits, bound) => {
        const ordered = splits.map((split) => split.toSorted((a, b) => a - b));
        // Each is older by at most the bound than in order.
        const lines = ordered.map((split, s) => split.map((time, i) => time - ((i * 7 + s) % (bound + 1))).join(' '));
        const out = play(lines, { watermarks: 'bounded', params: { outOfOrdernessMs: bound } }).split(/ \/ | /);
        let watermark = Number.NEGATIVE_INFINITY;
        for (const token of out) {
          if (token.startsWith('w')) {
            expect(Number(token.slice(1))).toBeGreaterThan(watermark);
            watermark = Number(token.slice(1));
          } else if (token !== '-') expect(Number(token)).toBeGreaterThan(watermark);
        }
      }),
      run,
    );
  });

  test('the order of records within the bound does not matter to the last watermark', () => {
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.nat()), (split, chance) => {
        const shuffled = [...split].map((time) => ({ time, key: chance.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        const options = { watermarks: 'bounded', params: { outOfOrdernessMs: 60 } };
        const last = (line: string): string =>
          play([line], options)
            .split(/ \/ | /)
            .findLast((token) => token.startsWith('w')) ?? '';
        expect(last(shuffled.map(({ time }) => time).join(' '))).toBe(last(split.join(' ')));
      }),
      run,
    );
  });

  test('with idleness watermarks only rise, and statuses change in turn', () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }).map(String), fc.constant('-')), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(gaps, { minLength: 1, maxLength: 4 }), (splits) => {
        const out = play(
          splits.map((split) => split.join(' ')),
          { idleTimeoutMs: 100 },
        ).split(/ \/ | /);
        const statuses = out.filter((token) => token === '~' || token === 'a').join('');
        expect(statuses).toMatch(/^(~a)*~?$/);
        const watermarks = out.filter((token) => token.startsWith('w')).map((token) => Number(token.slice(1)));
        expect(watermarks).toEqual([...new Set(watermarks)].toSorted((a, b) => a - b));
      }),
      run,
    );
  });
});

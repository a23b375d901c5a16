/**
 * What the buffers of an interval join hold, watermark by watermark: the rules of Flink's IntervalJoinOperatorTest (its
 * cases of the clean-up of state, and that bounds mirror), as tables of our own.
 */
import { describe, expect, test } from 'vitest';
import { intervalJoin } from './interval-join.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import { shownOf, sideType, stepsOf } from './testing/two-inputs.ts';

const types = [sideType('l'), sideType('r')];
const made = (params: object): Harness => new Harness(intervalJoin, params, types);
const moments = [1, 2, 3, 4, 5];

/** Records of the key at 1 to 5 on both sides; then what is left of each. */
function left(params: object, watermarks: readonly number[]): string[] {
  const harness = made(params);
  playSteps(harness, stepsOf(moments.map((at) => `l:a=${at}@${at} r:a=${at}@${at}`).join(' ')));
  const kept = (side: string): string => {
    const entries = (harness.keyedState?.peek(side, '', 'a') ?? []) as readonly (readonly [time: number])[];
    return entries.map(([time]) => time).join(',');
  };
  return watermarks.map((watermark) => {
    playSteps(harness, stepsOf(`w${watermark}`));
    return `${kept('left')} | ${kept('right')}`;
  });
}

const exclusive = { lowerExclusive: true, upperExclusive: true };

describe('of records at 1 to 5 on both sides there are left, at watermarks 1, 4 and 6', () => {
  test.each([
    ['with bounds −1 and 0', { lowerMs: -1, upperMs: 0 }, ['2,3,4,5 | 1,2,3,4,5', '5 | 4,5', ' | ']],
    [
      'with exclusive bounds −2 and 1',
      { lowerMs: -2, upperMs: 1, ...exclusive },
      ['2,3,4,5 | 1,2,3,4,5', '5 | 4,5', ' | '],
    ],
    ['with bounds 0 and 1', { lowerMs: 0, upperMs: 1 }, ['1,2,3,4,5 | 2,3,4,5', '4,5 | 5', ' | ']],
    [
      'with exclusive bounds −1 and 2',
      { lowerMs: -1, upperMs: 2, ...exclusive },
      ['1,2,3,4,5 | 2,3,4,5', '4,5 | 5', ' | '],
    ],
    // None that could be met comes any more, but a record at the watermark is not late.
    [
      'with bounds −2 and −1: to their own time',
      { lowerMs: -2, upperMs: -1 },
      ['2,3,4,5 | 1,2,3,4,5', '5 | 3,4,5', ' | 5'],
    ],
    [
      'with bounds 1 and 2: to their own time',
      { lowerMs: 1, upperMs: 2 },
      ['1,2,3,4,5 | 2,3,4,5', '3,4,5 | 5', '5 | '],
    ],
  ])('%s', (_, params, expected) => {
    expect(left(params, [1, 4, 6])).toEqual(expected);
  });
});

describe('bounds mirror: what the left meets of the right from lower to upper, the right meets of the left from −upper to −lower', () => {
  const pairs = (params: object, line: string): string[] => {
    const harness = made(params);
    playSteps(harness, stepsOf(line));
    return shownOf(harness, ['l', 'r']).filter((text) => text.includes('@'));
  };
  const line = moments.map((at) => `l:a=${at}@${at} r:a=${at}@${at} w${at}`).join(' ');
  const swapped = line.replace(/[lr]:/g, (side) => (side === 'l:' ? 'r:' : 'l:'));
  test.each([
    [1, true, 3, false],
    [-2, true, -1, true],
    [-1, true, 1, true],
    [-3, false, -1, false],
    [0, true, 0, true],
  ])('%i (inclusive: %s) to %i (%s)', (lowerMs, low, upperMs, high) => {
    const one = pairs({ lowerMs, upperMs, lowerExclusive: !low, upperExclusive: !high }, line);
    const other = pairs({ lowerMs: -upperMs, upperMs: -lowerMs, lowerExclusive: !high, upperExclusive: !low }, swapped);
    const turned = other.map((text) => text.replace(/^(\d+)\+(\d+)/, '$2+$1'));
    expect(turned.toSorted()).toEqual(one.toSorted());
    const within = moments.flatMap((l) =>
      moments
        .filter((r) => (low ? r - l >= lowerMs : r - l > lowerMs) && (high ? r - l <= upperMs : r - l < upperMs))
        .map((r) => `${l}+${r}@${Math.max(l, r)}`),
    );
    expect(one.toSorted()).toEqual(within.toSorted());
  });
});

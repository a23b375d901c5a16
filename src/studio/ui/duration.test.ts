/** Durations as people write them. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationText, parseDuration } from './duration.ts';

test.each([
  ['10 min', 600_000],
  ['10min', 600_000],
  ['1 h 30 min', 5_400_000],
  ['1h30m', 5_400_000],
  ['1.5 h', 5_400_000],
  ['1,5 h', 5_400_000],
  ['250 ms', 250],
  ['2 Days', 172_800_000],
  ['1 week', 604_800_000],
  ['-5 s', -5000],
  ['0', 0],
  ['  3 s  ', 3000],
  ['1 h, 1 s', 3_601_000],
])('%s is read as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '10', 'min', '10 parsecs', '10 min later', '1 h 30', 's 3', '1e3 s', 'NaN s', '3 ss'])(
  '“%s” is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [90_061_001, '1 d 1 h 1 min 1 s 1 ms'],
])('%d ms is written %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('what is written is read as the same number', () => {
  fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => parseDuration(durationText(ms)) === ms));
});

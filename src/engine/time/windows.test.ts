import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime, MAX_EVENT_TIME } from '../../base/units.ts';
import { cleanupTime, isCleanedUp, isLate, timeText, windowStart, windowText } from './windows.ts';

describe('the start of a tumbling window', () => {
  test.each([
    [0, 10, 0, 0],
    [9, 10, 0, 0],
    [10, 10, 0, 10],
    [-1, 10, 0, -10],
    [-10, 10, 0, -10],
    [-11, 10, 0, -20],
    [3, 10, 4, -6],
    [4, 10, 4, 4],
    [3, 10, -4, -4],
    [7, 1, 0, 7],
  ])('of %i with size %i and offset %i is %i', (time, size, offset, start) => {
    expect(windowStart(time, size, offset)).toBe(start);
  });

  test('is exact, holds the time and is aligned, over the whole range of event time', () => {
    const time = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: -1e6, max: 1e6 }), (at, size, offset) => {
        const start = BigInt(windowStart(at, size, offset));
        expect(start <= BigInt(at) && BigInt(at) < start + BigInt(size)).toBe(true);
        expect((start - BigInt(offset)) % BigInt(size)).toBe(0n);
      }),
      { seed: 7 },
    );
  });
});

describe('lateness', () => {
  test('a window is late once its largest timestamp and the lateness are not above the watermark', () => {
    expect(isLate(10, 0, eventTime(8))).toBe(false);
    expect(isLate(10, 0, eventTime(9))).toBe(true);
    expect(isLate(10, 5, eventTime(13))).toBe(false);
    expect(isLate(10, 5, eventTime(14))).toBe(true);
  });

  test('a clean-up time beyond event time is clamped, and then there is no clean-up', () => {
    expect(cleanupTime(10, Number.MAX_SAFE_INTEGER)).toBe(MAX_EVENT_TIME);
    expect(isCleanedUp(10, Number.MAX_SAFE_INTEGER, MAX_EVENT_TIME)).toBe(false);
    expect(isCleanedUp(10, 0, eventTime(9))).toBe(true);
    expect(isCleanedUp(10, 0, eventTime(8))).toBe(false);
  });
});

describe('times in words', () => {
  const tenOClock = Date.UTC(2001, 0, 1, 10);
  test('are dates, or plain numbers where a lesson counts from zero', () => {
    expect(timeText(tenOClock)).toBe('2001-01-01 10:00');
    expect(timeText(tenOClock + 3_599_999, tenOClock)).toBe('10:59:59.999');
    expect(timeText(-20)).toBe('-20');
    expect(timeText(MAX_EVENT_TIME)).toBe(String(MAX_EVENT_TIME));
    expect(windowText(tenOClock, tenOClock + 3_600_000)).toBe('[2001-01-01 10:00, 11:00)');
    expect(windowText(tenOClock, tenOClock + 86_400_000)).toBe('[2001-01-01 10:00, 2001-01-02 10:00)');
  });
});

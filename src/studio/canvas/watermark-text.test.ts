/** Watermarks in little space. */
import { describe, expect, test } from 'vitest';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import { chevronText, watermarkSentence, watermarkText, widened, type TimeSpan } from './watermark-text.ts';

const at = (iso: string) => eventTime(Date.parse(iso));
const span = (from: string, to: string): TimeSpan => ({ least: at(from), greatest: at(to) });

describe('a watermark', () => {
  test('is a dash before any and “end” when it is the final one', () => {
    expect(watermarkText(MIN_EVENT_TIME, null)).toBe('—');
    expect(watermarkText(MAX_EVENT_TIME, null)).toBe('end');
    expect(watermarkSentence(MAX_EVENT_TIME)).toContain('no more records');
  });

  test('is a time of day in UTC', () => {
    expect(watermarkText(at('2001-01-01T10:42:07Z'), span('2001-01-01T08:00:00Z', '2001-01-01T12:00:00Z'))).toBe(
      '10:42',
    );
  });

  test('shows seconds while little event time has passed', () => {
    expect(watermarkText(at('2001-01-01T10:42:07Z'), span('2001-01-01T10:40:00Z', '2001-01-01T10:43:00Z'))).toBe(
      '10:42:07',
    );
  });

  test('shows the date when the run spans more than a day, so that the time of day alone could be two', () => {
    const days = span('2001-01-01T22:00:00Z', '2001-01-03T02:00:00Z');
    expect(watermarkText(at('2001-01-02T10:42:07Z'), days)).toBe('Jan 2 10:42');
  });

  test('shows the date alone when the run spans a year', () => {
    const years = span('1999-01-01T00:00:00Z', '2001-01-03T02:00:00Z');
    expect(watermarkText(at('2000-02-29T10:42:07Z'), years)).toBe('2000-02-29');
  });

  test('is the plain number of a scripted timeline', () => {
    expect(watermarkText(eventTime(10), { least: 0, greatest: 25 })).toBe('10');
    expect(watermarkText(eventTime(-5), null)).toBe('-5');
  });
});

describe('a chevron', () => {
  test('carries the time of day for days and the day for weeks, where a node would say both', () => {
    const time = at('2001-01-02T10:42:07Z');
    expect(chevronText(time, span('2001-01-01T00:00:00Z', '2001-01-03T02:00:00Z'))).toBe('10:42');
    expect(chevronText(time, span('2001-01-01T00:00:00Z', '2001-01-20T02:00:00Z'))).toBe('Jan 2');
    expect(chevronText(MAX_EVENT_TIME, span('2001-01-01T00:00:00Z', '2001-01-20T02:00:00Z'))).toBe('end');
  });
});

describe('the span of event time', () => {
  test('grows with watermarks and ignores the first and the final one', () => {
    let seen: TimeSpan | null = null;
    for (const time of [MIN_EVENT_TIME, eventTime(50), eventTime(20), MAX_EVENT_TIME]) seen = widened(seen, time);
    expect(seen).toEqual({ least: 20, greatest: 50 });
  });
});

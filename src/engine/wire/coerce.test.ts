/** Tests of what functions may return for a timestamp. Expectations are ISO 8601 read as UTC. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toNumber } from './coerce.ts';

const noon = Date.UTC(2024, 6, 1, 12);
const time = (value: unknown): number => toNumber(value, 'timestamp', 'at');
const zone = process.env['TZ'];

// A zone far from UTC, so that a time read in the machine's zone would differ.
beforeAll(() => {
  process.env['TZ'] = 'Pacific/Auckland';
  expect(new Date(2024, 6, 1, 12).getTime()).not.toBe(noon);
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each(['2024-07-01T12:00', '2024-07-01 12:00:00', '2024-07-01T12:00:00.000Z', '2024-07-01T14:00:00+02:00'])(
  'the text %s is the same point in time on every machine',
  (text) => {
    expect(time(text)).toBe(noon);
  },
);

test('a date alone is its midnight in UTC', () => {
  expect(time('2024-07-01')).toBe(Date.UTC(2024, 6, 1));
});

test('a Date and a number of milliseconds are taken as they are', () => {
  expect(time(new Date(noon))).toBe(noon);
  expect(time(noon)).toBe(noon);
});

test.each(['yesterday', '2024-07-01T25:00', '2024-13-01', '2024-07-01 at noon'])('the text %s is no time', (text) => {
  expect(() => time(text)).toThrow();
});

/** Cells out of text, against what the language itself says of the same text. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readBoolean, readFloat, readInt, UNREADABLE, UNREADABLE_BOOLEAN } from './numbers.ts';
import { readTimestamp } from './timestamps.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

/** Reads `cell` in the middle of other text, as a reader does. */
const within = (read: (text: string, from: number, to: number) => number, cell: string): number =>
  read(`1${cell}2`, 1, 1 + cell.length);
const int = (cell: string): number => within(readInt, cell);
const float = (cell: string): number => within(readFloat, cell);
const time = (cell: string): number => within(readTimestamp, cell);

describe('an int', () => {
  test('is any whole number that a double holds exactly', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => int(String(n)) === n));
    expect(int('+7')).toBe(7);
    expect(int('-0')).toBe(0);
    expect(int('007')).toBe(7);
    expect(int('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });
  test.each([
    '9007199254740992',
    '99999999999999999999',
    '1.0',
    '1e3',
    '',
    '-',
    '+',
    'abc',
    '12a',
    '1 2',
    '0x10',
    '１',
  ])('is not “%s”', (cell) => {
    expect(int(cell)).toBe(UNREADABLE);
  });
});

describe('a float', () => {
  test('reads as the language reads it, however it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
        expect(float(String(n)) === n).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?[0-9]{0,12}\.[0-9]{1,12}$/), (cell) => {
        expect(float(cell)).toBe(Number(cell));
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^-?[0-9]{1,20}$/), (cell) => {
        expect(float(cell)).toBe(Number(cell));
      }),
    );
  });
  test('NaN is a null', () => expect(float('NaN')).toBeNaN());
  test.each(['', '.', '-', '+.', '1..2', '1.2.3', 'Infinity', '1e999', 'abc', '1,5', '0x1f', '1e', '1_000'])(
    'is not “%s”',
    (cell) => {
      expect(float(cell)).toBe(UNREADABLE);
    },
  );
});

test('a boolean is true, false, 1 or 0 in any case', () => {
  expect(['true', 'TRUE', '1', 'False', '0'].map((cell) => within(readBoolean, cell))).toEqual([1, 1, 1, 0, 0]);
  expect(['yes', 't', '2', 'truefalse', ''].map((cell) => within(readBoolean, cell))).toEqual(
    Array(5).fill(UNREADABLE_BOOLEAN),
  );
});

describe('a timestamp', () => {
  test('reads every date that JavaScript writes', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(time(date.toISOString())).toBe(date.getTime());
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        dates,
        (date) => time(date.toISOString().slice(0, 10)) === Math.floor(date.getTime() / 86_400_000) * 86_400_000,
      ),
    );
  });
  test.each([
    ['2001/01/31 23:59', '2001-01-31T23:59Z'],
    ['2001-01-31 23:59', '2001-01-31T23:59Z'],
    ['2001-01-31T23:59:58', '2001-01-31T23:59:58Z'],
    ['2001-01-31T23:59:58.1', '2001-01-31T23:59:58.100Z'],
    ['2001-01-31T23:59:58.123987Z', '2001-01-31T23:59:58.123Z'],
    ['2001-01-31T23:59+02:00', '2001-01-31T21:59Z'],
    ['2001-01-31T23:59-0530', '2001-02-01T05:29Z'],
    ['2001-01-31T23:59:00+02', '2001-01-31T21:59Z'],
    ['2000-02-29', '2000-02-29T00:00Z'],
  ])('“%s” is %s', (cell, iso) => expect(time(cell)).toBe(Date.parse(iso)));
  test('as a number is milliseconds, or seconds where milliseconds would be before 1973', () => {
    expect(time('1517966773840')).toBe(1_517_966_773_840);
    expect(time('1517966773')).toBe(1_517_966_773_000);
    expect(time('1517966773.84')).toBe(1_517_966_773_840);
    expect(time('5000')).toBe(5000);
    expect(time('0')).toBe(0);
    expect(time('-1517966773')).toBe(-1_517_966_773_000);
  });
  test.each([
    '2001-13-01',
    '2001-00-01',
    '2001-02-29',
    '1900-02-29',
    '2001-04-31',
    '2001-1-1',
    '2001-01/31',
    '2001-01-31T24:00',
    '2001-01-31T23:60',
    '2001-01-31T23:59:60',
    '2001-01-31T23',
    '2001-01-31T',
    '2001-01-31T23:59:5',
    '2001-01-31T23:59:58.',
    '2001-01-31T23:59X',
    '2001-01-31T23:59+2',
    '2001-01-31T23:59+02:0',
    '2001-01-31T23:59+99:00',
    '01/31/2001',
    'yesterday',
    'abcd-ef-gh',
  ])('is not “%s”', (cell) => expect(time(cell)).toBe(UNREADABLE));
});

/**
 * Points in time out of text, as milliseconds since the epoch. Without a zone a time is UTC: never the zone of the
 * machine, or the same file would give other windows elsewhere.
 */
import { readFloat, UNREADABLE } from './numbers.ts';

/**
 * Reads [from, to) of `text` as
 * - `2001-01-31`, then optionally `T` or a blank, `hh:mm`, `:ss`, `.fff…`, and `Z`, `±hh:mm`, `±hhmm` or `±hh`
 *   (ISO 8601), also with `/` between year, month and day;
 * - a number: see `fromEpochNumber`.
 * @returns milliseconds, whole; UNREADABLE for anything else.
 */
export function readTimestamp(text: string, from: number, to: number): number {
  const separator = text.charCodeAt(from + 4);
  if (to - from < 10 || (separator !== DASH && separator !== SLASH)) return readEpoch(text, from, to);
  const year = two(text, from) * 100 + two(text, from + 2);
  const month = two(text, from + 5);
  const day = two(text, from + 8);
  if (text.charCodeAt(from + 7) !== separator || !isDate(year, month, day)) return UNREADABLE;
  const midnight = daysSinceEpoch(year, month, day) * 86_400_000;
  return to === from + 10 ? midnight : midnight + timeOfDay(text, from + 10, to);
}

const DASH = 45;
const SLASH = 47;
const COLON = 58;
const POINT = 46;
const PLUS = 43;

/**
 * Milliseconds; seconds where the size says so. From 10^8 to 10^11 the number is taken as seconds (1973 to 5138):
 * as milliseconds it would lie between 1970-01-02 and 1973-03. Smaller ones are milliseconds, as in examples that
 * count from 0. The rule looks at one value only, so a file reads the same from any place.
 */
export function fromEpochNumber(value: number): number {
  const size = Math.abs(value);
  if (size >= 1e8 && size < 1e11) return Math.round(value * 1000);
  const ms = Math.round(value);
  return Number.isSafeInteger(ms) ? ms : UNREADABLE;
}

function readEpoch(text: string, from: number, to: number): number {
  const value = readFloat(text, from, to);
  return Number.isFinite(value) ? fromEpochNumber(value) : value;
}

/** The part after the date: `Thh:mm…`, in ms since midnight UTC; UNREADABLE if it is not one. */
function timeOfDay(text: string, from: number, to: number): number {
  const mark = text[from];
  if ((mark !== 'T' && mark !== ' ' && mark !== 't') || text.charCodeAt(from + 3) !== COLON || to < from + 6)
    return UNREADABLE;
  const hour = two(text, from + 1);
  const minute = two(text, from + 4);
  if (!(hour <= 23 && minute <= 59)) return UNREADABLE;
  let at = from + 6;
  let ms = (hour * 60 + minute) * 60_000;
  if (at < to && text.charCodeAt(at) === COLON) {
    const second = two(text, at + 1);
    if (!(second <= 59) || at + 3 > to) return UNREADABLE;
    ms += second * 1000;
    at += 3;
    if (at < to && text.charCodeAt(at) === POINT) {
      const end = endOfDigits(text, at + 1, to);
      if (end === at + 1) return UNREADABLE;
      ms += fraction(text, at + 1, end);
      at = end;
    }
  }
  return at === to ? ms : ms - zoneOffset(text, at, to);
}

/** Whole milliseconds of the digits after the point; the rest is cut off, as a clock does. */
function fraction(text: string, from: number, end: number): number {
  let ms = 0;
  for (let i = 0; i < 3; i++) ms = ms * 10 + (from + i < end ? text.charCodeAt(from + i) - 48 : 0);
  return ms;
}

/** `Z`, `+hh:mm`, `-hhmm`, `+hh` in ms east of UTC; -UNREADABLE, so that the caller's difference is UNREADABLE. */
function zoneOffset(text: string, from: number, to: number): number {
  const mark = text.charCodeAt(from);
  const length = to - from;
  if (length === 1 && (text[from] === 'Z' || text[from] === 'z')) return 0;
  if ((mark !== PLUS && mark !== DASH) || (length !== 3 && length !== 5 && length !== 6)) return -UNREADABLE;
  if (length === 6 && text.charCodeAt(from + 3) !== COLON) return -UNREADABLE;
  const hours = two(text, from + 1);
  const minutes = length === 3 ? 0 : two(text, to - 2);
  if (!(hours <= 23 && minutes <= 59)) return -UNREADABLE;
  const ms = (hours * 60 + minutes) * 60_000;
  return mark === DASH ? -ms : ms;
}

/** NaN if one of the two is no digit, so that every comparison fails. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function endOfDigits(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= (DAYS[month - 1] as number) && year >= 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** Proleptic Gregorian days since 1970-01-01 (H. Hinnant, chrono-Compatible Low-Level Date Algorithms). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year; // the year begins in March, so that the leap day is its last
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

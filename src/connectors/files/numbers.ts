/**
 * Numbers and truth values out of text, read in place: cells stay where they are in the slice, so a cell that is a
 * number costs no string of its own. Ranges are [from, to) of `text`, without surrounding blanks.
 */

/** What the readers below give for text that is none of theirs. No column ever holds an infinity. */
export const UNREADABLE = Number.POSITIVE_INFINITY;
/** The same among the bytes of a boolean column (0, 1, 2 for null). */
export const UNREADABLE_BOOLEAN = 3;

const ZERO = 48;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;

/** A decimal integer within ±(2^53 − 1), or UNREADABLE. */
export function readInt(text: string, from: number, to: number): number {
  const sign = text.charCodeAt(from);
  const start = sign === MINUS || sign === PLUS ? from + 1 : from;
  if (start === to) return UNREADABLE;
  let value = 0;
  for (let i = start; i < to; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return UNREADABLE;
    value = value * 10 + digit;
  }
  // Every prefix of a safe integer is one, so no step above rounded if the end is safe.
  if (!Number.isSafeInteger(value)) return UNREADABLE;
  return sign === MINUS ? 0 - value : value;
}

/** A decimal number, NaN for the text `NaN` (a null), or UNREADABLE. */
export function readFloat(text: string, from: number, to: number): number {
  const quick = readShortDecimal(text, from, to);
  return quick === UNREADABLE ? readAnyFloat(text.slice(from, to)) : quick;
}

const POWERS = Array.from({ length: 16 }, (_, power) => 10 ** power);

/**
 * Up to 15 digits, a point among them: both the digits and the power of ten are exact doubles, so that one division
 * rounds correctly (W. Clinger, How to Read Floating Point Numbers Accurately, 1990).
 */
function readShortDecimal(text: string, from: number, to: number): number {
  const sign = text.charCodeAt(from);
  const start = sign === MINUS || sign === PLUS ? from + 1 : from;
  if (to - start > 16 || to === start) return UNREADABLE;
  let digits = 0;
  let point = -1;
  for (let i = start; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT && point < 0) point = i;
    else if (code >= ZERO && code <= ZERO + 9) digits = digits * 10 + code - ZERO;
    else return UNREADABLE;
  }
  const count = point < 0 ? to - start : to - start - 1;
  if (count === 0 || count > 15) return UNREADABLE;
  const value = point < 0 ? digits : digits / (POWERS[to - point - 1] as number);
  return sign === MINUS ? -value : value;
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readAnyFloat(text: string): number {
  if (FLOAT.test(text)) return Number(text); // 1e999 is UNREADABLE by itself
  return /^nan$/i.test(text) ? Number.NaN : UNREADABLE;
}

/** `true` or `1`, `false` or `0`, in any case; else UNREADABLE_BOOLEAN. */
export function readBoolean(text: string, from: number, to: number): number {
  if (to - from > 5) return UNREADABLE_BOOLEAN;
  const word = text.slice(from, to).toLowerCase();
  if (word === 'true' || word === '1') return 1;
  return word === 'false' || word === '0' ? 0 : UNREADABLE_BOOLEAN;
}

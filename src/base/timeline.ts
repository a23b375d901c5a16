/**
 * The timeline notation: one line says what passes along a stream, `a@1 b=7@9 w10 #1 ~ |`. Tests, tooltips, lessons,
 * logs and the scripted source share it.
 *
 *   timeline  = { element }                  elements are set apart by white space, line breaks included
 *   element   = record | watermark | barrier | idle | active | advance | end
 *   record    = [ kind ":" ] ( scalar "=" value | value ) [ "@" time ]     without "@" the record has no event time
 *   kind      = "+I" | "-U" | "+U" | "-D"    of a changelog: insert, update-before, update-after, delete
 *   value     = scalar | JSON array | JSON object             nested at most 64 deep
 *   scalar    = word | JSON string | JSON number | "true" | "false" | "null"
 *   word      = ( letter | "_" ) { letter | digit | mark | one of _ - . : / ' }     stands for the text itself
 *   watermark = "w" time                     no record with an event time up to this one will come
 *   barrier   = "#" digits                   of the checkpoint with this number
 *   idle      = "~"                          the stream is idle until its next element other than "+"
 *   active    = "!"                          the stream is active again, before anything else comes
 *   advance   = "+" time                     processing time goes on by this much; not negative
 *   end       = "|"                          end of the stream; only as the last element
 *   time      = [ "-" ] number [ "ms" | "s" | "min" | "h" | "d" ]     whole milliseconds; without a unit, milliseconds
 *
 * There is no white space inside an element, except within JSON. A word that starts like a watermark (`w1`) is one; the
 * text is written "w1". `null`, `true` and `false` are the JSON values, the texts are quoted. The key of `key=value` is
 * any scalar but null. What it means to a stream of columns is the reader's business; by custom a record of one column is
 * written bare, of a key and a value `key=value`, any other as an object.
 */
import { duration, eventTime } from './units.ts';
import type { DurationMs, EventTimeMs } from './units.ts';
import { failed, ok } from './result.ts';
import type { Result } from './result.ts';

export type TimelineScalar = string | number | boolean | null;
export type TimelineValue = TimelineScalar | readonly TimelineValue[] | { readonly [name: string]: TimelineValue };

export const timelineRowKinds = ['+I', '-U', '+U', '-D'] as const;

export interface TimelineRecord {
  readonly kind: 'record';
  /** What it does to the table that the stream describes; absent where none is written. */
  readonly rowKind?: (typeof timelineRowKinds)[number];
  /** null: written bare, without `key=`. */
  readonly key: Exclude<TimelineScalar, null> | null;
  readonly value: TimelineValue;
  /** null: no event time. */
  readonly time: EventTimeMs | null;
}

export type TimelineElement =
  | TimelineRecord
  | { readonly kind: 'watermark'; readonly time: EventTimeMs }
  | { readonly kind: 'barrier'; readonly checkpoint: number }
  | { readonly kind: 'idle' }
  | { readonly kind: 'active' }
  | { readonly kind: 'advance'; readonly by: DurationMs }
  | { readonly kind: 'end' };

/** An element and the part of the text that it was read from. */
export interface PlacedElement {
  readonly element: TimelineElement;
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
}

export interface TimelineError {
  /** Offset in the text. */
  readonly offset: number;
  /** The text there, at most 24 characters. */
  readonly at: string;
  /** Without a full stop. */
  readonly reason: string;
}

const maxDepth = 64;

/** Reads a timeline; the first error ends the reading. Linear in the length of the text. */
export function parseTimeline(text: string): Result<readonly PlacedElement[], TimelineError> {
  const placed: PlacedElement[] = [];
  const cursor = new Cursor(text);
  try {
    for (cursor.skipSpace(); !cursor.atEnd(); cursor.skipSpace()) {
      const start = cursor.at;
      if (placed.at(-1)?.element.kind === 'end') throw new Unreadable(start, 'nothing can follow the end |');
      const element = readElement(cursor);
      cursor.expectBoundary(start);
      placed.push({ element, start, end: cursor.at });
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return failed({ offset: error.offset, at: snippet(text, error.offset), reason: error.message });
  }
  return ok(placed);
}

/** The elements alone, of a text that is known to be right: for tests and examples. Throws what `parseTimeline` finds. */
export function timelineElements(text: string): TimelineElement[] {
  const read = parseTimeline(text);
  if (!read.ok) throw new Error(`The timeline cannot be read at “${read.error.at}”: ${read.error.reason}.`);
  return read.value.map((placed) => placed.element);
}

/** The text of a timeline, elements set apart by one space, times in milliseconds. `parseTimeline` gives the same back. */
export const printTimeline = (elements: readonly TimelineElement[]): string => elements.map(printElement).join(' ');

export function printElement(element: TimelineElement): string {
  switch (element.kind) {
    case 'record':
      return `${element.rowKind === undefined ? '' : `${element.rowKind}:`}${printBody(element)}${element.time === null ? '' : `@${element.time}`}`;
    case 'watermark':
      return `w${element.time}`;
    case 'barrier':
      return `#${element.checkpoint}`;
    case 'idle':
      return '~';
    case 'active':
      return '!';
    case 'advance':
      return `+${element.by}`;
    case 'end':
      return '|';
  }
}

function printBody({ key, value }: TimelineRecord): string {
  return key === null ? printValue(value) : `${printValue(key)}=${printValue(value)}`;
}

function printValue(value: TimelineValue): string {
  return typeof value === 'string' && readsAsItself(value) ? value : JSON.stringify(value);
}

const readsAsItself = (text: string): boolean =>
  wholeWord.test(text) && !watermarkLike.test(text) && !literals.has(text);

const wholeWord = /^[\p{L}_][\p{L}\p{M}\p{N}_\-.:/']*$/u;
const wordHere = /[\p{L}_][\p{L}\p{M}\p{N}_\-.:/']*/uy;
const numberHere = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const timeHere = /(-?\d+(?:\.\d+)?)(ms|s|min|h|d)?(?![\p{L}\p{N}_.])/uy;
const rowKindHere = /(\+I|-U|\+U|-D):/y;
const watermarkLike = /^w-?\d/;
const literals = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const unitMs = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

class Unreadable extends Error {
  readonly offset: number;
  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  skipSpace(): void {
    while (!this.atEnd() && isSpace(this.peek())) this.at++;
  }

  /** Takes `character` if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private boundaryReason(): string {
    if (this.match(commaAtEnd) !== null) return 'elements are set apart by spaces, without commas';
    return quotable.test(this.peek())
      ? `“${this.peek()}” cannot stand inside an element; write a text with it in quotes, "…"`
      : 'a space is missing between two elements';
  }

  /** An element that began at `start` must be over here. */
  expectBoundary(start: number): void {
    if (this.atEnd() || isSpace(this.peek())) return;
    throw new Unreadable(start, this.boundaryReason());
  }
}

const quotable = /[^~!|#+@="{[]/;
const commaAtEnd = /,(?:\s|$)/y;

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function readElement(cursor: Cursor): TimelineElement {
  if (cursor.take('~')) return { kind: 'idle' };
  if (cursor.take('!')) return { kind: 'active' };
  if (cursor.take('|')) return { kind: 'end' };
  if (cursor.take('#')) return readBarrier(cursor);
  const rowKind = cursor.match(rowKindHere)?.[1] as TimelineRecord['rowKind'];
  if (rowKind !== undefined) return { ...readRecord(cursor), rowKind };
  if (cursor.take('+')) return readAdvance(cursor);
  return readWatermark(cursor) ?? readRecord(cursor);
}

function readBarrier(cursor: Cursor): TimelineElement {
  const start = cursor.at;
  const digits = cursor.match(/\d+/y);
  const checkpoint = Number(digits?.[0] ?? Number.NaN);
  if (!Number.isSafeInteger(checkpoint)) throw new Unreadable(start - 1, 'a barrier is # and a checkpoint number, #1');
  return { kind: 'barrier', checkpoint };
}

function readAdvance(cursor: Cursor): TimelineElement {
  const start = cursor.at - 1;
  const by = readTime(cursor, start, 'processing time advances by + and a time, +5s');
  if (by < 0) throw new Unreadable(start, 'processing time cannot go back');
  return { kind: 'advance', by: duration(by) };
}

/** null: what comes is no watermark. */
function readWatermark(cursor: Cursor): TimelineElement | null {
  if (!watermarkLike.test(cursor.text.slice(cursor.at, cursor.at + 3))) return null;
  const start = cursor.at++;
  const time = readTime(cursor, start, 'a watermark is w and a time, w10; write the text in quotes, "w…"');
  return { kind: 'watermark', time: eventTime(time) };
}

function readRecord(cursor: Cursor): TimelineRecord {
  const start = cursor.at;
  const first = readValue(cursor);
  let key: TimelineRecord['key'] = null;
  let value = first;
  if (cursor.take('=')) {
    if (first === null || typeof first === 'object')
      throw new Unreadable(start, 'a key is a text, a number or a boolean');
    key = first;
    value = readValue(cursor);
  }
  const at = cursor.at;
  const time = cursor.take('@') ? eventTime(readTime(cursor, at, 'an event time is @ and a time, @10 or @5s')) : null;
  return { kind: 'record', key, value, time };
}

/** Milliseconds. */
function readTime(cursor: Cursor, start: number, expected: string): number {
  const found = cursor.match(timeHere);
  if (!found) throw new Unreadable(start, expected);
  // Rounded to the nanosecond first: 0.1 s times 1000 must be 100.
  const ms = Number((Number(found[1]) * unitMs[(found[2] ?? 'ms') as keyof typeof unitMs]).toFixed(6));
  if (!Number.isSafeInteger(ms)) throw new Unreadable(start, 'a time is a whole number of milliseconds within ±2^53');
  return ms === 0 ? 0 : ms;
}

function readValue(cursor: Cursor): TimelineValue {
  const next = cursor.peek();
  if (next === '"' || next === '{' || next === '[') return readJson(cursor);
  const start = cursor.at;
  const number = cursor.match(numberHere);
  if (number) return finite(Number(number[0]), start);
  const word = cursor.match(wordHere)?.[0];
  if (next === '@') throw new Unreadable(start, 'an event time stands right behind its record, a=1@5');
  if (word === undefined)
    throw new Unreadable(start, 'this is no element; a text with other characters is quoted, "…"');
  return literals.has(word) ? (literals.get(word) as boolean | null) : word;
}

function readJson(cursor: Cursor): TimelineValue {
  const start = cursor.at;
  cursor.at = endOfJson(cursor.text, start);
  try {
    return JSON.parse(cursor.text.slice(start, cursor.at), (_, value: TimelineValue) =>
      typeof value === 'number' ? finite(value, start) : value,
    ) as TimelineValue;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(start, 'this is no JSON value (names and texts in it are quoted)');
  }
}

/** Offset behind the JSON text, array or object that starts at `start`. */
function endOfJson(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') at = endOfText(text, at, start);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > maxDepth) throw new Unreadable(start, `the value is nested deeper than ${maxDepth}`);
    if (depth <= 0) return at + 1;
  }
  throw new Unreadable(start, 'a closing bracket is missing');
}

/** Offset of the closing quote of the JSON text that opens at `open`. */
function endOfText(text: string, open: number, start: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') return at;
  }
  throw new Unreadable(start, 'a closing quote is missing');
}

/** JSON can write numbers that no double holds (1e999), and a negative zero, which is not told apart here. */
function finite(value: number, start: number): number {
  if (!Number.isFinite(value)) throw new Unreadable(start, 'the number is too large');
  return value === 0 ? 0 : value;
}

function snippet(text: string, offset: number): string {
  if (offset >= text.length) return 'the end';
  const rest = text.slice(offset).split(/\s/, 1)[0] ?? '';
  return rest.length <= 24 ? rest : `${rest.slice(0, 23)}…`;
}

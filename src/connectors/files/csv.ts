/**
 * CSV: RFC 4180 with any of , ; tab | between fields and any line end. The first row names the columns. A row that
 * does not fit the grammar costs its own first line and nothing else.
 *
 * Fields are cut in place. Beyond the RFC: a quote within a plain field is a character; blank lines are no rows; an
 * empty field is null, and `""` is the empty string (as PostgreSQL's COPY reads it).
 */
import type { ColumnSpec, Schema } from '../../engine/graph/schema.ts';
import { type BatchBuilder, complaint } from './batch-builder.ts';
import { type Cut, type RowCutter, TOO_LONG } from './rows.ts';
import { isLineEnd, TextWindow } from './text-window.ts';
import { unreadable } from './unreadable.ts';

const QUOTE = 34;

/** How a field was written. */
const PLAIN = 0;
const QUOTED = 1;
/** Quoted, with doubled quotes inside. */
const ESCAPED = 2;

/** Cuts CSV text into rows of fields, without a notion of header or schema. */
export class CsvCutter {
  readonly window = new TextWindow();
  readonly #delimiter: number;
  /** Line where the row in hand begins. */
  line = 1;
  fields = 0;
  problem = '';
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #styles = new Uint8Array(64);

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  next(): Cut {
    const window = this.window;
    if (!window.skipped() || !this.#skipBlankLines()) return window.last ? 'end' : 'starved';
    this.line = window.line;
    this.fields = 0;
    const cut = this.#cutRow();
    if (cut === 'broken') window.skipLine();
    return cut;
  }

  field(index: number): string {
    const text = this.window.text.slice(this.#starts[index], this.#ends[index]);
    return this.#styles[index] === ESCAPED ? text.replaceAll('""', '"') : text;
  }

  /** Writes one field into a column. @returns false if it is not of the column's type. */
  writeField(index: number, builder: BatchBuilder, column: number, type: ColumnSpec['type']): boolean {
    const from = this.#starts[index] as number;
    const to = this.#ends[index] as number;
    const style = this.#styles[index] as number;
    if (style === ESCAPED) {
      const text = this.field(index);
      return builder.setText(column, text, 0, text.length);
    }
    if (from < to || (style === QUOTED && type === 'string'))
      return builder.setText(column, this.window.text, from, to);
    builder.setNull(column);
    return true;
  }

  /** @returns false if no row is in sight. */
  #skipBlankLines(): boolean {
    const window = this.window;
    for (;;) {
      if (window.at >= window.text.length) return false;
      if (!isLineEnd(window.text.charCodeAt(window.at))) return true;
      const behind = window.behindLineEnd(window.at);
      if (behind < 0) return false;
      window.at = behind;
      window.line++;
    }
  }

  #cutRow(): Cut {
    const window = this.window;
    let at = window.at;
    let linesInside = 0;
    for (;;) {
      if (window.tooLong(at)) return this.#broken(TOO_LONG);
      const quoted = at < window.text.length && window.text.charCodeAt(at) === QUOTE;
      const end = quoted ? this.#quotedEnd(at) : this.#plainEnd(at);
      if (end < 0) return end === STARVED ? 'starved' : 'broken';
      if (quoted) linesInside += window.countLineEnds(at, end);
      if (end < window.text.length && window.text.charCodeAt(end) === this.#delimiter) {
        at = end + 1;
        continue;
      }
      const behind = window.behindLineEnd(end);
      if (behind < 0) return 'starved';
      window.at = behind;
      window.line += linesInside + 1;
      return 'row';
    }
  }

  /** Index of the delimiter or line end behind a plain field. */
  #plainEnd(from: number): number {
    const { window } = this;
    const text = window.text;
    const delimiter = this.#delimiter;
    const length = text.length;
    let i = from;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === delimiter || (code < 14 && isLineEnd(code))) break; // most characters cost two comparisons
    }
    if (window.tooLong(i)) return this.#fail(TOO_LONG);
    if (i === text.length && !window.last) return STARVED;
    this.#add(from, i, PLAIN);
    return i;
  }

  /** Index of the delimiter or line end behind the quoted field whose opening quote is at `open`. */
  #quotedEnd(open: number): number {
    const { window } = this;
    const { text, last } = window;
    let style = QUOTED;
    let from = open + 1;
    for (;;) {
      const close = text.indexOf('"', from);
      if (close < 0 ? last || window.tooLong(text.length) : window.tooLong(close))
        return this.#fail('a quote is opened and never closed');
      if (close < 0 || (close + 1 === text.length && !last)) return STARVED;
      const behind = close + 1;
      const code = behind < text.length ? text.charCodeAt(behind) : -1;
      if (code === QUOTE) {
        style = ESCAPED;
        from = behind + 1;
        continue;
      }
      if (code !== -1 && code !== this.#delimiter && !isLineEnd(code))
        return this.#fail('text follows a closing quote');
      this.#add(open + 1, close, style);
      return behind;
    }
  }

  #add(from: number, to: number, style: number): void {
    const i = this.fields++;
    if (i === this.#starts.length) this.#grow();
    this.#starts[i] = from;
    this.#ends[i] = to;
    this.#styles[i] = style;
  }

  #grow(): void {
    const twice = <A extends Int32Array | Uint8Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#starts = twice(this.#starts, new Int32Array(this.fields * 2));
    this.#ends = twice(this.#ends, new Int32Array(this.fields * 2));
    this.#styles = twice(this.#styles, new Uint8Array(this.fields * 2));
  }

  #fail(problem: string): number {
    this.problem = problem;
    return BROKEN;
  }

  #broken(problem: string): Cut {
    this.problem = problem;
    return 'broken';
  }
}

const STARVED = -1;
const BROKEN = -2;

/** Rows of a CSV file with a header, written into the columns of a schema by name. */
export class CsvRows implements RowCutter {
  readonly #cutter: CsvCutter;
  readonly #schema: Schema;
  /** Field of each column of the schema; null before the header was read. */
  #fieldOf: readonly number[] | null = null;
  #width = 0;

  constructor(schema: Schema, delimiter: string) {
    this.#schema = schema;
    this.#cutter = new CsvCutter(delimiter);
  }

  get problem(): string {
    return this.#cutter.problem;
  }

  place(): string {
    return `line ${this.#cutter.line}`;
  }

  fill(text: string, last: boolean): void {
    this.#cutter.window.fill(text, last);
  }

  next(): Cut {
    const cut = this.#cutter.next();
    if (this.#fieldOf !== null || cut === 'starved') return cut;
    if (cut === 'broken') throw unreadable(`its header, ${this.place()}, is broken: ${this.problem}`);
    if (cut === 'end') return cut;
    const names = headerNames(fieldsInHand(this.#cutter));
    this.#fieldOf = this.#schema.map(({ name }) => fieldCalled(name, names));
    this.#width = names.length;
    return this.#cutter.next();
  }

  write(builder: BatchBuilder): string | null {
    const cutter = this.#cutter;
    if (cutter.fields !== this.#width) return `it has ${counted(cutter.fields)} where the header has ${this.#width}`;
    const fieldOf = this.#fieldOf as readonly number[];
    for (let column = 0; column < fieldOf.length; column++) {
      const field = fieldOf[column] as number;
      const spec = this.#schema[column] as ColumnSpec;
      if (!cutter.writeField(field, builder, column, spec.type)) return complaint(spec, cutter.field(field));
    }
    return null;
  }
}

export const fieldsInHand = (cutter: CsvCutter): string[] =>
  Array.from({ length: cutter.fields }, (_, i) => cutter.field(i));

/** Names of the columns: without blanks around, `column 3` where there is none, `name 2` for the second `name`. */
export function headerNames(fields: readonly string[]): string[] {
  const taken = new Set<string>();
  return fields.map((field, i) => {
    const wanted = field.trim() || `column ${i + 1}`;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`;
    taken.add(name);
    return name;
  });
}

function fieldCalled(name: string, names: readonly string[]): number {
  const field = names.indexOf(name);
  if (field < 0) throw unreadable(`it has no column “${name}”; it has ${names.slice(0, 50).join(', ')}`);
  return field;
}

const counted = (fields: number): string => (fields === 1 ? '1 field' : `${fields} fields`);

const DELIMITERS = [',', ';', '\t', '|'] as const;
const SAMPLED_ROWS = 50;

/**
 * The character between fields: the one with which most of the first rows have as many fields as the header, at least
 * two; among equals the one with more fields. Comma if none has.
 * @param head the start of the text, cut anywhere; always the same length for the same file
 * @param whole nothing follows `head`
 */
export function sniffDelimiter(head: string, whole: boolean): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const score = delimiterScore(head, whole, delimiter);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function delimiterScore(head: string, whole: boolean, delimiter: string): number {
  const cutter = new CsvCutter(delimiter);
  cutter.window.fill(head, whole);
  if (cutter.next() !== 'row' || cutter.fields < 2) return 0;
  const width = cutter.fields;
  let rows = 0;
  let fitting = 0;
  for (let cut = cutter.next(); (cut === 'row' || cut === 'broken') && rows < SAMPLED_ROWS; cut = cutter.next()) {
    rows++;
    if (cut === 'row' && cutter.fields === width) fitting++;
  }
  return (rows === 0 ? 1 : fitting / rows) + Math.min(width, 1000) / 1e6;
}

/** Formats with one record a line: newline-delimited JSON, and plain text as (line, text). */
import type { ColumnSpec, Schema } from '../../engine/graph/schema.ts';
import { type BatchBuilder, complaint } from './batch-builder.ts';
import { type Cut, type RowCutter, TOO_LONG } from './rows.ts';
import { TextWindow } from './text-window.ts';
import { unreadable } from './unreadable.ts';

/** Cuts text into lines. */
class LineCutter {
  readonly window = new TextWindow();
  readonly problem = TOO_LONG;
  /** Of the line in hand. */
  line = 1;
  from = 0;
  to = 0;

  fill(text: string, last: boolean): void {
    this.window.fill(text, last);
  }

  next(): Cut {
    const window = this.window;
    if (!window.skipped() || window.at >= window.text.length) return window.last ? 'end' : 'starved';
    this.line = window.line;
    const end = window.lineEndFrom(window.at);
    if (window.tooLong(end)) {
      window.skipLine();
      return 'broken';
    }
    const behind = window.behindLineEnd(end);
    if (behind < 0) return 'starved';
    this.from = window.at;
    this.to = end;
    window.at = behind;
    window.line++;
    return 'row';
  }

  place(): string {
    return `line ${this.line}`;
  }
}

/** Columns `line` (int, from 1) and `text` (string), either or both. */
export const textSchema: Schema = [
  { name: 'line', type: 'int' },
  { name: 'text', type: 'string' },
];

/** Every line is a record, an empty one too: its text is empty, not null. */
export class TextRows extends LineCutter implements RowCutter {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    super();
    this.#schema = schema;
    const stranger = schema.find(({ name }) => name !== 'line' && name !== 'text');
    if (stranger !== undefined) throw unreadable(`a text file has no column “${stranger.name}”; it has line, text`);
  }

  write(builder: BatchBuilder): string | null {
    for (let column = 0; column < this.#schema.length; column++) {
      const spec = this.#schema[column] as ColumnSpec;
      if (spec.name === 'line') {
        if (!builder.setValue(column, this.line)) return complaint(spec, String(this.line));
      } else if (!builder.setText(column, this.window.text, this.from, this.to)) {
        return complaint(spec, this.window.text.slice(this.from, this.to));
      }
    }
    return null;
  }
}

/** One JSON object a line. Blank lines are no rows; a missing member is null. */
export class NdjsonRows extends LineCutter implements RowCutter {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    super();
    this.#schema = schema;
  }

  override next(): Cut {
    for (;;) {
      const cut = super.next();
      if (cut !== 'row' || !this.#blank()) return cut;
    }
  }

  write(builder: BatchBuilder): string | null {
    return writeJson(builder, this.#schema, this.window.text.slice(this.from, this.to));
  }

  #blank(): boolean {
    for (let i = this.from; i < this.to; i++) if (this.window.text.charCodeAt(i) > 32) return false;
    return true;
  }
}

/** Writes the members of the JSON object in `text` into the columns of that name. @returns null, or what is wrong. */
export function writeJson(builder: BatchBuilder, schema: Schema, text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not valid JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  for (let column = 0; column < schema.length; column++) {
    const spec = schema[column] as ColumnSpec;
    const member = Object.hasOwn(value, spec.name) ? (value as Record<string, unknown>)[spec.name] : null;
    if (!builder.setValue(column, member))
      return complaint(spec, typeof member === 'string' ? member : JSON.stringify(member));
  }
  return null;
}

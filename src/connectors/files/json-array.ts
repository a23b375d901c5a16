/**
 * A JSON file that holds one array of objects. Elements are cut by counting brackets outside of strings and parsed one
 * by one, so that a file of any size costs one element, and one broken element costs itself.
 */
import type { Schema } from '../../engine/graph/schema.ts';
import type { BatchBuilder } from './batch-builder.ts';
import { writeJson } from './lines.ts';
import { type Cut, type RowCutter, TOO_LONG } from './rows.ts';
import { TextWindow } from './text-window.ts';
import { unreadable } from './unreadable.ts';

const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

export class JsonArrayRows implements RowCutter {
  readonly #window = new TextWindow();
  readonly #schema: Schema;
  #state: 'before' | 'inside' | 'behind' | 'end' = 'before';
  #line = 1;
  #from = 0;
  #to = 0;
  problem = '';

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  fill(text: string, last: boolean): void {
    this.#window.fill(text, last);
  }

  place(): string {
    return `line ${this.#line}`;
  }

  write(builder: BatchBuilder): string | null {
    return writeJson(builder, this.#schema, this.#window.text.slice(this.#from, this.#to));
  }

  next(): Cut {
    const window = this.#window;
    if (!window.skipped()) return window.last ? this.#atEnd() : 'starved';
    if (!this.#skipBlanks()) return window.last ? this.#atEnd() : 'starved';
    this.#line = window.line;
    if (this.#state === 'before') {
      if (window.text.charCodeAt(window.at) !== OPEN_ARRAY) throw unreadable('it is not a JSON array of objects');
      window.at++;
      this.#state = 'inside';
      return this.next();
    }
    if (this.#state !== 'inside') {
      window.at = window.text.length;
      return this.#state === 'behind' ? this.#broken('text follows the end of the array', 'end') : 'end';
    }
    if (window.text.charCodeAt(window.at) === CLOSE_ARRAY) {
      window.at++;
      this.#state = 'behind';
      return this.next();
    }
    return this.#cutElement();
  }

  /** The text is used up. Before the array that is no array; within it the file was cut off. */
  #atEnd(): Cut {
    const state = this.#state;
    if (state === 'before') throw unreadable('it is not a JSON array of objects');
    if (state !== 'inside') return 'end';
    this.#line = this.#window.line;
    return this.#broken('the file ends before its array does', 'end');
  }

  #cutElement(): Cut {
    const window = this.#window;
    const end = this.#elementEnd();
    if (window.tooLong(end)) return this.#skipElement(TOO_LONG);
    if (end === window.text.length) {
      if (!window.last) return 'starved';
      window.at = end;
      return this.#broken('the file ends in the middle of it', 'end');
    }
    if (window.text.charCodeAt(end) === CLOSE_OBJECT) return this.#skipElement('it has a } too many');
    this.#from = window.at;
    this.#to = end;
    window.line += window.countLineEnds(window.at, end);
    // The closing bracket stays for the next call.
    window.at = window.text.charCodeAt(end) === COMMA ? end + 1 : end;
    return 'row';
  }

  /** Index of the comma or bracket that ends the element at the window's place, or the length of the text. */
  #elementEnd(): number {
    const { text, at } = this.#window;
    let depth = 0;
    let inString = false;
    let i = at;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (inString) {
        if (code === BACKSLASH) i++;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth++;
      else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
        if (depth === 0) break;
        depth--;
      } else if (code === COMMA && depth === 0) break;
    }
    return Math.min(i, text.length);
  }

  /** Brackets do not match any more; the best guess is that the next line begins something new. */
  #skipElement(problem: string): Cut {
    this.#window.skipLine();
    return this.#broken(problem, 'inside');
  }

  #broken(problem: string, state: 'inside' | 'end'): Cut {
    this.problem = problem;
    this.#state = state;
    return 'broken';
  }

  #skipBlanks(): boolean {
    const window = this.#window;
    const from = window.at;
    let i = from;
    while (i < window.text.length && window.text.charCodeAt(i) <= 32) i++;
    // A \r at the end may be half of a \r\n, which must count once.
    const to = i === window.text.length && !window.last && window.text[i - 1] === '\r' ? i - 1 : i;
    window.line += window.countLineEnds(from, to);
    window.at = to;
    return i < window.text.length;
  }
}

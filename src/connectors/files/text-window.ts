/**
 * The part of a text that is being cut: what was not consumed yet, a place in it, and the number of its line.
 * Lines end with \n, \r\n or \r, mixed as they come.
 */
import { ROW_LENGTH_MAX } from './rows.ts';

const LF = 10;
const CR = 13;

export const isLineEnd = (code: number): boolean => code === LF || code === CR;

export class TextWindow {
  text = '';
  /** Start of what is not consumed. */
  at = 0;
  /** Nothing follows `text`. */
  last = false;
  /** Line of `at`, from 1. */
  line = 1;
  #skipping = false;

  fill(text: string, last: boolean): void {
    this.text = this.at === 0 ? this.text + text : this.text.slice(this.at) + text;
    this.at = 0;
    this.last = last;
  }

  /** Index of the next line end from `from`, or the length of the text. */
  lineEndFrom(from: number): number {
    const text = this.text;
    let i = from;
    while (i < text.length && !isLineEnd(text.charCodeAt(i))) i++;
    return i;
  }

  /**
   * Index behind the line end at `i`; -1 if that needs more text (a \r at the end may be half of \r\n). At the very
   * end of the text, which is a line end too, `i` itself.
   */
  behindLineEnd(i: number): number {
    const { text, last } = this;
    if (i >= text.length) return last ? i : -1;
    if (text.charCodeAt(i) !== CR) return i + 1;
    if (i + 1 >= text.length) return last ? i + 1 : -1;
    return text.charCodeAt(i + 1) === LF ? i + 2 : i + 1;
  }

  /** Whether a row that begins at `at` and reaches `i` is too long. */
  tooLong(i: number): boolean {
    return i - this.at > ROW_LENGTH_MAX;
  }

  /** From now on `skipped` lets go of everything up to the end of the line at `at`. */
  skipLine(): void {
    this.#skipping = true;
  }

  /** @returns false while the end of a line that is skipped has not been seen. */
  skipped(): boolean {
    if (!this.#skipping) return true;
    const end = this.lineEndFrom(this.at);
    const behind = this.behindLineEnd(end);
    this.at = behind < 0 ? end : behind;
    if (behind < 0) return false;
    this.#skipping = false;
    this.line++;
    return true;
  }

  /** Line ends within [from, to). */
  countLineEnds(from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++) {
      const code = this.text.charCodeAt(i);
      if (code === LF || (code === CR && this.text.charCodeAt(i + 1) !== LF)) count++;
    }
    return count;
  }
}

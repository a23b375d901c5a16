/**
 * The contract of a format reader: it cuts decoded text into rows and writes the rows that are wanted into a batch.
 * Cutting depends on the text alone, never on how it was sliced or on the schema: so a row has the same position for
 * every reader, and splits can share a file without talking to each other.
 */
import type { BatchBuilder } from './batch-builder.ts';

/**
 * - `row`: a row is in hand. - `broken`: a row is in hand that cannot be read; `problem` says why.
 * - `starved`: call `fill`, then again. - `end`: there are no more rows.
 */
export type Cut = 'row' | 'broken' | 'starved' | 'end';

export interface RowCutter {
  /** Appends text; `last` promises that nothing follows. Text that was consumed is let go. */
  fill(text: string, last: boolean): void;
  next(): Cut;
  /** Why the row in hand is `broken`. */
  readonly problem: string;
  /** Where the row in hand begins: `line 17`. */
  place(): string;
  /** Sets the cells of the row in hand, without committing it. @returns null, or why the row cannot be read. */
  write(builder: BatchBuilder): string | null;
}

/** A row that is longer is broken: an unclosed quote must not swallow a file into memory. UTF-16 units. */
export const ROW_LENGTH_MAX = 2 ** 20;

export const TOO_LONG = `it is longer than ${ROW_LENGTH_MAX.toLocaleString('en-US')} characters`;

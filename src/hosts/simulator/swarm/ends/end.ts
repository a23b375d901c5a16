/**
 * An end of a job of the swarm: operators whose results are changes of a table, or rows whose times depend on the run, in
 * front of a sink that shows them in one of its ways; and the table that must be left, by a plain computation. A new one
 * is a file here and a line of the list.
 */
import type { Row, RowKind } from '../../../../engine/graph/schema.ts';
import type { Item } from '../items.ts';
import type { Second, Stage } from '../pieces/piece.ts';

export type End = TableEnd | HistoryEnd;

interface AnyEnd {
  /** Sizes, gaps, delays or numbers of rows to choose from. */
  readonly sizes: readonly number[];
  /** One behind the other; with `second`, the first has two inputs, as with pieces. */
  stages(n: number): readonly Stage[];
  readonly second?: Second;
  /** Pairs of records: too many of copies. */
  readonly pairs?: boolean;
  /** False: its rows are final, and any sink may take them as they are. */
  readonly changelog: boolean;
  /** Its result is the same whatever watermarks say, so that records may be late. */
  readonly anyWatermarks?: true;
  /** Its last rows come with the final watermark: no record may come behind that. */
  readonly lastByWatermark?: true;
  /** Its operators must be in one chain with what is behind them: they are to see one and the same time. */
  readonly chained?: true;
}

/** What it leaves does not depend on the run. */
export interface TableEnd extends AnyEnd {
  /**
   * Columns of which each row of the table has other values, all changes of which come from one subtask in order. Null:
   * there are none, so that only a sink that sees every change can tell what is left.
   */
  readonly key: readonly string[] | null;
  /** Columns that are compared. */
  readonly columns: readonly string[];
  /** Rows of the table, in any order, with those columns. */
  expect(items: readonly Item[], n: number): readonly TableRow[];
}

/**
 * What it does depends on the processing time at which records come to it, as with state that expires. So its changes tell
 * that time themselves, and a model by hand follows them from one to the next.
 */
export interface HistoryEnd extends AnyEnd {
  /** Sentences; `told`: what is committed, of each subtask in its order. */
  judge(told: readonly Told[], items: readonly Item[], n: number): readonly string[];
}

/** A change that a sink has committed. */
export interface Told {
  readonly kind: RowKind;
  readonly row: Row;
  readonly timestamp: number;
}

export type TableRow = Readonly<Record<string, string | number>>;

/** `items` by what `of` says of them. */
export function grouped<T, I extends Item>(items: readonly I[], of: (item: I) => T): Map<T, I[]> {
  const groups = new Map<T, I[]>();
  for (const item of items) {
    const group = groups.get(of(item));
    if (group === undefined) groups.set(of(item), [item]);
    else group.push(item);
  }
  return groups;
}

export const sumOf = (items: readonly Item[]): number => items.reduce((sum, { value }) => sum + value, 0);

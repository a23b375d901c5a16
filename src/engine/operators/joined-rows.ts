/**
 * The rows of one side of a regular join, by key: each different row once, with how often it is there and, on an outer
 * side, how many rows of the other side it meets. Flink: OuterJoinRecordStateViews, InputSideHasNoUniqueKey.
 */
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import type { MapState } from '../state/map-state.ts';
import type { Cells } from './row-cells.ts';
import { tableTtl } from './time-to-live.ts';

/** `time`: the greatest of its event times, null if it has none. */
type Kept = readonly [count: number, associations: number, time: number | null];

export interface JoinedRow {
  readonly cells: Cells;
  readonly count: number;
  /** Rows of the other side that it meets; 0 on a side that is not outer, which need not know. */
  readonly associations: number;
  /** NaN: none. */
  readonly time: number;
}

export class JoinedRows {
  private readonly rows: MapState<Kept>;
  private readonly keyed: KeyedState;
  private readonly name: string;

  /** `ttlMs`: a row is forgotten so long after it, or its associations, were written last; 0: never. */
  constructor(keyed: KeyedState, name: string, ttlMs: number) {
    this.keyed = keyed;
    this.name = name;
    this.rows = keyed.map<Kept>(name, tableTtl(ttlMs));
  }

  of(key: Key): JoinedRow[] {
    return this.rows.entries(key, emptyNamespace).map(([text, [count, associations, time]]) => {
      return { cells: JSON.parse(text as string) as Cells, count, associations, time: time ?? Number.NaN };
    });
  }

  /** As `of`, but without touching what it sees: for those who only look. */
  peek(key: Key): JoinedRow[] {
    const entries = (this.keyed.peek(this.name, emptyNamespace, key) ?? []) as unknown as readonly [string, Kept][];
    return entries.map(([text, [count, associations, time]]) => {
      return { cells: JSON.parse(text) as Cells, count, associations, time: time ?? Number.NaN };
    });
  }

  /** Once more; what it meets now counts for all equal rows. */
  add(key: Key, cells: Cells, time: number, associations: number): void {
    const text = JSON.stringify(cells);
    const [count, , latest] = this.rows.get(key, emptyNamespace, text) ?? [0, 0, null];
    const newest = later(time, latest ?? Number.NaN);
    this.put(key, text, { count: count + 1, associations, time: newest });
  }

  /** Once less. A row that is not there, because it has expired, say, stays away. */
  remove(key: Key, cells: Cells): void {
    const text = JSON.stringify(cells);
    const kept = this.rows.get(key, emptyNamespace, text);
    if (kept === undefined) return;
    const [count, associations, time] = kept;
    if (count === 1) this.rows.remove(key, emptyNamespace, text);
    else this.rows.put(key, emptyNamespace, text, [count - 1, associations, time]);
  }

  associate(key: Key, row: JoinedRow, associations: number): void {
    this.put(key, JSON.stringify(row.cells), { ...row, associations });
  }

  private put(key: Key, text: string, { count, associations, time }: Omit<JoinedRow, 'cells'>): void {
    this.rows.put(key, emptyNamespace, text, [count, associations, Number.isNaN(time) ? null : time]);
  }
}

/** The greater of two event times, of which each may be missing (NaN). */
export function later(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.max(a, b);
}

/**
 * The rows of each key that are to be ranked, best first, of equal ones the first to arrive. With a time to live, each
 * value of the order expires by itself, so long after a row with it came last: Flink's Top-N functions keep rows in a map
 * by sort key, whose entries expire one by one. What has expired is gone without a word to anybody behind.
 */
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { ValueState } from '../state/keyed-state.ts';
import type { OperatorContext } from '../task/operator.ts';
import type { CompareCells } from './order-by.ts';
import type { Cells } from './row-cells.ts';
import { sameCells } from './row-cells.ts';
import { tableTtl } from './time-to-live.ts';

export interface RankOrder {
  /** Better rows are in front. */
  readonly compare: CompareCells;
  /** Rows behind that place are not kept, since none of them can come in again; infinite: they can. */
  readonly keepMost: number;
  /** 0: they never expire. */
  readonly ttlMs: number;
}

/** What a change made of the rows of its key, and where. */
export interface Ranked {
  readonly before: readonly Cells[];
  readonly after: readonly Cells[];
  /** Index of the row that came or went. */
  readonly at: number;
}

const none: readonly never[] = [];

export class RankedRows {
  private readonly order: RankOrder;
  private readonly context: OperatorContext;
  private readonly rows: ValueState<readonly Cells[]>;
  /** When each row, or an equal one, came last; null: they do not expire. */
  private readonly written: ValueState<readonly number[]> | null;

  constructor(order: RankOrder, context: OperatorContext) {
    const ttl = tableTtl(order.ttlMs);
    this.order = order;
    this.context = context;
    this.rows = context.keyedState.value<readonly Cells[]>('ranked rows', ttl);
    this.written = ttl === null ? null : context.keyedState.value<readonly number[]>('rows written', ttl);
  }

  insert(key: Key, cells: Cells): Ranked {
    const [before, times] = this.read(key);
    const at = this.firstBehind(before, cells, true);
    const after = before.toSpliced(at, 0, cells);
    const { keepMost } = this.order;
    if (at >= keepMost) return { before, after, at };
    this.write(key, after.slice(0, keepMost), this.written === null ? none : this.renewed(times, before, cells, at));
    return { before, after, at };
  }

  /** Null: there is no such row. */
  remove(key: Key, cells: Cells): Ranked | null {
    const [before, times] = this.read(key);
    let at = this.firstBehind(before, cells, false);
    const end = this.firstBehind(before, cells, true);
    while (at < end && !sameCells(before[at] as Cells, cells)) at++;
    if (at === end) return null;
    const after = before.toSpliced(at, 1);
    this.write(key, after, times.toSpliced(at, 1));
    return { before, after, at };
  }

  /** Times with that of a new row at index `at`, which those of equal rows become, too. */
  private renewed(times: readonly number[], rows: readonly Cells[], cells: Cells, at: number): number[] {
    const first = this.firstBehind(rows, cells, false);
    const now = this.context.now();
    return times
      .toSpliced(at, 0, now)
      .map((time, i) => (i >= first && i <= at ? now : time))
      .slice(0, this.order.keepMost);
  }

  private read(key: Key): readonly [readonly Cells[], readonly number[]] {
    const rows = this.rows.get(key, emptyNamespace) ?? none;
    if (this.written === null) return [rows, none];
    const times = this.written.get(key, emptyNamespace) ?? none;
    const expired = this.context.now() - this.order.ttlMs;
    if (times.every((time) => time > expired)) return [rows, times];
    return [rows.filter((_, i) => (times[i] as number) > expired), times.filter((time) => time > expired)];
  }

  private write(key: Key, rows: readonly Cells[], times: readonly number[]): void {
    if (rows.length === 0) {
      this.rows.delete(key, emptyNamespace);
      this.written?.delete(key, emptyNamespace);
    } else {
      this.rows.set(key, emptyNamespace, rows);
      this.written?.set(key, emptyNamespace, times);
    }
  }

  /** Index of the first row that is worse than `cells`; unless `equal` are passed, too, the first that is not better. */
  private firstBehind(rows: readonly Cells[], cells: Cells, equal: boolean): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.order.compare(rows[middle] as Cells, cells);
      if (order < 0 || (equal && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

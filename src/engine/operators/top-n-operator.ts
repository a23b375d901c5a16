/**
 * The running half of Top-N, after Flink's AppendOnlyTopNFunction and RetractableTopNFunction. With a rank, every row
 * that changes its place is an update of the place: -U of who had it, +U of who has it. Without, only rows that come in
 * or go out are told, and who goes out before who comes in.
 *
 * Results have the time of the record that caused them. A retraction of a row that is not there is passed over.
 */
import { columnIndex, isChangelog, isRetraction, withoutRowKind } from '../graph/schema.ts';
import type { ColumnSpec, RowKind, Schema, StreamType } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { ValueState } from '../state/keyed-state.ts';
import { compareKeys } from '../state/snapshot.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { cellsAt, putCell, sameCells } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

export interface TopNParams {
  readonly n: number;
  readonly by: string;
  readonly order: 'desc' | 'asc';
  readonly rankColumn: string;
}

/** Emits in between when there are this many records. */
const emitRows = 2048;

export class TopNOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly n: number;
  private readonly ranked: boolean;
  private readonly retracts: boolean;
  private readonly ascending: boolean;
  private readonly by: number;
  private readonly schema: Schema;
  private readonly reader: KeyReader;
  private readonly kinds: RowKindReader;
  /** Best first, of equal ones the first to arrive. Of insertions alone not more than n: no other can come in again. */
  private readonly rows: ValueState<readonly Cells[]>;
  private readonly builder: BatchBuilder;

  constructor({ n, by, order, rankColumn }: TopNParams, context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.n = n;
    this.ranked = rankColumn !== '';
    this.retracts = isChangelog(schema);
    this.ascending = order === 'asc';
    this.schema = withoutRowKind(schema);
    this.by = columnIndex(this.schema, by);
    this.reader = new KeyReader(this.schema, key as readonly string[]);
    this.kinds = new RowKindReader(schema);
    this.rows = context.keyedState.value<readonly Cells[]>('ranked rows');
    this.builder = new BatchBuilder((context.outputTypes[0] as StreamType).schema, 256, context);
  }

  process(batch: Batch): void {
    const plain = withoutRowKinds(batch);
    for (let row = 0; row < batch.length; row++) {
      const key = this.reader.read(plain, row);
      const cells = cellsAt(plain, row);
      const time = batch.timestamps[row] as number;
      if (isRetraction(this.kinds.at(batch, row))) this.retract(key, cells, time);
      else this.insert(key, cells, time);
      if (this.builder.length >= emitRows) this.flush();
    }
    this.flush();
  }

  private insert(key: Key, cells: Cells, time: number): void {
    const rows = this.rows.get(key, emptyNamespace) ?? [];
    const at = this.firstBehind(rows, cells, true);
    if (at >= this.n && !this.retracts) return;
    const all = rows.toSpliced(at, 0, cells);
    this.rows.set(key, emptyNamespace, this.retracts ? all : all.slice(0, this.n));
    if (at >= this.n) return;
    if (this.ranked) this.move(rows, all, at, time);
    else {
      const out = rows[this.n - 1];
      if (out !== undefined) this.emit('-D', out, 0, time);
      this.emit('+I', cells, 0, time);
    }
  }

  private retract(key: Key, cells: Cells, time: number): void {
    const rows = this.rows.get(key, emptyNamespace) ?? [];
    let at = this.firstBehind(rows, cells, false);
    const end = this.firstBehind(rows, cells, true);
    while (at < end && !sameCells(rows[at] as Cells, cells)) at++;
    if (at === end) return;
    const all = rows.toSpliced(at, 1);
    if (all.length === 0) this.rows.delete(key, emptyNamespace);
    else this.rows.set(key, emptyNamespace, all);
    if (at >= this.n) return;
    if (this.ranked) this.move(rows, all, at, time);
    else {
      this.emit('-D', cells, 0, time);
      const next = rows[this.n];
      if (next !== undefined) this.emit('+I', next, 0, time);
    }
  }

  /** Tells the places from index `at` on that have another row now, or are new, or gone. */
  private move(before: readonly Cells[], after: readonly Cells[], at: number, time: number): void {
    for (let i = at; i < this.n; i++) {
      const [had, has] = [before[i], after[i]];
      if (had !== undefined) this.emit(has === undefined ? '-D' : '-U', had, i + 1, time);
      if (has !== undefined) this.emit(had === undefined ? '+I' : '+U', has, i + 1, time);
      if (had === undefined || has === undefined) return;
    }
  }

  /** Index of the first row that is worse than `cells`; unless `equal` are passed, too, the first that is not better. */
  private firstBehind(rows: readonly Cells[], cells: Cells, equal: boolean): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compare(rows[middle] as Cells, cells);
      if (order < 0 || (equal && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below 0: `a` is better. Null is less than any value, as in Flink SQL. */
  private compare(a: Cells, b: Cells): number {
    const order = compareKeys(a[this.by] as Key, b[this.by] as Key);
    return this.ascending ? order : -order;
  }

  private emit(kind: RowKind, cells: Cells, rank: number, time: number): void {
    const { builder, schema, ranked } = this;
    builder.startRow(time);
    for (let i = 0; i < schema.length; i++)
      putCell(builder, i, (schema[i] as ColumnSpec).type, cells[i] as Cells[number]);
    if (ranked) builder.number(schema.length, rank);
    builder.text(schema.length + Number(ranked), kind);
  }

  private flush(): void {
    if (this.builder.length > 0) this.context.outputs[0]?.emit(this.builder.take());
  }
}

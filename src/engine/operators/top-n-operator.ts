/**
 * The running half of Top-N, after Flink's AppendOnlyTopNFunction and RetractableTopNFunction. With a rank, every row
 * that changes its place is an update of the place: -U of who had it, +U of who has it. Without, only rows that come in
 * or go out are told, and who goes out before who comes in; unless the places begin behind the first: then a place that
 * has another row is an update, too, without its number.
 *
 * Results have the time of the record that caused them. A retraction of a row that is not there is passed over.
 */
import { isChangelog, isRetraction, withoutRowKind } from '../graph/schema.ts';
import type { ColumnSpec, RowKind, Schema, StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { comparing, orderOf, orderTerm } from './order-by.ts';
import type { OrderTerm } from './order-by.ts';
import { RankedRows } from './ranked-rows.ts';
import { cellsAt, putCell } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

export interface TopNParams {
  /** The last place. */
  readonly n: number;
  /** The first place, from 1. */
  readonly first: number;
  readonly by: string;
  readonly order: 'desc' | 'asc';
  /** Where nulls of that column are; `least`: as if less than any value. */
  readonly nulls: 'least' | 'first' | 'last';
  /** What orders rows that are equal so far, as SQL's ORDER BY. */
  readonly thenBy: string;
  readonly rankColumn: string;
  /** 0: none. */
  readonly ttlMs: number;
}

/** Emits in between when there are this many records. */
const emitRows = 2048;

export class TopNOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly n: number;
  private readonly first: number;
  private readonly ranked: boolean;
  /** Changes are told by place. Without a rank, that is for places that do not begin with the first (Flink: hasOffset). */
  private readonly byPlace: boolean;
  private readonly schema: Schema;
  private readonly reader: KeyReader;
  private readonly kinds: RowKindReader;
  private readonly rows: RankedRows;
  private readonly builder: BatchBuilder;

  constructor(given: TopNParams, context: OperatorContext) {
    const { n, first, rankColumn, ttlMs } = given;
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.n = n;
    this.first = first;
    this.ranked = rankColumn !== '';
    this.byPlace = this.ranked || first > 1;
    this.schema = withoutRowKind(schema);
    this.reader = new KeyReader(this.schema, key as readonly string[]);
    this.kinds = new RowKindReader(schema);
    const keepMost = isChangelog(schema) ? Number.POSITIVE_INFINITY : n;
    this.rows = new RankedRows({ compare: comparing(termsOf(given), this.schema), keepMost, ttlMs }, context);
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
    const { before, after, at } = this.rows.insert(key, cells);
    if (at >= this.n) return;
    if (this.byPlace) this.move(before, after, at, time);
    else {
      const out = before[this.n - 1];
      if (out !== undefined) this.emit('-D', out, 0, time);
      this.emit('+I', cells, 0, time);
    }
  }

  private retract(key: Key, cells: Cells, time: number): void {
    const removed = this.rows.remove(key, cells);
    if (removed === null || removed.at >= this.n) return;
    const { before, after, at } = removed;
    if (this.byPlace) this.move(before, after, at, time);
    else {
      this.emit('-D', cells, 0, time);
      const next = before[this.n];
      if (next !== undefined) this.emit('+I', next, 0, time);
    }
  }

  /** Tells the places from index `at` on that have another row now, or are new, or gone. */
  private move(before: readonly Cells[], after: readonly Cells[], at: number, time: number): void {
    for (let i = Math.max(at, this.first - 1); i < this.n; i++) {
      const [had, has] = [before[i], after[i]];
      if (had !== undefined) this.emit(has === undefined ? '-D' : '-U', had, i + 1, time);
      if (has !== undefined) this.emit(had === undefined ? '+I' : '+U', has, i + 1, time);
      if (had === undefined || has === undefined) return;
    }
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

function termsOf({ by, order, nulls, thenBy }: TopNParams): OrderTerm[] {
  const ascending = order === 'asc';
  return [orderTerm(by, ascending, nulls === 'least' ? ascending : nulls === 'first'), ...orderOf(thenBy)];
}

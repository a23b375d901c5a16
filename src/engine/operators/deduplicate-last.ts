/**
 * The half of Deduplicate that keeps the last record of each key, as a changelog: the row of the key is inserted, then
 * updated. Last to arrive (Flink's ProcTimeDeduplicateKeepLastRowFunction): an equal row is not told again, unless there is
 * a time to live, which it renews, downstream too; of a changelog, what takes the row away deletes the key's row. Last in
 * event time (RowTimeDeduplicateFunction): an older record changes nothing, of equal times the one that came last holds,
 * and no watermark is waited for, so that none is late.
 *
 * Results have the time of the record that caused them.
 */
import { isRetraction, withoutRowKind } from '../graph/schema.ts';
import type { ColumnSpec, RowKind, Schema, StreamType } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { ValueState } from '../state/keyed-state.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { missingTimestamp } from './join-output.ts';
import { cellsAt, putCell, sameCells } from './row-cells.ts';
import type { Cells } from './row-cells.ts';
import { tableTtl } from './time-to-live.ts';

/** The row of a key and its event time, null if it has none. */
type Last = readonly [time: number | null, cells: Cells];

/** Emits in between when there are this many records. */
const emitRows = 2048;

export class KeepLast implements Operator {
  private readonly context: OperatorContext;
  private readonly inEventTime: boolean;
  private readonly tellsEqual: boolean;
  private readonly schema: Schema;
  private readonly reader: KeyReader;
  private readonly kinds: RowKindReader;
  private readonly last: ValueState<Last>;
  private readonly builder: BatchBuilder;

  constructor(order: 'arrival' | 'eventTime', ttlMs: number, context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.inEventTime = order === 'eventTime';
    this.tellsEqual = this.inEventTime || ttlMs > 0;
    this.schema = withoutRowKind(schema);
    this.reader = new KeyReader(this.schema, key as readonly string[]);
    this.kinds = new RowKindReader(schema);
    this.last = context.keyedState.value<Last>('last', tableTtl(ttlMs));
    this.builder = new BatchBuilder((context.outputTypes[0] as StreamType).schema, 256, context);
  }

  process(batch: Batch): void {
    const plain = withoutRowKinds(batch);
    for (let row = 0; row < batch.length; row++) {
      const time = batch.timestamps[row] as number;
      if (this.inEventTime && Number.isNaN(time)) throw missingTimestamp(this.context, batch, row);
      const key = this.reader.read(plain, row);
      if (isRetraction(this.kinds.at(batch, row))) this.remove(key, time);
      else this.keep(key, cellsAt(plain, row), time);
      if (this.builder.length >= emitRows) this.flush();
    }
    this.flush();
  }

  private keep(key: Key, cells: Cells, time: number): void {
    const before = this.last.get(key, emptyNamespace);
    if (this.inEventTime && before !== undefined && time < (before[0] as number)) return;
    if (!this.tellsEqual && before !== undefined && sameCells(before[1], cells)) return;
    this.last.set(key, emptyNamespace, [Number.isNaN(time) ? null : time, cells]);
    if (before !== undefined) this.emit('-U', before[1], time);
    this.emit(before === undefined ? '+I' : '+U', cells, time);
  }

  /** Whatever of the key is taken away, its row goes, as it was told. */
  private remove(key: Key, time: number): void {
    const before = this.last.get(key, emptyNamespace);
    if (before === undefined) return;
    this.last.delete(key, emptyNamespace);
    this.emit('-D', before[1], time);
  }

  private emit(kind: RowKind, cells: Cells, time: number): void {
    const { builder, schema } = this;
    builder.startRow(time);
    for (let i = 0; i < schema.length; i++)
      putCell(builder, i, (schema[i] as ColumnSpec).type, cells[i] as Cells[number]);
    builder.text(schema.length, kind);
  }

  private flush(): void {
    if (this.builder.length > 0) this.context.outputs[0]?.emit(this.builder.take());
  }
}

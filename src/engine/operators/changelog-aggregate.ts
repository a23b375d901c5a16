/**
 * Running aggregates per key as a changelog: what a key's row was before and what it is now. Consumes changelogs. Flink's
 * GroupAggFunction: a key whose last record is taken away is deleted, a row that stays as it was is not told, and a
 * retraction for a key that is not known is passed over.
 */
import { isRetraction } from '../graph/schema.ts';
import type { ColumnType, RowKind, Schema, StreamType } from '../graph/schema.ts';
import type { AggregateSpec } from '../graph/params.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { ValueState } from '../state/keyed-state.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader } from '../wire/row-kinds.ts';
import { RetractingAggregates } from './retracting-aggregates.ts';
import type { Retractable } from './retracting-aggregates.ts';
import { putCell } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

/** How many records the key's row is made of, and the accumulators. */
type KeyState = readonly [records: number, accumulators: readonly Retractable[]];

/** Emits in between when there are this many records. */
const emitRows = 2048;

export class ChangelogAggregate implements Operator {
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly kinds: RowKindReader;
  private readonly aggregates: RetractingAggregates;
  private readonly width: number;
  private readonly state: ValueState<KeyState>;
  private readonly builder: BatchBuilder;

  constructor(specs: readonly AggregateSpec[], context: OperatorContext) {
    const { schema, key } = context.inputs[0] as StreamType;
    this.context = context;
    this.reader = new KeyReader(schema, key as readonly string[]);
    this.kinds = new RowKindReader(schema);
    this.aggregates = new RetractingAggregates(specs, schema, context.keyedState);
    this.width = specs.length;
    this.state = context.keyedState.value<KeyState>('aggregate rows');
    this.builder = new BatchBuilder((context.outputTypes[0] as { schema: Schema }).schema, 256, context);
  }

  process(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      this.take(batch, row);
      if (this.builder.length >= emitRows) this.flush();
    }
    this.flush();
  }

  private take(batch: Batch, row: number): void {
    const { state, aggregates } = this;
    const key = this.reader.read(batch, row);
    const by = isRetraction(this.kinds.at(batch, row)) ? -1 : 1;
    const before = state.get(key, emptyNamespace);
    if (before === undefined && by === -1) return;
    const [records, old] = before ?? [0, aggregates.initial];
    const accumulators = aggregates.change(key, old, batch, row, by);
    const time = batch.timestamps[row] as number;
    if (records + by === 0) {
      this.emit('-D', key, old, time);
      state.delete(key, emptyNamespace);
      aggregates.clear(key);
      return;
    }
    state.set(key, emptyNamespace, [records + by, accumulators]);
    if (before === undefined) this.emit('+I', key, accumulators, time);
    else if (this.differ(old, accumulators)) {
      this.emit('-U', key, old, time);
      this.emit('+U', key, accumulators, time);
    }
  }

  /** Whether the rows of these accumulators do. */
  private differ(a: readonly Retractable[], b: readonly Retractable[]): boolean {
    const { aggregates } = this;
    return a.some((one, i) => !Object.is(aggregates.result(i, one), aggregates.result(i, b[i] as Retractable)));
  }

  private emit(kind: RowKind, key: Key, accumulators: readonly Retractable[], time: number): void {
    const { builder, reader, aggregates, width } = this;
    builder.startRow(time);
    const parts = reader.parts(key) as Cells;
    parts.forEach((part, i) => putCell(builder, i, reader.types[i] as ColumnType, part));
    for (let i = 0; i < width; i++)
      builder.number(parts.length + i, aggregates.result(i, accumulators[i] as Retractable));
    builder.text(parts.length + width, kind);
  }

  private flush(): void {
    if (this.builder.length > 0) this.context.outputs[0]?.emit(this.builder.take());
  }
}

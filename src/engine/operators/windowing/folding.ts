/** How the records of a pane become one value, one after the other: aggregates, or a person's reduce function. */
import type { JsonValue, Row, Schema } from '../../graph/schema.ts';
import type { AggregateSpec } from '../../graph/params.ts';
import { Accumulators } from '../../state/accumulators.ts';
import { StateMismatch } from '../../state/tables.ts';
import type { OperatorContext } from '../../task/operator.ts';
import type { Batch } from '../../wire/batch.ts';
import type { BatchBuilder } from '../../wire/batch-builder.ts';
import { RowView } from '../../wire/row-view.ts';
import type { Rows } from '../accumulate.ts';
import { AggregatePlan } from '../aggregates.ts';
import { jsonCopy } from '../json-copy.ts';
import { reducedRows } from '../reduced-row.ts';

export interface Folding {
  /** The value with record `row`; of nothing yet, undefined. The old value stays as it is. */
  add(value: JsonValue | undefined, batch: Batch, row: number): JsonValue;
  /** Of two panes whose windows were merged. */
  combine(a: JsonValue, b: JsonValue): JsonValue;
  /** All records of a batch that has some. */
  all(batch: Batch): JsonValue;
  /** Of no records; undefined: there is no such value. */
  nothing(): JsonValue | undefined;
  /** Throws a StateMismatch if it is none of its values. */
  check(value: JsonValue): void;
  /** Sets the cells of the row begun last, from column `first` on. */
  write(value: JsonValue, builder: BatchBuilder, first: number): void;
  /** As a person sees it. */
  shown(value: JsonValue): JsonValue;
}

export class AggregateFolding implements Folding {
  private readonly plan: AggregatePlan;
  private readonly scratch: Accumulators;
  private readonly rows: Rows = { slots: new Int32Array(256), order: null, from: 0, to: 0 };

  constructor(specs: readonly AggregateSpec[], schema: Schema) {
    this.plan = new AggregatePlan(specs, schema);
    this.scratch = new Accumulators(this.plan.initial);
    this.scratch.slot(null);
  }

  add(value: JsonValue | undefined, batch: Batch, row: number): JsonValue {
    return this.update((value as number[] | undefined) ?? this.plan.initial, batch, row, row + 1);
  }

  all(batch: Batch): JsonValue {
    return this.update(this.plan.initial, batch, 0, batch.length);
  }

  nothing(): JsonValue {
    return this.plan.initial;
  }

  check(value: JsonValue): void {
    if (!Array.isArray(value) || value.length !== this.plan.initial.length)
      throw new StateMismatch('The aggregates are others than those of the snapshot.');
  }

  combine(a: JsonValue, b: JsonValue): JsonValue {
    return this.plan.combine(a as number[], b as number[]);
  }

  write(value: JsonValue, builder: BatchBuilder, first: number): void {
    this.scratch.setValues(0, value as number[]);
    for (let i = 0; i < this.plan.width; i++) builder.number(first + i, this.plan.result(i, this.scratch, 0));
  }

  shown(value: JsonValue): JsonValue {
    return this.plan.shown(value as number[]);
  }

  private update(before: readonly number[], batch: Batch, from: number, to: number): JsonValue {
    const { rows, scratch, plan } = this;
    if (rows.slots.length < batch.length) rows.slots = new Int32Array(batch.length);
    scratch.setValues(0, before);
    rows.from = from;
    rows.to = to;
    plan.update(scratch, batch, rows);
    return scratch.valuesAt(0);
  }
}

export class ReduceFolding implements Folding {
  private readonly written: readonly string[];
  private readonly view: RowView;
  private readonly reduce: (a: Row, b: Row) => Row;
  private bound: Batch | null = null;

  /** `key`: columns that are written elsewhere. */
  constructor(source: string, schema: Schema, key: readonly string[], context: OperatorContext) {
    const combine = context.compile('reduce', source);
    this.written = schema.map(({ name }) => name).filter((name) => !key.includes(name));
    this.view = new RowView(schema);
    // Rows are the function's to change, down into their json, which windows and records of a batch share.
    const own = schema.some(({ type }) => type === 'json') ? jsonCopy : (row: Row) => ({ ...row });
    const reduced = reducedRows(schema, context, { param: 'reduce', writtenElsewhere: key });
    this.reduce = (a, b) => reduced(combine(own(a), own(b)));
  }

  add(value: JsonValue | undefined, batch: Batch, row: number): JsonValue {
    if (this.bound !== batch) this.view.bind(batch);
    this.bound = batch;
    const record = this.view.copy(row);
    return (value === undefined ? record : this.reduce(value as Row, record)) as JsonValue;
  }

  all(batch: Batch): JsonValue {
    let value: JsonValue | undefined;
    for (let row = 0; row < batch.length; row++) value = this.add(value, batch, row);
    return value as JsonValue;
  }

  nothing(): undefined {
    return undefined;
  }

  check(value: JsonValue): void {
    if (Array.isArray(value))
      throw new StateMismatch('The windows of the snapshot hold aggregates, not a reduced row.');
  }

  combine(a: JsonValue, b: JsonValue): JsonValue {
    return this.reduce(a as Row, b as Row) as JsonValue;
  }

  write(value: JsonValue, builder: BatchBuilder, first: number): void {
    const row = value as Row;
    this.written.forEach((name, i) => builder.value(first + i, row[name]));
  }

  shown(value: JsonValue): JsonValue {
    return value;
  }
}

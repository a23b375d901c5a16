/**
 * Aggregates over columns of doubles: count, sum, min, max and avg of the values that are not null, as in SQL. A plan
 * lays out the accumulators of one key; updates and results run column by column over many records.
 */
import type { AggregateSpec } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { columnIndex } from '../graph/schema.ts';
import type { ColumnSpec, ColumnType, Schema } from '../graph/schema.ts';
import type { Accumulators } from '../state/accumulators.ts';
import { NULL_BOOLEAN, NULL_CODE } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { columnIssues } from './check.ts';

/** The name of an aggregate's column: as given, else `sum_delay`. */
export function aggregateName({ function: name, column, as }: AggregateSpec): string {
  if (as !== '') return as;
  return column === '' ? name : `${name}_${column}`;
}

export function aggregateIssues(specs: readonly AggregateSpec[], schema: Schema, param: string): ParamIssue[] {
  if (specs.length === 0)
    return [{ code: 'invalid-param', param, details: { param: 'Aggregates', reason: 'at least one is needed' } }];
  return specs.flatMap((spec) => {
    if (spec.function === 'count') return spec.column === '' ? [] : columnIssues(schema, spec.column, param);
    return columnIssues(schema, spec.column, param, numeric[spec.function]);
  });
}

const numeric: Readonly<Record<string, readonly ColumnType[]>> = {
  sum: ['int', 'float'],
  avg: ['int', 'float'],
  min: ['int', 'float', 'timestamp'],
  max: ['int', 'float', 'timestamp'],
};

/** Columns of the results; only for specs without issues. */
export function aggregateColumns(specs: readonly AggregateSpec[], schema: Schema): ColumnSpec[] {
  return specs.map((spec) => ({ name: aggregateName(spec), type: resultType(spec, schema) }));
}

function resultType(spec: AggregateSpec, schema: Schema): ColumnType {
  if (spec.function === 'count') return 'int';
  if (spec.function === 'avg') return 'float';
  return schema.find((column) => column.name === spec.column)?.type ?? 'float';
}

/** `count, sum(delay)`: for the line under a node's name. */
export function aggregatesText(specs: readonly AggregateSpec[]): string {
  return specs.map(({ function: name, column }) => (column === '' ? name : `${name}(${column})`)).join(', ');
}

type Step = (table: Accumulators, batch: Batch, rows: Rows) => void;
type Finish = (table: Accumulators, slot: number) => number;

/**
 * Which records of a batch to take in, and into which slots: record `order[i]`, or i itself without an order, for i from
 * `from` to before `to`. `slots` is by record.
 */
export interface Rows {
  slots: Int32Array;
  order: Int32Array | null;
  from: number;
  to: number;
}

export class AggregatePlan {
  /** First values of one key's accumulators. */
  readonly initial: number[] = [];
  private readonly steps: Step[] = [];
  private readonly finishes: Finish[];
  private readonly shared = new Map<string, number>();

  constructor(specs: readonly AggregateSpec[], schema: Schema) {
    this.finishes = specs.map((spec) => {
      const column = spec.column === '' ? -1 : columnIndex(schema, spec.column);
      return this.planOne(spec, column, this.allot('count', column));
    });
  }

  /** Takes records in. All slots exist. */
  update(table: Accumulators, batch: Batch, rows: Rows): void {
    for (let i = 0; i < this.steps.length; i++) (this.steps[i] as Step)(table, batch, rows);
  }

  /** Result `index` of a slot; NaN for null: sum, min, max and avg of no value. */
  result(index: number, table: Accumulators, slot: number): number {
    return (this.finishes[index] as Finish)(table, slot);
  }

  get width(): number {
    return this.finishes.length;
  }

  private planOne({ function: name }: AggregateSpec, column: number, counter: number): Finish {
    const count: Finish = (table, slot) => table.column(counter)[slot] as number;
    if (name === 'count') return count;
    const at = this.allot(name === 'avg' ? 'sum' : name, column);
    return (table, slot) => {
      const values = count(table, slot);
      if (values === 0) return Number.NaN;
      const value = table.column(at)[slot] as number;
      return name === 'avg' ? value / values : value;
    };
  }

  /** Index of the accumulator of a column, made when first needed. */
  private allot(name: keyof typeof accumulators, column: number): number {
    const known = this.shared.get(`${name} ${column}`);
    if (known !== undefined) return known;
    const at = this.initial.length;
    this.initial.push(accumulators[name].initial);
    this.steps.push(accumulators[name].step(at, column));
    this.shared.set(`${name} ${column}`, at);
    return at;
  }
}

/**
 * A minimum starts at the greatest double rather than at infinity, which JSON cannot say; whether there was any value
 * tells the counter.
 */
const accumulators = {
  count: { initial: 0, step: countStep },
  sum: {
    initial: 0,
    step:
      (at: number, index: number): Step =>
      (table, batch, rows) =>
        addNumbers(table.column(at), numbers(batch, index), rows),
  },
  min: {
    initial: Number.MAX_VALUE,
    step:
      (at: number, index: number): Step =>
      (table, batch, rows) =>
        leastNumbers(table.column(at), numbers(batch, index), rows),
  },
  max: {
    initial: -Number.MAX_VALUE,
    step:
      (at: number, index: number): Step =>
      (table, batch, rows) =>
        greatestNumbers(table.column(at), numbers(batch, index), rows),
  },
} as const;

/** Counts the records, or those whose cell is not null. */
function countStep(at: number, index: number): Step {
  if (index === -1) return (table, _, rows) => countRows(table.column(at), rows);
  return (table, batch, rows) => {
    const column = batch.columns[index] as Column;
    if (column.kind === 'number') countNumbers(table.column(at), column.values, rows);
    else if (column.kind === 'text') countCells(table.column(at), column.codes, NULL_CODE, rows);
    else countCells(table.column(at), column.values, NULL_BOOLEAN, rows);
  };
}

function numbers(batch: Batch, index: number): Float64Array {
  return (batch.columns[index] as Extract<Column, { kind: 'number' }>).values;
}

function countRows(into: Float64Array, { slots, order, from, to }: Rows): void {
  if (order === null) for (let i = from; i < to; i++) into[slots[i] as number]!++;
  else for (let i = from; i < to; i++) into[slots[order[i] as number] as number]!++;
}

function countNumbers(into: Float64Array, values: Float64Array, { slots, order, from, to }: Rows): void {
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    if (!Number.isNaN(values[row])) into[slots[row] as number]!++;
  }
}

function countCells(into: Float64Array, cells: Int32Array | Uint8Array, none: number, rows: Rows): void {
  const { slots, order, from, to } = rows;
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    if (cells[row] !== none) into[slots[row] as number]!++;
  }
}

function addNumbers(into: Float64Array, values: Float64Array, { slots, order, from, to }: Rows): void {
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const value = values[row] as number;
    if (!Number.isNaN(value)) into[slots[row] as number]! += value;
  }
}

// A comparison with NaN, a null, is false.
function leastNumbers(into: Float64Array, values: Float64Array, { slots, order, from, to }: Rows): void {
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if ((values[row] as number) < (into[slot] as number)) into[slot] = values[row] as number;
  }
}

function greatestNumbers(into: Float64Array, values: Float64Array, { slots, order, from, to }: Rows): void {
  for (let i = from; i < to; i++) {
    const row = order === null ? i : (order[i] as number);
    const slot = slots[row] as number;
    if ((values[row] as number) > (into[slot] as number)) into[slot] = values[row] as number;
  }
}

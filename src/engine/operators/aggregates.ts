/**
 * Aggregates over columns of doubles: count, sum, min, max and avg of the values that are not null, as in SQL. A plan
 * lays out the accumulators of one key; updates and results run column by column over many records.
 */
import type { AggregateFunction, AggregateSpec } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { columnIndex } from '../graph/schema.ts';
import type { ColumnSpec, ColumnType, Schema } from '../graph/schema.ts';
import type { Accumulators } from '../state/accumulators.ts';
import { NULL_BOOLEAN, NULL_CODE } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { addNumbers, countCells, countNumbers, countRows, greatestNumbers, leastNumbers } from './accumulate.ts';
import type { Rows } from './accumulate.ts';
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

/** Where the parts of one result are among the accumulators. */
interface Finish {
  readonly function: AggregateFunction;
  /** Count of the values; tells whether there is a result. */
  readonly counter: number;
  readonly at: number;
}

interface Accumulator {
  readonly function: Exclude<AggregateFunction, 'avg'>;
  /** -1: of no column. */
  readonly column: number;
}

/**
 * What each accumulator starts with. A minimum starts at the greatest double rather than at infinity, which JSON cannot
 * say; whether there was any value tells the counter.
 */
const initialValues = { count: 0, sum: 0, min: Number.MAX_VALUE, max: -Number.MAX_VALUE } as const;

export class AggregatePlan {
  private readonly accumulators: Accumulator[] = [];
  private readonly finishes: readonly Finish[];
  private readonly names: readonly string[];

  constructor(specs: readonly AggregateSpec[], schema: Schema) {
    this.names = specs.map(aggregateName);
    this.finishes = specs.map((spec) => {
      const column = spec.column === '' ? -1 : columnIndex(schema, spec.column);
      const counter = this.allot('count', column);
      const at = this.allot(spec.function === 'avg' ? 'sum' : spec.function, column);
      return { function: spec.function, counter, at };
    });
  }

  /** First values of one key's accumulators. */
  get initial(): readonly number[] {
    return this.accumulators.map((accumulator) => initialValues[accumulator.function]);
  }

  /** Number of results. */
  get width(): number {
    return this.finishes.length;
  }

  /** Takes records in, into slots that exist. */
  update(table: Accumulators, batch: Batch, rows: Rows): void {
    for (let i = 0; i < this.accumulators.length; i++)
      accumulate(this.accumulators[i] as Accumulator, table.column(i), batch, rows, null);
  }

  /** Result `index` of a slot; NaN for null: sum, min, max and avg of no value. */
  result(index: number, table: Accumulators, slot: number): number {
    const { function: name, counter, at } = this.finishes[index] as Finish;
    return finish(name, table.column(counter)[slot] as number, table.column(at)[slot] as number);
  }

  /** Results by name, of the accumulators of one key. */
  shown(values: readonly number[]): Record<string, number | null> {
    const results = this.finishes.map(({ function: name, counter, at }) =>
      finish(name, values[counter] as number, values[at] as number),
    );
    return Object.fromEntries(results.map((result, i) => [this.names[i], Number.isNaN(result) ? null : result]));
  }

  /** Takes all records of a batch in and gives the results as of each record, one array per aggregate. */
  running(table: Accumulators, batch: Batch, rows: Rows): Float64Array[] {
    const traces = this.accumulators.map((accumulator, i) => {
      const trace = new Float64Array(batch.length);
      accumulate(accumulator, table.column(i), batch, rows, trace);
      return trace;
    });
    return this.finishes.map(({ function: name, counter, at }) => {
      const counts = traces[counter] as Float64Array;
      if (name === 'count') return counts;
      const values = traces[at] as Float64Array;
      const results = new Float64Array(batch.length);
      for (let row = 0; row < batch.length; row++)
        results[row] = finish(name, counts[row] as number, values[row] as number);
      return results;
    });
  }

  /** Accumulators of the records of both. */
  combine(a: readonly number[], b: readonly number[]): number[] {
    return this.accumulators.map(({ function: name }, i) => {
      const [left, right] = [a[i] as number, b[i] as number];
      if (name === 'min') return Math.min(left, right);
      return name === 'max' ? Math.max(left, right) : left + right;
    });
  }

  /** Index of an accumulator of a column, shared by the aggregates that need it. */
  private allot(name: Accumulator['function'], column: number): number {
    const known = this.accumulators.findIndex((other) => other.function === name && other.column === column);
    return known >= 0 ? known : this.accumulators.push({ function: name, column }) - 1;
  }
}

function finish(name: AggregateFunction, count: number, value: number): number {
  if (name === 'count') return count;
  if (count === 0) return Number.NaN;
  return name === 'avg' ? value / count : value;
}

function accumulate(
  { function: name, column: index }: Accumulator,
  into: Float64Array,
  batch: Batch,
  rows: Rows,
  trace: Float64Array | null,
): void {
  if (index === -1) return countRows(into, rows, trace);
  const column = batch.columns[index] as Column;
  if (column.kind === 'text') return countCells(into, column.codes, NULL_CODE, rows, trace);
  if (column.kind === 'boolean') return countCells(into, column.values, NULL_BOOLEAN, rows, trace);
  loops[name](into, column.values, rows, trace);
}

const loops = { count: countNumbers, sum: addNumbers, min: leastNumbers, max: greatestNumbers } as const;

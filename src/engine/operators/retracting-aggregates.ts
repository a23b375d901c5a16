/**
 * Aggregates from which records can be taken away again: count, sum, avg by reckoning back; min and max by keeping how
 * often each value is there (Flink: MinWithRetractAggFunction), unless the input never takes anything away.
 */
import { present } from '../../base/assert.ts';
import type { AggregateSpec } from '../graph/params.ts';
import { columnIndex, isChangelog } from '../graph/schema.ts';
import type { ColumnSpec, Schema } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import type { MapState } from '../state/map-state.ts';
import { cell } from '../wire/batch.ts';
import type { Batch, Column } from '../wire/batch.ts';

/** Of one aggregate and key: how many values that are not null, and their sum or, of min and max, the result. */
export type Retractable = readonly [count: number, value: number];

const empty: Retractable = [0, 0];

export class RetractingAggregates {
  private readonly specs: readonly AggregateSpec[];
  private readonly schema: Schema;
  private readonly columns: readonly number[];
  private readonly retracts: boolean;
  /** How often each value is there, by key, aggregate (the namespace) and value. */
  private readonly values: MapState<number>;

  constructor(specs: readonly AggregateSpec[], schema: Schema, keyed: KeyedState) {
    this.specs = specs;
    this.schema = schema;
    this.retracts = isChangelog(schema);
    this.columns = specs.map(({ column }) => (column === '' ? -1 : columnIndex(schema, column)));
    this.values = keyed.map<number>('aggregate values');
  }

  get initial(): readonly Retractable[] {
    return this.specs.map(() => empty);
  }

  /** The accumulators of `key` with a record more, or less. */
  change(key: Key, before: readonly Retractable[], batch: Batch, row: number, by: 1 | -1): Retractable[] {
    return this.specs.map((spec, i) => {
      const value = this.valueAt(batch, row, i);
      const accumulator = present(before[i], 'the accumulator of each aggregate');
      if (value === null) return accumulator;
      const [count, sum] = accumulator;
      if (spec.function !== 'min' && spec.function !== 'max') return [count + by, sum + by * value];
      if (this.retracts) return [count + by, this.extreme(key, i, value, by)];
      return [count + 1, count === 0 ? value : this.better(i, sum, value)];
    });
  }

  /** NaN for null: all but a count of no value. */
  result(index: number, [count, value]: Retractable): number {
    const name = this.specs[index]?.function;
    if (name === 'count') return count;
    if (count === 0) return Number.NaN;
    return name === 'avg' ? value / count : value;
  }

  clear(key: Key): void {
    for (const i of this.specs.keys()) this.values.delete(key, i);
  }

  /** 1 for a count, which only asks whether there is a value. */
  private valueAt(batch: Batch, row: number, index: number): number | null {
    const column = this.columns[index] as number;
    if (column === -1) return 1;
    const { type } = this.schema[column] as ColumnSpec;
    const value = cell(batch.columns[column] as Column, type === 'json' ? 'string' : type, row);
    if (value === null) return null;
    return this.specs[index]?.function === 'count' ? 1 : (value as number);
  }

  /** The least or greatest value once this one is there once more, or less. */
  private extreme(key: Key, index: number, value: number, by: 1 | -1): number {
    const times = (this.values.get(key, index, value) ?? 0) + by;
    if (times === 0) this.values.remove(key, index, value);
    else this.values.put(key, index, value, times);
    let found = Number.NaN;
    for (const [known, count] of this.values.entries(key, index)) {
      // A retraction may come before what it takes away.
      if (count > 0) found = Number.isNaN(found) ? (known as number) : this.better(index, found, known as number);
    }
    return found;
  }

  private better(index: number, a: number, b: number): number {
    return this.specs[index]?.function === 'min' ? Math.min(a, b) : Math.max(a, b);
  }
}

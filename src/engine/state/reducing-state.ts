/**
 * Reducing and aggregating state: one value per key and namespace, into which each value added is combined. In aggregating
 * state it is the accumulator, which may be something else than what is added.
 */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import type { StateTable } from './tables.ts';
import type { Ttl } from './ttl.ts';
import { CellTables } from './value-state.ts';

/** Gives a new value and leaves both as they are. */
export type Reduce<T extends JsonValue> = (a: T, b: T) => T;

/** Gives a new accumulator, at first from none, and leaves the one before as it is. */
export type Accumulate<A extends JsonValue> = (before: A | undefined, value: JsonValue) => A;

export interface ReducingState<T extends JsonValue, Added extends JsonValue = T> {
  get(key: Key, namespace: Namespace): T | undefined;
  /** Combines the value with what is there; a write for its time to live. */
  add(key: Key, namespace: Namespace, value: Added): void;
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  entries(namespace: Namespace): IterableIterator<[Key, T]>;
}

export class ReducingTables extends CellTables implements ReducingState<JsonValue>, StateTable {
  readonly kind: 'reducing' | 'aggregating';
  private readonly accumulate: Accumulate<JsonValue>;

  constructor(kind: 'reducing' | 'aggregating', accumulate: Accumulate<JsonValue>, ttl: Ttl | null) {
    super(ttl);
    this.kind = kind;
    this.accumulate = accumulate;
  }

  /** What has expired takes part only where a read would still give it (Flink: TtlReduceFunction, TtlAggregateFunction). */
  add(key: Key, namespace: Namespace, value: JsonValue): void {
    const before = this.cell(key, namespace);
    const counts = before !== undefined && this.visible(before);
    this.set(key, namespace, this.accumulate(counts ? before.value : undefined, value));
  }
}

/** Reducing state: one value per key and namespace, into which each value added is combined. */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import type { StateTable } from './tables.ts';
import type { Ttl } from './ttl.ts';
import { CellTables } from './value-state.ts';

/** Gives a new value and leaves both as they are. */
export type Reduce<T extends JsonValue> = (a: T, b: T) => T;

export interface ReducingState<T extends JsonValue> {
  get(key: Key, namespace: Namespace): T | undefined;
  /** Combines the value with what is there; a write for its time to live. */
  add(key: Key, namespace: Namespace, value: T): void;
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  entries(namespace: Namespace): IterableIterator<[Key, T]>;
}

export class ReducingTables extends CellTables implements ReducingState<JsonValue>, StateTable {
  readonly kind = 'reducing';
  private readonly reduce: Reduce<JsonValue>;

  constructor(reduce: Reduce<JsonValue>, ttl: Ttl | null) {
    super(ttl);
    this.reduce = reduce;
  }

  /** What has expired takes part only where a read would still give it (Flink: TtlReduceFunction). */
  add(key: Key, namespace: Namespace, value: JsonValue): void {
    const before = this.cell(key, namespace);
    const counts = before !== undefined && this.visible(before);
    this.set(key, namespace, counts ? this.reduce(before.value, value) : value);
  }
}

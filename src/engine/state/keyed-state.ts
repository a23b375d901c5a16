/**
 * Keyed state: values by (state name, namespace, key), and dense numeric accumulators for aggregates on the hot path.
 * Snapshots are taken per key group, so that a restored job may have another parallelism.
 *
 * State is held namespace first (a window is a namespace): a window that has passed is dropped in one step, and no key
 * outlives its state.
 */
import { assert } from '../../base/assert.ts';
import type { JsonValue } from '../graph/schema.ts';
import { Accumulators } from './accumulators.ts';
import type { Key } from './key.ts';
import { keyGroupOf } from './key-groups.ts';
import type { KeyGroupRange } from './key-groups.ts';

export type Namespace = number | string;

/** Entries of one key group: [state, namespace, key, value]. Sorted, so that equal states give equal snapshots. */
export type GroupSnapshot = readonly (readonly [string, Namespace, Key, JsonValue])[];
export type KeyedSnapshot = ReadonlyMap<number, GroupSnapshot>;

export interface ValueState<T extends JsonValue> {
  get(key: Key, namespace: Namespace): T | undefined;
  set(key: Key, namespace: Namespace, value: T): void;
  delete(key: Key, namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
  entries(namespace: Namespace): IterableIterator<[Key, T]>;
}

/** One dense table per namespace; see accumulators.ts. */
export interface AccumulatorState {
  /** The table of a namespace, made when first asked for. */
  table(namespace: Namespace): Accumulators;
  existing(namespace: Namespace): Accumulators | undefined;
  deleteNamespace(namespace: Namespace): void;
  namespaces(): IterableIterator<Namespace>;
}

export const emptyNamespace: Namespace = '';

export class KeyedState {
  private readonly values = new Map<string, ValueTables>();
  private readonly accumulators = new Map<string, AccumulatorTables>();
  private readonly maxParallelism: number;
  private readonly range: KeyGroupRange;
  private readonly hash: (key: Key) => number;

  /** `hash` is Java's hash code of a key, as the partitioner computes it. */
  constructor(maxParallelism: number, range: KeyGroupRange, hash: (key: Key) => number) {
    this.maxParallelism = maxParallelism;
    this.range = range;
    this.hash = hash;
  }

  value<T extends JsonValue>(name: string): ValueState<T> {
    assert(!this.accumulators.has(name), `state “${name}” has one kind`);
    let tables = this.values.get(name);
    if (tables === undefined) {
      tables = new ValueTables();
      this.values.set(name, tables);
    }
    // The tables hold what this name's only user put there; T is that user's promise.
    return tables as ValueTables as unknown as ValueState<T>;
  }

  /** Accumulators of `width` doubles per key, each starting at `initial[i]`. */
  accumulator(name: string, initial: readonly number[]): AccumulatorState {
    assert(!this.values.has(name), `state “${name}” has one kind`);
    let tables = this.accumulators.get(name);
    if (tables === undefined) {
      tables = new AccumulatorTables(initial);
      this.accumulators.set(name, tables);
    }
    return tables;
  }

  /** Number of (state, namespace, key) entries. */
  get size(): number {
    let size = 0;
    for (const tables of this.values.values()) size += tables.size;
    for (const tables of this.accumulators.values()) size += tables.size;
    return size;
  }

  snapshot(): KeyedSnapshot {
    const groups = new Map<number, [string, Namespace, Key, JsonValue][]>();
    const put = (name: string, namespace: Namespace, key: Key, value: JsonValue): void => {
      const group = keyGroupOf(this.hash(key), this.maxParallelism);
      assert(
        group >= this.range.start && group <= this.range.end,
        `key ${JSON.stringify(key)} belongs to this subtask`,
      );
      const entries = groups.get(group);
      if (entries === undefined) groups.set(group, [[name, namespace, key, value]]);
      else entries.push([name, namespace, key, value]);
    };
    for (const [name, tables] of this.values) tables.each((namespace, key, value) => put(name, namespace, key, value));
    for (const [name, tables] of this.accumulators)
      tables.each((namespace, key, value) => put(name, namespace, key, value));
    return new Map([...groups].sort(([a], [b]) => a - b));
  }

  /** Takes the entries of the groups in this subtask's range. State names must have been declared before. */
  restore(snapshot: KeyedSnapshot): void {
    for (const [group, entries] of snapshot) {
      if (group < this.range.start || group > this.range.end) continue;
      for (const [name, namespace, key, value] of entries) {
        const values = this.values.get(name);
        if (values !== undefined) values.set(key, namespace, value);
        else this.accumulators.get(name)?.put(namespace, key, value as readonly number[]);
      }
    }
  }
}

class ValueTables implements ValueState<JsonValue> {
  private readonly tables = new Map<Namespace, Map<Key, JsonValue>>();

  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }

  get(key: Key, namespace: Namespace): JsonValue | undefined {
    return this.tables.get(namespace)?.get(key);
  }

  set(key: Key, namespace: Namespace, value: JsonValue): void {
    const table = this.tables.get(namespace);
    if (table === undefined) this.tables.set(namespace, new Map([[key, value]]));
    else table.set(key, value);
  }

  delete(key: Key, namespace: Namespace): void {
    const table = this.tables.get(namespace);
    if (table === undefined) return;
    table.delete(key);
    if (table.size === 0) this.tables.delete(namespace);
  }

  deleteNamespace(namespace: Namespace): void {
    this.tables.delete(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.keys();
  }

  entries(namespace: Namespace): IterableIterator<[Key, JsonValue]> {
    return (this.tables.get(namespace) ?? new Map<Key, JsonValue>()).entries();
  }

  each(visit: (namespace: Namespace, key: Key, value: JsonValue) => void): void {
    for (const [namespace, table] of this.tables) for (const [key, value] of table) visit(namespace, key, value);
  }
}

class AccumulatorTables implements AccumulatorState {
  private readonly tables = new Map<Namespace, Accumulators>();
  private readonly initial: readonly number[];

  constructor(initial: readonly number[]) {
    this.initial = initial;
  }

  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }

  table(namespace: Namespace): Accumulators {
    let table = this.tables.get(namespace);
    if (table === undefined) {
      table = new Accumulators(this.initial);
      this.tables.set(namespace, table);
    }
    return table;
  }

  existing(namespace: Namespace): Accumulators | undefined {
    return this.tables.get(namespace);
  }

  deleteNamespace(namespace: Namespace): void {
    this.tables.delete(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.keys();
  }

  each(visit: (namespace: Namespace, key: Key, value: JsonValue) => void): void {
    for (const [namespace, table] of this.tables) {
      for (let slot = 0; slot < table.size; slot++) visit(namespace, table.keyAt(slot), table.valuesAt(slot));
    }
  }

  put(namespace: Namespace, key: Key, values: readonly number[]): void {
    const table = this.table(namespace);
    table.setValues(table.slot(key), values);
  }
}

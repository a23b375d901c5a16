/**
 * Keyed state: states by name, each with entries by namespace and key. Snapshots are taken per key group, so that a
 * restored job may have another parallelism.
 */
import { assert } from '../../base/assert.ts';
import type { JsonValue } from '../graph/schema.ts';
import { AccumulatorTables } from './accumulator-state.ts';
import type { AccumulatorState } from './accumulator-state.ts';
import type { Key, Namespace } from './key.ts';
import { keyGroupOf } from './key-groups.ts';
import type { KeyGroupRange } from './key-groups.ts';
import { ListTables } from './list-state.ts';
import type { ListState } from './list-state.ts';
import { MapTables } from './map-state.ts';
import type { MapState } from './map-state.ts';
import { StateMismatch } from './tables.ts';
import type { StateTable } from './tables.ts';
import { ReducingTables } from './reducing-state.ts';
import type { Accumulate, Reduce, ReducingState } from './reducing-state.ts';
import { CapturedState, compareKeys } from './snapshot.ts';
import type { KeyedSnapshot, StateKind } from './snapshot.ts';
import { Ttl } from './ttl.ts';
import type { Clock, TtlConfig } from './ttl.ts';
import { ExpiringValueTables, ValueTables } from './value-state.ts';
import type { ValueState } from './value-state.ts';

export type { AccumulatorState, KeyedSnapshot, ValueState };
export { emptyNamespace } from './key.ts';

/** One value of a key. */
export interface KeyEntry {
  readonly state: string;
  readonly namespace: Namespace;
  /** Of a list the list, of a map [[map key, value] …]. */
  readonly value: JsonValue;
}

export class KeyedState {
  private readonly states = new Map<string, StateTable>();
  private readonly maxParallelism: number;
  private readonly range: KeyGroupRange;
  private readonly hash: (key: Key) => number;
  private readonly clock: Clock | null;

  /** `hash` is Java's hash code of a key, as the partitioner computes it; `clock` is for states with a time to live. */
  constructor(maxParallelism: number, range: KeyGroupRange, hash: (key: Key) => number, clock: Clock | null = null) {
    this.maxParallelism = maxParallelism;
    this.range = range;
    this.hash = hash;
    this.clock = clock;
  }

  // Of each state: the first call makes it, later ones give the same. The tables hold what the name's only user put
  // there; T is that user's promise.

  /** `check` throws a StateMismatch for what a snapshot must not hold; of states without a time to live. */
  value<T extends JsonValue>(
    name: string,
    ttl: TtlConfig | null = null,
    check?: (value: JsonValue) => void,
  ): ValueState<T> {
    const make = () => (ttl === null ? new ValueTables(check) : new ExpiringValueTables(this.ttl(ttl)));
    return this.declared(name, 'value', make) as unknown as ValueState<T>;
  }

  list<T extends JsonValue>(name: string, ttl: TtlConfig | null = null): ListState<T> {
    return this.declared(name, 'list', () => new ListTables(this.ttl(ttl))) as unknown as ListState<T>;
  }

  map<T extends JsonValue>(name: string, ttl: TtlConfig | null = null): MapState<T> {
    return this.declared(name, 'map', () => new MapTables(this.ttl(ttl))) as unknown as MapState<T>;
  }

  reducing<T extends JsonValue>(name: string, reduce: Reduce<T>, ttl: TtlConfig | null = null): ReducingState<T> {
    const add: Accumulate<T> = (before, value) => (before === undefined ? (value as T) : reduce(before, value as T));
    const make = () => new ReducingTables('reducing', add as unknown as Accumulate<JsonValue>, this.ttl(ttl));
    return this.declared(name, 'reducing', make) as unknown as ReducingState<T>;
  }

  aggregating<A extends JsonValue>(
    name: string,
    add: Accumulate<A>,
    ttl: TtlConfig | null = null,
  ): ReducingState<A, JsonValue> {
    const make = () => new ReducingTables('aggregating', add as unknown as Accumulate<JsonValue>, this.ttl(ttl));
    return this.declared(name, 'aggregating', make) as unknown as ReducingState<A, JsonValue>;
  }

  /** Accumulators of `width` doubles per key, each starting at `initial[i]`. */
  accumulator(name: string, initial: readonly number[]): AccumulatorState {
    return this.declared(name, 'accumulator', () => new AccumulatorTables(initial)) as AccumulatorTables;
  }

  /** Number of (state, namespace, key) entries. */
  get size(): number {
    let size = 0;
    for (const table of this.states.values()) size += table.size;
    return size;
  }

  /** Java's hash code of a key. */
  hashOf(key: Key): number {
    return this.hash(key);
  }

  get keyGroups(): { readonly range: KeyGroupRange; readonly maxParallelism: number } {
    return { range: this.range, maxParallelism: this.maxParallelism };
  }

  // For those who only look: nothing is touched, renewed or removed.

  names(): { readonly name: string; readonly kind: StateKind }[] {
    return [...this.states].map(([name, { kind }]) => ({ name, kind }));
  }

  /** All entries, also those that have expired. */
  *places(): Generator<readonly [state: string, Namespace, Key]> {
    for (const [name, table] of this.states)
      for (const [namespace, key] of table.places()) yield [name, namespace, key];
  }

  /** What a key has that has not expired. */
  *entriesOf(key: Key): Generator<KeyEntry> {
    for (const [state, table] of this.states) {
      for (const namespace of table.namespaces()) {
        const value = table.peek(namespace, key);
        if (value !== undefined) yield { state, namespace, value };
      }
    }
  }

  /** Undefined: there is none, or it has expired. */
  peek(state: string, namespace: Namespace, key: Key): JsonValue | undefined {
    return this.states.get(state)?.peek(namespace, key);
  }

  /** Keys for which the state is there and has not expired, in their own order, which a restore does not change. */
  keysOf(state: string, namespace: Namespace): Key[] {
    const keys: Key[] = [];
    for (const [place, key] of this.states.get(state)?.places() ?? [])
      if (place === namespace && this.peek(state, namespace, key) !== undefined) keys.push(key);
    return keys.sort(compareKeys);
  }

  /** Key group of a key of this subtask. */
  groupOf(key: Key): number {
    const group = keyGroupOf(this.hash(key), this.maxParallelism);
    assert(group >= this.range.start && group <= this.range.end, 'a key in the state belongs to this subtask');
    return group;
  }

  /**
   * The state as it is now, without what has expired. The call copies; the groups are sorted while they are iterated,
   * which may be any time later.
   */
  snapshot(): CapturedState {
    const captured = new CapturedState((key) => this.groupOf(key));
    for (const [name, table] of this.states) {
      captured.begin(name, table.kind, table.hasTtl);
      table.capture(captured);
    }
    return captured;
  }

  /**
   * Takes the entries of the groups in this subtask's range. State names must have been declared before; others are
   * left out. A time to live may come or go in between. Throws a StateMismatch.
   */
  restore(snapshot: KeyedSnapshot): void {
    for (const [group, states] of snapshot) {
      if (group < this.range.start || group > this.range.end) continue;
      for (const { state, kind, ttl, entries } of states) {
        const table = this.states.get(state);
        if (table === undefined) continue;
        if (table.kind !== kind)
          throw new StateMismatch(`State “${state}” is a ${kind} in the snapshot and a ${table.kind} in the job.`);
        for (const [namespace, key, value] of entries) table.restore(namespace, key, value, ttl);
      }
    }
  }

  private declared(name: string, kind: StateKind, make: () => StateTable): StateTable {
    let table = this.states.get(name);
    if (table === undefined) {
      table = make();
      this.states.set(name, table);
    }
    assert(table.kind === kind, `state “${name}” has one kind`);
    return table;
  }

  private ttl(config: null): null;
  private ttl(config: TtlConfig): Ttl;
  private ttl(config: TtlConfig | null): Ttl | null;
  private ttl(config: TtlConfig | null): Ttl | null {
    if (config === null) return null;
    assert(this.clock !== null, 'a state with a time to live has a clock');
    return new Ttl(config, this.clock);
  }
}

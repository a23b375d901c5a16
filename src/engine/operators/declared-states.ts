/**
 * `ctx.state` of a process function: the declared states under their names, with the methods that Flink gives them, for
 * the key in hand. What goes in and out is copied, as Flink's RocksDB backend does by serializing: an object that was
 * read is the function's own, and only `update`, `add` and `put` change the state.
 */
import { duration } from '../../base/units.ts';
import type { DeclaredState, DeclaredStateKind } from '../graph/params.ts';
import type { JsonValue } from '../graph/schema.ts';
import { emptyNamespace } from '../state/keyed-state.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import type { Key } from '../state/key.ts';
import { compareKeys } from '../state/snapshot.ts';
import type { TtlConfig } from '../state/ttl.ts';
import type { UserFunction } from '../task/operator.ts';
import { shown } from '../wire/coerce.ts';
import { copied, kept, mapKeyOf, present, undeclared } from './function-values.ts';
import { jsonCopy } from './json-copy.ts';

/** What states need to know of the operator. */
export interface StateOwner {
  readonly keyed: KeyedState;
  /** The key in hand. */
  key(): Key;
  compile(source: string): UserFunction;
}

type View = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Frozen, with a property per state; any other name throws an Error that lists those declared. */
export function declaredStates(specs: readonly DeclaredState[], owner: StateOwner): object {
  const states: object = Object.create(
    undeclared(
      specs.map((spec) => spec.name),
      words,
    ),
  );
  for (const spec of specs) {
    const value = Object.freeze(views[spec.kind](spec, owner));
    Object.defineProperty(states, spec.name, { value, enumerable: true });
  }
  return Object.freeze(states);
}

const words = { what: 'state', where: 'ctx.state', change: 'update(value)' };

const views: Readonly<Record<DeclaredStateKind, (spec: DeclaredState, owner: StateOwner) => View>> = {
  value: valueView,
  list: listView,
  map: mapView,
  reducing: reducingView,
  aggregating: aggregatingView,
};

function valueView(spec: DeclaredState, { keyed, key }: StateOwner): View {
  const called = name(spec);
  const state = keyed.value<JsonValue>(spec.name, ttlOf(spec));
  const clear = (): void => state.delete(key(), emptyNamespace);
  return {
    /** Null when there is none. */
    value: () => copied(state.get(key(), emptyNamespace)),
    /** Null clears, as in Flink. */
    update: (value: unknown) =>
      value === null ? clear() : state.set(key(), emptyNamespace, kept(called, 'update(value)', value)),
    clear,
  };
}

function listView(spec: DeclaredState, { keyed, key }: StateOwner): View {
  const called = name(spec);
  const state = keyed.list<JsonValue>(spec.name, ttlOf(spec));
  const all = (call: string, values: unknown): JsonValue[] => {
    if (!Array.isArray(values)) throw new Error(`${called}: ${call} takes an array, not ${shown(values)}`);
    return values.map((value) => present(called, call, value));
  };
  return {
    get: () => state.get(key(), emptyNamespace).map((value) => jsonCopy(value)),
    add: (value: unknown) => state.add(key(), emptyNamespace, present(called, 'add(value)', value)),
    addAll: (values: unknown) => state.addAll(key(), emptyNamespace, all('addAll(values)', values)),
    update: (values: unknown) => state.update(key(), emptyNamespace, all('update(values)', values)),
    clear: () => state.delete(key(), emptyNamespace),
  };
}

function mapView(spec: DeclaredState, { keyed, key }: StateOwner): View {
  const called = name(spec);
  const state = keyed.map<JsonValue>(spec.name, ttlOf(spec));
  /** By key, so that a restore does not change the order. */
  const entries = (): (readonly [Key, JsonValue])[] =>
    [...state.entries(key(), emptyNamespace)].sort(([a], [b]) => compareKeys(a, b));
  const at = (mapKey: unknown): Key => mapKeyOf(called, mapKey);
  return {
    get: (mapKey: unknown) => copied(state.get(key(), emptyNamespace, at(mapKey))),
    put: (mapKey: unknown, value: unknown) =>
      state.put(key(), emptyNamespace, at(mapKey), kept(called, 'put(key, value)', value)),
    remove: (mapKey: unknown) => state.remove(key(), emptyNamespace, at(mapKey)),
    contains: (mapKey: unknown) => state.has(key(), emptyNamespace, at(mapKey)),
    keys: () => entries().map(([mapKey]) => mapKey),
    values: () => entries().map(([, value]) => jsonCopy(value)),
    entries: () => entries().map(([mapKey, value]) => [mapKey, jsonCopy(value)]),
    isEmpty: () => state.entries(key(), emptyNamespace).length === 0,
    clear: () => state.delete(key(), emptyNamespace),
  };
}

function reducingView(spec: DeclaredState, { keyed, key, compile }: StateOwner): View {
  const called = name(spec);
  const combine = compile(spec.reduce);
  const reduce = (a: JsonValue, b: JsonValue): JsonValue =>
    folded(called, 'its reduce function', combine(jsonCopy(a), b));
  const state = keyed.reducing<JsonValue>(spec.name, reduce, ttlOf(spec));
  return {
    get: () => copied(state.get(key(), emptyNamespace)),
    add: (value: unknown) => state.add(key(), emptyNamespace, present(called, 'add(value)', value)),
    clear: () => state.delete(key(), emptyNamespace),
  };
}

function folded(called: string, by: string, result: unknown): JsonValue {
  if (result === undefined || result === null)
    throw new Error(`${called}: ${by} returned ${result}, where the combined value is needed`);
  return kept(called, `what ${by} returned`, result);
}

/** Flink's AggregateFunction, without `merge`: states of a key are never merged here. */
interface AggregateFunction {
  createAccumulator(): unknown;
  add(value: JsonValue, accumulator: JsonValue): unknown;
  getResult(accumulator: JsonValue): unknown;
}

function aggregatingView(spec: DeclaredState, { keyed, key, compile }: StateOwner): View {
  const called = name(spec);
  const source = compile(spec.reduce);
  let made: AggregateFunction | null = null;
  const aggregate = (): AggregateFunction => (made ??= aggregateFunction(called, source()));
  const add = (before: JsonValue | undefined, value: JsonValue): JsonValue => {
    const functions = aggregate();
    const old =
      before === undefined ? folded(called, 'createAccumulator()', functions.createAccumulator()) : jsonCopy(before);
    return folded(called, 'add(value, accumulator)', functions.add(value, old));
  };
  const state = keyed.aggregating<JsonValue>(spec.name, add, ttlOf(spec));
  return {
    /** Null when nothing was added. */
    get: () => {
      const accumulator = state.get(key(), emptyNamespace);
      return accumulator === undefined ? null : aggregate().getResult(jsonCopy(accumulator));
    },
    add: (value: unknown) => state.add(key(), emptyNamespace, present(called, 'add(value)', value)),
    clear: () => state.delete(key(), emptyNamespace),
  };
}

function aggregateFunction(called: string, made: unknown): AggregateFunction {
  const functions = ['createAccumulator', 'add', 'getResult'] as const;
  const given = (typeof made === 'object' && made !== null ? made : {}) as Partial<AggregateFunction>;
  const missing = functions.find((each) => typeof given[each] !== 'function');
  if (missing !== undefined)
    throw new Error(
      `${called}: its function must return an object with ${functions.join(', ')}; ${missing} is no function`,
    );
  return given as AggregateFunction;
}

/** Flink's defaults: a write counts as a touch, and what has expired is never seen. */
function ttlOf({ ttlMs }: DeclaredState): TtlConfig | null {
  if (ttlMs === 0) return null;
  return { ttlMs: duration(ttlMs), update: 'on-create-and-write', visibility: 'never-return-expired' };
}

const name = (spec: DeclaredState): string => `State “${spec.name}”`;

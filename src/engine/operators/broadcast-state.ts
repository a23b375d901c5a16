/**
 * Broadcast state: maps by name that are the same in every subtask, since each gets every record that changes them. It is
 * operator state: a copy per subtask is in each checkpoint, and with another parallelism each subtask gets one (Flink:
 * OperatorStateStore.getBroadcastState).
 */
import type { JsonValue } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { compareKeys, compareText } from '../state/snapshot.ts';
import { operatorHeld, shortJson } from '../wire/inspect.ts';
import type { OperatorHeld } from '../wire/inspect.ts';
import { copied, kept, mapKeyOf, undeclared } from './function-values.ts';
import { jsonCopy } from './json-copy.ts';

/** By name, the entries by key. JSON. */
type Stored = Readonly<Record<string, readonly (readonly [Key, JsonValue])[]>>;

const words = { what: 'broadcast state', where: 'ctx.broadcast', change: 'put(key, value)' };

export class BroadcastState {
  private readonly maps: ReadonlyMap<string, SortedMap>;

  constructor(names: readonly string[]) {
    this.maps = new Map(names.map((name) => [name, new SortedMap()]));
  }

  /** `ctx.broadcast` of the function that sees every record in every subtask. */
  writable(): object {
    return this.views(writableView);
  }

  /** `ctx.broadcast` of the others: what changes a state throws. */
  readOnly(): object {
    return this.views(readOnlyView);
  }

  /** Never null: that a copy is empty is something else than that there is none. */
  snapshot(): JsonValue {
    const names = [...this.maps.keys()].sort(compareText);
    return Object.fromEntries(names.map((name) => [name, this.maps.get(name)?.entries.slice() ?? []]));
  }

  /** All entries of all maps, as they are told. */
  held(): OperatorHeld {
    const names = [...this.maps.keys()].sort(compareText);
    const all = names.flatMap((name) => (this.maps.get(name)?.entries ?? []).map((entry) => [name, ...entry] as const));
    const note =
      'Broadcast state: each subtask has the same entries, and each checkpoint a copy per subtask. With another parallelism ' +
      'each new subtask gets one of the copies.';
    return operatorHeld(note, all, ([name, key, value]) => {
      return { what: `${name}[${JSON.stringify(key)}]`, window: null, value: shortJson(value), note: null };
    });
  }

  /** States that are not declared any more are left out. */
  restore(snapshot: JsonValue): void {
    for (const [name, entries] of Object.entries(snapshot as Stored)) this.maps.get(name)?.restore(entries);
  }

  private views(viewOf: (name: string, map: SortedMap) => object): object {
    const views: object = Object.create(undeclared([...this.maps.keys()], words));
    for (const [name, map] of this.maps)
      Object.defineProperty(views, name, { value: Object.freeze(viewOf(name, map)), enumerable: true });
    return Object.freeze(views);
  }
}

/** Entries in order of their keys, so that walking them is the same in all subtasks and after a restore. */
class SortedMap {
  private readonly cells = new Map<Key, JsonValue>();
  /** Null: to be sorted anew. */
  private sorted: readonly (readonly [Key, JsonValue])[] | null = null;

  get entries(): readonly (readonly [Key, JsonValue])[] {
    this.sorted ??= [...this.cells].sort(([a], [b]) => compareKeys(a, b));
    return this.sorted;
  }

  get(key: Key): JsonValue | undefined {
    return this.cells.get(key);
  }

  has(key: Key): boolean {
    return this.cells.has(key);
  }

  put(key: Key, value: JsonValue): void {
    this.cells.set(key, value);
    this.sorted = null;
  }

  remove(key: Key): void {
    if (this.cells.delete(key)) this.sorted = null;
  }

  clear(): void {
    this.cells.clear();
    this.sorted = null;
  }

  restore(entries: readonly (readonly [Key, JsonValue])[]): void {
    this.clear();
    for (const [key, value] of entries) this.put(key, value);
  }
}

function readingView(name: string, map: SortedMap) {
  const called = calledAs(name);
  return {
    /** Null when there is none. */
    get: (key: unknown) => copied(map.get(mapKeyOf(called, key))),
    contains: (key: unknown) => map.has(mapKeyOf(called, key)),
    keys: () => map.entries.map(([key]) => key),
    values: () => map.entries.map(([, value]) => jsonCopy(value)),
    entries: () => map.entries.map(([key, value]) => [key, jsonCopy(value)]),
    isEmpty: () => map.entries.length === 0,
  };
}

function writableView(name: string, map: SortedMap): object {
  const called = calledAs(name);
  return {
    ...readingView(name, map),
    put: (key: unknown, value: unknown) => map.put(mapKeyOf(called, key), kept(called, 'put(key, value)', value)),
    remove: (key: unknown) => map.remove(mapKeyOf(called, key)),
    clear: () => map.clear(),
  };
}

function readOnlyView(name: string, map: SortedMap): object {
  const refuse = (call: string) => () => {
    throw new Error(
      `${calledAs(name)} is read-only here: ${call} belongs in processBroadcastElement, which alone sees the same ` +
        'records in every subtask, so that all copies stay equal',
    );
  };
  return {
    ...readingView(name, map),
    put: refuse('put(key, value)'),
    remove: refuse('remove(key)'),
    clear: refuse('clear()'),
  };
}

const calledAs = (name: string): string => `Broadcast state “${name}”`;

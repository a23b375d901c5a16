/**
 * The form of keyed state in a snapshot: per key group, and in it per state, sorted entries. Equal states give equal
 * bytes in whatever order their entries came, which is what makes a snapshot incremental.
 */
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';

export const stateKinds = ['value', 'list', 'map', 'reducing', 'accumulator', 'aggregating'] as const;
export type StateKind = (typeof stateKinds)[number];

/**
 * The value by kind: the value itself; the list; [[map key, value] …] by map key; the reduced value; the accumulators;
 * the accumulator of a function.
 * With a time to live, the parts that can expire alone are [value, time of the last touch], in a map [map key, value,
 * time].
 */
export type StateEntry = readonly [Namespace, Key, JsonValue];

/** One state in one key group. */
export interface StateSnapshot {
  readonly state: string;
  readonly kind: StateKind;
  /** Its values carry the time of their last touch. */
  readonly ttl: boolean;
  /** By namespace, then key. */
  readonly entries: readonly StateEntry[];
}

/** All states of one key group by name, without empty ones. JSON. */
export type GroupSnapshot = readonly StateSnapshot[];

/** By group, ascending, without empty groups. A Map is one too. */
export type KeyedSnapshot = Iterable<readonly [number, GroupSnapshot]>;

export function entriesIn(group: GroupSnapshot): number {
  return group.reduce((sum, state) => sum + state.entries.length, 0);
}

/** What the states put their entries into while a snapshot is taken. */
export interface EntryCollector {
  add(namespace: Namespace, key: Key, value: JsonValue): void;
}

interface Captured {
  readonly state: string;
  readonly kind: StateKind;
  readonly ttl: boolean;
  readonly groups: readonly (StateEntry[] | undefined)[];
}

/**
 * A keyed state as it was when it was captured: what is expensive, the sorting, is done group by group while it is
 * iterated, so that a task can go on in between. It may be iterated again.
 */
export class CapturedState implements EntryCollector {
  /** Entries in all groups. */
  size = 0;
  private readonly groupOf: (key: Key) => number;
  private readonly states: Captured[] = [];
  private groups: (StateEntry[] | undefined)[] = [];

  constructor(groupOf: (key: Key) => number) {
    this.groupOf = groupOf;
  }

  /** What is added from here on belongs to this state. */
  begin(state: string, kind: StateKind, ttl: boolean): void {
    this.groups = [];
    this.states.push({ state, kind, ttl, groups: this.groups });
  }

  add(namespace: Namespace, key: Key, value: JsonValue): void {
    this.size++;
    const group = this.groupOf(key);
    const entries = this.groups[group];
    if (entries === undefined) this.groups[group] = [[namespace, key, value]];
    else entries.push([namespace, key, value]);
  }

  *[Symbol.iterator](): Generator<readonly [number, GroupSnapshot]> {
    const states = this.states.toSorted((a, b) => compareText(a.state, b.state));
    const end = Math.max(0, ...states.map((state) => state.groups.length));
    for (let group = 0; group < end; group++) {
      const snapshot: StateSnapshot[] = [];
      for (const { state, kind, ttl, groups } of states) {
        const entries = groups[group];
        if (entries !== undefined) snapshot.push({ state, kind, ttl, entries: entries.toSorted(compareEntries) });
      }
      if (snapshot.length > 0) yield [group, snapshot];
    }
  }
}

function compareEntries(a: StateEntry, b: StateEntry): number {
  return compareKeys(a[0], b[0]) || compareKeys(a[1], b[1]);
}

/** Null, false, true, numbers, then texts by UTF-16 units. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : 1;
  if (typeof b === 'string') return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
}

/** By UTF-16 units, the same everywhere. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function rank(key: number | boolean | null): number {
  if (key === null) return 0;
  if (typeof key === 'number') return 3;
  return key ? 2 : 1;
}

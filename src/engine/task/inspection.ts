/**
 * Answers a look into the task: keyed state by key, in the operator's own words, and timers. It reads and changes nothing;
 * what it looks through for one answer is bounded, however much state there is.
 */
import type { Key } from '../state/key.ts';
import type { KeyEntry, KeyedState } from '../state/keyed-state.ts';
import { compareKeys } from '../state/snapshot.ts';
import type { Timer, TimerQueue } from '../time/timers.ts';
import { inspectKeysMost, inspectPerKeyMost, inspectScanMost, inspectTimersMost, shortJson } from '../wire/inspect.ts';
import type {
  Held,
  InspectedKey,
  InspectedKeyed,
  InspectedOperator,
  InspectedTimer,
  InspectQuery,
} from '../wire/inspect.ts';
import type { Chain, ChainNode } from './chain.ts';
import type { SourceDriver } from './source-driver.ts';
import { sourceHeld } from './source-held.ts';
import type { Operator } from './operator.ts';

interface Found {
  readonly complete: boolean;
  /** In order. */
  readonly keys: readonly Key[];
  readonly groups: InspectedKeyed['groups'];
}

/** The head's keyed state. */
export function inspectKeyed(
  head: ChainNode,
  state: KeyedState,
  timers: TimerQueue,
  query: InspectQuery,
): InspectedKeyed {
  const { keyGroup, offset = 0, limit = 0 } = query;
  const { complete, keys, groups } = query.key === undefined ? found(state, timers) : only(query.key, state, timers);
  const matching = keyGroup === undefined ? keys : keys.filter((key) => state.groupOf(key) === keyGroup);
  const page = matching.slice(offset, offset + Math.min(limit, inspectKeysMost));
  const byKey = timersOf(page, timers);
  return {
    node: head.planned.node,
    ...state.keyGroups,
    states: state.names(),
    entries: state.size,
    timers: timers.size,
    complete,
    groups,
    matching: matching.length,
    keys: page.map((key) => describeKey(key, head.operator, state, byKey.get(key) ?? [])),
    nextTimers: timers.first(inspectTimersMost).map((timer) => told(timer, head.operator)),
  };
}

/** Operator state of every operator of the chain that has any. */
export function inspectOperators(
  chain: Chain,
  driver: SourceDriver | null,
  index: number,
): readonly InspectedOperator[] {
  return chain.nodes.flatMap(({ planned, operator }) => {
    const isSource = operator === null && driver !== null;
    const held = isSource ? sourceHeld(driver, index) : (operator?.holdsBeside?.() ?? null);
    return held === null ? [] : [{ node: planned.node, ...held }];
  });
}

/** The keys that state or timers have. */
function found(state: KeyedState, timers: TimerQueue): Found {
  const keys = new Set<Key>();
  let looked = 0;
  for (const [name, namespace, key] of state.places()) {
    if (looked++ === inspectScanMost) break;
    if (!keys.has(key) && state.peek(name, namespace, key) !== undefined) keys.add(key);
  }
  for (const { key } of timers.all()) {
    if (looked++ >= inspectScanMost) break;
    keys.add(key);
  }
  const groups = new Map<number, number>();
  for (const key of keys) {
    const group = state.groupOf(key);
    groups.set(group, 1 + (groups.get(group) ?? 0));
  }
  return {
    complete: looked <= inspectScanMost,
    keys: [...keys].sort(compareKeys),
    groups: [...groups].sort(([a], [b]) => a - b),
  };
}

function only(key: Key, state: KeyedState, timers: TimerQueue): Found {
  const held = state.entriesOf(key).next().done === false || timersOf([key], timers).size > 0;
  return { complete: true, keys: held ? [key] : [], groups: [] };
}

function timersOf(keys: readonly Key[], timers: TimerQueue): ReadonlyMap<Key, readonly Timer[]> {
  const wanted = new Set(keys);
  const byKey = new Map<Key, Timer[]>();
  if (wanted.size === 0) return byKey;
  for (const timer of timers.all()) {
    if (!wanted.has(timer.key)) continue;
    const of = byKey.get(timer.key);
    if (of === undefined) byKey.set(timer.key, [timer]);
    else of.push(timer);
  }
  for (const of of byKey.values()) of.sort(byFiring);
  return byKey;
}

/** Event time first. Of equal time they are in the order of their registration already. */
function byFiring(a: Timer, b: Timer): number {
  return Number(a.domain !== 'event') - Number(b.domain !== 'event') || a.time - b.time;
}

function describeKey(key: Key, operator: Operator | null, state: KeyedState, timers: readonly Timer[]): InspectedKey {
  const entries = [...state.entriesOf(key)];
  const held = operator?.holds?.(key, entries) ?? entries.map(plainly);
  return {
    key,
    hash: state.hashOf(key),
    group: state.groupOf(key),
    held: held.slice(0, inspectPerKeyMost),
    heldMore: Math.max(0, held.length - inspectPerKeyMost),
    timers: timers.slice(0, inspectPerKeyMost).map((timer) => told(timer, operator)),
    timersMore: Math.max(0, timers.length - inspectPerKeyMost),
  };
}

/** State whose operator says nothing of it. */
function plainly({ state, namespace, value }: KeyEntry): Held {
  const note = namespace === '' ? null : `Kept for ${namespace}.`;
  return { what: state, window: null, value: shortJson(value), note };
}

const told = (timer: Timer, operator: Operator | null): InspectedTimer => {
  return { ...timer, purpose: operator?.timerPurpose?.(timer) ?? null };
};

/**
 * Timers by key and namespace. One per (key, namespace, time); they fire in order of (time, registration), event-time
 * timers when the watermark reaches them, processing-time timers when the clock does.
 */
import { Heap } from '../../base/heap.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { Key, Namespace } from '../state/key.ts';

const domains = ['event', 'processing'] as const;
export type TimeDomain = (typeof domains)[number];

export interface Timer {
  readonly domain: TimeDomain;
  /** Event time or processing time in ms, by domain. Due when the watermark or clock is ≥ it. */
  readonly time: number;
  readonly key: Key;
  /** What the timer is for within the key, e.g. a window's start. */
  readonly namespace: Namespace;
}

/** A timer in a snapshot. JSON. */
export type TimerEntry = readonly [TimeDomain, time: number, Key, Namespace];

/** Timers of one key group in order of (domain, time, registration). */
export type TimerGroup = readonly TimerEntry[];

export interface TimerService {
  /** Registering the same timer twice keeps the first. */
  register(timer: Timer): void;
  /** Removes exactly this timer; absent: nothing. */
  remove(timer: Timer): void;
  readonly size: number;
}

interface Entry {
  readonly timer: Timer;
  readonly order: number;
  removed: boolean;
}

/** The task's side: it also takes due timers out. */
export class TimerQueue implements TimerService {
  private readonly heaps: Record<TimeDomain, Heap<Entry>> = { event: new Heap(byTime), processing: new Heap(byTime) };
  private readonly live = new Map<string, Entry>();
  private order = 0;

  get size(): number {
    return this.live.size;
  }

  register(timer: Timer): void {
    const id = identity(timer);
    if (this.live.has(id)) return;
    const entry: Entry = { timer, order: this.order++, removed: false };
    this.live.set(id, entry);
    this.heaps[timer.domain].push(entry);
  }

  remove(timer: Timer): void {
    const id = identity(timer);
    const entry = this.live.get(id);
    if (entry === undefined) return;
    entry.removed = true;
    this.live.delete(id);
  }

  /** Takes out the next event-time timer with `time <= watermark`, or null. */
  nextEvent(watermark: EventTimeMs): Timer | null {
    return this.take('event', watermark);
  }

  /** Takes out the next processing-time timer with `time <= now`, or null. */
  nextProcessing(now: ProcessingTimeMs): Timer | null {
    return this.take('processing', now);
  }

  /** When the clock must come back, or null. */
  firstProcessing(): number | null {
    return this.peek('processing')?.timer.time ?? null;
  }

  /** For those who only look: all live timers, in no order. */
  *all(): Generator<Timer> {
    for (const { timer } of this.live.values()) yield timer;
  }

  /** The `most` live timers that come first in order of (domain, time, registration). */
  first(most: number): Timer[] {
    const first: Entry[] = [];
    for (const entry of this.live.values()) {
      const last = first.at(-1);
      if (first.length >= most && last !== undefined && byDomainAndTime(entry, last) > 0) continue;
      let at = first.length;
      while (at > 0 && byDomainAndTime(entry, first[at - 1] as Entry) < 0) at--;
      first.splice(at, 0, entry);
      if (first.length > most) first.pop();
    }
    return first.map(({ timer }) => timer);
  }

  /** All live timers in order of (domain, time, registration). */
  snapshot(): Timer[] {
    return [...this.live.values()].sort(byDomainAndTime).map((entry) => entry.timer);
  }

  restore(timers: readonly Timer[]): void {
    for (const timer of timers) this.register(timer);
  }

  /** The timers as they are now, by key group; each group is sorted when it is iterated. */
  snapshotGroups(groupOf: (key: Key) => number): CapturedTimers {
    const groups: (Entry[] | undefined)[] = [];
    for (const entry of this.live.values()) {
      const group = groupOf(entry.timer.key);
      const entries = groups[group];
      if (entries === undefined) groups[group] = [entry];
      else entries.push(entry);
    }
    return new CapturedTimers(groups, this.live.size);
  }

  /** Timers of equal time fire in the order of the groups that were restored, and in each as they were registered. */
  restoreGroup(group: TimerGroup): void {
    for (const [domain, time, key, namespace] of group) this.register({ domain, time, key, namespace });
  }

  private take(domain: TimeDomain, limit: number): Timer | null {
    const first = this.peek(domain);
    if (first === null || first.timer.time > limit) return null;
    this.heaps[domain].pop();
    this.live.delete(identity(first.timer));
    return first.timer;
  }

  private peek(domain: TimeDomain): Entry | null {
    const heap = this.heaps[domain];
    let first = heap.peek();
    while (first?.removed === true) {
      heap.pop();
      first = heap.peek();
    }
    return first ?? null;
  }
}

/** Timers of a moment, by key group. It may be iterated again. */
export class CapturedTimers {
  /** Timers in all groups. */
  readonly size: number;
  private readonly groups: readonly (readonly Entry[] | undefined)[];

  constructor(groups: readonly (readonly Entry[] | undefined)[], size: number) {
    this.groups = groups;
    this.size = size;
  }

  /** By group, ascending, without empty groups. */
  *[Symbol.iterator](): Generator<readonly [number, TimerGroup]> {
    for (const [group, entries] of this.groups.entries()) {
      if (entries === undefined) continue;
      const sorted = entries.toSorted(byDomainAndTime);
      yield [group, sorted.map(({ timer }) => [timer.domain, timer.time, timer.key, timer.namespace] as const)];
    }
  }
}

function byDomainAndTime(a: Entry, b: Entry): number {
  return domains.indexOf(a.timer.domain) - domains.indexOf(b.timer.domain) || byTime(a, b);
}

function byTime(a: Entry, b: Entry): number {
  return a.timer.time - b.timer.time || a.order - b.order;
}

function identity(timer: Timer): string {
  return JSON.stringify([timer.domain, timer.time, timer.key, timer.namespace]);
}

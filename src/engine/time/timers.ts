/**
 * Timers by key and namespace. One per (key, namespace, time); they fire in order of (time, registration), event-time
 * timers when the watermark reaches them, processing-time timers when the clock does.
 */
import { Heap } from '../../base/heap.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { Key } from '../state/key.ts';

const domains = ['event', 'processing'] as const;
export type TimeDomain = (typeof domains)[number];

export interface Timer {
  readonly domain: TimeDomain;
  /** Event time or processing time in ms, by domain. Due when the watermark or clock is ≥ it. */
  readonly time: number;
  readonly key: Key;
  /** What the timer is for within the key, e.g. a window's start. */
  readonly namespace: string | number;
}

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

  /** All live timers in order of (domain, time, registration). */
  snapshot(): Timer[] {
    return [...this.live.values()]
      .sort((a, b) => domains.indexOf(a.timer.domain) - domains.indexOf(b.timer.domain) || byTime(a, b))
      .map((entry) => entry.timer);
  }

  restore(timers: readonly Timer[]): void {
    for (const timer of timers) this.register(timer);
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

function byTime(a: Entry, b: Entry): number {
  return a.timer.time - b.timer.time || a.order - b.order;
}

function identity(timer: Timer): string {
  return JSON.stringify([timer.domain, timer.time, timer.key, timer.namespace]);
}

/**
 * A link with latency, at its receiving end: holds what arrived for as long as the link is long, in order. Bounded by
 * the channel's credits, as the link itself is.
 */
import { Alarm } from './shared-clock.ts';
import type { SharedClock } from './shared-clock.ts';

export class DelayLine<T> {
  private readonly clock: SharedClock;
  private readonly deliver: (item: T) => void;
  private readonly alarm: Alarm;
  private readonly waiting: { readonly item: T; readonly arrivedAt: number }[] = [];
  private latencyMs = 0;

  constructor(clock: SharedClock, deliver: (item: T) => void) {
    this.clock = clock;
    this.deliver = deliver;
    this.alarm = new Alarm(clock, () => this.release());
  }

  push(item: T): void {
    if (this.latencyMs === 0 && this.waiting.length === 0) {
      this.deliver(item);
      return;
    }
    this.waiting.push({ item, arrivedAt: this.clock.now() });
    if (this.waiting.length === 1) this.arm();
  }

  /** Holds for what is under way too: a shorter link lets it arrive sooner. */
  setLatency(latencyMs: number): void {
    this.latencyMs = latencyMs;
    this.arm();
  }

  /** Call it after the clock was stopped or started. */
  rearm(): void {
    this.alarm.rearm();
  }

  private release(): void {
    for (;;) {
      const head = this.waiting[0];
      if (head === undefined || head.arrivedAt + this.latencyMs > this.clock.now()) break;
      this.waiting.shift();
      this.deliver(head.item);
    }
    this.arm();
  }

  private arm(): void {
    const head = this.waiting[0];
    this.alarm.set(head === undefined ? null : head.arrivedAt + this.latencyMs);
  }
}

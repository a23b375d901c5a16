/** Triggers that look at one thing: the watermark, the clock, the number of elements, a value. */
import { lastTimeOf, passedAt } from '../windows.ts';
import { least, Once, sum } from './trigger.ts';
import type { Trigger, TriggerContext } from './trigger.ts';
import type { TimeDomain } from '../timers.ts';

const timeIn = (context: TriggerContext, domain: TimeDomain): number =>
  domain === 'event' ? context.eventTime : context.processingTime;

/** The end of the window, told once until another element comes: elements behind it fire at once, timers do not. */
class EndOfWindow {
  private readonly domain: TimeDomain;
  private readonly told: string;

  constructor(id: string, domain: TimeDomain) {
    this.domain = domain;
    this.told = `${id}$`;
  }

  onElement(context: TriggerContext): void {
    context.forget(this.told);
    this.expect(context);
  }

  /** Of a window that has passed there is no timer (Flink: EventTimeTrigger). */
  expect(context: TriggerContext): void {
    const end = passedAt(context.window, this.domain);
    if (end > timeIn(context, this.domain)) context.setTimer(this.domain, end);
  }

  isAhead(context: TriggerContext): boolean {
    return timeIn(context, this.domain) < passedAt(context.window, this.domain);
  }

  isDue(context: TriggerContext): boolean {
    return !this.isAhead(context) && context.read(this.told) !== true;
  }

  tell(context: TriggerContext): void {
    if (this.isDue(context)) context.write(this.told, true);
  }

  clear(context: TriggerContext): void {
    context.forget(this.told);
    context.removeTimer(this.domain, passedAt(context.window, this.domain));
  }
}

/**
 * The watermark, or the clock, has passed the end of the window. `repeatedly` of it is Flink's EventTimeTrigger or
 * ProcessingTimeTrigger: elements that come later fire at once.
 */
export class AtEnd implements Trigger {
  readonly merges = true;
  private readonly end: EndOfWindow;
  private readonly once: Once;

  constructor(id: string, domain: TimeDomain) {
    this.end = new EndOfWindow(id, domain);
    this.once = new Once(id);
  }

  onElement(context: TriggerContext): void {
    this.end.onElement(context);
  }

  shouldFire(context: TriggerContext): boolean {
    return !this.once.is(context) && this.end.isDue(context);
  }

  onFire(context: TriggerContext): void {
    this.end.tell(context);
    this.once.set(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.once.is(context);
  }

  reset(context: TriggerContext): void {
    this.once.clear(context);
  }

  /** A merged window that has not passed is not over, whatever its parts were (Beam). */
  onMerge(context: TriggerContext): void {
    if (this.end.isAhead(context)) this.once.clear(context);
    else this.once.merge(context);
    this.end.expect(context);
  }

  clear(context: TriggerContext): void {
    this.once.clear(context);
    this.end.clear(context);
  }
}

/** So many elements. `repeatedly` of it is Flink's CountTrigger. */
export class AfterCount implements Trigger {
  readonly merges = true;
  private readonly count: number;
  private readonly slot: string;
  private readonly once: Once;

  constructor(id: string, count: number) {
    this.count = count;
    this.slot = `${id}n`;
    this.once = new Once(id);
  }

  onElement(context: TriggerContext): void {
    context.write(this.slot, this.counted(context) + 1);
  }

  shouldFire(context: TriggerContext): boolean {
    return !this.once.is(context) && this.counted(context) >= this.count;
  }

  onFire(context: TriggerContext): void {
    this.once.set(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.once.is(context);
  }

  reset(context: TriggerContext): void {
    this.clear(context);
  }

  onMerge(context: TriggerContext): void {
    this.once.merge(context);
    context.write(this.slot, sum(context.merged(this.slot)));
  }

  clear(context: TriggerContext): void {
    this.once.clear(context);
    context.forget(this.slot);
  }

  private counted(context: TriggerContext): number {
    return (context.read(this.slot) as number | undefined) ?? 0;
  }
}

/** So long, in processing time, after the first element since it began (Beam: AfterProcessingTime). */
export class AfterDelay implements Trigger {
  readonly merges = true;
  private readonly delayMs: number;
  private readonly slot: string;
  private readonly once: Once;

  constructor(id: string, delayMs: number) {
    this.delayMs = delayMs;
    this.slot = `${id}t`;
    this.once = new Once(id);
  }

  onElement(context: TriggerContext): void {
    if (this.once.is(context) || context.read(this.slot) !== undefined) return;
    this.expect(context, context.processingTime + this.delayMs);
  }

  shouldFire(context: TriggerContext): boolean {
    const at = context.read(this.slot) as number | undefined;
    return !this.once.is(context) && at !== undefined && context.processingTime >= at;
  }

  onFire(context: TriggerContext): void {
    this.once.set(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.once.is(context);
  }

  reset(context: TriggerContext): void {
    this.clear(context);
  }

  onMerge(context: TriggerContext): void {
    this.once.merge(context);
    const first = least(context.merged(this.slot));
    if (first !== Number.POSITIVE_INFINITY) this.expect(context, first);
  }

  clear(context: TriggerContext): void {
    this.once.clear(context);
    const at = context.read(this.slot) as number | undefined;
    if (at !== undefined) context.removeTimer('processing', at);
    context.forget(this.slot);
  }

  private expect(context: TriggerContext, at: number): void {
    context.write(this.slot, at);
    context.setTimer('processing', at);
  }
}

/**
 * At each whole interval, and at the end of the window; elements behind the end fire at once. Exactly Flink's
 * ContinuousEventTimeTrigger and ContinuousProcessingTimeTrigger; it never finishes.
 */
export class Every implements Trigger {
  readonly merges = true;
  private readonly domain: TimeDomain;
  private readonly intervalMs: number;
  private readonly slot: string;
  private readonly end: EndOfWindow;

  constructor(id: string, domain: TimeDomain, intervalMs: number) {
    this.domain = domain;
    this.intervalMs = intervalMs;
    this.slot = `${id}t`;
    this.end = new EndOfWindow(id, domain);
  }

  onElement(context: TriggerContext): void {
    if (this.domain === 'event') {
      const passed = context.eventTime >= lastTimeOf(context.window);
      this.end.onElement(context);
      if (passed) return;
    }
    if (context.read(this.slot) !== undefined) return;
    const time = this.domain === 'event' ? context.timestamp : context.processingTime;
    // Java's remainder: below zero it points up.
    this.next(context, time - (time % this.intervalMs));
  }

  shouldFire(context: TriggerContext): boolean {
    return this.isMark(context) || (this.domain === 'event' && this.end.isDue(context));
  }

  onFire(context: TriggerContext): void {
    if (this.domain === 'event') this.end.tell(context);
    if (!this.isMark(context)) return;
    const { time } = context.timer as { time: number };
    if (time >= lastTimeOf(context.window)) context.forget(this.slot);
    else this.next(context, time);
  }

  isFinished(): boolean {
    return false;
  }

  reset(): void {}

  onMerge(context: TriggerContext): void {
    if (this.domain === 'event') this.end.expect(context);
    const first = least(context.merged(this.slot));
    if (first === Number.POSITIVE_INFINITY) return;
    context.write(this.slot, first);
    context.setTimer(this.domain, first);
  }

  clear(context: TriggerContext): void {
    const at = context.read(this.slot) as number | undefined;
    if (at !== undefined) context.removeTimer(this.domain, at);
    context.forget(this.slot);
    if (this.domain === 'event') this.end.clear(context);
  }

  private isMark(context: TriggerContext): boolean {
    return context.timer?.domain === this.domain && context.timer.time === context.read(this.slot);
  }

  private next(context: TriggerContext, from: number): void {
    const at = Math.min(from + this.intervalMs, lastTimeOf(context.window));
    context.write(this.slot, at);
    context.setTimer(this.domain, at);
  }
}

/** A column has moved by more than this since it last did (Flink: DeltaTrigger). Nulls are passed over. */
export class AfterDelta implements Trigger {
  readonly merges = false;
  private readonly threshold: number;
  private readonly column: string;
  private readonly slot: string;
  private readonly due: string;

  constructor(id: string, threshold: number, column: string) {
    this.threshold = threshold;
    this.column = column;
    this.slot = `${id}v`;
    this.due = `${id}d`;
  }

  onElement(context: TriggerContext): void {
    const value = context.number(this.column);
    if (value === null) return;
    const last = context.read(this.slot) as number | undefined;
    if (last !== undefined && Math.abs(value - last) <= this.threshold) return;
    context.write(this.slot, value);
    if (last !== undefined) context.write(this.due, true);
  }

  shouldFire(context: TriggerContext): boolean {
    return context.read(this.due) === true;
  }

  onFire(context: TriggerContext): void {
    context.forget(this.due);
  }

  isFinished(): boolean {
    return false;
  }

  reset(context: TriggerContext): void {
    context.forget(this.due);
  }

  onMerge(): void {}

  clear(context: TriggerContext): void {
    context.forget(this.slot);
    context.forget(this.due);
  }
}

/** Flink's NeverTrigger: a global window without another trigger. */
export const never: Trigger = {
  merges: true,
  onElement: () => {},
  shouldFire: () => false,
  onFire: () => {},
  isFinished: () => false,
  reset: () => {},
  onMerge: () => {},
  clear: () => {},
};

/** Triggers of the end of a window, and of whole intervals up to it, in event time and in processing time. */
import { passedAt } from '../windows.ts';
import { least, OnceTrigger, reaches } from './trigger.ts';
import type { Trigger, TriggerContext } from './trigger.ts';
import { MAX_EVENT_TIME } from '../../../base/units.ts';
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

  waits(context: TriggerContext): string {
    if (this.isAhead(context)) return reaches(this.domain, passedAt(context.window, this.domain), context.window.start);
    return this.isDue(context) ? 'its end has passed, which it has' : 'another record comes for it';
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
export class AtEnd extends OnceTrigger {
  private readonly end: EndOfWindow;

  constructor(id: string, domain: TimeDomain) {
    super(id);
    this.end = new EndOfWindow(id, domain);
  }

  onElement(context: TriggerContext): void {
    this.end.onElement(context);
  }

  override arm(context: TriggerContext): void {
    if (!this.once.is(context)) this.end.expect(context);
  }

  override onFire(context: TriggerContext): void {
    this.end.tell(context);
    super.onFire(context);
  }

  override reset(context: TriggerContext): void {
    this.once.clear(context);
  }

  /**
   * Over for good only if it was in each of the windows, and the result has passed, too: else what was not fired is still
   * to fire (Beam: AfterWatermark.FromEndOfWindow).
   */
  onMerge(context: TriggerContext): void {
    this.once.clear(context);
    if (this.once.merged(context) === context.mergedWindows && !this.end.isAhead(context)) this.once.set(context);
    else this.end.expect(context);
  }

  forgetPane(_context: TriggerContext): void {}

  clear(context: TriggerContext): void {
    this.once.clear(context);
    this.end.clear(context);
  }

  protected isDue(context: TriggerContext): boolean {
    return this.end.isDue(context);
  }

  protected waits(context: TriggerContext): string {
    return this.end.waits(context);
  }
}

/**
 * At each whole interval, and at the end of the window; elements behind the end fire at once. Exactly Flink's
 * ContinuousEventTimeTrigger and ContinuousProcessingTimeTrigger; it never finishes.
 *
 * A mark that comes while a trigger around it does not fire stays due. A window that passes by another time has no end
 * that would cut the marks off (Flink does, FLINK-20443 and its kin, and so fires at once when the clock is ahead of it).
 */
export class Every implements Trigger {
  readonly merges = true;
  private readonly domain: TimeDomain;
  private readonly intervalMs: number;
  private readonly slot: string;
  private readonly due: string;
  private readonly end: EndOfWindow;

  constructor(id: string, domain: TimeDomain, intervalMs: number) {
    this.domain = domain;
    this.intervalMs = intervalMs;
    this.slot = `${id}t`;
    this.due = `${id}d`;
    this.end = new EndOfWindow(id, domain);
  }

  onElement(context: TriggerContext): void {
    if (this.domain === 'event') {
      const passed = !this.end.isAhead(context);
      this.end.onElement(context);
      if (passed) return;
    }
    if (context.read(this.slot) !== undefined) return;
    const time = this.domain === 'event' ? context.timestamp : context.processingTime;
    // Java's remainder: below zero it points up.
    this.next(context, time - (time % this.intervalMs));
  }

  onTimer(context: TriggerContext): void {
    const { timer } = context;
    if (timer === null || timer.domain !== this.domain || timer.time !== context.read(this.slot)) return;
    context.write(this.due, true);
    if (timer.time >= this.last(context)) context.forget(this.slot);
    else this.next(context, timer.time);
  }

  arm(context: TriggerContext): void {
    if (this.domain === 'event') this.end.expect(context);
    const at = context.read(this.slot) as number | undefined;
    if (at !== undefined) context.setTimer(this.domain, at);
  }

  shouldFire(context: TriggerContext): boolean {
    return context.read(this.due) === true || (this.domain === 'event' && this.end.isDue(context));
  }

  onFire(context: TriggerContext): void {
    context.forget(this.due);
    if (this.domain === 'event') this.end.tell(context);
  }

  isFinished(): boolean {
    return false;
  }

  waitsFor(context: TriggerContext): string {
    const at = context.read(this.slot) as number | undefined;
    if (at !== undefined) return reaches(this.domain, at, context.window.start);
    return this.domain === 'event' && this.end.isAhead(context)
      ? this.end.waits(context)
      : 'another record comes for it';
  }

  reset(context: TriggerContext): void {
    context.forget(this.due);
  }

  forgetPane(context: TriggerContext): void {
    context.forget(this.due);
  }

  onMerge(context: TriggerContext): void {
    if (context.merged(this.due).length > 0) context.write(this.due, true);
    const first = least(context.merged(this.slot));
    if (first !== Number.POSITIVE_INFINITY) context.write(this.slot, first);
    this.arm(context);
  }

  clear(context: TriggerContext): void {
    const at = context.read(this.slot) as number | undefined;
    if (at !== undefined) context.removeTimer(this.domain, at);
    context.forget(this.slot);
    context.forget(this.due);
    if (this.domain === 'event') this.end.clear(context);
  }

  /** The last mark there can be. */
  private last(context: TriggerContext): number {
    return context.windowTime === this.domain ? passedAt(context.window, this.domain) : MAX_EVENT_TIME;
  }

  private next(context: TriggerContext, from: number): void {
    const at = Math.min(from + this.intervalMs, this.last(context));
    context.write(this.slot, at);
    context.setTimer(this.domain, at);
  }
}

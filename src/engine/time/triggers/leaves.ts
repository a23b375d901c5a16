/** Triggers that look at one thing beside the window itself: the number of elements, a delay, a value. */
import { least, OnceTrigger, reaches, sum } from './trigger.ts';
import type { Trigger, TriggerContext } from './trigger.ts';

/** So many elements. `repeatedly` of it is Flink's CountTrigger. */
export class AfterCount extends OnceTrigger {
  private readonly count: number;
  private readonly slot: string;

  constructor(id: string, count: number) {
    super(id);
    this.count = count;
    this.slot = `${id}n`;
  }

  onElement(context: TriggerContext): void {
    context.write(this.slot, this.counted(context) + 1);
  }

  /** Finished in one of the windows, it is finished (Beam: AfterPane). */
  onMerge(context: TriggerContext): void {
    this.clear(context);
    const counted = sum(context.merged(this.slot));
    if (this.once.merged(context) > 0) this.once.set(context);
    else if (counted > 0) context.write(this.slot, counted);
  }

  forgetPane(context: TriggerContext): void {
    context.forget(this.slot);
  }

  clear(context: TriggerContext): void {
    this.once.clear(context);
    context.forget(this.slot);
  }

  protected isDue(context: TriggerContext): boolean {
    return this.counted(context) >= this.count;
  }

  protected waits(context: TriggerContext): string {
    const { count } = this;
    return `${count === 1 ? 'a record comes' : `${count} records have come`} (count ${this.counted(context)} of ${count})`;
  }

  private counted(context: TriggerContext): number {
    return (context.read(this.slot) as number | undefined) ?? 0;
  }
}

/** So long, in processing time, after the first element since it began (Beam: AfterProcessingTime). */
export class AfterDelay extends OnceTrigger {
  private readonly delayMs: number;
  private readonly slot: string;

  constructor(id: string, delayMs: number) {
    super(id);
    this.delayMs = delayMs;
    this.slot = `${id}t`;
  }

  onElement(context: TriggerContext): void {
    if ((this.once.is(context) && !context.mayMerge) || context.read(this.slot) !== undefined) return;
    context.write(this.slot, context.processingTime + this.delayMs);
    this.arm(context);
  }

  override arm(context: TriggerContext): void {
    const at = this.at(context);
    if (at !== undefined && !this.once.is(context)) context.setTimer('processing', at);
  }

  /** Where it has fired there is nothing to wait for. */
  override onFire(context: TriggerContext): void {
    super.onFire(context);
    context.forget(this.slot);
  }

  /** The earliest time of those windows in which it has not fired; then it is live again (Beam: AfterDelayFromFirstElement). */
  onMerge(context: TriggerContext): void {
    this.once.clear(context);
    context.forget(this.slot);
    const first = least(context.merged(this.slot));
    if (first === Number.POSITIVE_INFINITY) return;
    context.write(this.slot, first);
    this.arm(context);
  }

  /** Its timer comes all the same, and finds nothing. */
  forgetPane(context: TriggerContext): void {
    context.forget(this.slot);
  }

  clear(context: TriggerContext): void {
    this.once.clear(context);
    const at = this.at(context);
    if (at !== undefined) context.removeTimer('processing', at);
    context.forget(this.slot);
  }

  protected isDue(context: TriggerContext): boolean {
    const at = this.at(context);
    return at !== undefined && context.processingTime >= at;
  }

  protected waits(context: TriggerContext): string {
    const at = this.at(context);
    return at === undefined ? `${this.delayMs} ms have gone by since its next record` : reaches('processing', at, at);
  }

  private at(context: TriggerContext): number | undefined {
    return context.read(this.slot) as number | undefined;
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

  onTimer(): void {}

  arm(): void {}

  shouldFire(context: TriggerContext): boolean {
    return context.read(this.due) === true;
  }

  onFire(context: TriggerContext): void {
    context.forget(this.due);
  }

  isFinished(): boolean {
    return false;
  }

  waitsFor(context: TriggerContext): string {
    const last = context.read(this.slot);
    const { column, threshold } = this;
    if (last === undefined)
      return `${column} has moved by more than ${threshold} from its first value, which is to come`;
    return `${column} is more than ${threshold} away from ${String(last)}`;
  }

  reset(context: TriggerContext): void {
    context.forget(this.due);
  }

  forgetPane(context: TriggerContext): void {
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
  onTimer: () => {},
  arm: () => {},
  shouldFire: () => false,
  onFire: () => {},
  isFinished: () => false,
  waitsFor: () => null,
  reset: () => {},
  forgetPane: () => {},
  onMerge: () => {},
  clear: () => {},
};

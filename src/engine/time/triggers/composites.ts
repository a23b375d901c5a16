/** Triggers made of others, with Beam's meaning. */
import { AtEnd } from './ends.ts';
import { Once } from './trigger.ts';
import type { Trigger, TriggerContext } from './trigger.ts';

abstract class Composite implements Trigger {
  readonly merges: boolean;
  protected readonly parts: readonly Trigger[];

  constructor(parts: readonly Trigger[]) {
    this.parts = parts;
    this.merges = parts.every((part) => part.merges);
  }

  abstract shouldFire(context: TriggerContext): boolean;
  abstract onFire(context: TriggerContext): void;
  abstract isFinished(context: TriggerContext): boolean;
  abstract waitsFor(context: TriggerContext): string | null;

  onElement(context: TriggerContext): void {
    for (const part of this.listening(context)) part.onElement(context);
  }

  onTimer(context: TriggerContext): void {
    for (const part of this.listening(context)) part.onTimer(context);
  }

  arm(context: TriggerContext): void {
    for (const part of this.listening(context)) part.arm(context);
  }

  reset(context: TriggerContext): void {
    for (const part of this.parts) part.reset(context);
  }

  forgetPane(context: TriggerContext): void {
    for (const part of this.parts) part.forgetPane(context);
  }

  onMerge(context: TriggerContext): void {
    for (const part of this.parts) part.onMerge(context);
  }

  clear(context: TriggerContext): void {
    for (const part of this.parts) part.clear(context);
  }

  /** The parts that hear of elements and timers: those whose turn it is, and where windows may merge all of them (Beam). */
  protected listening(context: TriggerContext): readonly Trigger[] {
    return context.mayMerge ? this.parts : this.turn(context);
  }

  protected turn(context: TriggerContext): readonly Trigger[] {
    return this.parts.filter((part) => !part.isFinished(context));
  }
}

/** Fires once, with its parts in one way or the other. */
abstract class OnceComposite extends Composite {
  protected readonly once: Once;

  constructor(id: string, parts: readonly Trigger[]) {
    super(parts);
    this.once = new Once(id);
  }

  /** Whether the parts, after a merge, make the whole finished. */
  protected abstract finishedBy(finished: readonly boolean[]): boolean;

  onFire(context: TriggerContext): void {
    this.once.set(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.once.is(context);
  }

  override reset(context: TriggerContext): void {
    super.reset(context);
    this.once.clear(context);
  }

  /** A part that a merge has brought back to life brings the whole back. */
  override onMerge(context: TriggerContext): void {
    super.onMerge(context);
    if (this.finishedBy(this.parts.map((part) => part.isFinished(context)))) this.once.set(context);
    else this.once.clear(context);
  }

  override clear(context: TriggerContext): void {
    super.clear(context);
    this.once.clear(context);
  }
}

/** Fires with the first of its parts, once (Beam: AfterFirst). */
export class AfterAny extends OnceComposite {
  shouldFire(context: TriggerContext): boolean {
    return !this.once.is(context) && this.parts.some((part) => part.shouldFire(context));
  }

  override onFire(context: TriggerContext): void {
    for (const part of this.parts) {
      if (part.shouldFire(context)) part.onFire(context);
      // The pane that it was waiting for is gone.
      else part.reset(context);
    }
    super.onFire(context);
  }

  waitsFor(context: TriggerContext): string | null {
    return this.once.is(context) ? null : either(this.parts.map((part) => part.waitsFor(context)));
  }

  protected finishedBy(finished: readonly boolean[]): boolean {
    return finished.includes(true);
  }
}

/** Fires when each of its parts would fire or has, once (Beam: AfterAll). */
export class AfterAll extends OnceComposite {
  shouldFire(context: TriggerContext): boolean {
    return !this.once.is(context) && this.parts.every((part) => part.isFinished(context) || part.shouldFire(context));
  }

  override onFire(context: TriggerContext): void {
    for (const part of this.parts) if (!part.isFinished(context)) part.onFire(context);
    super.onFire(context);
  }

  waitsFor(context: TriggerContext): string | null {
    if (this.once.is(context)) return null;
    const open = this.parts.filter((part) => !part.isFinished(context) && !part.shouldFire(context));
    const waits = open.map((part) => part.waitsFor(context));
    return waits.includes(null) ? null : waits.join(' and ');
  }

  /** A part that is through has no more to hear, even where windows may merge (Beam: AfterAllStateMachine.onElement). */
  protected override listening(context: TriggerContext): readonly Trigger[] {
    return this.turn(context);
  }

  protected finishedBy(finished: readonly boolean[]): boolean {
    return !finished.includes(false);
  }
}

/**
 * One part after the other, each until it is finished (Beam: AfterEach.inOrder). Where windows may merge, all parts count for
 * the pane that is to come, since any may be the one whose turn it is then, and all begin anew with the next pane.
 */
export class AfterEach extends Composite {
  shouldFire(context: TriggerContext): boolean {
    return this.current(context)?.shouldFire(context) ?? false;
  }

  onFire(context: TriggerContext): void {
    this.current(context)?.onFire(context);
    if (context.mayMerge) this.forgetPane(context);
    // The next one has seen no element that could have set its timers.
    this.arm(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.current(context) === undefined;
  }

  waitsFor(context: TriggerContext): string | null {
    return this.current(context)?.waitsFor(context) ?? null;
  }

  /** Behind the first that is not finished, the parts have not begun. */
  override onMerge(context: TriggerContext): void {
    let begun = true;
    for (const part of this.parts) {
      if (begun) part.onMerge(context);
      else part.clear(context);
      begun &&= part.isFinished(context);
    }
  }

  protected override turn(context: TriggerContext): readonly Trigger[] {
    const current = this.current(context);
    return current === undefined ? [] : [current];
  }

  private current(context: TriggerContext): Trigger | undefined {
    return this.parts.find((part) => !part.isFinished(context));
  }
}

/** Begins anew whenever its part is finished: it never is. */
export class Repeatedly extends Composite {
  private readonly part: Trigger;

  constructor(part: Trigger) {
    super([part]);
    this.part = part;
  }

  shouldFire(context: TriggerContext): boolean {
    return this.part.shouldFire(context);
  }

  onFire(context: TriggerContext): void {
    this.part.onFire(context);
    if (this.part.isFinished(context)) this.part.reset(context);
  }

  isFinished(): boolean {
    return false;
  }

  waitsFor(context: TriggerContext): string | null {
    return this.part.waitsFor(context);
  }
}

/** The first part, until the second fires, which is the last pane (Beam: OrFinally). */
export class OrFinally extends Composite {
  private readonly actual: Trigger;
  private readonly until: Trigger;

  constructor(actual: Trigger, until: Trigger) {
    super([actual, until]);
    this.actual = actual;
    this.until = until;
  }

  shouldFire(context: TriggerContext): boolean {
    return (
      !this.isFinished(context) && this.parts.some((part) => !part.isFinished(context) && part.shouldFire(context))
    );
  }

  onFire(context: TriggerContext): void {
    if (!this.until.shouldFire(context)) return this.actual.onFire(context);
    this.until.onFire(context);
    this.actual.clear(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.until.isFinished(context) || this.actual.isFinished(context);
  }

  waitsFor(context: TriggerContext): string | null {
    if (this.isFinished(context)) return null;
    const until = this.until.waitsFor(context);
    return either([this.actual.waitsFor(context), until === null ? null : `for the last time when ${until}`]);
  }
}

/**
 * Early panes by one trigger until the watermark passes the end, the pane on time, and late panes by another (Beam:
 * AfterWatermark.pastEndOfWindow with early and late firings, each repeated). Without `late` it is finished on time.
 */
export class AfterWatermark extends Composite {
  private readonly end: AtEnd;
  private readonly early: Trigger | null;
  private readonly late: Trigger | null;

  constructor(id: string, early: Trigger | null, late: Trigger | null) {
    const end = new AtEnd(`${id}e`, 'event');
    super([end, ...(early === null ? [] : [early]), ...(late === null ? [] : [late])]);
    this.end = end;
    this.early = early;
    this.late = late;
  }

  shouldFire(context: TriggerContext): boolean {
    if (this.end.isFinished(context)) return this.late?.shouldFire(context) ?? false;
    return this.end.shouldFire(context) || (this.early?.shouldFire(context) ?? false);
  }

  onFire(context: TriggerContext): void {
    if (this.end.isFinished(context)) fireAgain(this.late, context);
    else if (this.end.shouldFire(context)) {
      this.end.onFire(context);
      this.early?.clear(context);
      // Where windows may merge it has counted with the others.
      this.late?.forgetPane(context);
    } else fireAgain(this.early, context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.late === null && this.end.isFinished(context);
  }

  waitsFor(context: TriggerContext): string | null {
    const panes = this.end.isFinished(context) ? this.late : this.early;
    const waits = panes?.waitsFor(context) ?? null;
    if (this.end.isFinished(context)) return waits === null ? null : `${waits} (late)`;
    return either([waits === null ? null : `${waits} (early)`, `${this.end.waitsFor(context) ?? ''} (on time)`]);
  }

  /** Unless the end is over for good, early panes begin again, and what late ones have counted is of no use (Beam). */
  override onMerge(context: TriggerContext): void {
    this.end.onMerge(context);
    const [live, done] = this.end.isFinished(context) ? [this.late, this.early] : [this.early, this.late];
    live?.onMerge(context);
    done?.clear(context);
  }

  protected override turn(context: TriggerContext): readonly Trigger[] {
    const [now, panes] = this.end.isFinished(context) ? [[], this.late] : [[this.end], this.early];
    return panes === null ? now : [...now, panes];
  }
}

/** `a, or b`; null if neither is waited for. */
function either(waits: readonly (string | null)[]): string | null {
  const some = waits.filter((one) => one !== null);
  return some.length === 0 ? null : some.join(', or ');
}

function fireAgain(trigger: Trigger | null, context: TriggerContext): void {
  trigger?.onFire(context);
  if (trigger?.isFinished(context) === true) trigger.reset(context);
}

/**
 * What a trigger is: the part of a window operator that says when a pane is fired. Triggers are values that compose, as in
 * the Dataflow model (Akidau et al., 2015) and Beam; each of Flink's is one of them, or `repeatedly` of one.
 *
 * A trigger keeps no fields: its state is in slots per key and window, so that snapshots hold it and windows merge.
 */
import type { JsonValue } from '../../graph/schema.ts';
import type { TimeDomain } from '../timers.ts';
import { timeText } from '../windows.ts';
import type { TimeWindow } from '../windows.ts';
import { MAX_EVENT_TIME } from '../../../base/units.ts';

/** What a trigger sees: one key, one window, and the element or timer in hand. */
export interface TriggerContext {
  readonly window: TimeWindow;
  /** By which time the window passes; none: never. */
  readonly windowTime: TimeDomain | 'none';
  /** Windows like this one merge: sessions. Then a part may come back to life, so that each hears of every element. */
  readonly mayMerge: boolean;
  /** The watermark; while a timer of event time fires, the timer's own time, as if the watermark rose step by step. */
  readonly eventTime: number;
  readonly processingTime: number;
  /** The timer in hand; null: it is an element, or a merge. */
  readonly timer: { readonly domain: TimeDomain; readonly time: number } | null;
  /** Event time of the element in hand; NaN if it has none. */
  readonly timestamp: number;
  /** A number in a column of the element in hand; null if there is none. */
  number(column: string): number | null;
  read(slot: string): JsonValue | undefined;
  write(slot: string, value: JsonValue): void;
  forget(slot: string): void;
  /** While windows merge: what each of them had in the slot, those left out that had nothing. */
  merged(slot: string): readonly JsonValue[];
  /** While windows merge: how many. The record that makes them merge is in none of them yet. */
  readonly mergedWindows: number;
  /** Timers of this key and window; setting one again changes nothing. */
  setTimer(domain: TimeDomain, time: number): void;
  removeTimer(domain: TimeDomain, time: number): void;
}

export interface Trigger {
  onElement(context: TriggerContext): void;
  /** A timer of this window came; asked before `shouldFire`. */
  onTimer(context: TriggerContext): void;
  /** Sets the timers that it waits for, where they are not set: its turn has come, or a part of the whole removed some. */
  arm(context: TriggerContext): void;
  /** Asked after each element and timer. */
  shouldFire(context: TriggerContext): boolean;
  /** A pane is fired because `shouldFire` said so. */
  onFire(context: TriggerContext): void;
  /** It will never fire again in this window. */
  isFinished(context: TriggerContext): boolean;
  /** What it waits for, to follow “fires when”; null: it will not fire. Only looks; no element and no timer is in hand. */
  waitsFor(context: TriggerContext): string | null;
  /** Begins anew, as if nothing had come since it fired; what it knows of the window's end stays. */
  reset(context: TriggerContext): void;
  /** The pane that it was counting for, or waiting for, is gone; whether it is finished stays (Beam: clear). */
  forgetPane(context: TriggerContext): void;
  /** State and timers of the windows that were merged become those of the result. They are cleared afterwards. */
  onMerge(context: TriggerContext): void;
  /** Removes all state and timers. */
  clear(context: TriggerContext): void;
  /** False: windows that merge (sessions) cannot have it. */
  readonly merges: boolean;
}

/** Finished or not, for triggers that fire once. */
export class Once {
  private readonly slot: string;

  constructor(id: string) {
    this.slot = `${id}!`;
  }

  is(context: TriggerContext): boolean {
    return context.read(this.slot) === true;
  }

  set(context: TriggerContext): void {
    context.write(this.slot, true);
  }

  clear(context: TriggerContext): void {
    context.forget(this.slot);
  }

  /** In how many of the windows that merge. */
  merged(context: TriggerContext): number {
    return context.merged(this.slot).length;
  }
}

/** What all triggers have in common that fire once. */
export abstract class OnceTrigger implements Trigger {
  readonly merges: boolean = true;
  protected readonly once: Once;

  constructor(id: string) {
    this.once = new Once(id);
  }

  abstract onElement(context: TriggerContext): void;
  abstract onMerge(context: TriggerContext): void;
  abstract clear(context: TriggerContext): void;
  abstract forgetPane(context: TriggerContext): void;
  protected abstract isDue(context: TriggerContext): boolean;
  protected abstract waits(context: TriggerContext): string;

  onTimer(_context: TriggerContext): void {}

  arm(_context: TriggerContext): void {}

  shouldFire(context: TriggerContext): boolean {
    return !this.once.is(context) && this.isDue(context);
  }

  onFire(context: TriggerContext): void {
    this.once.set(context);
  }

  isFinished(context: TriggerContext): boolean {
    return this.once.is(context);
  }

  waitsFor(context: TriggerContext): string | null {
    return this.once.is(context) ? null : this.waits(context);
  }

  reset(context: TriggerContext): void {
    this.clear(context);
  }
}

/** A time that is waited for, in words. `near`: a time whose day needs not be said. */
export function reaches(domain: TimeDomain, time: number, near: number): string {
  if (time >= MAX_EVENT_TIME) return 'the end of all time has come';
  if (domain === 'processing') return `processing time reaches ${timeText(time, time)}`;
  return `the watermark reaches ${timeText(time, near)}`;
}

export const sum = (values: readonly JsonValue[]): number =>
  values.reduce<number>((all, value) => all + (value as number), 0);

/** Infinity for none. */
export const least = (values: readonly JsonValue[]): number =>
  values.reduce<number>((all, value) => Math.min(all, value as number), Number.POSITIVE_INFINITY);

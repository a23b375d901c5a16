/** The state of a trigger for one key and window at a time, and what else the trigger sees (`time/triggers/trigger.ts`). */
import type { JsonValue } from '../../graph/schema.ts';
import type { Key } from '../../state/key.ts';
import type { ValueState } from '../../state/keyed-state.ts';
import type { OperatorContext } from '../../task/operator.ts';
import type { TimeDomain, Timer } from '../../time/timers.ts';
import type { TriggerContext } from '../../time/triggers/trigger.ts';
import { globalWindow } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import type { Batch, NumberColumn } from '../../wire/batch.ts';
import { columnIndex } from '../../graph/schema.ts';

type Slots = Record<string, JsonValue>;

/** Name of a window as a namespace of state and timers. */
export const nameOf = ({ start, end }: TimeWindow): string => `${start} ${end}`;

export function windowNamed(name: string): TimeWindow {
  const [start, end] = name.split(' ').map(Number) as [number, number];
  return { start, end };
}

const noSlots: Slots = {};
const none: readonly Slots[] = [];

export class TriggerState implements TriggerContext {
  window: TimeWindow = globalWindow;
  timer: Timer | null = null;
  timestamp = Number.NaN;
  readonly windowTime: TimeDomain | 'none';
  readonly mayMerge: boolean;
  /** A timer was removed since `enter`, which another part of the trigger, or the clean-up, may wait for, too. */
  removedTimer = false;
  private readonly context: OperatorContext;
  private readonly state: ValueState<Slots>;
  private key: Key = null;
  private namespace = '';
  private slots: Slots = noSlots;
  private changed = false;
  private mergedSlots: readonly Slots[] = [];
  private batch: Batch | null = null;
  private row = 0;

  constructor(context: OperatorContext, windowTime: TimeDomain | 'none', mayMerge: boolean) {
    this.context = context;
    this.windowTime = windowTime;
    this.mayMerge = mayMerge;
    this.state = context.keyedState.value<Slots>('trigger');
  }

  get eventTime(): number {
    return this.timer?.domain === 'event' ? this.timer.time : this.context.watermark();
  }

  get processingTime(): number {
    return this.timer?.domain === 'processing' ? this.timer.time : this.context.now();
  }

  /** The element in hand from here on. */
  element(batch: Batch, row: number): void {
    this.batch = batch;
    this.row = row;
    this.timestamp = batch.timestamps[row] as number;
    this.timer = null;
  }

  /** The timer in hand from here on. */
  atTimer(timer: Timer): void {
    this.batch = null;
    this.timestamp = Number.NaN;
    this.timer = timer;
  }

  /** Turns to this window with neither element nor timer in hand: for those who only look. */
  look(key: Key, window: TimeWindow): void {
    this.batch = null;
    this.timestamp = Number.NaN;
    this.timer = null;
    this.enter(key, window);
  }

  /** Turns to this window; `merged`: those that it is the result of. Call `leave` behind it. */
  enter(key: Key, window: TimeWindow, merged: readonly TimeWindow[] = []): void {
    this.key = key;
    this.window = window;
    this.namespace = nameOf(window);
    this.slots = this.state.get(key, this.namespace) ?? noSlots;
    this.changed = false;
    this.removedTimer = false;
    this.mergedSlots = merged.length === 0 ? none : merged.map((each) => this.state.get(key, nameOf(each)) ?? noSlots);
  }

  /** Keeps what has changed. */
  leave(): void {
    if (!this.changed) return;
    if (Object.keys(this.slots).length === 0) this.state.delete(this.key, this.namespace);
    else this.state.set(this.key, this.namespace, this.slots);
  }

  /** Nothing of this window is left. */
  drop(): void {
    this.state.delete(this.key, this.namespace);
    this.changed = false;
  }

  number(column: string): number | null {
    if (this.batch === null) return null;
    const { values } = this.batch.columns[columnIndex(this.batch.schema, column)] as NumberColumn;
    const value = values[this.row] as number;
    return Number.isNaN(value) ? null : value;
  }

  read(slot: string): JsonValue | undefined {
    return this.slots[slot];
  }

  write(slot: string, value: JsonValue): void {
    this.mine()[slot] = value;
  }

  forget(slot: string): void {
    if (!(slot in this.slots)) return;
    delete this.mine()[slot];
  }

  merged(slot: string): readonly JsonValue[] {
    return this.mergedSlots.flatMap((slots) => (slot in slots ? [slots[slot] as JsonValue] : []));
  }

  get mergedWindows(): number {
    return this.mergedSlots.length;
  }

  setTimer(domain: TimeDomain, time: number): void {
    this.context.timers.register({ domain, time, key: this.key, namespace: this.namespace });
  }

  removeTimer(domain: TimeDomain, time: number): void {
    this.removedTimer = true;
    this.context.timers.remove({ domain, time, key: this.key, namespace: this.namespace });
  }

  /** The slots to be changed: a copy, since a snapshot may hold those that were read. */
  private mine(): Record<string, JsonValue> {
    if (!this.changed) this.slots = { ...this.slots };
    this.changed = true;
    return this.slots;
  }
}

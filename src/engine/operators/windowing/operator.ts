/**
 * Windows of any assigner, with triggers, allowed lateness, merging, evictors and any window function: Flink's
 * WindowOperator, step by step. (Tumbling aggregates have an operator of their own, made for speed: `window-operator.ts`.)
 */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import type { Key } from '../../state/key.ts';
import type { KeyEntry } from '../../state/keyed-state.ts';
import type { Operator, OperatorContext, Progress } from '../../task/operator.ts';
import type { Timer } from '../../time/timers.ts';
import { reaches } from '../../time/triggers/trigger.ts';
import type { Trigger } from '../../time/triggers/trigger.ts';
import type { WindowAssigner } from '../../time/window-assigners.ts';
import { passedAt, windowText } from '../../time/windows.ts';
import type { TimeWindow } from '../../time/windows.ts';
import { selectRows } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import { TaskFailure } from '../../wire/failures.ts';
import { shortJson } from '../../wire/inspect.ts';
import type { Held, WindowFacts } from '../../wire/inspect.ts';
import { KeyReader } from '../../wire/keys.ts';
import { Cleanup } from './cleanup.ts';
import type { CleanupRules } from './cleanup.ts';
import { Unfired } from './closing.ts';
import type { Contents } from './contents.ts';
import type { GapOf } from './gap.ts';
import { heldWindows } from './held.ts';
import { MergingWindows } from './merging-windows.ts';
import type { Merged } from './merging-windows.ts';
import { noBatch } from '../join-output.ts';
import { inPlace } from '../failure-place.ts';
import { Panes } from './panes.ts';
import type { Pane } from './panes.ts';
import { noRows, Retractions } from './retractions.ts';
import type { PaneRow } from './retractions.ts';
import { nameOf, TriggerState, windowNamed } from './trigger-state.ts';

/** The parts that make a window operator. */
export interface WindowParts<T> extends CleanupRules {
  readonly assigner: WindowAssigner;
  /** In ms, of the record in hand; for sessions. */
  readonly gap: GapOf;
  readonly trigger: Trigger;
  /** A pane's contents are dropped when it was fired (discarding), or stay (accumulating). */
  readonly purges: boolean;
  /** Somebody sees index and timing of panes: else no state is spent on them. */
  readonly numbered: boolean;
  readonly contents: Contents<T>;
  /** What a pane put out is taken back by the next of its window and key. */
  readonly retracts: boolean;
  /**
   * Emits what the window function makes of a pane, in the place of what it put out before; gives what is to be taken
   * back next, if panes are retracted.
   */
  readonly fire: (
    key: Key,
    window: TimeWindow,
    contents: T,
    pane: Pane,
    before: readonly PaneRow[],
  ) => readonly PaneRow[];
  /** Records that wait for a flush. */
  readonly waiting: () => number;
  /** Sends what was emitted, if it is at least so many records. */
  readonly flush: (atLeast: number) => void;
}

const unnumbered: Pane = { index: 0, timing: 'early' };
const notesMost = 20;
const emitRows = 2048;

export class GeneralWindowOperator<T> implements Operator {
  private readonly parts: WindowParts<T>;
  private readonly context: OperatorContext;
  /** By input. */
  private readonly readers: readonly KeyReader[];
  private readonly state: TriggerState;
  private readonly merging: MergingWindows | null;
  private readonly panes: Panes;
  private readonly retractions: Retractions | null;
  private readonly unfired: Unfired;
  private readonly cleanup: Cleanup;
  private late = new Int32Array(256);

  constructor(parts: WindowParts<T>, context: OperatorContext) {
    this.parts = parts;
    this.context = context;
    this.readers = context.inputs.map(({ schema, key }) => new KeyReader(schema, key ?? []));
    this.state = new TriggerState(context, parts.time, parts.assigner.merges);
    this.panes = new Panes(this.state);
    this.retractions = parts.retracts ? new Retractions(this.state) : null;
    this.cleanup = new Cleanup(parts, context);
    this.unfired = new Unfired(this.state, parts.closing);
    // Declared in any case, so that a snapshot of the operator made for speed, whose windows are under this name, is refused.
    const merging = new MergingWindows(context);
    this.merging = parts.assigner.merges ? merging : null;
  }

  process(batch: Batch, input: number): void {
    const { context } = this;
    if (this.late.length < batch.length) this.late = new Int32Array(batch.length);
    let late = 0;
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      if (this.element(batch, row, input)) continue;
      this.late[late++] = row;
      context.times?.dropped(row);
    }
    // A timer's failure must not name the last record.
    context.at(noBatch, 0);
    this.parts.flush(1);
    if (late === 0) return;
    context.countLate(late);
    context.outputs[1 + input]?.emit(selectRows(batch, this.late, late));
  }

  onTimer(timer: Timer): void {
    const { state, parts } = this;
    const { key } = timer;
    const window = windowNamed(timer.namespace as string);
    const contents = this.contentsOf(key, window);
    const over = this.cleanup.isDue(timer, window);
    if (contents === null && !over) return;
    state.atTimer(timer);
    state.enter(key, window);
    if (contents === null) return this.drop(key, window, null);
    const open = !parts.trigger.isFinished(state);
    let fired = false;
    // A clean-up behind the end is nothing to a trigger.
    if (!over || timer.time <= passedAt(window, timer.domain)) {
      parts.trigger.onTimer(state);
      fired = this.naming(key, window, () => this.fireIfDue(key, window, contents, over));
    }
    if (over && open && !fired) this.naming(key, window, () => this.fireLast(key, window, contents));
    if (over) this.drop(key, window, contents);
    else this.settle(key, window);
    // What event-time timers emit goes out with the watermark that fired them.
    parts.flush(timer.domain === 'processing' ? 1 : emitRows);
  }

  /** All timers that were due have fired. */
  onWatermark(): Progress {
    this.parts.flush(1);
    return 'done';
  }

  notes(): readonly string[] {
    if (this.parts.time === 'none') return [];
    const names = this.merging?.keysByWindow((key, contents) => this.parts.contents.holds(key, contents));
    const windows = [...(names?.keys() ?? this.parts.contents.namespaces())].map((name) => windowNamed(name as string));
    return windows
      .sort((a, b) => a.end - b.end)
      .slice(0, notesMost)
      .map((window) => {
        const name = nameOf(window);
        const keys = names?.get(name) ?? this.parts.contents.keysIn(name);
        return `Window ${windowText(window.start, window.end)} holds ${keys} ${keys === 1 ? 'key' : 'keys'}`;
      });
  }

  holds(key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    const windows = heldWindows(entries, this.merging !== null);
    return windows.map(({ window, contents }) => {
      const value = contents === undefined ? '' : shortJson(this.parts.contents.shown(contents));
      return { what: 'Window', window: this.factsOf(key, window, contents !== undefined), value, note: null };
    });
  }

  timerPurpose({ domain, time, namespace }: Timer): string {
    const window = windowNamed(namespace as string);
    const name = `window ${windowText(window.start, window.end)}`;
    if (!this.cleanup.isDue({ domain, time }, window)) return `asks the trigger of ${name}`;
    const asks = time <= passedAt(window, domain);
    if (this.parts.closing === 'drop')
      return asks ? `asks the trigger of ${name} and then clears it` : `clears ${name}`;
    return `${asks ? 'asks the trigger of' : 'fires what is left of'} ${name} and then clears it`;
  }

  private factsOf(key: Key, window: TimeWindow, filled: boolean): WindowFacts {
    const { parts, state, panes } = this;
    const { time, trigger, numbered } = parts;
    state.look(key, window);
    const cleanupAt = this.cleanup.timeOf(window);
    const now = time === 'processing' ? state.processingTime : state.eventTime;
    return {
      ...window,
      time,
      passed: time !== 'none' && now >= passedAt(window, time),
      firesWhen: trigger.isFinished(state) ? null : this.firesWhen(window),
      cleanupAt: cleanupAt === MAX_EVENT_TIME ? null : cleanupAt,
      panes: numbered ? panes.count : null,
      filled,
    };
  }

  /** False if it is dropped: late in all its windows, or they are closed. */
  private element(batch: Batch, row: number, input: number): boolean {
    const { parts, state } = this;
    const timestamp = batch.timestamps[row] as number;
    const key = (this.readers[input] as KeyReader).read(batch, row);
    let skipped = true;
    let closed = false;
    state.element(batch, row);
    for (const assigned of parts.assigner.assign(this.timeOf(timestamp), parts.gap(batch, row, input))) {
      const window = this.merging?.add(key, assigned, (merged) => this.merge(key, merged)) ?? assigned;
      if (this.cleanup.isLate(window)) {
        this.merging?.retire(key, window);
        continue;
      }
      state.enter(key, window);
      // A trigger that will never fire again has closed the window (Beam).
      closed = parts.trigger.isFinished(state);
      if (closed) {
        this.merging?.retire(key, window);
        continue;
      }
      skipped = false;
      const contents = this.contentsOf(key, window) as string;
      if (!parts.contents.holds(key, contents)) this.cleanup.expect(key, window);
      parts.contents.add(key, contents, batch, row, input);
      this.unfired.add();
      this.context.times?.assigned(row, window.start, window.end);
      parts.trigger.onElement(state);
      this.fireIfDue(key, window, contents);
      this.settle(key, window);
      parts.flush(emitRows);
    }
    return !skipped || !(closed || this.cleanup.isElementLate(timestamp));
  }

  /** Keeps what the trigger has changed. */
  private settle(key: Key, window: TimeWindow): void {
    const { state, parts } = this;
    if (state.removedTimer) {
      parts.trigger.arm(state);
      this.cleanup.expect(key, window);
    }
    state.leave();
  }

  private timeOf(timestamp: number): number {
    const { time } = this.parts;
    if (time === 'processing') return this.context.now();
    if (time === 'none' || !Number.isNaN(timestamp)) return timestamp;
    const { node, name } = this.context;
    throw new TaskFailure({ code: 'missing-timestamp', details: { node: name }, node });
  }

  private merge(key: Key, { result, windows, into, from }: Merged): void {
    const { state, parts } = this;
    state.enter(key, result, windows);
    this.panes.merge();
    this.retractions?.merge();
    parts.trigger.onMerge(state);
    this.settle(key, result);
    this.cleanup.expect(key, result);
    for (const window of windows) {
      state.enter(key, window);
      parts.trigger.clear(state);
      state.drop();
      this.cleanup.forget(key, window);
    }
    parts.contents.merge(key, into, from);
    this.context.times?.merged(key, result, windows);
  }

  /** `last`: the state of the window goes. Gives whether a pane was fired. */
  private fireIfDue(key: Key, window: TimeWindow, contents: string, last = false): boolean {
    const { parts, state, panes } = this;
    if (!parts.trigger.shouldFire(state)) return false;
    const taken = parts.contents.take(key, contents) ?? (last ? this.nothing() : undefined);
    if (taken !== undefined) this.fire(key, window, taken, parts.numbered ? panes.next() : null);
    else if (parts.numbered) panes.pass();
    this.unfired.clear();
    parts.trigger.onFire(state);
    const finished = parts.trigger.isFinished(state);
    if (parts.purges || finished) parts.contents.clear(key, contents);
    // A closed window merges with none any more; its trigger's state stays, so that it is not begun again (Beam).
    if (finished) this.merging?.retire(key, window);
    return taken !== undefined;
  }

  /** The state of the window goes: what its trigger has not fired. */
  private fireLast(key: Key, window: TimeWindow, contents: string): boolean {
    const { parts, panes } = this;
    if (!this.unfired.lastPane) return false;
    const taken = parts.contents.take(key, contents) ?? this.nothing();
    if (taken !== undefined) this.fire(key, window, taken, parts.numbered ? panes.next() : null);
    return taken !== undefined;
  }

  /** What a last pane is about that nothing new is in. */
  private nothing(): T | undefined {
    return this.unfired.lastPane ? this.parts.contents.nothing() : undefined;
  }

  /** At timers no record is in hand: a failure names the window instead. */
  private naming(key: Key, window: TimeWindow, fire: () => boolean): boolean {
    try {
      return fire();
    } catch (error) {
      const of = (this.readers[0] as KeyReader).columns.length === 1 ? JSON.stringify(key) : String(key);
      throw inPlace(error, `at the window ${windowText(window.start, window.end)} of key ${of}`);
    }
  }

  private fire(key: Key, window: TimeWindow, taken: T, pane: Pane | null): void {
    const { parts, state, context, retractions } = this;
    const rows = parts.fire(key, window, taken, pane ?? unnumbered, retractions?.before() ?? noRows);
    retractions?.keep(rows);
    context.times?.fired(key, window, {
      domain: parts.time,
      pane,
      byElement: state.timer === null,
      rows: parts.waiting(),
    });
  }

  /** The window in hand is over; `contents`: null of one that was closed before and merges. */
  private drop(key: Key, window: TimeWindow, contents: string | null): void {
    const { parts, state } = this;
    if (contents !== null) parts.contents.clear(key, contents);
    parts.trigger.clear(state);
    state.drop();
    this.merging?.retire(key, window);
    this.context.times?.closed(key, window);
  }

  /** Null: the window was merged into another, is closed or is over. */
  private contentsOf(key: Key, window: TimeWindow): string | null {
    return this.merging === null ? nameOf(window) : this.merging.contentsOf(key, window);
  }

  /** Of the window in hand, whose trigger is not through; null: it has no more panes. */
  private firesWhen(window: TimeWindow): string | null {
    const waits = this.parts.trigger.waitsFor(this.state);
    const { domain } = this.cleanup;
    if (domain === null || this.parts.closing === 'drop' || !this.unfired.lastPane) return waits;
    const last = `${reaches(domain, this.cleanup.timeOf(window), window.start)} (the last pane)`;
    return waits === null ? last : `${waits}, or at the latest when ${last}`;
  }
}

/**
 * The running half of the tumbling window. State is one table of accumulators per window, so the hot path finds window
 * and slot per record by comparing and indexing, and then runs each aggregate over the whole batch.
 */
import { Heap } from '../../base/heap.ts';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { AggregateSpec } from '../graph/params.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import type { Accumulators } from '../state/accumulators.ts';
import type { Key } from '../state/key.ts';
import type { AccumulatorState, KeyEntry, ValueState } from '../state/keyed-state.ts';
import type { Operator, OperatorContext, Progress, TimeTelling } from '../task/operator.ts';
import {
  cleanupTime,
  isCleanedUp,
  isLate,
  lastTimeOf,
  timeText,
  windowEnd,
  windowStart,
  windowText,
} from '../time/windows.ts';
import { selectRows } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held, WindowFacts } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { AggregatePlan } from './aggregates.ts';
import type { Rows } from './accumulate.ts';
import { KeyIds } from './key-ids.ts';
import { KeyedRows } from './keyed-rows.ts';
import { OpenWindow, WindowRuns } from './open-window.ts';
import type { PaneTiming } from '../wire/time-traces.ts';

export interface WindowParams {
  readonly sizeMs: number;
  readonly offsetMs: number;
  readonly aggregates: readonly AggregateSpec[];
  readonly allowedLatenessMs: number;
}

/** Result rows of one portion of a firing. */
const portionRows = 4096;
const notesMost = 20;
/** Windows that keep the slots of their keys at hand. */
const cachesMost = 32;

export class WindowOperator implements Operator {
  private readonly params: WindowParams;
  private readonly context: OperatorContext;
  private readonly keyIds: KeyIds;
  private readonly plan: AggregatePlan;
  private readonly state: AccumulatorState;
  private readonly results: KeyedRows;
  /** How many panes each key and window has fired; only for whoever wants to hear of them. */
  private readonly panes: ValueState<number> | null;
  /** Accumulator that is 1 while the key's timer at the window's end is registered; -1 without lateness: none needed. */
  private readonly pending: number;
  /** Columns before the aggregates': key and window. */
  private readonly leading: number;
  /** All windows with state, by start; null until built from the state, which may have been restored. */
  private windows: Map<number, OpenWindow> | null = null;
  private readonly due = new Heap<OpenWindow>(byStart);
  /** Fired and not cleaned up. */
  private readonly fired = new Heap<OpenWindow>(byStart);
  private firing: { readonly window: OpenWindow; slot: number } | null = null;
  private readonly cached: OpenWindow[] = [];
  private readonly runs = new WindowRuns();
  private readonly rows: Rows = { slots: new Int32Array(256), order: null, from: 0, to: 0 };
  private late = new Int32Array(256);

  constructor(given: WindowParams, context: OperatorContext) {
    const input = context.inputs[0] as StreamType;
    const reader = new KeyReader(input.schema, input.key ?? []);
    this.params = given;
    this.leading = reader.columns.length + 2;
    this.context = context;
    this.keyIds = new KeyIds(reader);
    this.plan = new AggregatePlan(given.aggregates, input.schema);
    this.pending = given.allowedLatenessMs > 0 ? this.plan.initial.length : -1;
    this.state = context.keyedState.accumulator('windows', [...this.plan.initial, ...(this.pending >= 0 ? [0] : [])]);
    // Nothing is in it: a snapshot of the general operator, which has its windows there, is refused and not passed over.
    context.keyedState.accumulator('contents', []);
    this.panes = context.onPane === undefined ? null : context.keyedState.value('panes');
    this.results = new KeyedRows((context.outputTypes[0] as { schema: Schema }).schema, reader);
  }

  process(batch: Batch): void {
    if (this.rows.slots.length < batch.length) {
      this.rows.slots = new Int32Array(batch.length);
      this.late = new Int32Array(batch.length);
    }
    this.keyIds.resolve(batch);
    const late = this.assign(batch);
    if (this.context.times?.followsBatch === true) this.tell(this.context.times, batch, late);
    for (const { window, from, to } of this.runs.parts(batch.length)) {
      this.rows.order = this.runs.order;
      this.rows.from = from;
      this.rows.to = to;
      if (window.stage === 'open') this.accumulate(window.table as Accumulators, batch);
    }
    this.flush();
    if (late === 0) return;
    this.context.countLate(late);
    this.context.outputs[1]?.emit(selectRows(batch, this.late, late));
  }

  onWatermark(time: EventTimeMs): Progress {
    this.open();
    while (this.results.length < portionRows && this.fireNext(time));
    const more = this.results.length >= portionRows;
    this.flush();
    if (more) return 'more';
    for (let first = this.fired.peek(); first !== undefined && this.isOver(first, time); first = this.fired.peek()) {
      this.fired.pop();
      this.drop(first);
    }
    return 'done';
  }

  notes(): readonly string[] {
    const windows = [...this.open().values()].sort(byStart).slice(0, notesMost);
    return windows.map((window) => this.note(window));
  }

  holds(_key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    const windows = entries.filter(({ state }) => state === 'windows');
    return windows
      .map(({ namespace, value }) => this.held(namespace as number, value as number[]))
      .sort((a, b) => a.window.start - b.window.start);
  }

  private held(start: number, values: readonly number[]): Held & { readonly window: WindowFacts } {
    const { sizeMs, allowedLatenessMs } = this.params;
    const end = windowEnd(start, sizeMs);
    const passed = this.windows?.get(start)?.stage === 'passed';
    const cleanupAt = cleanupTime(end, allowedLatenessMs);
    return {
      what: 'Window',
      window: {
        start,
        end,
        time: 'event',
        passed,
        firesWhen: passed
          ? 'a late record comes for it'
          : `the watermark reaches ${timeText(lastTimeOf({ end }), start)}`,
        cleanupAt: cleanupAt === MAX_EVENT_TIME ? null : cleanupAt,
        panes: null,
        filled: true,
      },
      value: shortJson(this.plan.shown(values)),
      note: null,
    };
  }

  /** Finds the slot of each record; returns how many are late. Records of windows that have passed fire at once. */
  private assign(batch: Batch): number {
    const { keyIds, runs, late } = this;
    const { ids } = keyIds;
    const { slots } = this.rows;
    const { timestamps, length } = batch;
    let lateCount = 0;
    let window = nowhere;
    let { start, end, slots: slotOfId } = window;
    runs.begin();
    for (let row = 0; row < length; row++) {
      const time = timestamps[row] as number;
      if (!(time >= start && time < end)) {
        window = this.windowOf(time);
        ({ start, end, slots: slotOfId } = window);
        runs.startRun(window, row);
      }
      if (window.stage === 'late') {
        late[lateCount++] = row;
        continue;
      }
      const id = ids[row] as number;
      let slot = slotOfId[id] as number;
      if (slot === -1) slot = window.touch(id, keyIds);
      slots[row] = slot;
      if (window.stage === 'passed') this.fireAtOnce(window, batch, row);
    }
    return lateCount;
  }

  private accumulate(table: Accumulators, batch: Batch): void {
    this.plan.update(table, batch, this.rows);
    if (this.pending === -1) return;
    const { slots, order, from, to } = this.rows;
    const registered = table.column(this.pending);
    for (let i = from; i < to; i++) registered[slots[order === null ? i : (order[i] as number)] as number] = 1;
  }

  /** The window has passed but is not gone: the record counts, and the key's result goes out again. */
  private fireAtOnce(window: OpenWindow, batch: Batch, row: number): void {
    const { rows } = this;
    rows.order = null;
    rows.from = row;
    rows.to = row + 1;
    this.plan.update(window.table as Accumulators, batch, rows);
    this.addResult(window, rows.slots[row] as number, 'late');
  }

  /** The window of a point in time, good for the ids of the batch in hand. */
  private windowOf(time: number): OpenWindow {
    const { sizeMs, offsetMs, allowedLatenessMs } = this.params;
    if (Number.isNaN(time)) {
      const { node, name } = this.context;
      throw new TaskFailure({ code: 'missing-timestamp', details: { node: name }, node });
    }
    const start = windowStart(time, sizeMs, offsetMs);
    const end = windowEnd(start, sizeMs);
    let window = this.open().get(start);
    if (window === undefined) {
      const watermark = this.context.watermark();
      if (isLate(end, allowedLatenessMs, watermark)) return new OpenWindow(start, end, 'late', null);
      window = this.add(start, watermark);
    }
    if (window.prepare(this.keyIds)) this.keepCache(window);
    return window;
  }

  private add(start: number, watermark: EventTimeMs): OpenWindow {
    const end = windowEnd(start, this.params.sizeMs);
    const window = new OpenWindow(
      start,
      end,
      lastTimeOf({ end }) <= watermark ? 'passed' : 'open',
      this.state.table(start),
    );
    this.windows?.set(start, window);
    (window.stage === 'open' ? this.due : this.fired).push(window);
    return window;
  }

  /**
   * All windows with state. Those restored are due whatever the watermark: it began anew, and what has fired before has
   * no timer left.
   */
  private open(): Map<number, OpenWindow> {
    if (this.windows !== null) return this.windows;
    this.windows = new Map();
    for (const start of this.state.namespaces()) this.add(start as number, MIN_EVENT_TIME);
    return this.windows;
  }

  private keepCache(window: OpenWindow): void {
    if (this.cached.length >= cachesMost) this.cached.shift()?.forget();
    this.cached.push(window);
  }

  /** Adds results of the next window that is due until the portion is full; false when none is due. */
  private fireNext(time: EventTimeMs): boolean {
    if (this.firing === null) {
      const first = this.due.peek();
      if (first === undefined || lastTimeOf(first) > time) return false;
      this.due.pop();
      this.firing = { window: first, slot: 0 };
    }
    const { window } = this.firing;
    const { size } = window.table as Accumulators;
    while (this.firing.slot < size && this.results.length < portionRows) this.fireSlot(window, this.firing.slot++);
    if (this.firing.slot === size) {
      this.firing = null;
      window.stage = 'passed';
      this.fired.push(window);
    }
    return true;
  }

  private fireSlot(window: OpenWindow, slot: number): void {
    if (this.pending >= 0) {
      const registered = (window.table as Accumulators).column(this.pending);
      if (registered[slot] === 0) return;
      registered[slot] = 0;
    }
    this.addResult(window, slot, 'on time');
  }

  private addResult(window: OpenWindow, slot: number, timing: PaneTiming): void {
    const { results, plan } = this;
    const table = window.table as Accumulators;
    results.start(table.keyAt(slot), lastTimeOf(window));
    results.set(0, window.start);
    results.set(1, window.end);
    for (let i = 0; i < plan.width; i++) results.set(2 + i, plan.result(i, table, slot));
    this.context.times?.fired(table.keyAt(slot), window, {
      domain: 'event',
      pane: null,
      byElement: timing === 'late',
      rows: results.length,
    });
    if (this.panes !== null) this.tellPane(this.panes, window, table.keyAt(slot), timing);
  }

  /** After a restore event time begins anew: what fires again then is late all the same. */
  private tellPane(panes: ValueState<number>, { start, end }: OpenWindow, key: Key, timing: PaneTiming): void {
    const index = panes.get(key, start) ?? 0;
    panes.set(key, start, index + 1);
    this.context.onPane?.({ key, start, end, index, timing: index > 0 ? 'late' : timing, records: 1 });
  }

  private flush(): void {
    if (this.results.length === 0) return;
    const batch = this.results.take();
    this.context.times?.emitted(batch, this.leading);
    this.context.outputs[0]?.emit(batch);
  }

  /** For the plot: the windows of the records in hand, and which are late. */
  private tell(times: TimeTelling, batch: Batch, late: number): void {
    const { sizeMs, offsetMs } = this.params;
    for (let row = 0; row < batch.length; row++) {
      const start = windowStart(batch.timestamps[row] as number, sizeMs, offsetMs);
      if (this.windows?.has(start) === true) times.assigned(row, start, windowEnd(start, sizeMs));
    }
    for (let i = 0; i < late; i++) times.dropped(this.late[i] as number);
  }

  private isOver(window: OpenWindow, watermark: EventTimeMs): boolean {
    return isCleanedUp(window.end, this.params.allowedLatenessMs, watermark);
  }

  private drop(window: OpenWindow): void {
    this.open().delete(window.start);
    this.state.deleteNamespace(window.start);
    this.panes?.deleteNamespace(window.start);
    this.context.times?.closed(undefined, window);
    const at = this.cached.indexOf(window);
    if (at >= 0) this.cached.splice(at, 1);
  }

  private note({ start, end, stage, table }: OpenWindow): string {
    const size = table?.size ?? 0;
    const keys = size === 1 ? '1 key' : `${size} keys`;
    const window = windowText(start, end);
    if (stage === 'open')
      return `Window ${window} holds ${keys}, fires at watermark ${timeText(lastTimeOf({ end }), start)}`;
    const gone = timeText(cleanupTime(end, this.params.allowedLatenessMs), start);
    return `Window ${window} has fired, keeps ${keys} for late records until watermark ${gone}`;
  }
}

function byStart(a: OpenWindow, b: OpenWindow): number {
  return a.start - b.start;
}

/** Holds no time: what a batch starts with. */
const nowhere = new OpenWindow(0, 0, 'late', null);

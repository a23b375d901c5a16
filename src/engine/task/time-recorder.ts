/**
 * Tells what happens to event time at one operator of a subtask (`wire/time-traces.ts`). Everything while little
 * happens; when more records came in a tenth of a second than a person can follow, a few of them, evenly over each batch.
 * What is left out costs one comparison per batch, and is counted.
 */
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, PlannedOperator } from '../graph/plan.ts';
import { isRetraction } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { Timer } from '../time/timers.ts';
import { lastTimeOf, passedAt } from '../time/windows.ts';
import type { TimeWindow } from '../time/windows.ts';
import type { Batch } from '../wire/batch.ts';
import { RowKindReader } from '../wire/row-kinds.ts';
import type { PaneTiming, PaneTrace, RecordTrace, Span, TimesSkipped, TimeTrace } from '../wire/time-traces.ts';
import { Budget } from './budget.ts';
import { KeyText } from './key-text.ts';
import type { TimeTelling, ToldPane } from './operator.ts';
import { hueAt, labelAt, shortened, textAt } from './record-text.ts';

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type RecordDraft = Draft<RecordTrace> & { windows?: Span[] };
type PaneDraft = Draft<PaneTrace>;

/** How much of each is told in a tenth of a second: all of so many, else so few. */
export interface TimeLimits {
  readonly records: readonly [whole: number, sample: number];
  readonly panes: readonly [whole: number, sample: number];
  readonly others: readonly [whole: number, sample: number];
  readonly watermarks: readonly [whole: number, sample: number];
}

/** For the page: a bounded number of bytes per second. */
export const pageTimes: TimeLimits = {
  records: [40, 4],
  panes: [200, 20],
  others: [200, 20],
  watermarks: [40, 0],
};

const all = [Number.POSITIVE_INFINITY, 0] as const;
/** Everything: for the CLI and for tests. */
export const allTimes: TimeLimits = { records: all, panes: all, others: all, watermarks: all };

const valueLengthMax = 60;
/** Windows whose panes are counted. */
const countedMax = 5000;

export class TimeRecorder implements TimeTelling {
  private traces: TimeTrace[] = [];
  private readonly records: Budget;
  private readonly panes: Budget;
  private readonly others: Budget;
  private readonly watermarks: Budget;
  /** Of the batch in hand, by row; empty: none of its records is told. */
  private inHand: (RecordDraft | undefined)[] = [];
  /** Panes whose results are not yet emitted, with their rows. */
  private waiting: { readonly pane: PaneDraft; readonly from: number; readonly to: number }[] = [];
  private rowsTold = 0;
  private watermark: EventTimeMs = MIN_EVENT_TIME;
  /** The newest of each channel, where too many came to tell all. */
  private readonly coalesced = new Map<ChannelId | null, TimeTrace>();
  /** Panes by key and window, unless the operator counts them itself. */
  private readonly counts = new Map<string, { count: number; onTime: boolean }>();
  /** There may be panes before those in `counts`. */
  private forgot: boolean;
  private readonly keys: readonly KeyText[];
  private readonly now: () => ProcessingTimeMs;

  /** `restored`: panes may have fired before this attempt. */
  constructor(
    { inputs, outputs }: PlannedOperator,
    now: () => ProcessingTimeMs,
    { limits, restored }: { readonly limits: TimeLimits; readonly restored: boolean },
  ) {
    this.now = now;
    this.forgot = restored;
    this.keys = (inputs.length > 0 ? inputs : outputs.slice(0, 1)).map((type) => new KeyText(type));
    this.records = new Budget(limits.records);
    this.panes = new Budget(limits.panes);
    this.others = new Budget(limits.others);
    this.watermarks = new Budget(limits.watermarks);
  }

  // What the task tells

  /** A batch is about to be processed; sources: emitted. */
  batch(batch: Batch, input: number): void {
    if (this.inHand.length > 0) this.inHand = [];
    const at = this.now();
    const told = this.records.take(batch.length, at);
    for (let i = 0; i < told; i++) {
      const row = Math.floor((i * batch.length) / told);
      const trace = this.recordTrace(batch, row, input, at);
      this.inHand[row] = trace;
      this.traces.push(trace);
    }
  }

  /** The operator goes by this watermark from here on. */
  rose(time: EventTimeMs): void {
    if (time <= this.watermark) return;
    this.watermark = time;
    this.tellWatermark(null, time);
  }

  channelRose(channel: ChannelId, time: EventTimeMs): void {
    this.tellWatermark(channel, time);
  }

  status(channel: ChannelId | null, idle: boolean): void {
    this.traces.push({ kind: 'status', at: this.now(), channel, idle });
  }

  timer({ key, domain, time }: Timer): void {
    const at = this.now();
    if (this.others.take(1, at) === 1) this.traces.push({ kind: 'timer', at, key: this.textOf(key), domain, time });
  }

  /** All since the last call. */
  take(): readonly TimeTrace[] {
    const { traces, coalesced } = this;
    if (traces.length === 0 && coalesced.size === 0) return traces;
    this.traces = [];
    for (const trace of coalesced.values()) traces.push(trace);
    coalesced.clear();
    return traces;
  }

  /** So far. */
  get skipped(): TimesSkipped {
    return { records: this.records.skipped, panes: this.panes.skipped, others: this.others.skipped };
  }

  // What operators tell

  get followsBatch(): boolean {
    return this.inHand.length > 0;
  }

  assigned(row: number, start: number, end: number): void {
    const record = this.inHand[row];
    if (record === undefined) return;
    record.windows ??= [];
    record.windows.push([start, end]);
  }

  dropped(row: number): void {
    const record = this.inHand[row];
    if (record !== undefined) record.verdict = 'dropped';
  }

  fired(key: Key, window: TimeWindow, { domain, pane, byElement, rows }: ToldPane): void {
    const at = this.now();
    const from = this.rowsTold;
    this.rowsTold = rows;
    if (this.panes.take(1, at) === 0) {
      this.forgot = true;
      return;
    }
    const text = this.textOf(key);
    const passed = (domain === 'processing' ? at : this.watermark) >= passedBy(window, domain);
    const counted = pane ?? this.count(countName(text, window), passed, byElement);
    const trace: PaneDraft = {
      kind: 'pane',
      at,
      key: text,
      hue: this.hueOf(key),
      window: [window.start, window.end],
      domain,
      timing: counted.timing,
      index: counted.index,
      time: lastTimeOf(window),
      watermark: this.watermark,
      value: '',
    };
    this.traces.push(trace);
    this.waiting.push({ pane: trace, from, to: rows });
  }

  emitted(batch: Batch, leading: number): void {
    this.rowsTold = 0;
    for (const { pane, from, to } of this.waiting) pane.value = valueText(batch, from, to, leading);
    if (this.waiting.length > 0) this.waiting = [];
  }

  merged(key: Key, window: TimeWindow, from: readonly TimeWindow[]): void {
    const at = this.now();
    if (this.others.take(1, at) === 0) return;
    const text = this.textOf(key);
    this.traces.push({ kind: 'merged', at, key: text, window: spanOf(window), from: from.map(spanOf) });
    this.mergeCounts(text, window, from);
  }

  closed(key: Key | undefined, window: TimeWindow): void {
    const at = this.now();
    const text = key === undefined ? null : this.textOf(key);
    this.forgetCounts(text, window);
    if (this.others.take(1, at) === 1) this.traces.push({ kind: 'closed', at, key: text, window: spanOf(window) });
  }

  // Helpers

  private recordTrace(batch: Batch, row: number, input: number, at: ProcessingTimeMs): RecordDraft {
    const keys = this.keys[input] as KeyText;
    const stamp = batch.timestamps[row] as number;
    const time = Number.isNaN(stamp) ? null : (stamp as EventTimeMs);
    return {
      kind: 'record',
      at,
      time,
      input,
      key: keys.at(batch, row),
      hue: hueAt(batch, keys.hueColumn, row),
      label: labelAt(batch, row),
      verdict: time === null || time > this.watermark ? 'on time' : 'late',
      watermark: this.watermark,
    };
  }

  private tellWatermark(channel: ChannelId | null, time: EventTimeMs): void {
    const at = this.now();
    const trace: TimeTrace = { kind: 'watermark', at, channel, time };
    if (this.watermarks.take(1, at) === 0) this.coalesced.set(channel, trace);
    else {
      this.coalesced.delete(channel);
      this.traces.push(trace);
    }
  }

  private textOf(key: Key): string {
    return (this.keys[0] as KeyText).of(key);
  }

  private hueOf(key: Key): number {
    return (this.keys[0] as KeyText).hueOf(key);
  }

  /** Index and timing by the panes told before: see `Panes`, which keeps them in state where a result shows them. */
  private count(
    name: string,
    passed: boolean,
    byElement: boolean,
  ): { readonly index: number | null; readonly timing: PaneTiming } {
    const before = this.counts.get(name);
    const timing = !passed ? 'early' : before?.onTime === true || byElement ? 'late' : 'on time';
    const known = before !== undefined || !this.forgot;
    if (!known) return { index: null, timing };
    const index = before?.count ?? 0;
    this.counts.set(name, { count: index + 1, onTime: (before?.onTime ?? false) || passed });
    if (this.counts.size > countedMax) {
      this.counts.clear();
      this.forgot = true;
    }
    return { index, timing };
  }

  private forgetCounts(key: string | null, window: TimeWindow): void {
    if (key !== null) this.counts.delete(countName(key, window));
    else for (const name of this.counts.keys()) if (name.startsWith(countName('', window))) this.counts.delete(name);
  }

  private mergeCounts(key: string, window: TimeWindow, from: readonly TimeWindow[]): void {
    let count = 0;
    let onTime = false;
    for (const each of from) {
      const name = countName(key, each);
      const before = this.counts.get(name);
      if (before === undefined) continue;
      count = Math.max(count, before.count);
      onTime ||= before.onTime;
      this.counts.delete(name);
    }
    if (count > 0) this.counts.set(countName(key, window), { count, onTime });
  }
}

const passedBy = (window: TimeWindow, domain: ToldPane['domain']): number =>
  passedAt(window, domain === 'processing' ? 'processing' : 'event');
const spanOf = ({ start, end }: TimeWindow): Span => [start, end];
const countName = (key: string, { start, end }: TimeWindow): string => `${start} ${end} ${key}`;

/** The columns behind the leading ones: `count 3, sum 12`. What is taken back, and by which kind, is not the value. */
function valueText(batch: Batch, from: number, to: number, leading: number): string {
  const kinds = new RowKindReader(batch.schema);
  const rows = Array.from({ length: to - from }, (_, i) => from + i).filter(
    (row) => !isRetraction(kinds.at(batch, row)),
  );
  const [first] = rows;
  if (first === undefined) return '';
  const cells = batch.schema.flatMap(({ name, type }, i) =>
    i < leading || type === 'rowkind' ? [] : [`${name} ${textAt(batch, i, first)}`],
  );
  const text = shortened(cells.join(', '), valueLengthMax);
  return rows.length === 1 ? text : `${text} and ${rows.length - 1} more`;
}

/**
 * Drives the source at the head of a chain: polls it at the run's pace, stops while it is ahead of the group that it is
 * aligned with, and lets its records out with watermarks and idleness, as Flink's SourceOperator does.
 */
import { eventTime, MAX_EVENT_TIME, processingTime } from '../../base/units.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { WatermarkSink } from '../time/watermarks/emitter.ts';
import type { SplitId } from '../time/watermarks/multiplexer.ts';
import type { WatermarkOutput } from '../time/watermarks/strategy.ts';
import type { Batch } from '../wire/batch.ts';
import type { SourceGauges, SplitGauges } from '../wire/reports.ts';
import type { Answer } from '../wire/requests.ts';
import type { SourceOperator } from './operator.ts';
import { Pacer } from './pacer.ts';
import { SourceTime } from './source-time.ts';
import type { SourceTiming } from './source-timing.ts';
import type { SplitReader } from './split-reader.ts';

/** What came of a poll. `emitted`: there may be more at once. `aligning`: it is too far ahead to read on. */
export type PollOutcome = 'emitted' | 'waiting' | 'aligning' | 'ended';

/** JSON: the state of a source in a snapshot. */
export type DriverState = { readonly source: JsonValue; readonly emitted: number };

export interface SourceSink extends WatermarkSink {
  /** For the coordinator, which aligns sources; the greatest while the source is idle or has ended. */
  reportWatermark(time: EventTimeMs): void;
}

/** The one split of a source that has no splits. */
const only: SplitId = 0;

export class SourceDriver {
  private readonly source: SourceOperator;
  private readonly splits: SplitReader | null;
  private readonly timing: SourceTiming;
  private readonly sink: SourceSink;
  private readonly time: SourceTime;
  private readonly pacer = new Pacer();
  private lastRecordAt: ProcessingTimeMs | null = null;
  /** NaN: the last record had none, or there was none. */
  private lastEventTime = Number.NaN;
  private emitted = 0;
  private wakeAt: ProcessingTimeMs | null = null;
  private stopped = false;
  private ended = false;
  private now: ProcessingTimeMs = processingTime(0);
  /** Alignment: how far the source may read. */
  private limit: EventTimeMs = MAX_EVENT_TIME;
  private reportAt: ProcessingTimeMs | null = null;
  private reported: EventTimeMs | null = null;
  /** Splits that are ahead of the limit. */
  private readonly held = new Set<SplitId>();

  /** `splits`: the source itself, if it reads several. */
  constructor(source: SourceOperator, splits: SplitReader | null, timing: SourceTiming, sink: SourceSink) {
    this.source = source;
    this.splits = splits;
    this.timing = timing;
    this.sink = sink;
    this.time = new SourceTime(timing, sink, (split, watermark) => {
      if (timing.alignment !== null && watermark > this.limit) this.hold(split, true);
    });
    for (const split of splits?.open ?? [only]) this.time.register(split);
    splits?.onEnd((split) => {
      this.held.delete(split);
      this.time.unregister(split);
    });
  }

  setPace(recordsPerSecond: number | null, now: ProcessingTimeMs): void {
    const share = recordsPerSecond === null ? null : recordsPerSecond / this.timing.parallelism;
    this.pacer.setRate(share, this.timing.phase, now);
    this.wakeAt = null;
  }

  /** Ends the stream at the next poll. */
  stop(): void {
    this.stopped = true;
    this.wakeAt = null;
  }

  onAnswer(request: number, answer: Answer): void {
    this.source.onAnswer?.(request, answer);
    this.wakeAt = null;
  }

  /** Where the source is, and how many records it has emitted: enough to go on exactly behind the last one. */
  snapshot(): DriverState {
    return { source: this.source.snapshot(), emitted: this.emitted };
  }

  restore({ source, emitted }: DriverState): void {
    this.source.restore(source);
    this.emitted = emitted;
  }

  /** Where reading goes on, by split; null: the split has ended. `alone`: the split of a source that has no others. */
  splitStates(alone: SplitId): readonly (readonly [SplitId, JsonValue])[] {
    return this.splits?.states() ?? [[alone, this.source.snapshot()]];
  }

  /** The source's offsets for people. */
  get offsets(): string {
    return this.source.offsets?.() ?? `record ${this.emitted}`;
  }

  /** Records emitted since the job began, by the restored offsets. */
  get position(): number {
    return this.emitted;
  }

  /** Into how many splits the whole source is divided; 0: it is not. */
  get splitCount(): number {
    return this.splits?.of ?? 0;
  }

  /** It does not read, since it is ahead of what the coordinator allows. */
  get aligning(): boolean {
    return !this.stopped && this.limit < this.time.watermark;
  }

  /** Where its watermark comes from. */
  get gauges(): SourceGauges {
    const { lastEventTime, lastRecordAt } = this;
    const { strategy, outOfOrdernessMs, idleTimeoutMs, alignment } = this.timing;
    return {
      lastEventTime: Number.isNaN(lastEventTime) ? null : eventTime(lastEventTime),
      lastRecordAt,
      strategy,
      outOfOrdernessMs,
      idleTimeoutMs,
      ...(this.splits === null ? {} : { splits: this.splits.open.map((split) => this.splitGauges(split)) }),
      ...(alignment === null
        ? {}
        : { alignment: { group: alignment.group, limit: this.limit, waiting: this.aligning } }),
    };
  }

  /** The coordinator says how far it may read. */
  align(limit: EventTimeMs, now: ProcessingTimeMs): void {
    if (this.timing.alignment === null) return;
    this.now = now;
    this.limit = limit;
    for (const split of this.splits?.open ?? []) this.hold(split, this.time.watermarkOf(split) > limit);
    this.wakeAt = null;
  }

  /** For a split that makes its own watermarks. */
  ofSplit(split: SplitId): WatermarkOutput {
    return this.time.ofSplit(split);
  }

  /** A batch of the source goes out, by `pass`. */
  emit(batch: Batch, pass: (batch: Batch) => void): void {
    this.emitted += batch.length;
    this.lastEventTime = batch.timestamps[batch.length - 1] ?? Number.NaN;
    this.time.emit(this.splits?.current ?? only, batch, pass);
  }

  /** Lets the source emit at most `limit` records, or says why not. */
  poll(limit: number, now: ProcessingTimeMs): PollOutcome {
    this.now = now;
    if (this.stopped) return this.end();
    this.byTheClock();
    this.time.setPaused(this.aligning, now);
    if (this.aligning) {
      this.lastRecordAt = now;
      return 'aligning';
    }
    if (this.wakeAt !== null && now < this.wakeAt) return 'waiting';
    const allowed = this.pacer.allowance(limit, now);
    this.setWaiting(allowed < 1);
    if (allowed < 1) {
      // Waiting for the pace is not idleness.
      this.lastRecordAt = now;
      this.wakeAt = this.pacer.nextAt(now);
      return 'waiting';
    }
    const before = this.emitted;
    const polled = this.source.poll(allowed);
    const emitted = this.emitted - before;
    if (emitted > 0) {
      this.pacer.spend(emitted);
      this.lastRecordAt = now;
    }
    if (polled.kind === 'end') return this.end();
    this.wakeAt = polled.kind === 'wait' ? (polled.until ?? processingTime(Number.POSITIVE_INFINITY)) : null;
    return polled.kind === 'more' || emitted > 0 ? 'emitted' : 'waiting';
  }

  /** The output is blocked: that is not idleness. Behind the end nothing is said any more, least of all a watermark. */
  blocked(now: ProcessingTimeMs): void {
    if (this.ended) return;
    this.now = now;
    this.lastRecordAt = now;
    this.time.setPaused(true, now);
    this.byTheClock();
  }

  /** When to poll again although nothing came in; infinite if only an answer helps. */
  nextAt(): number {
    const poll = this.aligning ? Number.POSITIVE_INFINITY : (this.wakeAt ?? 0);
    const report = this.hasReport ? (this.reportAt ?? 0) : Number.POSITIVE_INFINITY;
    return Math.min(poll, this.time.dueAt, report);
  }

  private byTheClock(): void {
    this.time.tick(this.now);
    const { alignment } = this.timing;
    if (alignment === null) return;
    this.reportAt ??= processingTime(this.now + alignment.intervalMs);
    if (this.now < this.reportAt) return;
    this.reportAt = processingTime(this.now + alignment.intervalMs);
    if (this.hasReport) this.report(this.effective);
  }

  /** Whoever is idle holds back nobody. */
  private get effective(): EventTimeMs {
    return this.time.idle ? MAX_EVENT_TIME : this.time.watermark;
  }

  /** Before the first watermark there is nothing to report. */
  private get hasReport(): boolean {
    return !this.ended && this.timing.alignment !== null && this.time.hasWatermark && this.effective !== this.reported;
  }

  private report(time: EventTimeMs): void {
    this.reported = time;
    this.sink.reportWatermark(time);
  }

  private end(): 'ended' {
    this.ended = true;
    if (this.timing.alignment !== null && this.reported !== MAX_EVENT_TIME) this.report(MAX_EVENT_TIME);
    return 'ended';
  }

  /** Waiting for the pace is no idleness, except of a split that has nothing anyway. */
  private setWaiting(waiting: boolean): void {
    for (const split of this.splits?.open ?? [only]) {
      const silent = this.splits?.isSilent(split, this.now) === true;
      this.time.setSplitPaused(split, this.held.has(split) || (waiting && !silent), this.now);
    }
  }

  private splitGauges(split: SplitId): SplitGauges {
    const { time, held } = this;
    return { split, watermark: time.watermarkOf(split), idle: time.isIdle(split), held: held.has(split) };
  }

  private hold(split: SplitId, held: boolean): void {
    // A single split cannot overtake another one: that the source stops is enough.
    if (this.splits === null || this.held.has(split) === held) return;
    if (held) this.held.add(split);
    else this.held.delete(split);
    this.splits.setPaused(split, held);
    this.time.setSplitPaused(split, held, this.now);
  }
}

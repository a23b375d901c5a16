/**
 * Drives the source at the head of a chain: polls it at the run's pace, and makes watermarks and idleness from what it
 * emits, per split, as Flink's SourceOperator does.
 */
import { eventTime, MIN_EVENT_TIME, processingTime } from '../../base/units.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { Batch } from '../wire/batch.ts';
import type { StreamEvent } from '../wire/buffer.ts';
import type { SourceGauges } from '../wire/reports.ts';
import type { Answer } from '../wire/requests.ts';
import type { WatermarkGenerator, WatermarkStrategy } from '../time/watermark-strategy.ts';
import type { SourceOperator } from './operator.ts';
import { Pacer } from './pacer.ts';

/** What came of a poll. `emitted`: there may be more at once. */
export type PollOutcome = 'emitted' | 'waiting' | 'ended';

export interface SourceTiming {
  readonly generator: WatermarkGenerator | null;
  /** What the generator is, in words. */
  readonly strategy: WatermarkStrategy | 'own';
  readonly outOfOrdernessMs: number;
  readonly watermarkIntervalMs: number;
  /** 0: never idle. */
  readonly idleTimeoutMs: number;
  /** Phase of the pace, 0 … 1, so that subtasks take turns. */
  readonly phase: number;
  /** Subtasks that share the pace. */
  readonly parallelism: number;
}

/** JSON: the state of a source in a snapshot. */
export type DriverState = { readonly source: JsonValue; readonly emitted: number };

/** Where watermarks and idleness go. */
export interface SourceSink {
  watermark(time: EventTimeMs): void;
  status(event: Extract<StreamEvent, { kind: 'idle' | 'active' }>): void;
}

export class SourceDriver {
  private readonly source: SourceOperator;
  private readonly timing: SourceTiming;
  private readonly sink: SourceSink;
  private readonly pacer = new Pacer();
  private lastWatermark: EventTimeMs = MIN_EVENT_TIME;
  private nextWatermarkAt: ProcessingTimeMs | null = null;
  private lastRecordAt: ProcessingTimeMs | null = null;
  /** NaN: the last record had none, or there was none. */
  private lastEventTime = Number.NaN;
  private emitted = 0;
  private idle = false;
  private wakeAt: ProcessingTimeMs | null = null;
  private stopped = false;

  constructor(source: SourceOperator, timing: SourceTiming, sink: SourceSink) {
    this.source = source;
    this.timing = timing;
    this.sink = sink;
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

  /** The source's offsets for people. */
  get offsets(): string {
    return this.source.offsets?.() ?? `record ${this.emitted}`;
  }

  /** Records emitted since the job began, by the restored offsets. */
  get position(): number {
    return this.emitted;
  }

  get isIdle(): boolean {
    return this.idle;
  }

  /** Where its watermark comes from. */
  get gauges(): SourceGauges {
    const { lastEventTime, lastRecordAt } = this;
    const { strategy, outOfOrdernessMs, idleTimeoutMs } = this.timing;
    return {
      lastEventTime: Number.isNaN(lastEventTime) ? null : eventTime(lastEventTime),
      lastRecordAt,
      strategy,
      outOfOrdernessMs,
      idleTimeoutMs,
    };
  }

  /** Sees each batch before it goes down the chain. */
  observe(batch: Batch): void {
    this.emitted += batch.length;
    this.lastEventTime = batch.timestamps[batch.length - 1] ?? Number.NaN;
    this.timing.generator?.observe(batch.timestamps, 0, batch.length);
    if (!this.idle) return;
    this.idle = false;
    this.sink.status({ kind: 'active' });
  }

  /** Lets the source emit at most `limit` records, or says why not. */
  poll(limit: number, now: ProcessingTimeMs): PollOutcome {
    if (this.stopped) return 'ended';
    this.emitPeriodicWatermark(now);
    if (this.wakeAt !== null && now < this.wakeAt) return this.waiting(now);
    const allowed = this.pacer.allowance(limit, now);
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
    if (polled.kind === 'end') return 'ended';
    this.wakeAt = polled.kind === 'wait' ? (polled.until ?? processingTime(Number.POSITIVE_INFINITY)) : null;
    return polled.kind === 'more' || emitted > 0 ? 'emitted' : this.waiting(now);
  }

  /** The output is blocked: that is not idleness either. */
  blocked(now: ProcessingTimeMs): void {
    this.lastRecordAt = now;
    this.emitPeriodicWatermark(now);
  }

  /** When to poll again although nothing came in; infinite if only an answer helps. */
  nextAt(): number {
    let at: number = this.wakeAt ?? 0;
    if (this.watermarkDue()) at = Math.min(at, this.nextWatermarkAt ?? at);
    if (this.timing.idleTimeoutMs > 0 && !this.idle && this.lastRecordAt !== null) {
      at = Math.min(at, this.lastRecordAt + this.timing.idleTimeoutMs);
    }
    return at;
  }

  private waiting(now: ProcessingTimeMs): PollOutcome {
    this.lastRecordAt ??= now;
    const { idleTimeoutMs } = this.timing;
    if (idleTimeoutMs > 0 && !this.idle && now - this.lastRecordAt >= idleTimeoutMs) {
      this.emitWatermark();
      this.idle = true;
      this.sink.status({ kind: 'idle' });
    }
    return 'waiting';
  }

  private emitPeriodicWatermark(now: ProcessingTimeMs): void {
    this.nextWatermarkAt ??= processingTime(now + this.timing.watermarkIntervalMs);
    if (now < this.nextWatermarkAt) return;
    this.nextWatermarkAt = processingTime(now + this.timing.watermarkIntervalMs);
    if (!this.idle) this.emitWatermark();
  }

  private watermarkDue(): boolean {
    return !this.idle && (this.timing.generator?.current() ?? MIN_EVENT_TIME) > this.lastWatermark;
  }

  private emitWatermark(): void {
    const time = this.timing.generator?.current() ?? MIN_EVENT_TIME;
    if (time <= this.lastWatermark) return;
    this.lastWatermark = time;
    this.sink.watermark(time);
  }
}

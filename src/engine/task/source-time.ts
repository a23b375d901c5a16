/**
 * Event time of one source subtask, as Flink's ProgressiveTimestampsAndWatermarks: a generator per split, idleness per
 * split, and what goes out combined of all. `now` is processing time.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import { MIN_EVENT_TIME, processingTime } from '../../base/units.ts';
import { WatermarkEmitter } from '../time/watermarks/emitter.ts';
import type { WatermarkSink } from '../time/watermarks/emitter.ts';
import { WithIdleness } from '../time/watermarks/idleness.ts';
import { WatermarkMultiplexer } from '../time/watermarks/multiplexer.ts';
import type { SplitId } from '../time/watermarks/multiplexer.ts';
import { PausableClock } from '../time/watermarks/pausable-clock.ts';
import type { WatermarkGenerator, WatermarkOutput } from '../time/watermarks/strategy.ts';
import type { Batch } from '../wire/batch.ts';
import { emitWithWatermarks } from './watermark-cuts.ts';

interface Split {
  readonly generator: WatermarkGenerator;
  readonly clock: PausableClock;
  readonly onEvent: WatermarkOutput;
  readonly periodic: WatermarkOutput;
}

export interface SourceTimeOptions {
  /** A generator of its own for each split. */
  readonly makeGenerator: () => WatermarkGenerator;
  readonly watermarkIntervalMs: number;
  /** 0: never idle. */
  readonly idleTimeoutMs: number;
}

export class SourceTime {
  private readonly options: SourceTimeOptions;
  private readonly emitter: WatermarkEmitter;
  private readonly multiplexer: WatermarkMultiplexer;
  private readonly splits = new Map<SplitId, Split>();
  /** Stands still while the output is blocked, and while the whole source waits for alignment. */
  private readonly clock: PausableClock;
  private now: ProcessingTimeMs = processingTime(0);
  private nextAt: ProcessingTimeMs | null = null;
  /** A record came since the last periodic emit. */
  private fresh = false;

  /** `onRise` hears of every split whose own watermark has risen. */
  constructor(
    options: SourceTimeOptions,
    sink: WatermarkSink,
    onRise: (split: SplitId, watermark: EventTimeMs) => void = () => {},
  ) {
    this.options = options;
    this.emitter = new WatermarkEmitter(sink);
    this.multiplexer = new WatermarkMultiplexer(this.emitter, onRise);
    this.clock = new PausableClock({ elapsed: () => this.now });
  }

  /** The last watermark that went out. */
  get watermark(): EventTimeMs {
    return this.emitter.watermark;
  }

  get idle(): boolean {
    return this.emitter.idle;
  }

  watermarkOf(split: SplitId): EventTimeMs {
    return this.multiplexer.watermarkOf(split);
  }

  isIdle(split: SplitId): boolean {
    return this.multiplexer.isIdle(split);
  }

  register(split: SplitId): void {
    if (this.splits.has(split)) return;
    const { makeGenerator, idleTimeoutMs } = this.options;
    const clock = new PausableClock(this.clock);
    const generator = makeGenerator();
    this.multiplexer.register(split);
    this.splits.set(split, {
      generator: idleTimeoutMs > 0 ? new WithIdleness(generator, idleTimeoutMs, clock) : generator,
      clock,
      onEvent: this.multiplexer.immediate(split),
      periodic: this.multiplexer.deferred(split),
    });
  }

  /** For what a split says by itself. It counts at once, and that it is active again is told without a watermark. */
  ofSplit(split: SplitId): WatermarkOutput {
    const output = this.multiplexer.immediate(split);
    return {
      ...output,
      markActive: () => {
        output.markActive();
        this.emitter.markActive();
      },
    };
  }

  /** It has ended. */
  unregister(split: SplitId): void {
    this.splits.delete(split);
    this.multiplexer.unregister(split);
    this.fresh = true;
  }

  /** A batch of one split goes out by `pass`, with what its records say. */
  emit(split: SplitId, batch: Batch, pass: (batch: Batch) => void): void {
    const state = this.splits.get(split);
    if (state === undefined) return pass(batch);
    this.fresh = true;
    emitWithWatermarks(batch, state.generator, state.onEvent, pass);
  }

  /** The periodic emit, when it is due. */
  tick(now: ProcessingTimeMs): void {
    this.now = now;
    this.nextAt ??= processingTime(now + this.options.watermarkIntervalMs);
    if (now < this.nextAt) return;
    this.nextAt = processingTime(now + this.options.watermarkIntervalMs);
    this.fresh = false;
    for (const { generator, periodic } of this.splits.values()) generator.onPeriodicEmit(periodic);
    this.multiplexer.onPeriodicEmit();
  }

  /** When a periodic emit may have news; infinite while only a record can bring some. */
  get dueAt(): number {
    if (this.nextAt === null || (!this.fresh && !this.restless)) return Number.POSITIVE_INFINITY;
    return this.nextAt;
  }

  /** The whole input is not asked for records although it may have some, or is asked again. */
  setPaused(paused: boolean, now: ProcessingTimeMs): void {
    this.now = now;
    if (paused) this.clock.pause();
    else this.clock.resume();
  }

  /** The same of one split. */
  setSplitPaused(split: SplitId, paused: boolean, now: ProcessingTimeMs): void {
    this.now = now;
    const clock = this.splits.get(split)?.clock;
    if (paused) clock?.pause();
    else clock?.resume();
  }

  /** The source has ended: the final watermark must not be lost on an idle stream. */
  end(): void {
    this.emitter.markActive();
  }

  /** Some watermark has been emitted. */
  get hasWatermark(): boolean {
    return this.emitter.watermark > MIN_EVENT_TIME;
  }

  private get restless(): boolean {
    for (const { generator } of this.splits.values()) if (generator.restless) return true;
    return false;
  }
}

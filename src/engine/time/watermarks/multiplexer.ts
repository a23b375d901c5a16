/**
 * Combines the watermarks and idleness of the splits that one source subtask reads (Flink: WatermarkOutputMultiplexer):
 * the minimum over those that are not idle, never going back. What a split says on a record counts at once; what it says
 * at the interval counts when all have spoken. Unlike between channels, no maximum is flushed when all are idle.
 */
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { EventTimeMs } from '../../../base/units.ts';
import type { WatermarkOutput } from './strategy.ts';

interface Partial {
  watermark: EventTimeMs;
  idle: boolean;
}

export type SplitId = number;

export class WatermarkMultiplexer {
  private readonly partials = new Map<SplitId, Partial>();
  private readonly output: WatermarkOutput;
  private readonly onRise: (split: SplitId, watermark: EventTimeMs) => void;
  private combined: EventTimeMs = MIN_EVENT_TIME;

  /** `onRise` hears of every split whose own watermark has risen. */
  constructor(output: WatermarkOutput, onRise: (split: SplitId, watermark: EventTimeMs) => void = () => {}) {
    this.output = output;
    this.onRise = onRise;
  }

  /** From now on it counts, from the least watermark on; what is out already does not go back. */
  register(split: SplitId): void {
    if (!this.partials.has(split)) this.partials.set(split, { watermark: MIN_EVENT_TIME, idle: false });
  }

  /** It has ended. What it held back goes out at the next interval. */
  unregister(split: SplitId): void {
    this.partials.delete(split);
  }

  watermarkOf(split: SplitId): EventTimeMs {
    return this.partials.get(split)?.watermark ?? MIN_EVENT_TIME;
  }

  isIdle(split: SplitId): boolean {
    return this.partials.get(split)?.idle === true;
  }

  /** For what a split says on a record. */
  immediate(split: SplitId): WatermarkOutput {
    return {
      emitWatermark: (time) => {
        if (this.set(split, time) && time > this.combined) this.update();
      },
      markIdle: () => {
        this.setIdle(split, true);
        this.update();
      },
      markActive: () => {
        this.setIdle(split, false);
        this.update();
      },
    };
  }

  /** For what it says at the interval; `onPeriodicEmit` makes it count. */
  deferred(split: SplitId): WatermarkOutput {
    return {
      emitWatermark: (time) => void this.set(split, time),
      markIdle: () => this.setIdle(split, true),
      markActive: () => this.setIdle(split, false),
    };
  }

  onPeriodicEmit(): void {
    this.update();
  }

  private set(split: SplitId, time: EventTimeMs): boolean {
    const partial = this.partials.get(split);
    if (partial === undefined) return false;
    partial.idle = false;
    if (time <= partial.watermark) return false;
    partial.watermark = time;
    this.onRise(split, time);
    return true;
  }

  private setIdle(split: SplitId, idle: boolean): void {
    const partial = this.partials.get(split);
    if (partial !== undefined) partial.idle = idle;
  }

  private update(): void {
    if (this.partials.size === 0) return;
    let least: number = MAX_EVENT_TIME;
    let allIdle = true;
    for (const { watermark, idle } of this.partials.values()) {
      if (idle) continue;
      allIdle = false;
      if (watermark < least) least = watermark;
    }
    if (allIdle) this.output.markIdle();
    else if (least > this.combined) {
      this.combined = eventTime(least);
      this.output.emitWatermark(this.combined);
    }
  }
}

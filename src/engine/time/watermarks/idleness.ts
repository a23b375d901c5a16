/**
 * Adds idleness to a generator, with the timing of Flink's WatermarksWithIdleness: looked at only when a periodic emit is
 * due; the first one that finds no record since the one before starts the countdown, and the first one at which strictly
 * more than the timeout has passed marks the stream idle.
 */
import type { RelativeClock } from './pausable-clock.ts';
import type { TimedBatch, WatermarkGenerator, WatermarkOutput } from './strategy.ts';

export class WithIdleness implements WatermarkGenerator {
  private readonly generator: WatermarkGenerator;
  private readonly timer: IdlenessTimer;
  private idle = false;

  constructor(generator: WatermarkGenerator, timeoutMs: number, clock: RelativeClock) {
    this.generator = generator;
    this.timer = new IdlenessTimer(timeoutMs, clock);
  }

  /** Until it has said that it is idle, time alone may make it say so. */
  get restless(): boolean {
    return !this.idle;
  }

  onEvents(batch: TimedBatch, from: number, output: WatermarkOutput): number {
    const to = this.generator.onEvents(batch, from, output);
    if (to > from) {
      this.timer.active = true;
      this.idle = false;
    }
    return to;
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    if (!this.timer.isIdle()) this.generator.onPeriodicEmit(output);
    else if (!this.idle) {
      this.idle = true;
      output.markIdle();
    }
  }
}

class IdlenessTimer {
  /** There was a record since the last look. */
  active = false;
  private startedAt: number | null = null;
  private readonly timeoutMs: number;
  private readonly clock: RelativeClock;

  constructor(timeoutMs: number, clock: RelativeClock) {
    this.timeoutMs = timeoutMs;
    this.clock = clock;
  }

  isIdle(): boolean {
    if (this.active) {
      this.active = false;
      this.startedAt = null;
      return false;
    }
    if (this.startedAt === null) {
      this.startedAt = this.clock.elapsed();
      return false;
    }
    return this.clock.elapsed() - this.startedAt > this.timeoutMs;
  }
}

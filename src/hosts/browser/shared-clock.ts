/**
 * The job's clock as the Workers of a run share it: wall time without the time that the job was paused. The
 * coordinator's Worker decides when it stands still and tells the others with every command, so that all read alike.
 */
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';

/** All that distinguishes job time from wall time, in milliseconds. */
export interface ClockState {
  /** Length of all pauses that are over. */
  readonly pausedMs: number;
  /** Wall time at which the present pause began; null while the clock runs. */
  readonly stoppedAt: number | null;
}

/** Milliseconds since 1970, monotonic, alike in all threads of the page. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

export class SharedClock {
  private readonly wall: () => number;
  private state: ClockState = { pausedMs: 0, stoppedAt: null };
  /** News of a pause come late, and time must not go back by that. */
  private latest = Number.NEGATIVE_INFINITY;

  constructor(wall: () => number = wallNow) {
    this.wall = wall;
  }

  now(): ProcessingTimeMs {
    const { stoppedAt, pausedMs } = this.state;
    const time = (stoppedAt ?? this.wall()) - pausedMs;
    if (time > this.latest) this.latest = time;
    return processingTime(this.latest);
  }

  get stopped(): boolean {
    return this.state.stoppedAt !== null;
  }

  /** Takes over what another Worker's clock said. */
  follow(state: ClockState): void {
    this.state = state;
  }

  /** Stops or starts the clock now; nothing happens if it is so already. Returns what the others should follow. */
  setStopped(stopped: boolean): ClockState {
    const { stoppedAt, pausedMs } = this.state;
    if (stopped && stoppedAt === null) this.state = { pausedMs, stoppedAt: this.wall() };
    if (!stopped && stoppedAt !== null) this.state = { pausedMs: pausedMs + this.wall() - stoppedAt, stoppedAt: null };
    return this.state;
  }

  get current(): ClockState {
    return this.state;
  }
}

/** One call at a time of the job's clock; `set` replaces the call asked for before. */
export class Alarm {
  private readonly clock: SharedClock;
  private readonly ring: () => void;
  private due: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(clock: SharedClock, ring: () => void) {
    this.clock = clock;
    this.ring = ring;
  }

  set(due: number | null): void {
    if (due === this.due && this.timer !== null) return;
    this.due = due;
    this.rearm();
  }

  /** Call it after the clock was stopped or started. */
  rearm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.due === null || this.clock.stopped) return;
    // A timer takes at most 2^31 ms; one that rings early is set again.
    const wait = Math.min(Math.max(0, this.due - this.clock.now()), 2 ** 31 - 1);
    this.timer = setTimeout(this.onTimer, wait);
  }

  private readonly onTimer = (): void => {
    this.timer = null;
    if (this.due === null) return;
    if (this.clock.now() < this.due) {
      this.rearm();
      return;
    }
    this.due = null;
    this.ring();
  };
}

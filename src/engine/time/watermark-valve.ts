/**
 * Combines the watermarks and idleness of several channels into one, as Flink's StatusWatermarkValve: the minimum over
 * the active, aligned channels, never going back. A channel that comes back from idleness behind the output does not
 * count until it has caught up; when all channels are idle, the maximum is flushed first.
 */
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';

interface ChannelTime {
  watermark: EventTimeMs;
  idle: boolean;
  /** Counts towards the minimum. */
  aligned: boolean;
}

/** What the valve lets through after an event: a risen watermark, a changed status, or both, watermark first. */
export interface ValveOutput {
  readonly watermark: EventTimeMs | null;
  readonly status: 'idle' | 'active' | null;
}

const nothing: ValveOutput = { watermark: null, status: null };

export class WatermarkValve {
  private readonly channels: ChannelTime[];
  private output: EventTimeMs = MIN_EVENT_TIME;
  private outputIdle = false;

  constructor(channels: number) {
    this.channels = Array.from({ length: channels }, () => ({ watermark: MIN_EVENT_TIME, idle: false, aligned: true }));
  }

  get watermark(): EventTimeMs {
    return this.output;
  }

  get idle(): boolean {
    return this.outputIdle;
  }

  watermarkOf(channel: number): EventTimeMs {
    return (this.channels[channel] as ChannelTime).watermark;
  }

  isIdle(channel: number): boolean {
    return (this.channels[channel] as ChannelTime).idle;
  }

  /** It counts towards the minimum: neither idle, nor back from idleness and still behind. */
  counts(channel: number): boolean {
    return (this.channels[channel] as ChannelTime).aligned;
  }

  onWatermark(channel: number, time: EventTimeMs): ValveOutput {
    const state = this.channels[channel] as ChannelTime;
    if (state.idle || time <= state.watermark) return nothing;
    state.watermark = time;
    if (!state.aligned && time >= this.output) state.aligned = true;
    return { watermark: this.raise(this.minimum()), status: null };
  }

  onStatus(channel: number, status: 'idle' | 'active'): ValveOutput {
    const state = this.channels[channel] as ChannelTime;
    if (state.idle === (status === 'idle')) return nothing;
    state.idle = status === 'idle';
    if (status === 'active') {
      state.aligned = state.watermark >= this.output;
      return { watermark: null, status: this.toggle() };
    }
    state.aligned = false;
    const held = state.watermark === this.output;
    const anyActive = this.channels.some((each) => !each.idle);
    let watermark: EventTimeMs | null = null;
    if (held) watermark = this.raise(anyActive ? this.minimum() : this.maximum());
    return { watermark, status: this.toggle() };
  }

  private raise(time: EventTimeMs | null): EventTimeMs | null {
    if (time === null || time <= this.output) return null;
    this.output = time;
    return time;
  }

  private toggle(): 'idle' | 'active' | null {
    const idle = this.channels.every((each) => each.idle);
    if (idle === this.outputIdle) return null;
    this.outputIdle = idle;
    return idle ? 'idle' : 'active';
  }

  /** Null when no channel is aligned. */
  private minimum(): EventTimeMs | null {
    let least: EventTimeMs | null = null;
    for (const each of this.channels) {
      if (each.aligned && (least === null || each.watermark < least)) least = each.watermark;
    }
    return least;
  }

  private maximum(): EventTimeMs {
    let most = MIN_EVENT_TIME;
    for (const each of this.channels) if (each.watermark > most) most = each.watermark;
    return most;
  }
}

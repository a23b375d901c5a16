/**
 * The watermark and idleness of an operator with several inputs, as in Flink: a valve for the channels of each input
 * (StatusWatermarkValve), and of the inputs the least that is not idle (CombinedWatermarkStatus, which
 * AbstractStreamOperator keeps for its two inputs). So two inputs are not what two channels are: an input that comes back
 * from idleness counts at once, however far behind, and no maximum goes out when all are idle.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import { WatermarkValve } from './watermark-valve.ts';
import type { ValveOutput } from './watermark-valve.ts';

interface Input {
  readonly valve: WatermarkValve;
  /** As the operator knows them: the valve's, one step of its output after the other. */
  watermark: EventTimeMs;
  idle: boolean;
}

export class InputWatermarks {
  private readonly inputs: readonly Input[];
  /** By channel: its input, and its place in that. */
  private readonly places: readonly (readonly [input: Input, channel: number])[];
  private combined: EventTimeMs = MIN_EVENT_TIME;
  private allIdle = false;

  /** `inputOf`: the input of each channel, from 0. */
  constructor(inputOf: readonly number[]) {
    const sizes: number[] = [];
    const places = inputOf.map((input) => {
      const channel = sizes[input] ?? 0;
      sizes[input] = channel + 1;
      return [input, channel] as const;
    });
    this.inputs = sizes.map((size) => ({
      valve: new WatermarkValve(size),
      watermark: MIN_EVENT_TIME,
      idle: false,
    }));
    this.places = places.map(([input, channel]) => [this.inputs[input] as Input, channel]);
  }

  get watermark(): EventTimeMs {
    return this.combined;
  }

  get idle(): boolean {
    return this.allIdle;
  }

  watermarkOf(channel: number): EventTimeMs {
    const [{ valve }, place] = this.placeOf(channel);
    return valve.watermarkOf(place);
  }

  isIdle(channel: number): boolean {
    const [{ valve }, place] = this.placeOf(channel);
    return valve.isIdle(place);
  }

  /** It is behind the watermark that is out, and holds the next one back all the same. */
  holdsBehind(channel: number): boolean {
    const [{ valve, watermark, idle }, place] = this.placeOf(channel);
    return !idle && watermark < this.combined && valve.counts(place) && valve.watermarkOf(place) < this.combined;
  }

  onWatermark(channel: number, time: EventTimeMs): ValveOutput {
    const [input, place] = this.placeOf(channel);
    return this.combine(input, input.valve.onWatermark(place, time));
  }

  onStatus(channel: number, status: 'idle' | 'active'): ValveOutput {
    const [input, place] = this.placeOf(channel);
    return this.combine(input, input.valve.onStatus(place, status));
  }

  private combine(input: Input, { watermark, status }: ValveOutput): ValveOutput {
    const before = this.combined;
    if (watermark !== null) {
      input.watermark = watermark;
      this.update();
    }
    const changed = status === null ? null : this.toggle(input, status);
    return { watermark: this.combined > before ? this.combined : null, status: changed };
  }

  private toggle(input: Input, status: 'idle' | 'active'): 'idle' | 'active' | null {
    input.idle = status === 'idle';
    this.update();
    const idle = this.inputs.every((each) => each.idle);
    if (idle === this.allIdle) return null;
    this.allIdle = idle;
    return status;
  }

  private update(): void {
    let least: EventTimeMs = MAX_EVENT_TIME;
    let anyActive = false;
    for (const { watermark, idle } of this.inputs) {
      if (idle) continue;
      anyActive = true;
      if (watermark < least) least = watermark;
    }
    if (anyActive && least > this.combined) this.combined = least;
  }

  private placeOf(channel: number): readonly [input: Input, channel: number] {
    return this.places[channel] as readonly [input: Input, channel: number];
  }
}

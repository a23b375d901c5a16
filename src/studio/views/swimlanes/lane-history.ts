/**
 * What each subtask did over time: rate and shares at equal steps of the job's clock, in ring buffers of typed arrays.
 * Ten minutes at four samples a second; the oldest sample gives way to the newest.
 */
import type { SubtaskId } from '../../../engine/graph/plan.ts';

export const stepMs = 250;
export const samplesMax = (10 * 60 * 1000) / stepMs;
/** Subtasks recorded at most: 9.6 kB of samples each and measure. */
export const lanesMax = 512;

/** NaN in all while the subtask does not run. */
export interface Sample {
  readonly rate: number;
  readonly busy: number;
  readonly backpressured: number;
  /** Left out: 0. */
  readonly aligning?: number;
}

class Lane {
  readonly rate: Float32Array;
  readonly busy: Float32Array;
  readonly backpressured: Float32Array;
  readonly aligning: Float32Array;

  constructor(capacity: number) {
    this.rate = new Float32Array(capacity).fill(Number.NaN);
    this.busy = new Float32Array(capacity).fill(Number.NaN);
    this.backpressured = new Float32Array(capacity).fill(Number.NaN);
    this.aligning = new Float32Array(capacity);
  }
}

export class LaneHistory {
  /** Samples held. */
  size = 0;
  private readonly capacity: number;
  private readonly times: Float64Array;
  private readonly lanes = new Map<SubtaskId, Lane>();
  private next = 0;

  constructor(capacity: number = samplesMax) {
    this.capacity = capacity;
    this.times = new Float64Array(capacity);
  }

  /** Time of the newest sample, -Infinity before the first. */
  get newest(): number {
    return this.size === 0 ? -Infinity : this.timeAt(this.size - 1);
  }

  /**
   * Takes a sample of all subtasks, unless the newest is less than a step ago: so it stands still while the job is
   * paused. True if it was taken.
   */
  take(at: number, samples: Iterable<readonly [SubtaskId, Sample]>): boolean {
    if (at - this.newest < stepMs) return false;
    const place = this.next;
    this.times[place] = at;
    for (const lane of this.lanes.values())
      lane.rate[place] = lane.busy[place] = lane.backpressured[place] = Number.NaN;
    for (const [subtask, sample] of samples) {
      const lane = this.laneOf(subtask);
      if (lane === null) continue;
      lane.rate[place] = sample.rate;
      lane.busy[place] = sample.busy;
      lane.backpressured[place] = sample.backpressured;
      lane.aligning[place] = sample.aligning ?? 0;
    }
    this.next = (place + 1) % this.capacity;
    this.size = Math.min(this.size + 1, this.capacity);
    return true;
  }

  /** Time of sample `i`; 0 is the oldest. */
  timeAt(i: number): number {
    return this.times[this.placeOf(i)] as number;
  }

  /** Sample `i` of a subtask; null while it did not run. */
  sampleAt(subtask: SubtaskId, i: number): Sample | null {
    const lane = this.lanes.get(subtask);
    const place = this.placeOf(i);
    const rate = lane?.rate[place] ?? Number.NaN;
    if (lane === undefined || Number.isNaN(rate)) return null;
    const aligning = lane.aligning[place] as number;
    const sample = { rate, busy: lane.busy[place] as number, backpressured: lane.backpressured[place] as number };
    return aligning > 0 ? { ...sample, aligning } : sample;
  }

  /** Index of the first sample at or after a time; `size` if there is none. */
  firstFrom(time: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Highest rate of a subtask from sample `i` on; 0 if it did not run. */
  highestRate(subtask: SubtaskId, from: number): number {
    const lane = this.lanes.get(subtask);
    let highest = 0;
    if (lane === undefined) return highest;
    for (let i = from; i < this.size; i++) {
      const rate = lane.rate[this.placeOf(i)] as number;
      if (rate > highest) highest = rate;
    }
    return highest;
  }

  clear(): void {
    this.lanes.clear();
    this.size = 0;
    this.next = 0;
  }

  private placeOf(i: number): number {
    return (this.next - this.size + i + this.capacity) % this.capacity;
  }

  private laneOf(subtask: SubtaskId): Lane | null {
    const known = this.lanes.get(subtask);
    if (known !== undefined) return known;
    if (this.lanes.size >= lanesMax) return null;
    const lane = new Lane(this.capacity);
    this.lanes.set(subtask, lane);
    return lane;
  }
}

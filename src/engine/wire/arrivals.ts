/**
 * When the records of a batch arrived at their sink: runs of one processing time and a count, in the order of the records.
 * The time is that of the sink's step, by the same clock of the job as everything else that is told (`time-traces.ts`),
 * which goes on over failures and stands still while the job is paused.
 *
 * Runs hold no zero counts, and neighbours differ in time, so that equal lists are equal runs.
 */

/** Committed in an earlier life of the run: nobody noted when. */
export const UNKNOWN_ARRIVAL = Number.NaN;

/** `times[i]` is the arrival of `counts[i]` records, ms of processing time or `UNKNOWN_ARRIVAL`. */
export interface Arrivals {
  readonly times: readonly number[];
  readonly counts: readonly number[];
}

export const noArrivals: Arrivals = { times: [], counts: [] };

export const arrivedAt = (time: number, count: number): Arrivals =>
  count === 0 ? noArrivals : { times: [time], counts: [count] };

/** Builds runs, one stretch of records after the other. */
export class ArrivalRuns {
  private readonly tickMs: number;
  private times: number[] = [];
  private counts: number[] = [];

  /** Arrivals less than `tickMs` after the beginning of a run count as its time, which bounds the runs; 0: exact. */
  constructor(tickMs = 0) {
    this.tickMs = tickMs;
  }

  add(time: number, count: number): void {
    if (count === 0) return;
    const last = this.times.length - 1;
    const begun = this.times[last];
    if (begun !== undefined && this.isSame(begun, time)) (this.counts[last] as number) += count;
    else {
      this.times.push(time);
      this.counts.push(count);
    }
  }

  addAll({ times, counts }: Arrivals): void {
    for (let i = 0; i < times.length; i++) this.add(times[i] as number, counts[i] as number);
  }

  /** What was added; it must not be added to any more. */
  done(): Arrivals {
    return { times: this.times, counts: this.counts };
  }

  private isSame(begun: number, time: number): boolean {
    return Object.is(begun, time) || (time >= begun && time - begun < this.tickMs);
  }
}

export function joinArrivals(...all: readonly Arrivals[]): Arrivals {
  const runs = new ArrivalRuns();
  for (const each of all) runs.addAll(each);
  return runs.done();
}

/** Of the records `[from, to)`. */
export function sliceArrivals({ times, counts }: Arrivals, from: number, to: number): Arrivals {
  const runs = new ArrivalRuns();
  let start = 0;
  for (let i = 0; i < times.length && start < to; i++) {
    const end = start + (counts[i] as number);
    runs.add(times[i] as number, Math.max(0, Math.min(end, to) - Math.max(start, from)));
    start = end;
  }
  return runs.done();
}

/** One time per record. */
export function arrivalList({ times, counts }: Arrivals): Float64Array {
  const list = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let start = 0;
  for (let i = 0; i < times.length; i++) {
    const end = start + (counts[i] as number);
    list.fill(times[i] as number, start, end);
    start = end;
  }
  return list;
}

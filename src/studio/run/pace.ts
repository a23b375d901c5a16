/**
 * Speed of a run: the steps of the slider, how they read, and the link latency that goes with each. Pure.
 */
import { duration } from '../../base/units.ts';
import type { Pace } from '../../engine/wire/messages.ts';

/** Records per second and source operator; null is unbounded. */
export type Rate = number | null;

const mantissas = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** 1, 2, 3 … 1,000,000, then unbounded: about eight steps a decade, whole numbers only. */
export const rateSteps: readonly Rate[] = [
  ...[0, 1, 2, 3, 4, 5]
    .flatMap((decade) => mantissas.map((mantissa) => mantissa * 10 ** decade))
    .filter((rate) => Number.isInteger(rate)),
  1_000_000,
  null,
];

/** Slow enough to follow single records, fast enough that windows fire soon. */
export const defaultRate: Rate = 40;

/** The step nearest to `rate` on the logarithmic scale. */
export function stepOf(rate: Rate): number {
  if (rate === null) return rateSteps.length - 1;
  let best = 0;
  for (let step = 0; step < rateSteps.length - 1; step++) {
    if (distance(rateSteps[step], rate) < distance(rateSteps[best], rate)) best = step;
  }
  return best;
}

const distance = (step: Rate | undefined, rate: number): number => Math.abs(Math.log((step ?? Infinity) / rate));

/** The rate at a step; positions outside the scale are its ends. */
export function rateAt(step: number): Rate {
  return rateSteps[Math.min(rateSteps.length - 1, Math.max(0, Math.round(step)))] ?? null;
}

/** `40 records/s`, `1 record/s`, `unbounded`. */
export function rateText(rate: Rate): string {
  if (rate === null) return 'unbounded';
  return `${rate.toLocaleString('en-US')} ${rate === 1 ? 'record' : 'records'}/s`;
}

const readableRate = 50;
const freeRate = 1000;
const readableLatencyMs = 700;

/**
 * How long a buffer takes over a link at this speed: 700 ms up to 50 records/s, so that the eye can follow a record,
 * falling with the logarithm of the speed to 0 from 1,000 records/s on, so that it never limits throughput.
 */
export function linkLatencyOf(rate: Rate): number {
  if (rate === null || rate >= freeRate) return 0;
  if (rate <= readableRate) return readableLatencyMs;
  return Math.round(readableLatencyMs * (1 - Math.log(rate / readableRate) / Math.log(freeRate / readableRate)));
}

export const paceOf = (rate: Rate, paused: boolean): Pace => ({
  paused,
  recordsPerSecond: rate,
  linkLatencyMs: duration(linkLatencyOf(rate)),
});

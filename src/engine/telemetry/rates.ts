/**
 * Rates and shares from totals. A rate is an exponential moving average over `smoothingMs` of report time, so that two
 * consecutive gauges decide it and it does not matter how reports are cut into folds.
 */
import type { SubtaskGauges } from '../wire/reports.ts';
import type { Shares } from './cluster-view.ts';

export const smoothingMs = 1000;

export const allIdle: Shares = { busy: 0, idle: 1, backpressured: 0 };

/** The step from one gauges report to the next. */
export interface Interval {
  readonly seconds: number;
  /** What the interval counts in a rate, 0 … 1. */
  readonly weight: number;
}

/**
 * `sinceBeginningMs` is from the beginning of all counting to the end of the interval. While that is less than the
 * smoothing time, all of it weighs alike, so that a rate is right from the first interval on.
 */
export function intervalOf(ms: number, sinceBeginningMs: number): Interval {
  if (ms <= 0) return { seconds: 0, weight: 0 };
  return { seconds: ms / 1000, weight: fadedAfter(ms) / fadedAfter(Math.max(ms, sinceBeginningMs)) };
}

/** Records per second after an interval in which `records` came. An interval of no length changes nothing. */
export function nextRate(rate: number, records: number, { seconds, weight }: Interval): number {
  return weight === 0 ? rate : rate + (Math.max(0, records) / seconds - rate) * weight;
}

const fadedAfter = (ms: number): number => 1 - Math.exp(-ms / smoothingMs);

/** Shares of the time between two gauges; null if no time passed. */
export function sharesBetween(before: SubtaskGauges | null, after: SubtaskGauges): Shares | null {
  const busy = Math.max(0, after.busyMs - (before?.busyMs ?? 0));
  const idle = Math.max(0, after.idleMs - (before?.idleMs ?? 0));
  const backpressured = Math.max(0, after.backpressuredMs - (before?.backpressuredMs ?? 0));
  const aligning = Math.max(0, (after.aligningMs ?? 0) - (before?.aligningMs ?? 0));
  const all = busy + idle + backpressured + aligning;
  if (all <= 0) return null;
  const shares = { busy: busy / all, idle: idle / all, backpressured: backpressured / all };
  return aligning > 0 ? { ...shares, aligning: aligning / all } : shares;
}

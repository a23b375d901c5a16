/**
 * Which windows a record belongs to, as Flink's assigners say. Assigners without a clock: the caller gives the time, which
 * is event time or processing time.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import { globalWindow, windowEnd, windowStart } from './windows.ts';
import type { TimeWindow } from './windows.ts';

export interface WindowAssigner {
  /** At most `windowsMost`. `gapMs`: of this record, for sessions whose gap comes with the data. */
  assign(time: number, gapMs: number): readonly TimeWindow[];
  /** Windows that overlap or touch become one (sessions). */
  readonly merges: boolean;
}

/** More windows for one record than this are refused when the job is drawn. */
export const windowsMost = 10_000;

export const tumbling = (sizeMs: number, offsetMs: number): WindowAssigner => ({
  merges: false,
  assign(time) {
    const start = windowStart(time, sizeMs, offsetMs);
    return [{ start, end: windowEnd(start, sizeMs) }];
  },
});

/** Newest first, as in Flink. With a slide above the size, what lies in the gaps belongs to no window. */
export const sliding = (sizeMs: number, slideMs: number, offsetMs: number): WindowAssigner => ({
  merges: false,
  assign(time) {
    const windows: TimeWindow[] = [];
    for (let start = windowStart(time, slideMs, offsetMs); start > time - sizeMs; start -= slideMs) {
      windows.push({ start, end: windowEnd(start, sizeMs) });
      if (start < MIN_EVENT_TIME) break;
    }
    return windows;
  },
});

/**
 * Windows that begin together and grow by steps up to the size (Flink SQL: CUMULATE), smallest first. The size is a
 * multiple of the step.
 */
export const cumulating = (sizeMs: number, stepMs: number, offsetMs: number): WindowAssigner => ({
  merges: false,
  assign(time) {
    const start = windowStart(time, sizeMs, offsetMs);
    const windows: TimeWindow[] = [];
    const first = start + (Math.floor((time - start) / stepMs) + 1) * stepMs;
    for (let end = first; end <= start + sizeMs; end += stepMs) {
      windows.push({ start, end: Math.min(end, MAX_EVENT_TIME) });
      if (end >= MAX_EVENT_TIME) break;
    }
    return windows;
  },
});

/** Each record begins a window as long as its gap; those that meet are merged. */
export const sessions: WindowAssigner = {
  merges: true,
  assign: (time, gapMs) => [{ start: time, end: windowEnd(time, gapMs) }],
};

export const global: WindowAssigner = { merges: false, assign: () => [globalWindow] };

/** Between time and pixels, zooming, and where the axes have their ticks. */
import { timeText } from '../../../engine/time/windows.ts';
import type { Extent } from './scene.ts';

export const margin = { left: 70, right: 14, top: 16, bottom: 24 } as const;

export interface Scales {
  readonly extent: Extent;
  readonly width: number;
  readonly height: number;
  readonly x: (time: number) => number;
  readonly y: (time: number) => number;
  readonly timeX: (pixel: number) => number;
  readonly timeY: (pixel: number) => number;
}

/** `width`, `height`: of the whole canvas, in CSS pixels. */
export function scalesOf(extent: Extent, width: number, height: number): Scales {
  const [x0, x1] = extent.x;
  const [y0, y1] = extent.y;
  const wide = Math.max(1, width - margin.left - margin.right);
  const high = Math.max(1, height - margin.top - margin.bottom);
  return {
    extent,
    width,
    height,
    x: (time) => margin.left + ((time - x0) / (x1 - x0)) * wide,
    y: (time) => margin.top + (1 - (time - y0) / (y1 - y0)) * high,
    timeX: (pixel) => x0 + ((pixel - margin.left) / wide) * (x1 - x0),
    timeY: (pixel) => y0 + (1 - (pixel - margin.top) / high) * (y1 - y0),
  };
}

type Interval = readonly [number, number];

/** By a factor around a point of it that stays where it is; not closer than a millisecond in all. */
export function zoomed([from, to]: Interval, at: number, factor: number): Interval {
  const width = Math.max(1, (to - from) * factor);
  const share = (at - from) / (to - from);
  return [at - width * share, at + width * (1 - share)];
}

export const moved = ([from, to]: Interval, by: number): Interval => [from + by, to + by];

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  4 * day,
  7 * day,
  14 * day,
  28 * day,
  91 * day,
  365 * day,
  3650 * day,
] as const;

/** At most `most` round times within the interval, counted from `origin`. */
export function ticksOf([from, to]: Interval, most: number, origin = 0): readonly number[] {
  const step = steps.find((each) => (to - from) / each <= most) ?? 36_500 * day;
  const ticks: number[] = [];
  for (let i = Math.ceil((from - origin) / step); i * step + origin <= to; i++) ticks.push(i * step + origin);
  return ticks;
}

/** A point of event time beside its axis: what changes between ticks, `09:00`, `09:00:30`, `Jan 3`. */
export function axisText(time: number, [from, to]: Interval): string {
  const span = to - from;
  const text = timeText(Math.round(time));
  if (!text.includes(' ')) return smallText(time, span);
  const date = new Date(time);
  if (span > 365 * day) return monthText(date);
  if (span >= 3 * day) return dayText(date);
  if (span > 2 * hour && time % day === 0) return dayText(date);
  const clock = date.toISOString();
  // With milliseconds it goes without the hours, for which there is no room.
  return span < 5 * second ? clock.slice(14, 23) : clock.slice(11, span < 10 * minute ? 19 : 16);
}

const dayText = (date: Date): string =>
  date.toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });

const monthText = (date: Date): string =>
  date.toLocaleDateString('en-US', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Times of scripts: plain milliseconds, or seconds where that is what they are. */
function smallText(time: number, span: number): string {
  if (span < 5 * second) return String(Math.round(time));
  if (span < 3 * minute) return `${Number((time / second).toFixed(3))} s`;
  return `${Number((time / minute).toFixed(2))} min`;
}

/** Processing time since the run began. */
export function sinceText(ms: number, span: number): string {
  if (span < 2 * second) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 2 * minute) return `${Number((ms / second).toFixed(1))} s`;
  const minutes = Math.floor(ms / minute);
  return `${minutes}:${String(Math.round((ms - minutes * minute) / second)).padStart(2, '0')}`;
}

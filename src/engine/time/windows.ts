/**
 * Window assigners and the arithmetic of window ends, as in Flink's TimeWindow and TumblingEventTimeWindows. A window is
 * `[start, end)`; its largest timestamp is `end - 1`.
 */
import { addClamped, eventTime, isDate, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';

/**
 * Start of the window of `sizeMs` that holds `time`, for windows that start at `offsetMs` + whole multiples of the size.
 * Floor semantics: -1 lies in [-size, 0). Exact over the whole range of event time.
 */
export function windowStart(time: number, sizeMs: number, offsetMs: number): number {
  const into = (time - offsetMs) % sizeMs;
  return time - (into < 0 ? into + sizeMs : into);
}

/** Nothing ends behind the end of all time: a window that would ends there, with the final watermark (Beam: FixedWindows). */
export const windowEnd = (start: number, sizeMs: number): number => Math.min(MAX_EVENT_TIME, start + sizeMs);

/** `[start, end)`. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** The only window of all time: what count windows are made of. */
export const globalWindow: TimeWindow = { start: MIN_EVENT_TIME, end: MAX_EVENT_TIME };

/** The largest timestamp in it (Flink: maxTimestamp); of the global window the greatest of all. */
export const lastTimeOf = ({ end }: Pick<TimeWindow, 'end'>): EventTimeMs =>
  eventTime(end === MAX_EVENT_TIME ? end : end - 1);

/**
 * When the window has passed. The clock must have left its last millisecond, in which records may still come; a
 * watermark says that none will.
 */
export function passedAt(window: TimeWindow, domain: 'event' | 'processing'): number {
  const last = lastTimeOf(window);
  return domain === 'event' || last === MAX_EVENT_TIME ? last : last + 1;
}

/**
 * When the state of a window goes: a record for it is late iff this is ≤ the watermark. A sum beyond event time is
 * clamped, and a window whose clean-up time is the clamp is never cleaned up.
 */
export function cleanupTime(end: number, latenessMs: number): EventTimeMs {
  return addClamped(lastTimeOf({ end }), latenessMs);
}

export function isLate(end: number, latenessMs: number, watermark: EventTimeMs): boolean {
  return cleanupTime(end, latenessMs) <= watermark;
}

export function isCleanedUp(end: number, latenessMs: number, watermark: EventTimeMs): boolean {
  const time = cleanupTime(end, latenessMs);
  return time !== MAX_EVENT_TIME && time <= watermark;
}

/** Small numbers, as lessons use them, are shown as they are; others as UTC date and time without zero seconds. */
export function timeText(time: number, after: number | null = null): string {
  if (Math.abs(time) < smallTime || !isDate(time)) return String(time);
  const [date, clock] = new Date(time).toISOString().slice(0, -1).split('T') as [string, string];
  const short = clock.replace(/\.000$/, '').replace(/^(\d\d:\d\d):00$/, '$1');
  const sameDay = after !== null && Math.floor(after / dayMs) === Math.floor(time / dayMs);
  return sameDay ? short : `${date} ${short}`;
}

/** `[2001-01-01 10:00, 11:00)` */
export const windowText = (start: number, end: number): string => `[${timeText(start)}, ${timeText(end, start)})`;

const dayMs = 86_400_000;
const smallTime = 10 * dayMs;

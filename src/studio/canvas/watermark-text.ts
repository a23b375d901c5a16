/**
 * How a watermark reads in little space: `10:42`, with seconds while little event time has passed, with the date when
 * much has. UTC, as everywhere in Weir.
 */
import { type EventTimeMs, isDate, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';

/** Least and greatest watermark that a run has shown so far; null before any. */
export interface TimeSpan {
  readonly least: number;
  readonly greatest: number;
}

export function widened(span: TimeSpan | null, time: EventTimeMs): TimeSpan | null {
  if (time <= MIN_EVENT_TIME || time >= MAX_EVENT_TIME) return span;
  if (span === null) return { least: time, greatest: time };
  if (time >= span.least && time <= span.greatest) return span;
  return { least: Math.min(span.least, time), greatest: Math.max(span.greatest, time) };
}

/** Whether watermarks need room for a date. */
export const showsDates = (span: TimeSpan | null): boolean => span !== null && span.greatest - span.least >= day;

const minute = 60_000;
const day = 86_400_000;
/** Times below this (three hours into 1970) are those of scripted timelines, where they are plain numbers: `w10`. */
const timelineMax = 3 * 60 * minute;

/** `—` before any watermark, `end` for the final one. */
export function watermarkText(time: EventTimeMs, span: TimeSpan | null): string {
  if (time <= MIN_EVENT_TIME) return '—';
  if (time >= MAX_EVENT_TIME) return 'end';
  const { least, greatest } = span ?? { least: time, greatest: time };
  if (Math.abs(greatest) < timelineMax && Math.abs(least) < timelineMax) return String(time);
  if (!isDate(time)) return String(time);
  const iso = new Date(time).toISOString();
  const seen = greatest - least;
  if (seen < 10 * minute) return iso.slice(-13, -5);
  const clock = iso.slice(-13, -8);
  if (seen < day) return clock;
  return seen > 300 * day ? iso.slice(0, -14) : `${dateText(time)} ${clock}`;
}

/** On a moving chevron there is less room: the time of day, or the day alone when the run spans more than a week. */
export function chevronText(time: EventTimeMs, span: TimeSpan | null): string {
  const seen = span === null ? 0 : span.greatest - span.least;
  if (seen < day || time <= MIN_EVENT_TIME || time >= MAX_EVENT_TIME) return watermarkText(time, span);
  if (seen > 300 * day || !isDate(time)) return watermarkText(time, span);
  return seen < 7 * day ? new Date(time).toISOString().slice(11, 16) : dateText(time);
}

/** The whole time, for hovering. */
export function watermarkSentence(time: EventTimeMs): string {
  if (time <= MIN_EVENT_TIME) return 'No watermark yet';
  if (time >= MAX_EVENT_TIME) return 'Final watermark: no more records at all';
  if (Math.abs(time) < timelineMax || !isDate(time)) return `Watermark ${time}`;
  return `Watermark ${new Date(time).toISOString().replace('T', ' ').replace('.000Z', ' UTC').replace('Z', ' UTC')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dateText = (time: number): string => {
  const date = new Date(time);
  return `${months[date.getUTCMonth()] ?? ''} ${date.getUTCDate()}`;
};

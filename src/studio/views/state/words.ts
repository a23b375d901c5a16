/** What is held for a key, in as little space as it can be read in; the whole of it is in the hints. Pure. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import { timeText, windowText } from '../../../engine/time/windows.ts';
import type { Held, InspectedKey, InspectedTimer, WindowFacts } from '../../../engine/wire/inspect.ts';
import { clockText, eventText } from '../../why/why.ts';

/** Timers of one key that are told. */
export const timersShown = 3;

/** Days that are said once, in the head of a column, and left out below; null: there is none, or there are several. */
export interface Days {
  readonly holds: string | null;
  readonly timers: string | null;
}

const isAllTime = ({ start, end }: Pick<WindowFacts, 'start' | 'end'>): boolean =>
  start <= MIN_EVENT_TIME && end >= MAX_EVENT_TIME;

/** Times of lessons, which are small numbers, have no day. */
const dayOf = (time: number): string | null => /^(\S+-\d\d-\d\d) /.exec(timeText(time))?.[1] ?? null;

export function daysOf(keys: readonly InspectedKey[]): Days {
  const held = keys.flatMap((key) => key.held);
  const times = held.flatMap(({ window, until }) =>
    window !== null && !isAllTime(window) ? [window.start] : until === undefined ? [] : [until],
  );
  const timers = keys.flatMap((key) => key.timers.filter(({ domain }) => domain === 'event').map(({ time }) => time));
  return { holds: commonDay(times), timers: commonDay(timers) };
}

function commonDay(times: readonly number[]): string | null {
  const days = new Set(times.map(dayOf));
  const [day = null] = days;
  return days.size === 1 ? day : null;
}

/** `12:00` of the day that is said elsewhere; of another `01-31 12:00:38`, without year and milliseconds. */
function shortTime(text: string, day: string | null): string {
  if (day !== null && text.startsWith(`${day} `)) return text.slice(day.length + 1);
  return text.replace(/^\d{4}-(\d\d-\d\d \d\d:\d\d(?::\d\d)?)(?:\.\d+)?$/, '$1');
}

/** `[12:00, 15:00)` of the common day, `[01-31 12:00, 15:00)` of another, `[0, 10)` in lessons. */
export function windowShort(window: WindowFacts, day: string | null): string {
  if (isAllTime(window)) return 'all time';
  const { start, end } = window;
  const aligned = start % 1000 === 0 && end % 1000 === 0;
  const short = (time: number, near: number | null): string => {
    const text = shortTime(timeText(time, near), day);
    return aligned || dayOf(time) === null ? text : text.replace(/\.\d+$/, '');
  };
  return `[${short(start, null)}, ${short(end, start)})`;
}

/** The whole name of a window. */
export const windowFull = (window: WindowFacts): string =>
  isAllTime(window) ? 'all time' : windowText(window.start, window.end);

/** What something that is held waits for. */
export interface Until {
  /** A time that makes it fire or go, or else what else it waits for. */
  readonly kind: 'watermark' | 'clock' | 'other';
  readonly text: string;
  /** The same as a sentence. */
  readonly hint: string;
}

const timed = /^(?:the (watermark)|processing time) reaches ((?:\d{4}-\d\d-\d\d )?[^ ]+)$/;

/** Null: the operator does not say. */
export function untilOf({ window, note, until }: Held, day: string | null): Until | null {
  if (window === null) {
    if (until !== undefined) return { kind: 'watermark', text: shortTime(eventText(until), day), hint: note ?? '' };
    return note === null ? null : { kind: 'other', text: note, hint: note };
  }
  const { firesWhen } = window;
  if (firesWhen === null) return { kind: 'other', text: 'no more panes', hint: 'It will not fire again.' };
  const hint = `It fires when ${firesWhen}.`;
  const [, byWatermark, time] = timed.exec(firesWhen) ?? [];
  if (time === undefined) return { kind: 'other', text: firesWhen, hint };
  return { kind: byWatermark === undefined ? 'clock' : 'watermark', text: shortTime(time, day), hint };
}

export const timerFull = ({ domain, time }: InspectedTimer): string =>
  domain === 'event' ? eventText(time) : clockText(time);

export const timerText = (timer: InspectedTimer, day: string | null): string => shortTime(timerFull(timer), day);

/** A name and its value, `flights 12`; without a name what is no part of a record. */
export interface ValuePart {
  readonly name: string | null;
  readonly text: string;
}

/** A record by its columns, and several with their number before them; whatever else it is, and what was cut, as it stands. */
export function valueParts(json: string): readonly ValuePart[] {
  const whole = [{ name: null, text: json }];
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return whole;
  }
  if (isRecord(value)) return Object.keys(value).length === 0 ? whole : partsOf(value);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return whole;
  return [
    ...(value.length === 1 ? [] : [{ name: null, text: `×${value.length}` }]),
    ...value.flatMap((row, i) => [...(i === 0 ? [] : [{ name: '·', text: '' }]), ...partsOf(row)]),
  ];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const partsOf = (row: Readonly<Record<string, unknown>>): ValuePart[] =>
  Object.entries(row).map(([name, of]) => ({ name, text: partText(of) }));

/** Means and shares have more digits than anybody reads; lists tell first how long they are. */
function partText(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(+value.toFixed(3));
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.length === 0 ? '×0' : `×${value.length} ${JSON.stringify(value).replaceAll('"', '')}`;
}

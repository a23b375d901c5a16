/** Event times as text. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../base/units.ts';

/** ISO 8601 from a plausible date on, else the bare number of milliseconds. */
export function eventTimeText(time: number | null): string {
  if (time === null) return '';
  if (time === MAX_EVENT_TIME) return 'final';
  if (time === MIN_EVENT_TIME) return 'none';
  const plausible = Math.abs(time) >= 31_536_000_000 && Math.abs(time) <= 8.64e15;
  return plausible ? new Date(time).toISOString() : String(time);
}

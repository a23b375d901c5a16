/** Numbers and times of the inspector as text. Pure. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME, type EventTimeMs } from '../../base/units.ts';

/** `1,234/s`, `0.4/s`, `12.3M/s`. */
export function perSecond(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(rate >= 1e8 ? 0 : 1)}M/s`;
  if (rate >= 1e5) return `${Math.round(rate / 1000)}k/s`;
  if (rate === 0 || rate >= 10) return `${Math.round(rate).toLocaleString('en-US')}/s`;
  return `${rate.toFixed(1)}/s`;
}

export const count = (number: number): string => number.toLocaleString('en-US');
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `2001-01-03 10:42:00`; none before the first watermark, the end after the last. */
export function watermarkText(time: EventTimeMs): string {
  if (time <= MIN_EVENT_TIME) return 'none yet';
  if (time >= MAX_EVENT_TIME) return 'end of time';
  const date = new Date(time);
  if (Number.isNaN(date.getTime()) || Math.abs(time) < 1e9) return `${time} ms`;
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} kB`;
  return `${(bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0)} MB`;
}

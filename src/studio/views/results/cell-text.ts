/** How cells read in tables and files. Times are UTC. */
import { isDate } from '../../../base/units.ts';
import type { CellValue, ColumnType } from '../../../engine/graph/schema.ts';

/** For the table: short, `—` for null. */
export function cellText(value: CellValue, type: ColumnType): string {
  if (value === null) return '—';
  if (type === 'timestamp') return timeText(value as number);
  if (type === 'float') return floatText(value as number);
  return String(value);
}

/** `2001-01-01 00:47`, with seconds and milliseconds where they are not zero. */
export function timeText(time: number): string {
  if (!isDate(time)) return String(time);
  const iso = new Date(time).toISOString().replace('T', ' ').slice(0, -1);
  if (time % 60_000 === 0) return iso.slice(0, -7);
  return time % 1000 === 0 ? iso.slice(0, -4) : iso;
}

function floatText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1e6) return String(value);
  return Math.abs(value) < 1 ? value.toFixed(4).replace(/0{1,2}$/, '') : value.toFixed(2);
}

/** For files: exact; an empty text for null. Times as ISO 8601. */
export function exactText(value: CellValue, type: ColumnType): string {
  if (value === null) return '';
  if (type === 'timestamp' && isDate(value as number)) return new Date(value as number).toISOString();
  return String(value);
}

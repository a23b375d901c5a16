/**
 * From what a user's function returns to what a column holds. The one place that decides which JavaScript values fit
 * which column type; everything else fails with a sentence that names column, value and type.
 */
import type { NodeId } from '../graph/job.ts';
import { rowKinds } from '../graph/schema.ts';
import type { CellValue, ColumnSpec, ColumnType, JsonValue } from '../graph/schema.ts';
import { NULL_BOOLEAN } from './batch.ts';
import { TaskFailure } from './failures.ts';

/** What each column type takes, for messages: `a whole number`. */
export const wantedText: Readonly<Record<ColumnType, string>> = {
  int: 'a whole number within ±2^53',
  float: 'a number',
  boolean: 'true or false',
  string: 'a string',
  timestamp: 'milliseconds since 1970 or an ISO 8601 date',
  json: 'a value that JSON can say',
  rowkind: `one of ${rowKinds.join(', ')}`,
};

/** A value that does not fit. `message` is the `{reason}` of the failure 'function-result'. */
export class CoercionError extends Error {
  override readonly name = 'CoercionError';
}

/** Who is told to have returned a wrong value. */
export interface ResultOwner {
  readonly node: NodeId;
  readonly name: string;
}

export function resultFailure({ node, name }: ResultOwner, reason: string): TaskFailure {
  return new TaskFailure({ code: 'function-result', details: { node: name, reason }, node });
}

/** The cell as a plain value, independent of what was returned; throws CoercionError. */
export function toCell(value: unknown, { name, type }: ColumnSpec): CellValue {
  if (value === null || value === undefined) return null;
  if (type === 'boolean') return toBoolean(value, name) === 1;
  if (type === 'string' || type === 'rowkind') return toText(value, type, name);
  if (type === 'json') return JSON.parse(toText(value, type, name) as string) as JsonValue;
  return toNumber(value, type, name);
}

/** Whole milliseconds for timestamps. NaN for null; throws CoercionError. */
export function toNumber(value: unknown, type: 'int' | 'float' | 'timestamp', column: string): number {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'number') {
    if (type === 'float' ? !Number.isNaN(value) : Number.isSafeInteger(value)) return value;
    if (type === 'timestamp' && Number.isFinite(value)) return Math.floor(value);
  } else if (type === 'timestamp') {
    const time = toTime(value);
    if (!Number.isNaN(time)) return time;
  }
  throw misfit(value, type, column);
}

/** NULL_BOOLEAN for null; throws CoercionError. */
export function toBoolean(value: unknown, column: string): number {
  if (value === null || value === undefined) return NULL_BOOLEAN;
  if (typeof value !== 'boolean') throw misfit(value, 'boolean', column);
  return value ? 1 : 0;
}

/** The text that a string, json or rowkind column holds, null for null; throws CoercionError. */
export function toText(value: unknown, type: 'string' | 'json' | 'rowkind', column: string): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'rowkind') {
    if (!rowKinds.some((kind) => kind === value)) throw misfit(value, type, column);
    return value as string;
  }
  if (type === 'string') {
    if (typeof value !== 'string') throw misfit(value, type, column);
    return value;
  }
  const text = jsonText(value);
  if (text === undefined) throw misfit(value, type, column);
  return text;
}

export function misfit(value: unknown, type: ColumnType, column: string): CoercionError {
  return new CoercionError(`${shown(value)} for column “${column}”, where ${wantedText[type]} is needed`);
}

/** A value in a message: `"abc" (a string)`, shortened. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n (a bigint)`;
  if (Array.isArray(value)) return `${shortened(jsonText(value) ?? 'an array')} (an array)`;
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'string') return `${shortened(JSON.stringify(value))} (a string)`;
  if (typeof value === 'object') return `${shortened(jsonText(value) ?? '{…}')} (an object)`;
  return String(value);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/** Dates, and strings that begin as an ISO 8601 date; NaN for all else. Without a zone a time is UTC, never the machine's. */
function toTime(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const parts = typeof value === 'string' ? isoDate.exec(value) : null;
  if (parts === null) return Number.NaN;
  const [, date, time, zone] = parts;
  return new Date(time === undefined ? `${date}` : `${date}T${time}${zone ?? 'Z'}`).getTime();
}

/** Date, time and zone. */
const isoDate = /^([+-]?\d{4,6}-\d{2}-\d{2})(?:[T ]([\d:.]+)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** undefined where JSON has no text for it: functions, symbols, bigints, cycles. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

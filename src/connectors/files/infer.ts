/**
 * The schema of a file, guessed from its first rows. A type is chosen if nearly all values of a column are of it: the
 * few that are not are broken rows, which the person sees counted, rather than a column of text, which they would not.
 */
import type { ColumnSpec, ColumnType, Schema } from '../../engine/graph/schema.ts';
import { readFloat, readInt, UNREADABLE } from './numbers.ts';
import { readTimestamp } from './timestamps.ts';

/** A value as it was in the file: text of a CSV cell, or what JSON had. Null and empty text say nothing. */
export type Sampled = string | number | boolean | object | null | undefined;

/** Fewer values than this must all be of the type. */
const TOLERANT_FROM = 5;
const MISFITS_SHARE = 0.05;

/** The narrowest type that fits the values of a column called `name`. */
export function inferType(name: string, values: readonly Sampled[]): ColumnType {
  const present = values.filter((value) => value !== null && value !== undefined && value !== '');
  if (present.length === 0) return 'string';
  const misfitsMax = present.length < TOLERANT_FROM ? 0 : Math.max(1, Math.floor(present.length * MISFITS_SHARE));
  const type = candidates.find(({ fits }) => {
    let misfits = 0;
    return present.every((value) => fits(value as NonNullable<Sampled>) || ++misfits <= misfitsMax);
  });
  if (type === undefined) return present.some((value) => typeof value === 'object') ? 'json' : 'string';
  return isEpoch(name, type.type, present) ? 'timestamp' : type.type;
}

const candidates: readonly { readonly type: ColumnType; readonly fits: (value: NonNullable<Sampled>) => boolean }[] = [
  {
    type: 'boolean',
    fits: (value) => typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value.trim())),
  },
  { type: 'int', fits: (value) => Number.isSafeInteger(numberIn(value, readInt)) },
  { type: 'float', fits: (value) => Number.isFinite(numberIn(value, readFloat)) },
  { type: 'timestamp', fits: (value) => typeof value === 'string' && isDateText(value.trim()) },
  { type: 'string', fits: (value) => typeof value !== 'object' },
];

/** Digits that begin with 0 name something (a postcode, an account); they are no amount. */
function numberIn(value: NonNullable<Sampled>, read: (text: string, from: number, to: number) => number): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return UNREADABLE;
  const text = value.trim();
  return /^[+-]?0\d/.test(text) ? UNREADABLE : read(text, 0, text.length);
}

const isDateText = (text: string): boolean =>
  /^\d{4}[-/]/.test(text) && readTimestamp(text, 0, text.length) !== UNREADABLE;

const isTimeName = (name: string): boolean =>
  /time|date|epoch|created|occurred|(^|[_ ])(ts|at)$/i.test(name) || /[a-z](At|Ts)$/.test(name);
/** 1985 to 2100. */
const EPOCH_MS: readonly [number, number] = [473_385_600_000, 4_102_444_800_000];

/** Whether whole or decimal numbers are points in time: by their size, in ms or s, and by the column's name. */
function isEpoch(name: string, type: ColumnType, present: readonly Sampled[]): boolean {
  if ((type !== 'int' && type !== 'float') || !isTimeName(name)) return false;
  const within = (scale: number): boolean =>
    present.every((value) => {
      const ms = Number(value) * scale;
      return !(ms < EPOCH_MS[0] || ms > EPOCH_MS[1]); // a misfit is NaN, and says nothing
    });
  return within(1) || within(1000);
}

/** The column to take as event time: the first timestamp with a name of an event's time, else the first timestamp. */
export function suggestTimestamp(schema: Schema): string | null {
  const times = schema.filter(({ type }) => type === 'timestamp');
  const best =
    times.find(({ name }) => /event|occurred|scheduled|^(time|timestamp|ts|datetime|date)$/i.test(name)) ?? times[0];
  return best?.name ?? null;
}

/** Columns in the order in which `rows` first name them, with their types. */
export function inferObjectSchema(rows: readonly Readonly<Record<string, Sampled>>[]): Schema {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names].map((name): ColumnSpec => {
    return {
      name,
      type: inferType(
        name,
        rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null)),
      ),
    };
  });
}

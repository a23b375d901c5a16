/** What joins and aggregates hold for a key, in words, for a look into the task (`Operator.holds`). */
import type { Schema } from '../graph/schema.ts';
import type { KeyEntry } from '../state/keyed-state.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held } from '../wire/inspect.ts';
import { cellsRow } from './row-cells.ts';
import type { Cells } from './row-cells.ts';

/** Rows told of one buffer. */
export const heldRowsMost = 20;

/** Null cells: a row was taken away then. */
type KeptRow = readonly [time: number, cells: Cells | null, ...rest: unknown[]];

/**
 * The records that a list state keeps, oldest first; null: there are none. `note` sees the first and the last; `until`
 * is the watermark at which the first is done with.
 */
export function heldRows(
  entries: readonly KeyEntry[],
  state: string,
  what: string,
  schema: Schema,
  note: (first: number, last: number) => string,
  until?: (first: number) => number,
): Held | null {
  const rows = entries.find((entry) => entry.state === state)?.value as readonly KeptRow[] | undefined;
  const [first] = rows ?? [];
  const last = rows?.at(-1);
  if (rows === undefined || first === undefined || last === undefined) return null;
  const shown = rows.slice(0, heldRowsMost).map(([, cells]) => (cells === null ? null : cellsRow(schema, cells)));
  const count = rows.length === 1 ? '1 record' : `${rows.length} records`;
  const held = { what, window: null, value: shortJson(shown), note: `${count}. ${note(first[0], last[0])}` };
  return until === undefined ? held : { ...held, until: until(first[0]) };
}

/** Without those that there are none of. */
export const heldOf = (...held: readonly (Held | null)[]): Held[] => held.filter((one) => one !== null);

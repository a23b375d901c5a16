/**
 * The order of rows by several columns, as SQL's ORDER BY: `height desc, name, "seen at" asc nulls last`. Top-N and the sort
 * by event time put it behind what they order by first.
 */
import { failed, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { columnIndex } from '../graph/schema.ts';
import type { ColumnType, Schema } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { compareKeys } from '../state/snapshot.ts';
import { columnIssues } from './check.ts';
import type { Cells } from './row-cells.ts';

export interface OrderTerm {
  readonly column: string;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** Below 0: `a` is in front of `b`. */
export type CompareCells = (a: Cells, b: Cells) => number;

export const orderedTypes: readonly ColumnType[] = ['int', 'float', 'timestamp', 'string', 'boolean'];

export const orderHint = 'Written as in SQL: name, height desc, seen asc nulls last. Empty: none.';

/** Null is less than any value, so it is first where the least is, as in Flink SQL. */
export const orderTerm = (column: string, ascending: boolean, nullsFirst = ascending): OrderTerm => ({
  column,
  ascending,
  nullsFirst,
});

/** No term of empty text. The reason is a sentence without its full stop. */
export function parseOrder(text: string): Result<readonly OrderTerm[], string> {
  if (text.trim() === '') return ok([]);
  const terms: OrderTerm[] = [];
  let at = 0;
  do {
    termHere.lastIndex = at;
    const found = termHere.exec(text);
    if (found === null) return failed(`at ${shown(text.slice(at))}, a column is needed`);
    terms.push(termOf(found.groups as Readonly<Record<string, string | undefined>>));
    at += found[0].length;
  } while (text[at++] === ',');
  if (at <= text.length)
    return failed(`at ${shown(text.slice(at - 1))}, a comma is needed, or asc or desc, or nulls first or nulls last`);
  return ok(terms);
}

function termOf({ quoted, ticked, bare, direction, nulls }: Readonly<Record<string, string | undefined>>): OrderTerm {
  const ascending = direction?.toLowerCase() !== 'desc';
  const nullsFirst = nulls === undefined ? ascending : nulls.toLowerCase() === 'first';
  return orderTerm(quoted ?? ticked ?? bare ?? '', ascending, nullsFirst);
}

/** Terms that are known to be right. */
export function orderOf(text: string): readonly OrderTerm[] {
  const parsed = parseOrder(text);
  if (!parsed.ok) throw new Error(`The order was checked before: ${parsed.error}.`);
  return parsed.value;
}

/** `param` holds the text, `label` is what the form calls it; `before`: columns that order already. */
export function orderIssues(
  text: string,
  schema: Schema,
  {
    param,
    label,
    before = [],
  }: { readonly param: string; readonly label: string; readonly before?: readonly string[] },
): ParamIssue[] {
  const parsed = parseOrder(text);
  const wrong = (reason: string): ParamIssue => ({ code: 'invalid-param', param, details: { param: label, reason } });
  if (!parsed.ok) return [wrong(parsed.error)];
  const names = parsed.value.map(({ column }) => column);
  const again = names.find((name, i) => before.includes(name) || names.indexOf(name) < i);
  if (again !== undefined) return [wrong(`“${again}” orders already`)];
  return names.flatMap((name) => columnIssues(schema, name, param, orderedTypes));
}

export function comparing(terms: readonly OrderTerm[], schema: Schema): CompareCells {
  const ranked = terms.map((term) => ({ ...term, at: columnIndex(schema, term.column) }));
  return (a, b) => {
    for (const { at, ascending, nullsFirst } of ranked) {
      const order = compareCells(a[at] as Key, b[at] as Key, ascending, nullsFirst);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareCells(a: Key, b: Key, ascending: boolean, nullsFirst: boolean): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  const order = compareKeys(a, b);
  return ascending ? order : -order;
}

const name = /(?:"(?<quoted>[^"]+)"|`(?<ticked>[^`]+)`|(?<bare>[^\s,"`]+))/.source;
const termHere = new RegExp(
  `\\s*${name}(?:\\s+(?<direction>asc|desc)(?![^\\s,]))?(?:\\s+nulls\\s+(?<nulls>first|last)(?![^\\s,]))?\\s*`,
  'iy',
);

const shown = (rest: string): string => (rest.trim() === '' ? 'its end' : `“${rest.trim().slice(0, 24)}”`);

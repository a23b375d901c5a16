/** The fold of changes into the table that a sink shows: each is added once, and nothing is computed from all of them. */
import type { TableRule } from '../graph/kind.ts';
import { joinArrivals } from '../wire/arrivals.ts';
import type { Missed } from '../wire/reports.ts';
import { slackRows, TableFold } from '../wire/table-fold.ts';
import type { Part } from '../wire/table-fold.ts';
import { resultLimit } from './cluster-view.ts';
import type { TableView } from './cluster-view.ts';
import { concat, fullChunk } from './merge-chunks.ts';

interface Told extends Part {
  readonly missed?: Missed;
}

/** `limit`: rows that are kept of a table. */
export function foldTable(before: TableView | null, rule: TableRule, told: Told, limit = resultLimit): TableView {
  const view = before ?? { rule, base: null, changes: [], era: {}, changed: 0, leftOut: 0, lost: 0 };
  const { missed, records, arrivals } = told;
  const added = [missed?.changes ?? null, { records, arrivals }].filter(hasRows);
  const changes = added.reduce(appended, view.changes);
  const changed = added.reduce((sum, part) => sum + part.records.length, view.changed);
  const next = { ...view, changes, changed, lost: view.lost + (missed?.lost ?? 0) };
  return changed > slackRows + (view.base?.records.length ?? 0) ? foldedIn(next, limit) : next;
}

const hasRows = (part: Part | null): part is Part => part !== null && part.records.length > 0;

function foldedIn(view: TableView, limit: number): TableView {
  const fold = foldOf(view);
  const leftOut = view.leftOut + Math.max(0, fold.size - limit);
  return { ...view, base: fold.part(limit), changes: [], era: {}, changed: 0, leftOut };
}

/** The table as it is: base and changes. */
export function foldOf({ rule, base, changes }: TableView): TableFold {
  const fold = new TableFold(rule);
  if (base !== null) fold.add(base);
  for (const part of changes) fold.add(part);
  return fold;
}

/** As in a log-structured merge, so that a table that changes one row at a time is not a thousand parts. */
function appended(parts: readonly Part[], part: Part): readonly Part[] {
  const out = parts.slice();
  let added = part;
  for (let last = out.at(-1); last !== undefined && isMerged(last, added); last = out.at(-1)) {
    out.pop();
    added = {
      records: concat(last.records, added.records),
      arrivals: joinArrivals(last.arrivals, added.arrivals),
    };
  }
  out.push(added);
  return out;
}

const isMerged = ({ records: a }: Part, { records: b }: Part): boolean =>
  a.length + b.length <= fullChunk && a.length <= 2 * b.length;

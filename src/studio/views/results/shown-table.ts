/**
 * What is shown of a sink: its table as it is now, or all that came. A table is kept between two looks, and only what
 * changed in between is folded in.
 */
import type { ResultView, TableView } from '../../../engine/telemetry/cluster-view.ts';
import { sliceArrivals } from '../../../engine/wire/arrivals.ts';
import { sliceBatch } from '../../../engine/wire/batch.ts';
import { withoutRowKinds } from '../../../engine/wire/row-kinds.ts';
import { TableFold } from '../../../engine/wire/table-fold.ts';

interface Kept {
  readonly fold: TableFold;
  /** Rows of the changes that are in it. */
  folded: number;
}

/** By era: what else is of another era is of another table, or began anew. */
const kept = new WeakMap<object, Kept>();

/** A row of a table arrived with its last change. */
export function shownOf(result: ResultView): ResultView {
  if (result.table === null) return result;
  const part = foldFor(result.table).part();
  if (part === null) return { ...result, chunks: [], kept: 0 };
  const records = withoutRowKinds(part.records);
  return { ...result, chunks: [{ ...part, records, subtask: '', attempt: 0 }], kept: records.length };
}

function foldFor({ rule, base, changes, era, changed }: TableView): TableFold {
  let table = kept.get(era);
  // A look at an older view than the last one: begun anew.
  if (table === undefined || table.folded > changed) {
    table = { fold: new TableFold(rule), folded: 0 };
    if (base !== null) table.fold.add(base);
    kept.set(era, table);
  }
  let start = 0;
  for (const { records, arrivals } of changes) {
    const { length } = records;
    const from = Math.max(0, table.folded - start);
    start += length;
    if (from >= length) continue;
    table.fold.add({ records: sliceBatch(records, from, length), arrivals: sliceArrivals(arrivals, from, length) });
  }
  table.folded = changed;
  return table.fold;
}

/** What the table lacks, in words; empty: nothing. */
export function lackText({ leftOut, lost }: TableView): string {
  const parts: string[] = [];
  if (leftOut > 0)
    parts.push(
      `The table is larger than what is kept of it: its oldest rows, ${leftOut.toLocaleString('en-US')} so far, are left out.`,
    );
  if (lost > 0)
    parts.push(
      `${lost.toLocaleString('en-US')} changes came faster than this page could take them, and are not in the table.`,
    );
  return parts.join(' ');
}

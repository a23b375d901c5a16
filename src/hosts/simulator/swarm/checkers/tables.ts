/**
 * Tables: what the changes that a sink has committed leave, against the plain computation, in two ways: by our own count,
 * and as the page and the command line fold them (`engine/wire/result-tables.ts`).
 *
 * - every change is shown (changelog, complete): of each row as many insertions more than retractions as it is to be
 *   there;
 * - update: what was before is not shown, so the newest row of each key holds, unless it was deleted;
 * - upsert: the same, and changes that were not followed by a checkpoint come again: they leave the table as it was;
 * - the job fell back behind what was committed: transactions hold the same changes twice, and nothing can be told; the
 *   upsert table is right all the same;
 * - an end whose changes depend on the clock judges them by itself.
 */
import { isRetraction, rowKindIndex } from '../../../../engine/graph/schema.ts';
import type { Row, RowKind } from '../../../../engine/graph/schema.ts';
import { currentTable, latestByKey } from '../../../../engine/wire/result-tables.ts';
import { rowsOf } from '../../../../engine/wire/batch.ts';
import type { Batch } from '../../../../engine/wire/batch.ts';
import type { EndDrawing } from '../drawing.ts';
import type { TableRow, Told } from '../ends/end.ts';
import { endOf } from '../ends/list.ts';
import type { Item } from '../items.ts';
import { Comparison } from './comparison.ts';

export function tableFindings(
  { of, n, shown }: EndDrawing,
  fellBack: boolean,
  items: readonly Item[],
  batches: readonly Batch[],
): string[] {
  if (fellBack && shown !== 'upsert') return [];
  const changes = changesOf(batches);
  const end = endOf(of);
  if ('judge' in end) return end.judge(changes, items, n).map((text) => `${of}: ${text}`);
  const { columns, key, expect } = end;
  const text = (row: Row | TableRow): string => columns.map((name) => `${name} ${String(row[name])}`).join(' ');
  const right = expect(items, n).map(text);
  const bySum = shown === 'changelog' || shown === 'complete' || shown === 'append';
  const left = bySum || key === null ? counted(changes, text) : newest(changes, key).map(text);
  const folded = bySum ? currentTable(batches) : latestByKey(batches, key ?? []);
  const shownRows = folded === null ? [] : rowsOf(folded).map(text);
  return [
    ...new Comparison(`the table of ${of}`, right, left).exact(),
    ...new Comparison(`the table of ${of}, as it is shown,`, right, shownRows).exact(),
  ];
}

function changesOf(batches: readonly Batch[]): Told[] {
  return batches.flatMap((batch) => {
    const kind = batch.schema[rowKindIndex(batch.schema)]?.name;
    return rowsOf(batch).map((row, i) => ({
      kind: kind === undefined ? '+I' : (row[kind] as RowKind),
      row,
      timestamp: batch.timestamps[i] as number,
    }));
  });
}

/** Rows of which there is a surplus of insertions; of retractions: a row that nobody expects. */
function counted(changes: readonly Told[], text: (row: Row) => string): string[] {
  const sums = new Map<string, number>();
  for (const { kind, row } of changes) sums.set(text(row), (sums.get(text(row)) ?? 0) + (isRetraction(kind) ? -1 : 1));
  return [...sums].flatMap(([row, sum]) =>
    Array.from({ length: Math.abs(sum) }, () => (sum < 0 ? `(taken away too often) ${row}` : row)),
  );
}

function newest(changes: readonly Told[], key: readonly string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { kind, row } of changes) {
    const place = key.map((name) => String(row[name])).join(' ');
    if (kind === '-D') rows.delete(place);
    else if (kind !== '-U') rows.set(place, row);
  }
  return [...rows.values()];
}

/**
 * Output: what the sinks have committed, against the plain computation.
 *
 * - exactly once: a transactional sink holds exactly the right rows, an upsert sink the right last row of every key, a
 *   plain sink every right row at least once and no other;
 * - at least once: nothing is lost; where operators remember records, sums and counts may be too high, never too low;
 * - exactly once, but a stored checkpoint was damaged, so that the job fell back behind what it had committed: rows may be
 *   doubled (as in Flink), none lost and none wrong;
 * - exactly once with barriers that overtake, and the parallelism changed: what was in flight on a forward edge can go by
 *   another subtask than what follows it, so of each key the greatest sum or count is judged, and not the last (Flink
 *   promises no order there either, and lets no barrier overtake on such edges);
 * - with an end: the table that the changes leave is the right one (`tables.ts`);
 * - off: anything can be lost or doubled, but where no operator remembers anything, no row is wrong.
 */
import type { Batch } from '../../../../engine/wire/batch.ts';
import type { SinkRecord } from '../../simulate.ts';
import { isExactlyOnce, isStateful } from '../drawing.ts';
import type { Drawing, Guarantee } from '../drawing.ts';
import { Comparison, itemText, recordText } from './comparison.ts';
import { expectedItems, perKey } from '../oracle.ts';
import type { Item } from '../items.ts';
import { tableFindings } from './tables.ts';

export interface CommittedRows {
  readonly out: readonly SinkRecord[];
  /** The same, as the sink put it out. */
  readonly batches: readonly Batch[];
  readonly side: readonly SinkRecord[];
}

export interface OutputCase {
  readonly drawing: Drawing;
  readonly guarantee: Guarantee;
  /** A stored checkpoint was damaged. */
  readonly fellBack: boolean;
  /** The run was left, and gone on with in other parallelisms. */
  readonly rescaled: boolean;
}

/** Sentences; none when all is right. */
export function outputFindings(of: OutputCase, committed: CommittedRows): string[] {
  const { drawing, guarantee, fellBack } = of;
  const expected = expectedItems(drawing);
  const stateless = { ...drawing, tail: { ...drawing.tail, kind: 'none' as const } };
  // What a side step sees may come out of a window, but the way there is the same.
  const side = new Comparison('aside', expected.side.map(itemText), committed.side.map(recordText));
  const windowBefore = isStateful(stateless);
  const sink = fellBack && drawing.sink.kind === 'transactionalTable' ? 'table' : drawing.sink.kind;
  const judged = { ...drawing, sink: { ...drawing.sink, kind: sink } };
  const out =
    drawing.end === undefined
      ? compareOut({ ...of, drawing: judged }, expected.out, committed.out)
      : tableFindings(drawing.end, fellBack, expected.out, committed.batches);
  return [...out, ...compareRows(side, guarantee, sink, windowBefore && !isExactlyOnce(guarantee))];
}

function compareOut(of: OutputCase, items: readonly Item[], rows: readonly SinkRecord[]): string[] {
  const { drawing, guarantee } = of;
  const { tail, sink } = drawing;
  const loose = isStateful(drawing) && !isExactlyOnce(guarantee);
  if (loose && sumsDecide(drawing)) return [];
  if (tail.kind === 'none') {
    const comparison = new Comparison('out', items.map(itemText), rows.map(recordText));
    return loose ? looseItems(guarantee, items, rows) : compareRows(comparison, guarantee, sink.kind, false);
  }
  const wanted = perKey(items);
  if (loose) return looseKeys(guarantee, tail.kind, wanted, rows);
  if (sink.kind === 'upsertTable') {
    const ordered = !of.rescaled || guarantee === 'aligned';
    const shown = ordered ? lastOf(rows, tail.kind) : greatestOf(rows, tail.kind);
    const found = [...shown].map(([key, value]) => `${key} ${value}`);
    const right = [...wanted].map(([key, of]) => `${key} ${of[tail.kind === 'count' ? 'count' : 'sum']}`);
    return new Comparison('out, last of each key', right, found).exact();
  }
  // Which record is the n-th of its key is the order's business; that each key shows 1 … n is not.
  const copies = sink.exchange === 'broadcast' ? sink.parallelism : 1;
  const right = [...wanted].flatMap(([key, { count }]) =>
    Array.from({ length: count * copies }, (_, i) => `${key} ${Math.floor(i / copies) + 1}`),
  );
  const found = rows.map(({ row }) => `${String(row['key'])} ${String(row['count'])}`);
  return compareRows(new Comparison('out', right, found), guarantee, sink.kind, false);
}

const decides: ReadonlySet<Drawing['steps'][number]['kind']> = new Set(['filter', 'side', 'join']);

/** A sum that may be too high decides where its row goes, or whether it stays. */
function sumsDecide({ steps }: Drawing): boolean {
  const window = steps.findIndex((step) => step.kind === 'window');
  return window >= 0 && steps.slice(window).some((step) => decides.has(step.kind));
}

function compareRows(
  comparison: Comparison,
  guarantee: Guarantee,
  sink: Drawing['sink']['kind'],
  loose: boolean,
): string[] {
  if (loose) return [];
  if (guarantee === 'off') return comparison.nothingWrong();
  if (isExactlyOnce(guarantee) && sink === 'transactionalTable') return comparison.exact();
  return [...comparison.nothingLost(sink === 'upsertTable'), ...comparison.nothingWrong()];
}

/** Sums per key and window, which may be too high and, when the rest fires again, be followed by smaller ones. */
function looseItems(guarantee: Guarantee, items: readonly Item[], rows: readonly SinkRecord[]): string[] {
  if (guarantee === 'off') return [];
  const best = new Map<string, number>();
  for (const { row, timestamp } of rows) {
    const place = `${String(row['key'])} ${String(row['id'])} ${timestamp}`;
    best.set(place, Math.max(best.get(place) ?? Number.NEGATIVE_INFINITY, Number(row['value'])));
  }
  return items.flatMap(({ key, id, time, value }) => {
    const found = best.get(`${key} ${id} ${time}`);
    if (found === undefined) return [`out: lost ${key} ${id} ${time}`];
    return found < value ? [`out: ${key} ${id} is ${found} at most, less than ${value}`] : [];
  });
}

function looseKeys(
  guarantee: Guarantee,
  tail: 'count' | 'sum',
  wanted: ReturnType<typeof perKey>,
  rows: readonly SinkRecord[],
): string[] {
  if (guarantee === 'off') return [];
  const best = greatestOf(rows, tail);
  return [...wanted].flatMap(([key, of]) => {
    const found = best.get(key) ?? Number.NEGATIVE_INFINITY;
    return found < of[tail] ? [`out: ${tail} of ${key} is ${found} at most, less than ${of[tail]}`] : [];
  });
}

const lastOf = (rows: readonly SinkRecord[], column: string): Map<string, number> =>
  new Map(rows.map(({ row }) => [String(row['key']), Number(row[column])]));

/** Counts and sums only rise: no value is below zero. */
function greatestOf(rows: readonly SinkRecord[], column: string): Map<string, number> {
  const greatest = new Map<string, number>();
  for (const { row } of rows) {
    const key = String(row['key']);
    greatest.set(key, Math.max(greatest.get(key) ?? Number.NEGATIVE_INFINITY, Number(row[column])));
  }
  return greatest;
}

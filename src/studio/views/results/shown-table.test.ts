/** The table that is shown, after more changes than the page keeps one by one, against a plain fold over all of them. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { TableRule } from '../../../engine/graph/kind.ts';
import type { RowKind, Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { foldResults } from '../../../engine/telemetry/fold-results.ts';
import { foldTable } from '../../../engine/telemetry/fold-table.ts';
import { arrivalList, arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../../engine/wire/batch.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { ReportMailbox } from '../../../hosts/browser/report-mailbox.ts';
import { ResultsThrottle } from '../../../hosts/browser/results-throttle.ts';
import type { ResultsReport } from '../../../hosts/browser/results-throttle.ts';
import { lackText, shownOf } from './shown-table.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
  { name: 'op', type: 'rowkind' },
];

type Change = readonly [op: RowKind, word: string, count: number];
const byChanges: TableRule = { kind: 'changes' };
const byWord: TableRule = { kind: 'upserts', keys: ['word'] };

function batchOf(changes: readonly Change[]): Batch {
  const builder = new BatchBuilder(schema, Math.max(1, changes.length));
  for (const [op, word, count] of changes) builder.appendRow({ word, count, op }, 0);
  return builder.take();
}

const reportOf = (
  changes: readonly Change[],
  total: number,
  table: TableRule,
  transaction?: string,
): ResultsReport => ({
  kind: 'results',
  at: processingTime(total),
  node: 's',
  subtask: 'v/0',
  attempt: 1,
  total,
  records: batchOf(changes),
  arrivals: arrivedAt(total, changes.length),
  table,
  ...(transaction === undefined ? {} : { transaction }),
});

/** Running counts of words: each changes its row, and now and then a word goes. Some come once and never again. */
function counting(length: number, words: number): Change[] {
  const counts = new Map<string, number>();
  const out = Array.from({ length: 40 }, (_, n): Change => ['+I', `once ${n}`, n]);
  let state = 7;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  while (out.length < length) {
    const word = `w${next(words)}`;
    const count = counts.get(word);
    if (out.length % 5000 < 3) out.push(['+I', `once ${out.length}`, 1]);
    if (count === undefined) out.push(['+I', word, 1]);
    else if (next(20) === 0) {
      out.push(['-D', word, count]);
      counts.delete(word);
      continue;
    } else out.push(['-U', word, count], ['+U', word, count + 1]);
    counts.set(word, (count ?? 0) + 1);
  }
  return out;
}

/** The plain fold: a bag of rows, or a record by word. */
function plainly(changes: readonly Change[], rule: TableRule): string[] {
  const bag: string[] = [];
  const byKey = new Map<string, string>();
  for (const [op, word, count] of changes) {
    const row = `${word} ${count}`;
    if (op === '-U' || op === '-D') {
      const at = bag.indexOf(row);
      if (at !== -1) bag.splice(at, 1);
      if (op === '-D') byKey.delete(word);
    } else {
      bag.push(row);
      byKey.set(word, row);
    }
  }
  return (rule.kind === 'changes' ? bag : [...byKey.values()]).sort();
}

const shownRows = (result: ResultView | undefined): string[] =>
  (result === undefined ? [] : shownOf(result).chunks)
    .flatMap(({ records }) => rowsOf(records))
    .map(({ word, count }) => `${String(word)} ${String(count)}`)
    .sort();

/** Through everything between sink and page: messages every so many changes, a page that takes them every so often. */
function throughHost(changes: readonly Change[], rule: TableRule, perMessage: number, perLook: number) {
  const throttle = new ResultsThrottle();
  const mailbox = new ReportMailbox();
  let view: ResultView | undefined;
  const look = (): void => {
    for (const report of mailbox.take()) if (report.kind === 'results') view = foldResults(view, report);
  };
  let messages = 0;
  for (let from = 0; from < changes.length; from += 500) {
    const part = changes.slice(from, from + 500);
    throttle.add(reportOf(part, from + part.length, rule));
    if ((from / 500) % perMessage !== 0) continue;
    for (const report of throttle.take()) mailbox.add(report);
    if (++messages % perLook === 0) look();
  }
  for (const report of throttle.take()) mailbox.add(report);
  look();
  return view;
}

for (const rule of [byChanges, byWord])
  test.each([
    ['at every message', 1, 1],
    ['when many changes came between two messages', 60, 1],
    ['when the page was away for long', 20, 100_000],
  ])(`after 250,000 changes the table by ${rule.kind} is the plain fold of all, %s`, (_, perMessage, perLook) => {
    const changes = counting(250_000, 60);
    const view = throughHost(changes, rule, perMessage, perLook);
    expect(view?.total).toBe(changes.length);
    expect(view?.kept).toBeLessThan(changes.length);
    expect(shownRows(view)).toEqual(plainly(changes, rule));
    expect(view?.table?.lost).toBe(0);
    expect((view?.table?.changed ?? 0) + (view?.table?.base?.records.length ?? 0)).toBeLessThan(20_000);
  });

test('at every look it is the plain fold of what came until then, and each row arrived with its last change', () => {
  const words = fc.constantFrom('a', 'b', 'c');
  const change = fc.tuple(fc.constantFrom<RowKind>('+I', '-U', '+U', '-D'), words, fc.nat({ max: 2 }));
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 12 }), fc.boolean(), (parts, keyed) => {
      const rule = keyed ? byWord : byChanges;
      let view: ResultView | undefined;
      const views: (readonly [ResultView, number])[] = [];
      const all: Change[] = [];
      for (const part of parts) {
        all.push(...part);
        view = foldResults(view, reportOf(part, all.length, rule));
        views.push([view, all.length]);
        expect(shownRows(view)).toEqual(plainly(all, rule));
        const [chunk] = shownOf(view).chunks;
        const arrivals = chunk === undefined ? [] : [...arrivalList(chunk.arrivals)];
        expect(arrivals.length).toBe(chunk?.records.length ?? 0);
        for (const at of arrivals) expect(at).toBeLessThanOrEqual(all.length);
      }
      // A look back, as when a view is drawn late.
      for (const [older, length] of views.toReversed())
        expect(shownRows(older)).toEqual(plainly(all.slice(0, length), rule));
    }),
  );
});

test('a look behind a fold of all changes begins anew, however many have come since', () => {
  const insert = (from: number, to: number): ResultsReport =>
    reportOf(
      Array.from({ length: to - from }, (_, i): Change => ['+I', `w${from + i}`, 1]),
      to,
      byChanges,
    );
  const first = foldResults(undefined, insert(0, 10));
  expect(shownRows(first).length).toBe(10);
  const folded = foldResults(first, insert(10, 5000));
  expect(folded.table?.changed).toBe(0);
  const later = foldResults(folded, insert(5000, 5020));
  expect(shownRows(later).length).toBe(5020);
});

test('a transaction that is told again after a restore changes the table once, and what is not committed not at all', () => {
  const first = reportOf([['+I', 'a', 1]], 1, byChanges, 's/0/1-1');
  const second = reportOf(
    [
      ['-U', 'a', 1],
      ['+U', 'a', 2],
    ],
    2,
    byChanges,
    's/0/1-2',
  );
  const view = [first, second, { ...second, attempt: 2 }, { ...first, attempt: 2 }].reduce<ResultView | undefined>(
    foldResults,
    undefined,
  );
  expect(shownRows(view)).toEqual(['a 2']);
  expect(shownRows([first].reduce<ResultView | undefined>(foldResults, undefined))).toEqual(['a 1']);
});

test('of a table that is larger than its bound the newest rows are kept, and it is said how many are not', () => {
  const rows = Array.from({ length: 30_000 }, (_, n): Change => ['+I', `w${n}`, 1]);
  let table = null as ResultView['table'];
  for (let from = 0; from < rows.length; from += 1000) {
    const part = rows.slice(from, from + 1000);
    table = foldTable(table, byChanges, { records: batchOf(part), arrivals: arrivedAt(from, part.length) }, 5000);
  }
  const held = (table?.base?.records.length ?? 0) + (table?.changed ?? 0);
  expect(held).toBeLessThan(2 * 5000 + 4096);
  expect(table?.leftOut).toBe(rows.length - held);
  expect(lackText(table as NonNullable<typeof table>)).toMatch(
    /^The table is larger .* [\d,]+ so far, are left out\.$/,
  );
});

test('all that came is shown where the sink shows no table', () => {
  const { table: _, ...plain } = reportOf([['+I', 'a', 1]], 1, byChanges);
  const view = foldResults(undefined, plain);
  expect(shownOf(view)).toBe(view);
});

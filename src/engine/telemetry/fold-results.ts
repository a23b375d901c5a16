/**
 * The fold of what reaches a sink. Plain records count as they come, from every attempt: what an attempt repeats is there
 * twice, as it would be in a real system. Records of a transaction count once, however often they are told.
 */
import type { Report } from '../wire/reports.ts';
import { resultLimit } from './cluster-view.ts';
import type { ResultView } from './cluster-view.ts';
import { foldTable } from './fold-table.ts';
import { appendRecords } from './merge-chunks.ts';

type Results = Extract<Report, { kind: 'results' }>;

/** Names of transactions that are remembered: a transaction is told again soon after a restore, or never. */
const transactionsMax = 5000;

export function foldResults(before: ResultView | undefined, report: Results): ResultView {
  const view = before ?? noResults(report.node);
  const { transaction } = report;
  if (transaction === undefined) return appended(view, report, plainTotal(view, report));
  if (view.transactions.has(transaction)) return view;
  const transactions = new Set([...view.transactions, transaction].slice(-transactionsMax));
  return appended({ ...view, transactions }, report, view.total + report.total);
}

/** Totals of an attempt replace each other; those of different attempts add up. */
function plainTotal(view: ResultView, { subtask, attempt, total }: Results): number {
  const last = view.totals.get(subtask);
  const known = last?.attempt === attempt ? last.total : 0;
  return view.total + Math.max(0, total - known);
}

function appended(view: ResultView, report: Results, total: number): ResultView {
  const { subtask, attempt, records, arrivals } = report;
  const chunks =
    records.length === 0
      ? view.chunks
      : appendRecords(view.chunks, { subtask, attempt, arrivals, records }, resultLimit);
  return {
    ...view,
    total,
    totals: report.transaction === undefined ? withTotal(view, report) : view.totals,
    chunks,
    kept: chunks.reduce((sum, chunk) => sum + chunk.records.length, 0),
    table: report.table === undefined ? view.table : foldTable(view.table, report.table, report),
  };
}

function withTotal({ totals }: ResultView, { subtask, attempt, total }: Results): ResultView['totals'] {
  const last = totals.get(subtask);
  const most = last?.attempt === attempt ? Math.max(total, last.total) : total;
  return new Map(totals).set(subtask, { attempt, total: most });
}

const noResults = (node: string): ResultView => ({
  node,
  total: 0,
  totals: new Map(),
  transactions: new Set(),
  chunks: [],
  kept: 0,
  table: null,
});

/**
 * What a sink shows, between two messages to the page: at full speed the newest records only, so that a sink that
 * takes millions of records a second costs the page nothing. As long as the page can keep all records of a sink
 * (`resultLimit`), none is skipped; and of a table it is told what the skipped ones amount to.
 */
import { MissedChanges } from './missed-changes.ts';
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import { ArrivalRuns, sliceArrivals } from '../../engine/wire/arrivals.ts';
import { columnKind, NULL_CODE, sliceBatch } from '../../engine/wire/batch.ts';
import type { Batch, BooleanColumn, Column, NumberColumn, TextColumn } from '../../engine/wire/batch.ts';
import type { Report } from '../../engine/wire/reports.ts';

export type ResultsReport = Extract<Report, { kind: 'results' }>;

/** Arrivals closer together than this are told as one: finer than what the plot shows, and a bounded number of runs. */
export const arrivalTickMs = 1;
/** Records of one sink's subtask that one message brings once not all can be kept. */
export const newestPerMessage = 4096;

interface Pending {
  last: ResultsReport;
  readonly reports: ResultsReport[];
  rows: number;
  /** Of a table: what is left of the changes that are not told one by one. */
  missed: MissedChanges | null;
}

export class ResultsThrottle {
  private readonly pending = new Map<NodeId, Pending>();
  /** Each told by itself, all that the page can keep of it: the view counts a transaction once, by its name. */
  private transactions: ResultsReport[] = [];

  get empty(): boolean {
    return this.pending.size === 0 && this.transactions.length === 0;
  }

  /** Keeps a reference to the records, which are immutable. */
  add(report: ResultsReport): void {
    if (report.transaction !== undefined) {
      this.transactions.push(report);
      return;
    }
    let pending = this.pending.get(report.node);
    if (pending === undefined) {
      pending = { last: report, reports: [], rows: 0, missed: null };
      this.pending.set(report.node, pending);
    }
    pending.last = report;
    pending.reports.push(report);
    pending.rows += report.records.length;
    const limit = limitFor(report.total);
    for (
      let oldest = pending.reports[0];
      oldest !== undefined && pending.rows - oldest.records.length >= limit;
      oldest = pending.reports[0]
    ) {
      pending.rows -= oldest.records.length;
      pending.reports.shift();
      if (oldest.table !== undefined) (pending.missed ??= new MissedChanges(oldest.table)).add(oldest);
    }
  }

  /** One report per sink, with columns of its own that can be transferred. */
  take(): ResultsReport[] {
    const out = [...this.pending.values()].map(({ last, reports, missed }) => {
      return { ...last, ...newestOf(reports, limitFor(last.total), missed) };
    });
    const committed = this.transactions.map((report) => ({ ...report, ...newestOf([report], resultLimit) }));
    this.pending.clear();
    this.transactions = [];
    return [...out, ...committed];
  }
}

/**
 * The newest `limit` records of these reports of one sink with their arrivals, to the tick; of a table, what the others,
 * and those `before`, amount to.
 */
function newestOf(reports: readonly ResultsReport[], limit: number, before: MissedChanges | null = null) {
  const table = reports[0]?.table;
  const runs = new ArrivalRuns(arrivalTickMs);
  for (const { arrivals } of reports) runs.addAll(arrivals);
  const all = reports.reduce((sum, report) => sum + report.records.length, 0);
  const from = Math.max(0, all - limit);
  const arrivals = runs.done();
  const batches = reports.map(({ records }) => records);
  const newest = { records: newestRows(batches, all - from), arrivals: sliceArrivals(arrivals, from, all) };
  if (table === undefined || (before === null && from === 0)) return newest;
  const missed = before ?? new MissedChanges(table);
  // The rest of the oldest batch, whose end is told.
  const [oldest] = reports;
  if (oldest !== undefined && from > 0)
    missed.add({ records: sliceBatch(oldest.records, 0, from), arrivals: sliceArrivals(oldest.arrivals, 0, from) });
  return { ...newest, missed: missed.take() };
}

const limitFor = (total: number): number => (total <= resultLimit ? resultLimit : newestPerMessage);

/** The last `limit` records of `batches`, copied into one batch. All have the same schema; there is at least one. */
export function newestRows(batches: readonly Batch[], limit: number): Batch {
  const schema = (batches[0] as Batch).schema;
  const all = batches.reduce((sum, batch) => sum + batch.length, 0);
  const length = Math.min(limit, all);
  const timestamps = new Float64Array(length);
  const columns = schema.map((spec) => emptyColumn(columnKind(spec.type), length));
  const codes = columns.map(() => new Map<string, number>());
  let skip = all - length;
  let at = 0;
  for (const batch of batches) {
    const from = Math.min(skip, batch.length);
    skip -= from;
    timestamps.set(batch.timestamps.subarray(from, batch.length), at);
    columns.forEach((column, i) => {
      copyColumn(batch.columns[i] as Column, from, batch.length, column, at, codes[i] as Map<string, number>);
    });
    at += batch.length - from;
  }
  return { schema, length, timestamps, columns };
}

type OwnColumn = NumberColumn | BooleanColumn | (TextColumn & { readonly entries: string[] });

function emptyColumn(kind: Column['kind'], length: number): OwnColumn {
  if (kind === 'number') return { kind, values: new Float64Array(length) };
  if (kind === 'boolean') return { kind, values: new Uint8Array(length) };
  return { kind, codes: new Int32Array(length), entries: [] };
}

function copyColumn(
  source: Column,
  from: number,
  to: number,
  target: OwnColumn,
  at: number,
  codes: Map<string, number>,
): void {
  if (source.kind === 'text' && target.kind === 'text') {
    for (let row = from; row < to; row++) target.codes[at + row - from] = codeIn(target.entries, codes, source, row);
  } else if (source.kind !== 'text' && target.kind !== 'text') {
    target.values.set(source.values.subarray(from, to), at);
  }
}

function codeIn(entries: string[], codes: Map<string, number>, source: TextColumn, row: number): number {
  const old = source.codes[row] as number;
  if (old === NULL_CODE) return NULL_CODE;
  const text = source.entries[old] as string;
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, entries.length);
  entries.push(text);
  return entries.length - 1;
}

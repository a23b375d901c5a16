/**
 * The ledger: what a job's sinks have committed, against what they commit in the failure-free run of the same job and
 * input. Every committed row is correct, a duplicate of a correct one, or wrong; every row that should be there and is
 * not is lost, or pending while it can still come. Rows are equal when all cells and the event time are.
 *
 * A job whose results depend on the order of arrival (a running sum over a shuffle) differs from run to run even
 * without failures; `orderDependent` says so, since then no difference can be blamed on a guarantee.
 */
import type { NodeId } from '../graph/job.ts';
import { isRetraction } from '../graph/schema.ts';
import type { JsonValue, Row, RowKind } from '../graph/schema.ts';
import type { Batch } from '../wire/batch.ts';
import { rowAt } from '../wire/batch.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';

/** How a sink's rows are read. `upsert`: the last row of each key is what counts; `table`: the table that a changelog leaves. */
export type SinkReading =
  | { readonly kind: 'rows' | 'table' }
  | { readonly kind: 'upsert'; readonly key: readonly string[] };

export interface LedgerRow {
  /** Of a changelog that is read as a table: without its kind. */
  readonly row: Row;
  /** Event time; null if the record has none. */
  readonly timestamp: number | null;
  /** What it does to a table; absent where rows are compared as they are. */
  readonly kind?: RowKind;
}

/** Upsert: `correct` … `pending` count keys; rows that only confirm or replace a key are not duplicates. */
export interface LedgerFigures {
  readonly expected: number;
  readonly committed: number;
  readonly correct: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong: number;
  readonly pending: number;
}

export interface LedgerExamples {
  readonly lost: readonly LedgerRow[];
  readonly duplicated: readonly LedgerRow[];
  readonly wrong: readonly LedgerRow[];
}

export interface SinkLedger extends LedgerFigures {
  readonly node: NodeId;
  readonly reading: SinkReading['kind'];
  readonly examples: LedgerExamples;
  /** More rows came than are compared; the figures speak of the first `ledgerRowsMax`. */
  readonly truncated: boolean;
}

/** What is known of a sink when its figures are asked for. */
export interface SinkMoment {
  /** The job has ended: what is not there will not come. */
  readonly over: boolean;
  /** The sink's watermark: rows up to it have come, unless they are in a transaction. */
  readonly watermark: number;
  /** Records in transactions that are not committed. */
  readonly uncommitted: number;
}

export const ledgerRowsMax = 500_000;
const examplesMax = 20;

export const atEnd: SinkMoment = { over: true, watermark: Number.POSITIVE_INFINITY, uncommitted: 0 };

interface Entry {
  readonly sample: LedgerRow;
  expected: number;
  committed: number;
}

/** One sink's account. Feed both sides in any order and any portions. */
export class SinkAccount {
  readonly node: NodeId;
  private readonly reading: SinkReading;
  private readonly side: RowsAccount | TableAccount | UpsertAccount;
  private rows = 0;

  constructor(node: NodeId, reading: SinkReading) {
    this.node = node;
    this.reading = reading;
    if (reading.kind === 'upsert') this.side = new UpsertAccount(reading.key);
    else this.side = reading.kind === 'table' ? new TableAccount() : new RowsAccount();
  }

  /** Rows of the failure-free run. */
  expect(batch: Batch): void {
    this.each(batch, (row) => this.side.expect(row));
  }

  /** Rows that are committed; those of a transaction once. */
  commit(batch: Batch): void {
    this.each(batch, (row) => this.side.commit(row));
  }

  ledger(moment: SinkMoment = atEnd): SinkLedger {
    const { figures, examples } = this.side.read(moment);
    const truncated = this.rows >= ledgerRowsMax;
    return { node: this.node, reading: this.reading.kind, ...figures, examples, truncated };
  }

  private each(batch: Batch, take: (row: LedgerRow) => void): void {
    const records = this.reading.kind === 'rows' ? batch : withoutRowKinds(batch);
    const kinds = new RowKindReader(batch.schema);
    for (let i = 0; i < batch.length && this.rows < ledgerRowsMax; i++, this.rows++) {
      const time = batch.timestamps[i] as number;
      const row = { row: rowAt(records, i), timestamp: Number.isNaN(time) ? null : time };
      take(records === batch ? row : { ...row, kind: kinds.at(batch, i) });
    }
  }
}

interface Reading {
  readonly figures: LedgerFigures;
  readonly examples: LedgerExamples;
}

class RowsAccount {
  private readonly entries = new Map<string, Entry>();
  private expected = 0;
  private committed = 0;

  expect(row: LedgerRow): void {
    this.expected++;
    this.entry(row).expected++;
  }

  commit(row: LedgerRow): void {
    this.committed++;
    this.entry(row).committed++;
  }

  read(moment: SinkMoment): Reading {
    const tally = new Tally();
    for (const { sample, expected, committed } of this.entries.values()) {
      tally.correct += Math.min(expected, committed);
      if (committed > expected) tally.surplus(sample, committed - expected, expected > 0);
      else tally.missing(sample, expected - committed, isDue(sample, moment));
    }
    return tally.read(this.expected, this.committed, moment);
  }

  private entry(row: LedgerRow): Entry {
    const key = rowText(row);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { sample: row, expected: 0, committed: 0 };
      this.entries.set(key, entry);
    }
    return entry;
  }
}

/** Rows that are in the table: a retraction takes back what an equal row has added, whenever it came. */
class TableAccount {
  private readonly entries = new Map<string, Entry>();
  private committed = 0;

  expect(row: LedgerRow): void {
    this.entry(row).expected += changeOf(row);
  }

  commit(row: LedgerRow): void {
    this.committed++;
    this.entry(row).committed += changeOf(row);
  }

  read(moment: SinkMoment): Reading {
    const tally = new Tally();
    let total = 0;
    for (const { sample, expected, committed } of this.entries.values()) {
      total += expected;
      tally.correct += Math.max(0, Math.min(expected, committed));
      // While the job runs, rows may still come and go.
      if (committed > expected && moment.over) tally.surplus(sample, committed - expected, expected > 0);
      else if (committed < expected) tally.missing(sample, expected - committed, moment.over);
    }
    return tally.read(total, this.committed, moment);
  }

  /** Without the event time, which a retraction has from what caused it. */
  private entry(sample: LedgerRow): Entry {
    const key = rowText({ row: sample.row, timestamp: null });
    const entry = this.entries.get(key) ?? { sample, expected: 0, committed: 0 };
    this.entries.set(key, entry);
    return entry;
  }
}

const changeOf = ({ kind = '+I' }: LedgerRow): 1 | -1 => (isRetraction(kind) ? -1 : 1);

class UpsertAccount {
  private readonly key: readonly string[];
  private readonly wanted = new Map<string, LedgerRow>();
  private readonly found = new Map<string, LedgerRow>();
  private committed = 0;

  constructor(key: readonly string[]) {
    this.key = key;
  }

  expect(row: LedgerRow): void {
    this.upsert(this.wanted, row);
  }

  commit(row: LedgerRow): void {
    this.committed++;
    this.upsert(this.found, row);
  }

  read(moment: SinkMoment): Reading {
    const tally = new Tally();
    for (const [key, wanted] of this.wanted) {
      const found = this.found.get(key);
      if (found !== undefined && rowText(found) === rowText(wanted)) tally.correct++;
      // While the job runs, a key that holds an older value may still get the last one.
      else if (found === undefined || !moment.over) tally.missing(wanted, 1, isDue(wanted, moment) && moment.over);
      else tally.surplus(found, 1, false);
    }
    for (const [key, found] of this.found) if (!this.wanted.has(key)) tally.surplus(found, 1, false);
    return tally.read(this.wanted.size, this.committed, moment);
  }

  private upsert(rows: Map<string, LedgerRow>, row: LedgerRow): void {
    if (row.kind === '-D') rows.delete(this.keyOf(row));
    else if (row.kind !== '-U') rows.set(this.keyOf(row), row);
  }

  private keyOf({ row }: LedgerRow): string {
    return JSON.stringify(this.key.map((name) => row[name] ?? null));
  }
}

class Tally {
  correct = 0;
  private duplicated = 0;
  private wrong = 0;
  private due = 0;
  private open = 0;
  private readonly examples = { lost: [] as LedgerRow[], duplicated: [] as LedgerRow[], wrong: [] as LedgerRow[] };

  surplus(sample: LedgerRow, count: number, known: boolean): void {
    this[known ? 'duplicated' : 'wrong'] += count;
    keep(this.examples[known ? 'duplicated' : 'wrong'], sample);
  }

  missing(sample: LedgerRow, count: number, due: boolean): void {
    if (count === 0) return;
    this[due ? 'due' : 'open'] += count;
    if (due) keep(this.examples.lost, sample);
  }

  read(expected: number, committed: number, { uncommitted }: SinkMoment): Reading {
    const { correct, duplicated, wrong, examples } = this;
    const held = Math.min(this.due, uncommitted);
    const lost = this.due - held;
    const pending = this.open + held;
    const figures = { expected, committed, correct, lost, duplicated, wrong, pending };
    return { figures, examples: { ...examples, lost: lost > 0 ? examples.lost : [] } };
  }
}

/** Whether the row would be there by now if it came at all. */
function isDue({ timestamp }: LedgerRow, { over, watermark }: SinkMoment): boolean {
  return over || (timestamp !== null && timestamp <= watermark);
}

function keep(rows: LedgerRow[], row: LedgerRow): void {
  if (rows.length < examplesMax) rows.push(row);
}

export interface Ledger extends LedgerFigures {
  readonly sinks: readonly SinkLedger[];
  /** Failure-free runs differ among themselves. */
  readonly orderDependent: boolean;
}

export function ledgerOf(sinks: readonly SinkLedger[], orderDependent: boolean): Ledger {
  const sum = (of: keyof LedgerFigures): number => sinks.reduce((total, sink) => total + sink[of], 0);
  return {
    expected: sum('expected'),
    committed: sum('committed'),
    correct: sum('correct'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    wrong: sum('wrong'),
    pending: sum('pending'),
    sinks,
    orderDependent,
  };
}

export const isExact = ({ lost, duplicated, wrong, pending }: LedgerFigures): boolean =>
  lost + duplicated + wrong + pending === 0;

/** One text per distinct row: columns by name, so that their order does not matter. */
export function rowText({ row, timestamp }: LedgerRow): string {
  return JSON.stringify([timestamp, sorted(row)]);
}

function sorted(value: JsonValue | Row): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const object = value as Readonly<Record<string, JsonValue>>;
  const names = Object.keys(object).sort();
  return names.map((name) => [name, sorted(object[name] as JsonValue)]);
}

/** What a run prints, in one of two forms: JSON lines while it runs, or text for people at its end. */
import type { NodeId } from '../engine/graph/job.ts';
import type { CellValue, Row, Schema } from '../engine/graph/schema.ts';
import type { ClusterView, NodeView } from '../engine/telemetry/cluster-view.ts';
import { failureAdvice, failureMessage } from '../engine/wire/failures.ts';
import type { Failure } from '../engine/wire/failures.ts';
import type { Ledger } from '../engine/telemetry/ledger.ts';
import type { Expectation } from '../hosts/oracle.ts';
import type { Simulation } from '../hosts/simulator/simulate.ts';
import { eventTimeText } from './event-time-text.ts';
import type { Finding } from './load-job.ts';
import type { SideTap } from './side-taps.ts';
import { textTable } from './text-table.ts';

/** Where a record came out. */
export interface Outlet {
  readonly node: NodeId;
  readonly name: string;
  readonly schema: Schema;
  readonly tap: SideTap | null;
}

export interface LogLine {
  readonly at: number;
  readonly level: string;
  readonly text: string;
}

/** How the run ended, and what it was. */
export interface Ending {
  readonly simulation: Simulation;
  readonly seed: number;
  readonly untilMs: number;
  readonly names: ReadonlyMap<NodeId, string>;
}

/** What was committed against what should have been. */
export interface LedgerLine {
  readonly ledger: Ledger;
  readonly expectation: Expectation;
  readonly names: ReadonlyMap<NodeId, string>;
}

export interface Printer {
  ledger(line: LedgerLine): void;
  record(outlet: Outlet, row: Row, timestamp: number | null): void;
  log(line: LogLine): void;
  end(ending: Ending): void;
}

type Write = (line: string) => void;

/** Lines whose fields do not depend on the run: scripts read them. */
export class JsonPrinter implements Printer {
  private readonly write: Write;

  constructor(write: Write) {
    this.write = write;
  }

  record({ node, name, tap }: Outlet, row: Row, timestamp: number | null): void {
    if (tap === null) this.line({ kind: 'result', node, name, row, timestamp });
    else this.line({ kind: 'side-output', node: tap.node, port: tap.port, name, row, timestamp });
  }

  log({ at, level, text }: LogLine): void {
    this.line({ kind: 'log', at: rounded(at), level, text });
  }

  ledger({ ledger, expectation, names }: LedgerLine): void {
    const { outcome, reason } = expectation;
    const sinks = ledger.sinks.map((sink) => ({ name: names.get(sink.node), ...sink }));
    this.line({ kind: 'ledger', failureFree: { outcome, reason }, ...ledger, sinks });
  }

  end({ simulation, seed, names }: Ending): void {
    const { view, outcome, fingerprint, steps, endedAt } = simulation;
    for (const node of view.nodes.values()) {
      if (names.has(node.id)) this.line({ kind: 'metrics', name: names.get(node.id), ...metricsOf(node) });
    }
    const { state, failure } = view.job;
    const told =
      failure === null ? null : { ...failure, message: failureMessage(failure), advice: failureAdvice(failure) };
    this.line({
      kind: 'end',
      state,
      outcome,
      failure: told,
      seed,
      timeMs: rounded(endedAt),
      events: steps,
      fingerprint,
    });
  }

  private line(value: object): void {
    this.write(JSON.stringify(value));
  }
}

function metricsOf({ id, recordsIn, recordsOut, watermark, lateDropped, stateEntries }: NodeView) {
  return { node: id, recordsIn, recordsOut, watermark, lateDropped, stateEntries };
}

const ledgerColumns = ['expected', 'committed', 'correct', 'lost', 'duplicated', 'wrong', 'pending'] as const;

interface Shown {
  readonly outlet: Outlet;
  readonly rows: { readonly row: Row; readonly timestamp: number | null }[];
}

export class TextPrinter implements Printer {
  private readonly write: Write;
  private readonly outlets = new Map<NodeId, Shown>();
  /** Comes after the tables. */
  private readonly tail: string[] = [];

  constructor(write: Write) {
    this.write = write;
  }

  record(outlet: Outlet, row: Row, timestamp: number | null): void {
    const shown = this.outlets.get(outlet.node);
    if (shown === undefined) this.outlets.set(outlet.node, { outlet, rows: [{ row, timestamp }] });
    else shown.rows.push({ row, timestamp });
  }

  log({ level, text }: LogLine): void {
    // Failures are told in full at the end.
    if (level === 'warning') this.write(`${level}: ${text}`);
  }

  ledger({ ledger, expectation, names }: LedgerLine): void {
    const { outcome, reason } = expectation;
    this.tail.push('Ledger: what the sinks committed, against the run without failures.');
    if (outcome !== 'whole') this.tail.push(`  The run without failures is not whole: ${reason ?? outcome}.`);
    if (ledger.orderDependent) this.tail.push('  Even without failures its results depend on the order of arrival.');
    // Side outputs that lead nowhere are in the account too; most of them stay empty.
    const told = ledger.sinks.filter(
      ({ node, expected, committed }) => names.has(node) && (expected > 0 || committed > 0),
    );
    const rows = (told.length > 0 ? told : ledger.sinks).map((sink) => [
      names.get(sink.node) ?? sink.node,
      ...ledgerColumns.map((column) => sink[column]),
    ]);
    this.tail.push(...textTable(['sink', ...ledgerColumns], rows).map((line) => `  ${line}`), '');
  }

  end(ending: Ending): void {
    const { view } = ending.simulation;
    for (const { outlet, rows } of this.outlets.values()) this.table(outlet, rows, view);
    this.metrics(ending);
    for (const line of this.tail) this.write(line);
    for (const line of endingText(ending)) this.write(line);
  }

  private table({ node, name, schema }: Outlet, rows: Shown['rows'], view: ClusterView): void {
    const total = view.results.get(node)?.total ?? rows.length;
    this.write(`${name}: ${total} ${total === 1 ? 'record' : 'records'}`);
    const cells = rows.map(({ row, timestamp }) => [eventTimeText(timestamp), ...cellsOf(row, schema)]);
    const columns = ['event time', ...schema.map((column) => column.name)];
    for (const line of textTable(columns, cells)) this.write(`  ${line}`);
    if (total > rows.length) this.write(`  … and ${total - rows.length} more (--limit)`);
    this.write('');
  }

  private metrics({ simulation, names }: Ending): void {
    const shown = [...simulation.view.nodes.values()].filter((node) => names.has(node.id));
    const rows = shown.map((node) => [
      names.get(node.id) ?? node.id,
      node.recordsIn,
      node.recordsOut,
      node.lateDropped,
      eventTimeText(node.watermark),
    ]);
    for (const line of textTable(['operator', 'in', 'out', 'late', 'watermark'], rows)) this.write(line);
    this.write('');
  }
}

function cellsOf(row: Row, schema: Schema): CellValue[] {
  return schema.map(({ name, type }) => {
    const value = row[name] ?? null;
    return type === 'timestamp' && typeof value === 'number' ? eventTimeText(value) : value;
  });
}

function endingText({ simulation, seed, untilMs }: Ending): string[] {
  const { view, outcome, endedAt } = simulation;
  const { state, failure } = view.job;
  const seconds = (endedAt / 1000).toFixed(2);
  const tail = `after ${seconds} s of its own time, with seed ${seed}`;
  switch (outcome) {
    case 'ended':
      return [`The job ${state === 'failed' ? 'failed' : `is ${state}`} ${tail}.`, ...failureText(failure)];
    case 'time-limit':
      return [`The job was left ${tail}: its time was up (--until ${untilMs}ms). It was ${state}.`];
    case 'step-limit':
      return [`The job was left ${tail}: ${simulation.steps} events are the limit. It was ${state}.`];
    case 'standstill':
      return [`The job was left ${tail}: nothing moves any more, but it has not ended. It was ${state}.`];
  }
}

function failureText(failure: Failure | null): string[] {
  if (failure === null) return [];
  const lines = [`  ${failureMessage(failure)}`];
  if (failure.subtask !== undefined) lines.push(`  in subtask ${failure.subtask}`);
  if (failure.record !== undefined) lines.push(`  with the record ${failure.record}`);
  if (failure.stack !== undefined) lines.push(...failure.stack.split('\n').map((line) => `    ${line}`));
  return [...lines, `  ${failureAdvice(failure)}`];
}

export function findingLine(job: string, { severity, place, message, advice }: Finding): string {
  return [`${job}:`, place === '' ? '' : `${place}:`, `${severity}:`, message, advice].filter(Boolean).join(' ');
}

export function findingJson(job: string, finding: Finding): string {
  return JSON.stringify({ kind: 'problem', job, ...finding });
}

/** Microseconds are as exact as virtual time is told. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

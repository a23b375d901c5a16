/**
 * The failure-free run and the accounts of the ledger, in this thread: what the oracle's Worker does. Rows of the run are
 * taken as they are reported, so that a job without end can be left at a bound.
 */
import { assert } from '../../base/assert.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { ExecutionGraph, PlannedOperator } from '../../engine/graph/plan.ts';
import { isChangelog } from '../../engine/graph/schema.ts';
import { kindTable } from '../../engine/operators/list.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { isExact, ledgerOf, SinkAccount } from '../../engine/telemetry/ledger.ts';
import type { Ledger, SinkMoment, SinkReading } from '../../engine/telemetry/ledger.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import { failureMessage } from '../../engine/wire/failures.ts';
import type { Report } from '../../engine/wire/reports.ts';
import { fullSpeed } from '../host.ts';
import type { RunRequest } from '../host.ts';
import { oracleBounds } from '../oracle.ts';
import type { Expectation, OracleRequest } from '../oracle.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulate.ts';

export interface Bounds {
  readonly rows: number;
  readonly virtualMs: number;
  readonly realMs: number;
}

export class OracleRun {
  private readonly request: OracleRequest;
  private readonly bounds: Bounds;
  private readonly accounts: ReadonlyMap<NodeId, SinkAccount>;
  private orderDependent = false;

  constructor(request: OracleRequest, bounds: Bounds = oracleBounds) {
    this.request = request;
    this.bounds = bounds;
    this.accounts = accountsOf(request.plan);
  }

  /** Runs the job, and a second time in another order. To be called once. `onSign`: it has reported something. */
  async expect(onSign?: () => void): Promise<Expectation> {
    const { seed } = this.request.plan.jobGraph.settings;
    const run = await follow(cleanRequest(this.request), seed, this.bounds, onSign);
    const rows = new Map<NodeId, number>();
    for (const [sink, account] of this.accounts) {
      const batches = run.rows.get(sink) ?? [];
      for (const batch of batches) account.expect(batch);
      rows.set(sink, countOf(batches));
    }
    this.orderDependent = run.outcome === 'whole' && (await this.differsFrom(run, seed + 1, onSign));
    const { outcome, reason, view } = run;
    return {
      outcome,
      reason,
      rows,
      sources: sourcePositions(view),
      orderDependent: this.orderDependent,
      lateDropped: [...(view?.nodes.values() ?? [])].reduce((sum, node) => sum + node.lateDropped, 0),
    };
  }

  commit(sink: NodeId, rows: Batch): void {
    this.accounts.get(sink)?.commit(rows);
  }

  ledger(moments: ReadonlyMap<NodeId, SinkMoment>): Ledger {
    const sinks = [...this.accounts].map(([sink, account]) => account.ledger(moments.get(sink)));
    return ledgerOf(sinks, this.orderDependent);
  }

  private async differsFrom(first: Followed, seed: number, onSign?: () => void): Promise<boolean> {
    const second = await follow(cleanRequest(this.request), seed, this.bounds, onSign);
    if (second.outcome !== 'whole') return false;
    for (const [sink, account] of accountsOf(this.request.plan)) {
      for (const batch of first.rows.get(sink) ?? []) account.expect(batch);
      for (const batch of second.rows.get(sink) ?? []) account.commit(batch);
      if (!isExact(account.ledger())) return true;
    }
    return false;
  }
}

/** One account for each sink of the job. */
export function accountsOf({ jobGraph }: ExecutionGraph): Map<NodeId, SinkAccount> {
  const sinks = jobGraph.vertices
    .flatMap(({ operators }) => operators)
    .filter(({ kind }) => kindTable.get(kind)?.family === 'sink');
  return new Map(sinks.map((sink) => [sink.node, new SinkAccount(sink.node, readingOf(sink))]));
}

/**
 * A sink with key columns keeps one row of each key; one in complete mode, and the chart of a changelog, is the table that its
 * input describes.
 */
function readingOf({ kind, params, inputs }: PlannedOperator): SinkReading {
  const { keys, mode } = params;
  if (Array.isArray(keys) && keys.length > 0) return { kind: 'upsert', key: keys.map(String) };
  const drawn = kind === 'chart' && isChangelog(inputs[0]?.schema ?? []);
  return { kind: drawn || mode === 'complete' ? 'table' : 'rows' };
}

export const cleanRequest = ({ plan, resources }: OracleRequest): RunRequest => ({
  plan,
  resources,
  pace: fullSpeed,
  runId: 'failure-free',
  from: 'anew',
  faults: [],
});

export interface Followed {
  readonly endedAt: number;
  readonly outcome: Expectation['outcome'];
  readonly reason: string | null;
  readonly rows: ReadonlyMap<NodeId, readonly Batch[]>;
  /** Null: the run was left before its end. */
  readonly view: ClusterView | null;
}

/** Ends the simulation from within a report. */
class Enough extends Error {}

/** Runs without looking back at what it did: rows as they come, until the end or a bound. */
export async function follow(
  request: RunRequest,
  seed: number,
  bounds: Bounds,
  onSign?: () => void,
): Promise<Followed> {
  const rows = new Map<NodeId, Batch[]>();
  const counts = new Map<NodeId, number>();
  const deadline = performance.now() + bounds.realMs;
  let reason = '';
  const leave = (text: string): never => {
    reason = text;
    throw new Enough();
  };
  const onReport = (report: Report): void => {
    onSign?.();
    if (performance.now() > deadline) leave(`it was left after ${bounds.realMs / 1000} s of computing`);
    if (report.kind !== 'results') return;
    const { node, records } = report;
    const count = (counts.get(node) ?? 0) + records.length;
    counts.set(node, count);
    const batches = rows.get(node);
    if (batches === undefined) rows.set(node, [records]);
    else batches.push(records);
    if (count >= bounds.rows) leave(`it was left after ${bounds.rows.toLocaleString('en')} rows of one sink`);
  };
  try {
    const run = await simulate(request, { seed, untilMs: bounds.virtualMs, recordsMax: 0, onReport, times: 'none' });
    return { ...endOf(run, bounds), rows, view: run.view, endedAt: run.endedAt };
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    return { outcome: 'bounded', reason, rows, view: null, endedAt: bounds.virtualMs };
  }
}

export function endOf(
  { outcome, view }: Simulation,
  { virtualMs }: Pick<Bounds, 'virtualMs'>,
): { readonly outcome: Expectation['outcome']; readonly reason: string | null } {
  if (outcome === 'ended') {
    const { state, failure } = view.job;
    if (state === 'finished') return { outcome: 'whole', reason: null };
    return { outcome: 'failed', reason: failure === null ? `it ended as ${state}` : failureMessage(failure) };
  }
  if (outcome === 'standstill') return { outcome: 'failed', reason: 'nothing moved any more and nothing was due' };
  assert(outcome === 'time-limit' || outcome === 'step-limit', 'a simulation ends, stands still or is left');
  return { outcome: 'bounded', reason: `it was left after ${Math.round(virtualMs / 60_000)} min of job time` };
}

/** Records that each source has made, by its gauges. */
export function sourcePositions(view: ClusterView | null): Map<NodeId, number> {
  const positions = new Map<NodeId, number>();
  for (const { gauges } of view?.subtasks.values() ?? []) {
    const source = gauges?.operators[0];
    if (source?.position !== undefined) positions.set(source.node, (positions.get(source.node) ?? 0) + source.position);
  }
  return positions;
}

export const countOf = (batches: readonly Batch[]): number => batches.reduce((sum, { length }) => sum + length, 0);

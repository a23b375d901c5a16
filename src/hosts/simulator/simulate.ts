/**
 * Runs a job to its end in virtual time and hands back all that came of it: for tests, for the CLI, and later for the
 * search for seeds.
 */
import { assert } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import { processingTime } from '../../base/units.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Row } from '../../engine/graph/schema.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { kindTable } from '../../engine/operators/list.ts';
import type { TimeLimits } from '../../engine/task/time-recorder.ts';
import { emptyView, fold } from '../../engine/telemetry/fold.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import type { Report } from '../../engine/wire/reports.ts';
import { lineageOf } from '../../connectors/checkpoints/store.ts';
import type { RunRequest } from '../host.ts';
import { Cluster } from './cluster.ts';
import type { ClusterObserver } from './observer.ts';
import { memoryStores } from './outside.ts';
import type { Stores } from './outside.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Where the clocks begin, for a run that goes on with another one; default: 0. */
  readonly startAtMs?: number;
  /** Virtual time at which to stop looking. */
  readonly untilMs?: number;
  /** Events after which to stop looking. */
  readonly stepsMax?: number;
  /** Virtual time without any progress after which the job is said to stand still. */
  readonly standstillMs?: number;
  /** Records of each sink that are kept, the first ones; the view keeps the newest. */
  readonly recordsMax?: number;
  /** Commands and looks at the run, in order of time. */
  readonly script?: readonly ScriptStep[];
  readonly onReport?: (report: Report) => void;
  readonly onEvent?: (line: string) => void;
  /** Default: stores of its own, empty. Hand in the same to go on with a run that was left. */
  readonly stores?: Stores;
  readonly observer?: ClusterObserver;
  /** How much operators tell of event time; default: as much as a page shows. */
  readonly times?: TimeLimits | 'none';
}

/** Something done to the run at a moment of virtual time. */
export interface ScriptStep {
  readonly atMs: number;
  readonly act: (cluster: Cluster, view: ClusterView) => void;
}

/** `ended`: the job came to a terminal state. Otherwise why the simulation was left. */
export type Outcome = 'ended' | 'time-limit' | 'step-limit' | 'standstill';

export interface SinkRecord {
  readonly row: Row;
  /** Event time; null if the record has none. */
  readonly timestamp: number | null;
}

export interface Simulation {
  readonly outcome: Outcome;
  readonly view: ClusterView;
  /**
   * What the sinks have committed. Plain sinks: all that reached them from all attempts, in order of arrival.
   * Transactional ones: what the system outside has committed, in order of commit, each transaction once.
   */
  readonly results: ReadonlyMap<NodeId, readonly Batch[]>;
  readonly fingerprint: string;
  readonly steps: number;
  readonly endedAt: ProcessingTimeMs;
}

const defaults = {
  untilMs: Number.POSITIVE_INFINITY,
  stepsMax: 100_000_000,
  standstillMs: 10 * 60_000,
  recordsMax: 10_000_000,
};

/** Reports are folded in portions: the view is looked at rarely. */
const reportsPerFold = 512;

export async function simulate(request: RunRequest, options: SimulationOptions): Promise<Simulation> {
  const run = new SimulationRun(request, options);
  try {
    return await run.toEnd();
  } finally {
    run.dispose();
  }
}

/** All records of one sink as rows. */
export function sinkRecords(simulation: Simulation, node: NodeId): SinkRecord[] {
  return (simulation.results.get(node) ?? []).flatMap((batch) =>
    rowsOf(batch).map((row, i) => {
      const time = batch.timestamps[i] as number;
      return { row, timestamp: Number.isNaN(time) ? null : time };
    }),
  );
}

class SimulationRun {
  private readonly request: RunRequest;
  private readonly limits;
  private readonly stores: Stores;
  private readonly cluster: Cluster;
  private readonly collector: ResultCollector;
  private readonly script: ScriptStep[];
  private view: ClusterView;
  private reports: Report[] = [];

  constructor(request: RunRequest, options: SimulationOptions) {
    this.request = request;
    this.limits = { ...defaults, ...options };
    this.stores = options.stores ?? memoryStores();
    this.view = emptyView(request.plan, processingTime(0));
    this.collector = new ResultCollector(this.limits.recordsMax);
    this.script = [...(options.script ?? [])];
    const { seed, startAtMs = 0, onEvent, onReport, observer, times } = options;
    const take = (report: Report): void => {
      onReport?.(report);
      this.take(report);
    };
    this.cluster = new Cluster(request, {
      seed,
      startAtMs,
      onReport: take,
      stores: this.stores,
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(observer === undefined ? {} : { observer }),
      ...(times === undefined ? {} : { times }),
    });
  }

  async toEnd(): Promise<Simulation> {
    let outcome = this.advance();
    while (outcome === null) {
      await this.cluster.answer();
      outcome = this.advance();
    }
    return {
      outcome,
      view: this.currentView(),
      results: await this.committed(),
      fingerprint: this.cluster.fingerprint,
      steps: this.cluster.steps,
      endedAt: this.cluster.now,
    };
  }

  dispose(): void {
    this.cluster.dispose();
  }

  /** The system outside knows better than reports what is committed. */
  private async committed(): Promise<ReadonlyMap<NodeId, readonly Batch[]>> {
    const results = new Map<NodeId, readonly Batch[]>(this.collector.results);
    for (const { operators } of this.request.plan.jobGraph.vertices) {
      for (const { node, kind } of operators) {
        if (kindTable.get(kind)?.committing !== true || this.limits.recordsMax === 0) continue;
        const transactions = await this.stores.transactions.committed(lineageOf(this.request.runId), node);
        results.set(
          node,
          transactions.flatMap((one) => one.records),
        );
      }
    }
    return results;
  }

  /** Steps until there is an outcome; null when the outside world is asked for something. */
  private advance(): Outcome | null {
    const { cluster, limits } = this;
    for (;;) {
      if (cluster.ended) return 'ended';
      if (cluster.waiting) return null;
      if (cluster.steps >= limits.stepsMax) return 'step-limit';
      if (cluster.standstillMs > limits.standstillMs) return 'standstill';
      const next = cluster.nextAt;
      if (this.runScript(next ?? Number.POSITIVE_INFINITY)) continue;
      if (next === null) return 'standstill';
      if (next > limits.untilMs) return 'time-limit';
      assert(cluster.step(), 'what is due next can be taken');
    }
  }

  /** Does what the script says before the next event; whether it did something. */
  private runScript(next: number): boolean {
    const step = this.script[0];
    if (step === undefined || step.atMs > next) return false;
    this.script.shift();
    step.act(this.cluster, this.currentView());
    return true;
  }

  private take(report: Report): void {
    this.collector.take(report);
    this.reports.push(report);
    if (this.reports.length >= reportsPerFold) this.currentView();
  }

  private currentView(): ClusterView {
    const { reports } = this;
    this.reports = [];
    this.view = fold(this.view, reports);
    return this.view;
  }
}

/** Keeps the first records of each sink; the bound is on the sum over its subtasks. */
class ResultCollector {
  readonly results = new Map<NodeId, Batch[]>();
  private readonly kept = new Map<NodeId, number>();
  private readonly transactions = new Set<string>();
  private readonly recordsMax: number;

  constructor(recordsMax: number) {
    this.recordsMax = recordsMax;
  }

  take(report: Report): void {
    if (report.kind !== 'results') return;
    const { node, records, transaction } = report;
    if (transaction !== undefined) {
      // Told again after a restore.
      if (this.transactions.has(transaction)) return;
      this.transactions.add(transaction);
    }
    const kept = this.kept.get(node) ?? 0;
    if (kept + records.length > this.recordsMax) return;
    this.kept.set(node, kept + records.length);
    const batches = this.results.get(node);
    if (batches === undefined) this.results.set(node, [records]);
    else batches.push(records);
  }
}

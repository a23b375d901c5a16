/**
 * The simulator as a host: virtual time runs as fast as this thread can, in portions between which the page, or a test,
 * sees the view and may give commands. Portions are counted in events and virtual time, never in real time.
 */
import { processingTime } from '../../base/units.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { emptyView, fold } from '../../engine/telemetry/fold.ts';
import type { CheckpointStore } from '../../connectors/checkpoints/store.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { StateHandle } from '../../engine/wire/checkpoints.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import type { Pace } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { Host, Run, RunRequest } from '../host.ts';
import { committedReports } from '../committed.ts';
import { Cluster } from './cluster.ts';
import { memoryStores } from './outside.ts';
import type { Stores } from './outside.ts';

export interface SimulatorHostOptions {
  /** Default: the job's own seed. */
  readonly seed?: number;
  readonly standstillMs?: number;
  /** What outlives its runs. Default: memory of its own. */
  readonly stores?: Stores;
}

/** One portion. */
const portionSteps = 1000;
const portionMs = 20;
/** How long a paused run goes on, so that what was commanded arrives; then it waits for the next command. */
const settleMs = 1000;
const defaultStandstillMs = 10 * 60_000;

export class SimulatorHost implements Host {
  readonly name = 'simulator';
  private readonly options: SimulatorHostOptions;
  private readonly stores: Stores;

  constructor(options: SimulatorHostOptions = {}) {
    this.options = options;
    this.stores = options.stores ?? memoryStores();
  }

  get checkpoints(): CheckpointStore {
    return this.stores.checkpoints;
  }

  run(request: RunRequest): Run {
    const seed = this.options.seed ?? request.plan.jobGraph.settings.seed;
    return new SimulatorRun(request, seed, this.options.standstillMs ?? defaultStandstillMs, this.stores);
  }
}

class SimulatorRun implements Run {
  readonly ended: Promise<ClusterView>;
  private readonly cluster: Cluster;
  private readonly request: RunRequest;
  private readonly stores: Stores;
  /** What earlier lives committed is in the view. */
  private seeded = false;
  private readonly standstillMs: number;
  private readonly seed: number;
  private readonly listeners = new Set<(view: ClusterView) => void>();
  private current: ClusterView;
  private reports: Report[] = [];
  private resolveEnded: (view: ClusterView) => void = () => undefined;
  /** Real work is under way; otherwise a command starts it again. */
  private driving = false;
  /** A command came since the work began that is under way. */
  private asked = false;
  private over = false;
  /** Host time at which a paused run comes to rest. */
  private restAt = 0;

  constructor(request: RunRequest, seed: number, standstillMs: number, stores: Stores) {
    this.request = request;
    this.stores = stores;
    this.seed = seed;
    this.standstillMs = standstillMs;
    this.current = emptyView(request.plan, processingTime(0));
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.cluster = new Cluster(request, { seed, stores, onReport: (report) => this.reports.push(report) });
    this.drive();
  }

  view(): ClusterView {
    this.foldReports();
    return this.current;
  }

  subscribe(listener: (view: ClusterView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setPace(pace: Pace): void {
    this.command({ kind: 'pace', pace });
  }

  stop(): void {
    this.command({ kind: 'stop' });
  }

  cancel(): void {
    this.command({ kind: 'cancel' });
  }

  checkpoint(kind: 'checkpoint' | 'savepoint'): void {
    this.command({ kind: 'checkpoint', savepoint: kind === 'savepoint' });
  }

  inject(fault: Fault): void {
    if (this.over) return;
    this.cluster.inject(fault);
    this.drive();
  }

  removeFault(fault: FaultId): void {
    if (this.over) return;
    this.cluster.removeFault(fault);
    this.drive();
  }

  async readState(handles: readonly StateHandle[]): Promise<readonly (Uint8Array | null)[]> {
    return await this.cluster.readState(handles);
  }

  async inspect(subtask: SubtaskId, query: InspectQuery): Promise<InspectAnswer> {
    await Promise.resolve();
    return this.cluster.inspect(subtask, query);
  }

  dispose(): void {
    this.over = true;
    this.listeners.clear();
    this.cluster.dispose();
  }

  private command(command: Parameters<Cluster['command']>[0]): void {
    if (this.over) return;
    this.cluster.command(command);
    this.drive();
  }

  private drive(): void {
    this.restAt = this.cluster.now + settleMs;
    this.asked = true;
    if (this.driving) return;
    this.driving = true;
    void this.driveOn();
  }

  private async driveOn(): Promise<void> {
    // The caller gets the run before its first event.
    await nextTask();
    try {
      if (!this.seeded) await this.showCommitted();
      // A listener may give a command while the last portion is published.
      while (this.asked) {
        this.asked = false;
        await this.toRest();
      }
    } catch (error) {
      this.breakDown(error);
    }
    this.driving = false;
    if (this.cluster.ended) this.end();
  }

  private async showCommitted(): Promise<void> {
    this.seeded = true;
    const { from, runId, plan } = this.request;
    if (from === 'anew') return;
    const { transactions } = this.stores;
    this.reports.unshift(...(await committedReports(runId, plan, { results: transactions, postgres: transactions })));
  }

  private async toRest(): Promise<void> {
    while (!this.over && this.portion()) {
      if (this.cluster.waiting) await this.cluster.answer();
      this.publish();
      await nextTask();
    }
    if (!this.over) this.publish();
  }

  /** Some events; false when the run is over, at rest, or stands still. */
  private portion(): boolean {
    const { cluster } = this;
    const until = (cluster.nextAt ?? cluster.now) + portionMs;
    for (let steps = 0; steps < portionSteps && !cluster.waiting; steps++) {
      if (cluster.ended || (cluster.paused && cluster.now >= this.restAt)) return false;
      if (cluster.standstillMs > this.standstillMs) return this.sayStandstill();
      const { nextAt } = cluster;
      if (nextAt === null) return this.sayStandstill();
      if (nextAt > until) return true;
      cluster.step();
    }
    return true;
  }

  private sayStandstill(): false {
    const text = 'Nothing moves any more and nothing is due, but the job has not ended.';
    this.reports.push({ kind: 'log', at: this.current.at, level: 'warning', text });
    return false;
  }

  private publish(): void {
    const before = this.current;
    this.foldReports();
    if (this.current === before) return;
    for (const listener of this.listeners) listener(this.current);
  }

  private foldReports(): void {
    const { reports } = this;
    this.reports = [];
    this.current = fold(this.current, reports);
  }

  /** A bug in Weir, told like any failure. */
  private breakDown(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const failure = { code: 'internal', details: { reason, seed: this.seed } } as const;
    this.reports.push({ kind: 'job-state', at: this.current.at, state: 'failed', failure });
    this.publish();
    this.end();
  }

  private end(): void {
    this.over = true;
    this.cluster.dispose();
    this.resolveEnded(this.current);
  }
}

/** Lets everything else in this thread have its turn. A timer would wait, a microtask would not yield. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

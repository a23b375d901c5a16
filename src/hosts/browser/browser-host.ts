/** The browser host: runs jobs for real, each subtask in a Web Worker of its own, joined by MessageChannels. */
import { lineageOf } from '../../connectors/checkpoints/store.ts';
import type { CheckpointStore, RunId } from '../../connectors/checkpoints/store.ts';
import { IndexedDbCheckpointStore } from '../../connectors/checkpoints/indexed-db.ts';
import { IndexedDbTransactions } from '../../connectors/transactions/indexed-db.ts';
import { PostgresClient } from '../../connectors/transactions/postgres-client.ts';
import type { Deployment } from '../../engine/wire/messages.ts';
import type { Host, Run, RunRequest } from '../host.ts';
import { BrowserRun } from './browser-run.ts';
import { copySavepoint, leftBehind } from './left-behind.ts';
import type { LeftBehind } from './left-behind.ts';
import { spawnWorker } from './spawn-worker.ts';
import { WorkerPool } from './worker-pool.ts';

const defaultWarmWhileRunning = 16;

export interface BrowserHostOptions {
  readonly spawn?: () => Worker;
  /** Workers kept warm while a job runs, so that a restart does not wait for them to boot. */
  readonly warmWhileRunning?: number;
  /** What a fault that reloads the page does; default: reloads it. */
  readonly reloadPage?: () => void;
  /** The database of the page; started when a job first writes to it. */
  readonly postgres?: PostgresClient;
}

export class BrowserHost implements Host {
  readonly name = 'browser';
  readonly checkpoints: CheckpointStore;
  private readonly pool: WorkerPool;
  private readonly options: BrowserHostOptions;
  private readonly postgres: PostgresClient;
  private readonly results = new IndexedDbTransactions();

  constructor(options: BrowserHostOptions = {}) {
    this.options = options;
    this.checkpoints = new KeptRuns(this.results);
    this.postgres = options.postgres ?? new PostgresClient();
    this.pool = new WorkerPool(options.spawn ?? spawnWorker);
  }

  /** Gets Workers ready, while the page is idle, for a job of so many subtasks, so that it starts at once. */
  prepare(subtasks: number): void {
    this.pool.prepare(subtasks + 1);
  }

  run(request: RunRequest): Run {
    const subtasks = request.plan.subtasks.length;
    return new BrowserRun(request, {
      pool: this.pool,
      checkpoints: this.checkpoints,
      postgres: (deployment, lost) => (writesToPostgres(deployment) ? this.postgres.connect(lost) : null),
      reloadPage: this.options.reloadPage ?? (() => location.reload()),
      left: request.from === 'anew' ? null : this.leftBehind(request),
      onRunning: () =>
        this.pool.prepare(Math.min(subtasks + 1, this.options.warmWhileRunning ?? defaultWarmWhileRunning)),
      // The next run is most often the same job again; its Workers boot once this one no longer needs the processors.
      onFree: () => this.prepare(subtasks),
    });
  }

  /** Ends all warm Workers. Runs are disposed of by themselves. */
  dispose(): void {
    this.pool.dispose();
  }

  private async leftBehind({ from, runId, plan }: RunRequest): Promise<LeftBehind> {
    const savepoint = typeof from === 'object' ? await copySavepoint(this.checkpoints, from.savepoint, runId) : null;
    return leftBehind(runId, savepoint, plan, this.checkpoints, { results: this.results, postgres: this.postgres });
  }
}

/** With a run goes what its sinks committed, once no run of its line is left that could show it. */
class KeptRuns extends IndexedDbCheckpointStore {
  private readonly results: IndexedDbTransactions;

  constructor(results: IndexedDbTransactions) {
    super();
    this.results = results;
  }

  override async removeRun(run: RunId): Promise<void> {
    await super.removeRun(run);
    const line = lineageOf(run);
    const others = await this.runs();
    if (!others.some((other) => lineageOf(other.run) === line)) await this.results.removeRun(line);
  }
}

const writesToPostgres = ({ plan }: Deployment): boolean =>
  plan.vertex.operators.some((operator) => operator.kind === 'postgres');

/** The browser host: runs jobs for real, each subtask in a Web Worker of its own, joined by MessageChannels. */
import type { Host, Run, RunRequest } from '../host.ts';
import { BrowserRun } from './browser-run.ts';
import { spawnWorker } from './spawn-worker.ts';
import { WorkerPool } from './worker-pool.ts';

export class BrowserHost implements Host {
  readonly name = 'browser';
  private readonly pool: WorkerPool;

  constructor(spawn: () => Worker = spawnWorker) {
    this.pool = new WorkerPool(spawn);
  }

  /** Gets Workers ready, while the page is idle, for a job of so many subtasks, so that it starts at once. */
  prepare(subtasks: number): void {
    this.pool.prepare(subtasks + 1);
  }

  run(request: RunRequest): Run {
    // The next run is most often the same job again; its Workers boot once this one no longer needs the processors.
    return new BrowserRun(this.pool, request, () => this.prepare(request.plan.subtasks.length));
  }

  /** Ends all warm Workers. Runs are disposed of by themselves. */
  dispose(): void {
    this.pool.dispose();
  }
}

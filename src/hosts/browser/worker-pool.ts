/**
 * Workers that are up before they are needed, since booting one takes 15–45 ms and many boot one after the other. A
 * Worker is used for one run and then ended: a job's functions ran in it.
 */
import { READY } from './protocol.ts';

/** Warm Workers held at most. */
const warmMax = 32;

/** What became of a Worker that is to come up. */
export type Boot = { readonly up: true } | { readonly up: false; readonly reason: string };

export interface PooledWorker {
  readonly worker: Worker;
  /** Settles when its modules are loaded, or when they cannot be. Never rejects. */
  readonly boot: Promise<Boot>;
}

export class WorkerPool {
  private readonly spawn: () => Worker;
  private readonly warm: PooledWorker[] = [];
  private wanted = 0;
  private idleCallback: number | null = null;
  private disposed = false;

  constructor(spawn: () => Worker) {
    this.spawn = spawn;
  }

  /** Sees to it that `count` Workers are warm, starting them one by one while the page has nothing better to do. */
  prepare(count: number): void {
    this.wanted = Math.min(count, warmMax);
    while (this.warm.length > this.wanted) this.warm.pop()?.worker.terminate();
    this.schedule();
  }

  get warmCount(): number {
    return this.warm.length;
  }

  /** Does not see to another one: a run needs the processors for itself. */
  take(): PooledWorker {
    this.wanted = Math.max(0, this.wanted - 1);
    return this.warm.shift() ?? this.start();
  }

  dispose(): void {
    this.disposed = true;
    if (this.idleCallback !== null) cancelIdleCallback(this.idleCallback);
    for (const { worker } of this.warm) worker.terminate();
    this.warm.length = 0;
  }

  private schedule(): void {
    if (this.disposed || this.idleCallback !== null || this.warm.length >= this.wanted) return;
    this.idleCallback = requestIdleCallback(
      () => {
        this.idleCallback = null;
        void this.startOne();
      },
      { timeout: 500 },
    );
  }

  /** A pool whose Workers do not come up stops trying; the next run says why. */
  private async startOne(): Promise<void> {
    const pooled = this.start();
    this.warm.push(pooled);
    const boot = await pooled.boot;
    if (boot.up) this.schedule();
    else this.discard(pooled);
  }

  private discard(pooled: PooledWorker): void {
    const index = this.warm.indexOf(pooled);
    if (index === -1) return;
    this.warm.splice(index, 1);
    pooled.worker.terminate();
  }

  private start(): PooledWorker {
    const worker = this.spawn();
    const boot = new Promise<Boot>((resolve) => {
      worker.onmessage = (event) => {
        if (event.data === READY) resolve({ up: true });
      };
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ up: false, reason: event.message || 'its script could not be loaded' });
      };
    });
    return { worker, boot };
  }
}

/** A test instrument: starts Workers as the host does, and knows which of them live. */
import { spawnWorker } from './spawn-worker.ts';

export class CountedWorkers {
  readonly alive = new Set<Worker>();
  started = 0;

  readonly spawn = (): Worker => {
    const worker = spawnWorker();
    this.started++;
    this.alive.add(worker);
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      this.alive.delete(worker);
      terminate();
    };
    return worker;
  };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

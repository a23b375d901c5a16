/** What the page does when a coordinator dies, with Workers that only take in what is posted to them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryCheckpointStore } from '../../connectors/checkpoints/memory.ts';
import { graph } from '../../engine/faults/testing/fixture.ts';
import { fullSpeed } from '../host.ts';
import { BrowserRun } from './browser-run.ts';
import type { CoordinatorAssignment, PageToCoordinator } from './protocol.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A coordinator's Worker: what it was told over its port. */
class WrittenCoordinator extends EventTarget {
  readonly told: string[] = [];
  port: MessagePort | null = null;

  postMessage({ page }: CoordinatorAssignment): void {
    this.port = page;
    page.onmessage = ({ data }: MessageEvent<PageToCoordinator>) =>
      void this.told.push(data.kind === 'command' ? data.command.kind : data.kind);
  }
  terminate(): void {
    this.port?.close();
  }
  die(): void {
    this.port?.postMessage({ kind: 'act', action: { kind: 'crash-coordinator' } });
  }
}

const coordinators: WrittenCoordinator[] = [];
let run: BrowserRun;

beforeEach(() => {
  vi.stubGlobal('document', { hidden: true });
  coordinators.length = 0;
  const take = () => {
    const worker = new WrittenCoordinator();
    coordinators.push(worker);
    return { worker, boot: Promise.resolve({ up: true }) };
  };
  run = new BrowserRun(
    { plan: graph, resources: [], pace: fullSpeed, runId: 'run', from: 'anew', faults: [] },
    {
      pool: { take } as unknown as WorkerPool,
      checkpoints: new MemoryCheckpointStore(),
      postgres: () => null,
      reloadPage: () => undefined,
      left: null,
      onRunning: () => undefined,
      onFree: () => undefined,
    },
  );
});
afterEach(() => {
  run.dispose();
  vi.unstubAllGlobals();
});

const told = (coordinator: number) =>
  expect.poll(() => coordinators[coordinator]?.told.filter((each) => each !== 'folded'));

test('a job that is to be cancelled is cancelled by the next coordinator when the first one dies over it', async () => {
  run.cancel();
  await told(0).toEqual(['run', 'cancel']);
  coordinators[0]?.die();
  await told(1).toEqual(['run', 'cancel']);
});

test('a job that is to stop is stopped by the next coordinator', async () => {
  run.stop();
  await told(0).toEqual(['run', 'stop']);
  coordinators[0]?.die();
  await told(1).toEqual(['run', 'stop']);
});

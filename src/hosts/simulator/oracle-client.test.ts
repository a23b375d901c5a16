/** The page's end of the oracle: what breaks over there is told to whoever waits. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { WorkerOracle } from './oracle-client.ts';

vi.mock('./oracle-worker.ts?worker&url', () => ({ default: '/oracle-worker.js' }));

class BrokenWorker {
  static last: BrokenWorker | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  ended = false;
  constructor() {
    BrokenWorker.last = this;
  }
  postMessage(): void {}
  terminate(): void {
    this.ended = true;
  }
}

beforeEach(() => {
  vi.stubGlobal('Worker', BrokenWorker);
  vi.stubGlobal(
    'URL',
    class extends URL {
      static override createObjectURL = () => 'blob:oracle';
      static override revokeObjectURL = () => undefined;
    },
  );
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const request = { plan: {} as ExecutionGraph, resources: [] };
const breakDown = () => BrokenWorker.last?.onerror?.({ message: 'out of memory' });

test('a look that is under way when the oracle breaks is refused, and so is each after it', async () => {
  const account = new WorkerOracle().open(request);
  const expectation = account.expectation.catch((error: Error) => error.message);
  const looks = [account.ledger(new Map()), account.ledger(new Map())];
  breakDown();
  expect(await expectation).toBe('out of memory');
  for (const look of looks) await expect(look).rejects.toThrow('out of memory');
  await expect(account.ledger(new Map())).rejects.toThrow('out of memory');
  account.dispose();
  expect(BrokenWorker.last?.ended).toBe(true);
});

test('a comparison that was given up before it began starts no Worker that stays', async () => {
  const given = new AbortController();
  given.abort();
  const comparison = new WorkerOracle().compare(
    {
      sides: [],
      resources: [],
      faults: [],
      pace: { paused: false, recordsPerSecond: null, linkLatencyMs: 0 },
    } as never,
    given.signal,
  );
  await expect(comparison).rejects.toThrow('given up');
  expect(BrokenWorker.last?.ended).toBe(true);
});

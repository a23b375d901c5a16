/** What is kept of runs in the checkpoint store, and which of them a page may go on with. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryCheckpointStore } from '../../connectors/checkpoints/memory.ts';
import { jsonChunk, metadata } from '../../connectors/checkpoints/testing/made-up.ts';
import type { StoredRun } from '../../connectors/checkpoints/store.ts';
import type { Host } from '../../hosts/host.ts';
import { provideHost } from './host.ts';
import { goesOnElsewhere, holdRun, leftRun, recordBegin } from './stored-runs.ts';

let store = new MemoryCheckpointStore();
let held: string[] = [];

beforeEach(() => {
  store = new MemoryCheckpointStore();
  held = [];
  provideHost({ checkpoints: store } as unknown as Host, '');
  vi.stubGlobal('navigator', {
    locks: {
      query: async () => ({ held: held.map((run) => ({ name: `weir-run-${run}` })) }),
      request: async (name: string, _: LockOptions, then: (lock: object | null) => Promise<void> | undefined) => {
        const run = name.replace('weir-run-', '');
        if (held.includes(run)) return then(null);
        held.push(run);
        await then({ name });
        held = held.filter((one) => one !== run);
      },
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const record = (run: string, startedAt: number, document = 'd'): StoredRun => ({
  run,
  document,
  job: '',
  startedAt,
  endedAt: null,
});

async function take(run: string, checkpoint: number, savepoint: boolean): Promise<void> {
  const chunk = jsonChunk(`${checkpoint}/v/0/1/0`, 1);
  await store.write(run, [chunk]);
  await store.complete(run, metadata(checkpoint, [chunk], savepoint), [], []);
}

const kept = async (): Promise<string[]> => (await store.runs()).map(({ run }) => run);

test('the newest eight runs are kept, and of older ones those with savepoints', async () => {
  await recordBegin(record('saved', 1));
  await take('saved', 1, true);
  for (let i = 2; i <= 11; i++) await recordBegin(record(`r${i}`, i));
  expect(await kept()).toEqual(['r11', 'r10', 'r9', 'r8', 'r7', 'r6', 'r5', 'r4', 'saved']);
});

test('the checkpoints of a run that goes on in another tab stay, however many begin after it', async () => {
  await recordBegin(record('elsewhere', 1));
  await take('elsewhere', 1, false);
  held = ['elsewhere'];
  for (let i = 2; i <= 11; i++) await recordBegin(record(`r${i}`, i));
  expect(await kept()).toContain('elsewhere');
  expect(await store.list('elsewhere')).toHaveLength(1);
});

test('a run is gone on with from a checkpoint, or from the savepoint that it began from', async () => {
  await recordBegin(record('r', 1, 'checkpoint'));
  await take('r', 1, false);
  expect((await leftRun('checkpoint'))?.run).toBe('r');
  await recordBegin(record('r~a', 2, 'savepoint'));
  await take('r~a', 1, true);
  expect((await leftRun('savepoint'))?.run).toBe('r~a');
});

test('a run with nothing but a savepoint by hand is not gone on with: that would be from the beginning', async () => {
  await recordBegin(record('r', 1));
  await take('r', 1, true);
  expect(await leftRun('d')).toBeNull();
});

test('of two tabs that come back at once, one goes on with the run', async () => {
  const [first, second] = await Promise.all([holdRun('r'), holdRun('r')]);
  expect(first).not.toBe(null);
  expect(second).toBe(null);
  first?.();
  await vi.waitFor(() => expect(held).toEqual([]));
  expect(await holdRun('r')).not.toBe(null);
});

test('a line of runs goes on elsewhere while another tab holds one of them', async () => {
  held = ['line~b'];
  expect(await goesOnElsewhere('line', 'line~a')).toBe(true);
  expect(await goesOnElsewhere('line', 'line~b')).toBe(false);
  expect(await goesOnElsewhere('other', null)).toBe(false);
});

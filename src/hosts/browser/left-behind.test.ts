/** What a run finds that goes on, or begins from a savepoint: where it begins, and numbers that nobody has used. */
import { expect, test } from 'vitest';
import { MemoryCheckpointStore } from '../../connectors/checkpoints/memory.ts';
import { jsonChunk, metadata } from '../../connectors/checkpoints/testing/made-up.ts';
import { MemoryTransactions } from '../../connectors/transactions/memory.ts';
import { Steps, word } from '../../connectors/transactions/testing/contract.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import { copySavepoint, leftBehind } from './left-behind.ts';

const graph = {
  jobGraph: {
    vertices: [{ id: 'v', operators: [{ kind: 'transactionalTable', node: 'sink', params: {}, inputs: [] }] }],
  },
} as unknown as ExecutionGraph;

function stores() {
  const checkpoints = new MemoryCheckpointStore();
  const results = new MemoryTransactions();
  const take = async (run: string, checkpoint: number, attempt: number, savepoint: boolean): Promise<void> => {
    const chunk = jsonChunk(`${checkpoint}/v/0/${attempt}/0`, { checkpoint });
    await checkpoints.write(run, [chunk]);
    await checkpoints.complete(run, metadata(checkpoint, [chunk], savepoint), [], []);
  };
  const systems = { results, postgres: new MemoryTransactions() };
  const find = (run: string) => leftBehind(run, null, graph, checkpoints, systems);
  return { checkpoints, results, take, systems, find };
}

test('a run that goes on numbers its attempts above those of its checkpoints', async () => {
  const { take, find } = stores();
  await take('r', 1, 1, false);
  await take('r', 2, 3, false);
  expect((await find('r')).firstAttempt).toBe(4);
});

test('a second run from one savepoint uses no name of a transaction that the first one committed', async () => {
  const { checkpoints, results, take, systems } = stores();
  await take('r', 5, 1, true);
  const begin = async (run: string) => {
    const savepoint = await copySavepoint(checkpoints, { run: 'r', checkpoint: 5 }, run);
    return leftBehind(run, savepoint, graph, checkpoints, systems);
  };
  const first = await begin('r~a');
  // What its sink commits goes to the tables that all runs of this line share.
  await new Steps(results, 'r').all(`sink/0/${first.firstAttempt}-1`, [word('a', 1)]);
  const second = await begin('r~b');
  expect(second.firstAttempt).toBeGreaterThan(first.firstAttempt);
});

test('a run that was left before its first checkpoint goes on from the savepoint that it began from', async () => {
  const { checkpoints, take, find } = stores();
  await take('r', 5, 1, true);
  await copySavepoint(checkpoints, { run: 'r', checkpoint: 5 }, 'r~a');
  await take('r~a', 8, 2, true);
  expect((await find('r~a')).savepoint?.checkpoint).toBe(5);
});

test('a run that began anew does not go on from a savepoint that nobody asked for', async () => {
  const { take, find } = stores();
  await take('r', 5, 1, true);
  expect((await find('r')).savepoint).toBeNull();
});

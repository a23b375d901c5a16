/**
 * Every piece and every end of the swarm, in a job with nothing else, under quiet: each can be planned, runs, and is what
 * its plain computation says. What chance makes of them is `swarm.sim.test.ts`.
 */
import { expect, test } from 'vitest';
import type { Drawing } from './drawing.ts';
import { endNames, endOf, waysOf } from './ends/list.ts';
import { pieceNames, pieceOf } from './pieces/list.ts';
import { runCase } from './run-case.ts';

const plain: Drawing = {
  sources: [
    { kind: 'generator', records: 40, keys: 3, disorderMs: 0, parallelism: 2 },
    { kind: 'scripted', records: 30, keys: 4, disorderMs: 20, parallelism: 1 },
  ],
  steps: [],
  tail: { kind: 'none', parallelism: 1 },
  sink: { kind: 'transactionalTable', exchange: 'auto', parallelism: 2 },
  pace: 1000,
  settings: { bufferRecords: 4, checkpointIntervalMs: 20, watermarkIntervalMs: 5 },
};

const quiet = (drawing: Drawing): Promise<unknown> =>
  runCase({ version: 1, seed: 3, drawing, faults: [], rescale: null }).then(({ findings }) => findings);

const eachPiece = pieceNames.flatMap((of) => pieceOf(of).sizes.map((n) => ({ of, n })));
test.each(eachPiece)('$of of $n', async ({ of, n }) => {
  expect(await quiet({ ...plain, steps: [{ kind: 'piece', of, n, exchange: 'auto', parallelism: 2 }] })).toEqual([]);
});

const eachEnd = endNames.flatMap((of) =>
  endOf(of).sizes.flatMap((n) => waysOf(endOf(of)).map((shown) => ({ of, n, shown }))),
);
test.each(eachEnd)('$of of $n, shown as $shown', async ({ of, n, shown }) => {
  const kind = shown === 'upsert' ? 'upsertTable' : 'transactionalTable';
  const drawing = { ...plain, end: { of, n, shown, parallelism: 2 }, sink: { ...plain.sink, kind } } as const;
  expect(await quiet(drawing)).toEqual([]);
});

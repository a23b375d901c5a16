/** A job that was changed so that the state of its checkpoint does not fit any more is refused, with what has changed. */
import { expect, test } from 'vitest';
import { failureMessage } from '../../engine/wire/failures.ts';
import { job, node, request } from '../acceptance-jobs.ts';
import type { RunRequest } from '../host.ts';
import { memoryStores } from './outside.ts';
import { simulate } from './simulate.ts';

const edges = ['in -> key', 'key -> sum', 'sum -> out'];
const settings = { checkpointIntervalMs: 50, restartStrategy: 'none' as const };

function summing(aggregates: readonly object[], runId: string, from: RunRequest['from']): RunRequest {
  const nodes = [
    node('in', 'generator', { rate: 200, count: 400 }),
    node('key', 'keyBy', { columns: ['key'] }),
    node('sum', 'aggregate', { aggregates }),
    node('out', 'table'),
  ];
  return { ...request(job(nodes, edges, settings)), runId, from };
}

const count = { function: 'count', column: '', as: 'n' };
const sum = { function: 'sum', column: 'value', as: 'sum' };

test('with other aggregates a savepoint is refused, and the same ones go on', async () => {
  const stores = memoryStores();
  const first = await simulate(summing([count, sum], 'first', 'anew'), { seed: 1, stores, untilMs: 1000 });
  const checkpoint = first.view.checkpoints.retained[0]?.checkpoint ?? 0;
  const from = { savepoint: { run: 'first', checkpoint } };
  const other = await simulate(summing([count], 'second', from), { seed: 1, stores });
  const { state, failure } = other.view.job;
  expect(state).toBe('failed');
  expect(failure).toMatchObject({ code: 'restore-mismatch', node: 'sum' });
  expect(failure === null ? '' : failureMessage(failure)).toBe(
    `The state of checkpoint ${checkpoint} does not fit this job: “sum” has changed. The aggregates are others than those of the snapshot.`,
  );
  const same = await simulate(summing([count, sum], 'third', from), { seed: 1, stores });
  expect(same.view.job.state).toBe('finished');
});

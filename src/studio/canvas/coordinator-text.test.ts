/** What the coordinator's mark says. */
import { expect, test } from 'vitest';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { coordinatorText } from './coordinator-text.ts';

const view = (history: readonly unknown[], at = 1000, state = 'running'): ClusterView =>
  ({ checkpoints: { history }, at, job: { state } }) as unknown as ClusterView;

const checkpoint = (more: object) => ({
  id: 7,
  options: { savepoint: false },
  state: 'in-progress',
  triggeredAt: 900,
  endedAt: null,
  failure: null,
  awaits: ['a', 'b', 'c'],
  acknowledged: new Map([['a', {}]]),
  metadata: null,
  ...more,
});

test('how many have acknowledged, then what came of it, then only its name', () => {
  expect(coordinatorText(view([]))).toBeNull();
  expect(coordinatorText(view([checkpoint({})]))?.text).toBe('Checkpoint 7: 1 of 3 acknowledged');
  const done = checkpoint({ state: 'completed', endedAt: 984, metadata: { stateBytes: 12_300 } });
  expect(coordinatorText(view([done]))).toEqual({ tone: 'completed', text: 'Checkpoint 7 completed, 12 kB, 84 ms' });
  expect(coordinatorText(view([done], 9000))).toEqual({ tone: 'waiting', text: 'Coordinator' });
});

test('a failed checkpoint tells why; a restart comes before everything', () => {
  const failure = { reason: 'task-failed', details: { task: 'Count 0' } };
  const failed = checkpoint({ state: 'failed', endedAt: 984, failure, options: { savepoint: true } });
  expect(coordinatorText(view([failed]))).toEqual({
    tone: 'failed',
    text: 'Savepoint 7 failed: Count 0 failed meanwhile.',
  });
  expect(coordinatorText(view([failed], 1000, 'restarting'))?.text).toContain('restarting');
});

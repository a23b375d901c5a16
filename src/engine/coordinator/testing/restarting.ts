/** What the tests of recoveries share: a job that restarts, and short ways to look at what is deployed. */
import type { JobSettings } from '../../graph/job.ts';
import type { Failure } from '../../wire/failures.ts';
import { chunk, Driven, planOf, smallPlan } from './driven.ts';

const { lines } = Driven;
export const delay = 300;
export const settings: Partial<JobSettings> = {
  checkpointMode: 'aligned',
  checkpointIntervalMs: 0,
  restartStrategy: 'fixed-delay',
  restartAttempts: 3,
  restartDelayMs: delay,
};
export const running = (more: Partial<JobSettings> = {}) => new Driven().running(smallPlan({ ...settings, ...more }));
/** Two regions: a→b and x→y. */
export const regions = (more: Partial<JobSettings> = {}) =>
  new Driven().running(planOf({ a: 2, b: 1, x: 1, y: 1 }, ['a→b', 'x→y'], { ...settings, ...more }));
export const quiet = (effects: Parameters<typeof lines>[0]) =>
  lines(effects).filter((line) => !line.startsWith('ping'));
export const checkpointed = (job: Driven, ...ids: readonly number[]): Driven => {
  for (const id of ids) {
    job.checkpointByHand();
    job.acknowledgeAll(id, (subtask) => [chunk(`${id}/${subtask}/1/0`)]);
  }
  return job;
};
export const damaged = (subtask: string, checkpoint: number): Failure => {
  return { code: 'state-missing', details: { subtask, checkpoint, reason: 'a chunk is gone' } };
};
/** The restores of the last deployment: checkpoint by subtask. */
export const restored = (job: Driven) => {
  const last = job.effects.findLast((effect) => effect.kind === 'deploy');
  return last?.tasks.map(({ plan, attempt, restore }) => `${plan.id}#${attempt} ${restore?.checkpoint ?? 'anew'}`);
};
export const cancelAll = (job: Driven, ...ids: readonly string[]) =>
  ids.forEach((id) => void job.task(id, 'cancelled'));

/** What the tests of checkpoints share: a job that takes them, and short ways to look at what came of it. */
import type { JobSettings } from '../../graph/job.ts';
import type { CheckpointFailure } from '../../wire/checkpoints.ts';
import { chunk, Driven, smallPlan } from './driven.ts';

const { lines } = Driven;
export const interval = 1000;
export const timeout = 5000;
export const settings: Partial<JobSettings> = {
  checkpointMode: 'aligned',
  checkpointIntervalMs: interval,
  checkpointTimeoutMs: timeout,
  restartStrategy: 'fixed-delay',
};
export const running = (more: Partial<JobSettings> = {}) => new Driven().running(smallPlan({ ...settings, ...more }));
export const byHand = (more: Partial<JobSettings> = {}) => running({ checkpointIntervalMs: 0, ...more });
export const declined: CheckpointFailure = { reason: 'declined', details: { task: 'Out (1/1)', detail: 'no' } };
export const chunks = (checkpoint: number) => (subtask: string) => [chunk(`${checkpoint}/${subtask}/1/0`)];
export const told = (job: Driven, kind: string) => lines(job.effects).filter((line) => line.startsWith(`${kind} `));
export const dropped = (job: Driven) =>
  job.requests.flatMap(({ body }) => {
    if (body.kind === 'drop-chunks') return body.keys;
    return body.kind === 'complete-checkpoint' ? body.dropKeys : [];
  });

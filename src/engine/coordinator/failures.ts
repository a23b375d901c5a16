/** Failures that the coordinator itself finds, as rows of the closed table in `wire/failures.ts`; which ones are final. */
import type { SubtaskId } from '../graph/plan.ts';
import type { Failure, FailureCode } from '../wire/failures.ts';

/** They come again whenever the job is restarted, or a restart would hide them (Flink: NonRecoverableError). */
const final: ReadonlySet<FailureCode> = new Set([
  'function-compile',
  'resource-missing',
  'sink-full',
  'no-checkpoint',
  'restore-mismatch',
  'coordinator-crashed',
  'internal',
]);

export const mayRestart = ({ code }: Failure): boolean => !final.has(code);

/** `name` as on screen. */
export function heartbeatTimeout(name: string, subtask: SubtaskId, timeoutMs: number): Failure {
  return { code: 'heartbeat-timeout', details: { subtask: name, seconds: timeoutMs / 1000 }, subtask };
}

export function workerUnavailable(name: string, subtask: SubtaskId, timeoutMs: number): Failure {
  const reason = `it was not up after ${timeoutMs / 1000} s`;
  return { code: 'worker-unavailable', details: { subtask: name, reason }, subtask };
}

/** A task that ends without having been told to, and without saying why. */
export function unaskedCancel(subtask: SubtaskId, seed: number): Failure {
  return { code: 'internal', details: { reason: `The subtask ${subtask} ended without a reason`, seed }, subtask };
}

export function tooManyFailures(count: number, limit: number): Failure {
  return { code: 'tolerable-failures', details: { count, limit } };
}

export function noCheckpoint(reason: string): Failure {
  return { code: 'no-checkpoint', details: { reason } };
}

export function restoreMismatch(checkpoint: number, reason: string): Failure {
  return { code: 'restore-mismatch', details: { checkpoint, reason } };
}

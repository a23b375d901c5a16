/** Failures that the coordinator itself finds, as rows of the closed table in `wire/failures.ts`. */
import type { SubtaskId } from '../graph/plan.ts';
import type { Failure } from '../wire/failures.ts';

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

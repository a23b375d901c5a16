/** What the coordinator writes into the event log, in plain sentences. */
import { failureMessage } from '../wire/failures.ts';
import type { Failure } from '../wire/failures.ts';

export const sentences = {
  deploying: (subtasks: number) => `Deploying ${subtasks} ${subtasks === 1 ? 'subtask' : 'subtasks'}.`,
  running: () => 'All subtasks are deployed. The job is running.',
  taskFinished: (name: string) => `${name} finished.`,
  taskCancelled: (name: string) => `${name} was cancelled.`,
  taskFailed: (name: string, failure: Failure) => `${name} failed: ${failureMessage(failure)}`,
  taskEnded: (name: string) => `${name} did not answer the cancel and was ended.`,
  stopAsked: () => 'Stop was asked: the sources end, and what is on its way drains to the sinks.',
  stopResumes: () => 'The job was paused; it resumes so that it can drain.',
  sourcesEnded: () => 'All sources have come to their end. The job drains.',
  cancelAsked: () => 'Cancel was asked: all subtasks end without draining.',
  failing: () => 'The job fails: the other subtasks are cancelled.',
  paused: () => 'Paused. Nothing is lost; the job’s clock stands still.',
  resumed: () => 'Resumed.',
  pace: (recordsPerSecond: number | null) =>
    recordsPerSecond === null
      ? 'Sources run at full speed.'
      : `Each source runs at ${recordsPerSecond} records per second.`,
  finished: (seconds: string) => `The job finished after ${seconds} s.`,
  cancelled: (seconds: string) => `The job was cancelled after ${seconds} s.`,
  failed: (seconds: string, failure: Failure) => `The job failed after ${seconds} s: ${failureMessage(failure)}`,
} as const;

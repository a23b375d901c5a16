/** What the coordinator writes into the event log, in plain sentences. */
import { fill } from '../graph/problems.ts';
import { checkpointReasons } from '../wire/checkpoints.ts';
import type { CheckpointFailure } from '../wire/checkpoints.ts';
import { failureMessage } from '../wire/failures.ts';
import type { Failure } from '../wire/failures.ts';

const listedMax = 3;
const why = ({ reason, details }: CheckpointFailure): string => fill(checkpointReasons[reason].message, details);

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
  noRestart: (strategy: string) => `The job is not restarted (${strategy}).`,
  restarting: (subtasks: number, all: boolean, delayMs: number, strategy: string) =>
    `Restarting ${all ? 'all' : `a region of ${subtasks}`} subtasks in ${delayMs / 1000} s (${strategy}).`,
  restored: (checkpoint: number) => `The state is that of checkpoint ${checkpoint}.`,
  fromBeginning: () => 'There is no checkpoint yet: the subtasks start from the beginning.',
  fromOffsets: () => 'Without checkpoints, sources go on where they are: what was in flight is lost.',
  recovered: (seconds: string) => `The job has recovered after ${seconds} s.`,
  unusable: (checkpoint: number, reason: string) =>
    `Checkpoint ${checkpoint} cannot be used: ${reason}. The one before it is used if there is one.`,
  allUnusable: () => 'all that were kept are damaged',
  storeSilent: (seconds: number) => `the checkpoint store gave no answer for ${seconds} s`,
  storeFailed: (reason: string) => `the checkpoint store could not be read (${reason})`,
  chunkGone: (key: string) => `it builds on the chunk ${key}, which is gone`,
  checkpointRefused: (failure: CheckpointFailure) => `No checkpoint was taken. ${why(failure)}`,
  checkpointFailed: (checkpoint: number, failure: CheckpointFailure) =>
    `Checkpoint ${checkpoint} failed. ${why(failure)}`,
  savepointTaken: (checkpoint: number) => `Savepoint ${checkpoint} is complete.`,
  list: (names: readonly string[]) => {
    const more = names.length - listedMax;
    return names.slice(0, listedMax).join(', ') + (more > 0 ? ` and ${more} more` : '');
  },
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

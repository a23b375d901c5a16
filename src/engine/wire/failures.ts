/**
 * The closed table of what can go wrong while a job runs. Problems of a drawn job are in `graph/problems.ts`;
 * assertions (bugs in Weir) arrive here as `internal` and say so.
 */
import { fill } from '../graph/problems.ts';
import type { NodeId } from '../graph/job.ts';
import type { SubtaskId } from '../graph/plan.ts';

export const failureTable = {
  'user-function': {
    message: 'The function of “{node}” threw: {reason}.',
    advice: 'Look at the record and the stack below, correct the function, and run again.',
  },
  'function-result': {
    message: '“{node}” returned {reason}.',
    advice: 'Return what the declared output columns need.',
  },
  'function-compile': {
    message: 'The function of “{node}” does not compile: {reason}.',
    advice: 'Correct the function.',
  },
  'missing-timestamp': {
    message: '“{node}” got a record without event time.',
    advice: 'Choose a timestamp column and a watermark strategy on the source.',
  },
  'heartbeat-timeout': {
    message: '{subtask} gave no sign of life for {seconds} s and was ended.',
    advice: 'Most often a function loops without end. Look at the functions in this subtask.',
  },
  'worker-crashed': {
    message: 'The Worker of {subtask} crashed: {reason}.',
    advice: 'Run again; if it repeats, download the job file and report it.',
  },
  'worker-unavailable': {
    message: 'The Worker of {subtask} could not be started: {reason}.',
    advice: 'Close other tabs or lower the parallelism.',
  },
  'sequence-gap': {
    message: 'Channel {channel} delivered buffer {got} where {expected} was due.',
    advice: 'A buffer was lost, repeated or reordered on this channel. Nothing after it was processed.',
  },
  'resource-missing': {
    message: '“{node}” reads {resource}, which is not here.',
    advice: 'Drop the file on the canvas again.',
  },
  'resource-unreadable': {
    message: '“{node}” cannot read {resource}: {reason}.',
    advice: 'Check that the file is what its name says.',
  },
  'sink-full': {
    message: '“{node}” holds {count} records, its limit.',
    advice: 'Raise the limit, or filter before the sink.',
  },
  'injected-exception': {
    message: 'An exception was injected into “{node}” at record {count}.',
    advice: 'This is a fault that you asked for. Look at the recovery.',
  },
  'poison-record': {
    message: 'A poison record reached “{node}”.',
    advice: 'This is a fault that you asked for. It comes again after each restart until the fault is removed.',
  },
  'worker-killed': {
    message: 'The Worker of {subtask} was killed.',
    advice: 'This is a fault that you asked for. Look at the recovery.',
  },
  'channel-cut': {
    message: 'Channel {channel} was cut.',
    advice: 'This is a fault that you asked for. Look at the recovery.',
  },
  'state-missing': {
    message: '{subtask} could not read its state of checkpoint {checkpoint}: {reason}.',
    advice: 'An older checkpoint is used if there is one.',
  },
  'storage-full': {
    message: 'The browser has no room left: {reason}.',
    advice: 'Delete old savepoints and runs in the Checkpoints view, or free disk space.',
  },
  'commit-failed': {
    message: '“{node}” could not commit: {reason}.',
    advice: 'The transaction stays prepared; it is committed after the restart.',
  },
  'sink-failed': {
    message: '“{node}” could not write to {system}: {reason}.',
    advice: 'What was not committed is written again after the restart. Look at the table, its columns and the disk.',
  },
  'database-lost': {
    message: '{subtask} lost its connection to Postgres: {reason}.',
    advice: 'What was prepared is safe and is committed after the restart, the rest is written again.',
  },
  'tolerable-failures': {
    message: '{count} checkpoints failed in a row; the job tolerates {limit}.',
    advice: 'Look at their reasons in the Checkpoints view, or raise “Tolerable failures”.',
  },
  'no-checkpoint': {
    message: 'No usable checkpoint is left: {reason}.',
    advice: 'Run the job anew, or start it from a savepoint.',
  },
  'restore-mismatch': {
    message: 'The state of checkpoint {checkpoint} does not fit this job: {reason}.',
    advice: 'Undo the change of the job and start from it again, or run the job anew.',
  },
  'coordinator-crashed': {
    message: 'The coordinator crashed again and again: {reason}.',
    advice: 'Reload the page; the job goes on from its last completed checkpoint.',
  },
  internal: {
    message: '{reason}',
    advice: 'This is a bug in Weir. Download the job file and report it with its seed, {seed}.',
  },
} as const satisfies Record<string, { message: string; advice: string }>;

export type FailureCode = keyof typeof failureTable;

/** The file name under which hosts compile the functions of a job, by which stacks tell a user's frames from ours. */
export const functionFileName = 'function.ts';

export interface Failure {
  readonly code: FailureCode;
  readonly details: Readonly<Record<string, string | number>>;
  readonly node?: NodeId;
  readonly subtask?: SubtaskId;
  /** The record at hand, as JSON text, at most 2,000 characters. */
  readonly record?: string;
  /** Where in the function it was thrown: lines count in the function's own text. No frame of the engine. */
  readonly stack?: string;
}

export const failureMessage = (failure: Failure): string => fill(failureTable[failure.code].message, failure.details);
export const failureAdvice = (failure: Failure): string => fill(failureTable[failure.code].advice, failure.details);

/** Thrown inside a task to fail it; everything else thrown is `internal`. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failureMessage(failure));
    this.failure = failure;
  }
}

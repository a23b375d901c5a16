/** The states of a job in words, and what each means. */
import type { JobState } from '../../engine/wire/reports.ts';

const meanings: Readonly<Record<JobState, string>> = {
  created: 'The coordinator has the plan; nothing is deployed yet.',
  deploying: 'Each subtask gets a Worker and its channels.',
  running: 'All subtasks run.',
  restarting: 'A task failed; those that depend on it are ended and start again from the last completed checkpoint.',
  finishing: 'The sources have ended; what is under way drains to the sinks.',
  finished: 'Every record has reached its sink.',
  cancelling: 'The subtasks are being ended.',
  cancelled: 'The job was ended before its end; what was in flight is dropped.',
  failing: 'A subtask failed; the others are being ended.',
  failed: 'A subtask failed, and the job with it.',
};

export function stateText(state: JobState | null, paused: boolean): string {
  if (state === null) return 'not started';
  return paused && (state === 'running' || state === 'finishing') ? 'paused' : state;
}

export function stateMeaning(state: JobState | null, paused: boolean): string {
  if (state === null) return 'The job as drawn has not run yet.';
  return stateText(state, paused) === 'paused' ? 'Everything stands still; nothing is lost.' : meanings[state];
}

/**
 * The states of a job and the moves between them, as in Flink.
 *
 *   created ──> deploying ──> running ──> finishing ──> finished
 *                 │  │          │  │        │  │ │
 *                 │  └──────────┼──┴────────┘  │ └──> (a failure) ──> failing ──> failed
 *                 └─────────────┴──────────────┴────> (a cancel)  ──> cancelling ──> cancelled
 *
 * From `deploying`, `running` and `finishing` a failure that the restart strategy allows leads to `restarting`, and from
 * there back to `running`; a cancel or a failure ends it there too.
 *
 * `finishing` is where a job drains: a stop was asked, or every source has come to its end. What has begun to fail
 * fails, whatever is asked meanwhile, so that the first failure is never lost; what is being cancelled ends cancelled.
 */
import type { JobState } from '../wire/reports.ts';

export const jobMoves: Readonly<Record<JobState, readonly JobState[]>> = {
  created: ['deploying', 'cancelled'],
  deploying: ['running', 'restarting', 'cancelling', 'failing'],
  running: ['finishing', 'restarting', 'cancelling', 'failing'],
  finishing: ['finished', 'restarting', 'cancelling', 'failing'],
  restarting: ['running', 'cancelling', 'failing'],
  cancelling: ['cancelled'],
  failing: ['failed'],
  finished: [],
  cancelled: [],
  failed: [],
};

export const mayMove = (from: JobState, to: JobState): boolean => jobMoves[from].includes(to);

/** The job does what it was drawn for: a failure matters, a cancel makes sense. */
export const isLive = (state: JobState): boolean =>
  state === 'deploying' || state === 'running' || state === 'finishing' || state === 'restarting';

/** The tasks were told to end and are waited for. */
export const isEnding = (state: JobState): boolean => state === 'cancelling' || state === 'failing';

/** How a job that is ending ends. */
export function endOf(state: JobState): JobState {
  if (state === 'cancelling') return 'cancelled';
  return state === 'failing' ? 'failed' : 'finished';
}

/** The film of a recovery: its phases with their durations, and what came back where. Pure. */
import type { ClusterView, LogEntry, RecoveryView } from '../../../engine/telemetry/cluster-view.ts';
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';

export type PhaseName = 'cancel' | 'delay' | 'deploy' | 'restore' | 'catch-up';

export interface Phase {
  readonly name: PhaseName;
  readonly label: string;
  readonly help: string;
  readonly from: number;
  /** Of a phase that goes on: now. */
  readonly to: number;
  readonly state: 'done' | 'now' | 'cut-short';
}

export interface Film {
  readonly recovery: RecoveryView;
  readonly phases: readonly Phase[];
  readonly state: 'going-on' | 'done' | 'cut-short';
  /** From the failure until all was caught up with, or until now. */
  readonly lastedMs: number;
  readonly subtasks: readonly FilmSubtask[];
}

export interface FilmSubtask {
  readonly id: SubtaskId;
  readonly name: string;
  /** As far as it has come; null until its state is back. */
  readonly restored: {
    /** Since it was deployed. */
    readonly afterMs: number | null;
    readonly bytes: number;
    readonly inFlightRecords: number;
    readonly offsets: string | null;
  } | null;
  /** Sources: records to emit again, and how many of them it has. */
  readonly replay: { readonly records: number; readonly done: number } | null;
}

const steps: readonly {
  readonly name: PhaseName;
  readonly label: string;
  readonly help: string;
  readonly end: keyof RecoveryView & `${string}At`;
}[] = [
  {
    name: 'cancel',
    label: 'Cancel',
    end: 'cancelledAt',
    help: 'From the failure until the last task of its region has ended.',
  },
  {
    name: 'delay',
    label: 'Delay',
    end: 'chosenAt',
    help: 'What the restart strategy waits; then the checkpoint is chosen.',
  },
  { name: 'deploy', label: 'Deploy', end: 'deployedAt', help: 'Until every task has a Worker again.' },
  { name: 'restore', label: 'Restore', end: 'runningAt', help: 'Until every task has its state back and runs.' },
  {
    name: 'catch-up',
    label: 'Catch up',
    end: 'caughtUpAt',
    help: 'Until every source is past the record at which it had been.',
  },
];

/** `number`: of the recovery. Null if there is no such recovery. */
export function filmOf(view: ClusterView, number: number): Film | null {
  const at = view.recoveries.findIndex((one) => one.number === number);
  const recovery = view.recoveries[at];
  if (recovery === undefined) return null;
  const next = view.recoveries[at + 1];
  const over = next?.detectedAt ?? (isTerminal(view.job.state) ? (view.job.endedAt ?? view.at) : null);
  const phases = phasesOf(recovery, over, view.at);
  const last = phases.at(-1);
  const state = recovery.caughtUpAt !== null ? 'done' : over === null ? 'going-on' : 'cut-short';
  const lastedMs = (last?.to ?? recovery.detectedAt) - recovery.detectedAt;
  return {
    recovery,
    phases,
    state,
    lastedMs,
    subtasks: recovery.subtasks.map((id) => subtaskOf(view, recovery, id, over !== null)),
  };
}

/** `over`: when the job, or this recovery, came to an end by something else. */
function phasesOf(recovery: RecoveryView, over: number | null, now: number): Phase[] {
  const phases: Phase[] = [];
  let from: number = recovery.detectedAt;
  for (const { name, label, help, end } of steps) {
    const at = recovery[end];
    if (at === null) {
      const to = Math.max(from, over ?? now);
      phases.push({ name, label, help, from, to, state: over === null ? 'now' : 'cut-short' });
      break;
    }
    const to = Math.max(from, at);
    phases.push({ name, label, help, from, to, state: 'done' });
    from = to;
  }
  return phases;
}

function subtaskOf(view: ClusterView, recovery: RecoveryView, id: SubtaskId, over: boolean): FilmSubtask {
  const told = recovery.restored.get(id);
  const reached = recovery.replayTo.get(id);
  const restored =
    told === undefined
      ? null
      : {
          afterMs: recovery.deployedAt === null ? null : Math.max(0, told.at - recovery.deployedAt),
          bytes: told.bytes,
          inFlightRecords: told.inFlightRecords,
          offsets: told.offsets,
        };
  return { id, name: subtaskName(view, id), restored, replay: replayOf(view, id, told?.position, reached, over) };
}

function replayOf(
  view: ClusterView,
  id: SubtaskId,
  position: number | undefined,
  reached: number | undefined,
  over: boolean,
): FilmSubtask['replay'] {
  if (position === undefined || reached === undefined) return null;
  const records = Math.max(0, reached - position);
  const subtask = view.subtasks.get(id);
  const now = subtask?.gauges?.operators[0]?.position ?? position;
  const done = over || subtask?.replaying !== true ? records : Math.max(0, Math.min(records, now - position));
  return { records, done };
}

/** `Count 1` where there are several, else `Count`. */
export function subtaskName({ graph }: ClusterView, id: SubtaskId): string {
  const subtask = graph.subtasks.find((one) => one.id === id);
  const vertex = graph.jobGraph.vertices.find((one) => one.id === subtask?.vertex);
  if (subtask === undefined || vertex === undefined) return id;
  return vertex.parallelism > 1 ? `${vertex.name} ${subtask.index}` : vertex.name;
}

/** The coordinator's own crashes: no recovery of tasks, so only the log knows of them. */
export const failoversOf = (log: readonly LogEntry[]): LogEntry[] =>
  log.filter(({ level, text }) => level === 'error' && text.startsWith('The coordinator crashed'));

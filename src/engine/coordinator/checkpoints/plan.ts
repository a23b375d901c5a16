/**
 * Who takes part in a checkpoint: who gets the trigger, who must acknowledge, who had finished. As Flink's
 * DefaultCheckpointPlanCalculator (FLIP-147): a task is triggered when no task upstream of it runs any more, so that it
 * would never see a barrier.
 */
import type { ExecutionGraph, SubtaskId } from '../../graph/plan.ts';
import type { CheckpointFailure } from '../../wire/checkpoints.ts';
import type { Tasks } from '../tasks.ts';

export interface CheckpointPlan {
  readonly triggers: readonly SubtaskId[];
  readonly awaits: readonly SubtaskId[];
  readonly finished: readonly SubtaskId[];
}

/** The plan as things are, or why there can be none: some task neither runs nor has finished. */
export function planCheckpoint(
  graph: ExecutionGraph,
  tasks: Tasks,
  afterFinish: boolean,
): CheckpointPlan | CheckpointFailure {
  const idle = tasks.all().find((id) => tasks.state(id) !== 'running' && tasks.state(id) !== 'finished');
  if (idle !== undefined) return notAllRunning(`${tasks.name(idle)} is ${tasks.state(idle)}`, idle);
  const finished = tasks.all().filter((id) => tasks.state(id) === 'finished');
  const awaits = tasks.all().filter((id) => tasks.state(id) === 'running');
  if (awaits.length === 0) return notAllRunning('all have finished');
  const [first] = finished;
  if (first !== undefined && !afterFinish) return notAllRunning(`${tasks.name(first)} has finished`, first);
  const fed = new Set<SubtaskId>();
  for (const { from, to } of graph.channels) if (tasks.state(from) === 'running') fed.add(to);
  return { triggers: awaits.filter((id) => !fed.has(id)), awaits, finished };
}

export function notAllRunning(detail: string, subtask?: SubtaskId): CheckpointFailure {
  const failure = { reason: 'not-all-running', details: { detail } } as const;
  return subtask === undefined ? failure : { ...failure, subtask };
}

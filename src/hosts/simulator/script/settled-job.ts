/** The job as a script runs it: scripted sources with the splits of the script, and nothing that time decides. */
import type { Job, JobNode } from '../../../engine/graph/job.ts';
import { problemAdvice, problemMessage, severityOf } from '../../../engine/graph/problems.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import { settingBounds } from '../../../engine/graph/check-settings.ts';
import { directedKinds } from './directed-source.ts';
import { ScriptError, scriptProblem } from './problems.ts';
import type { Placed, Script, Step } from './script.ts';

/** Checkpoints and restarts are where the script says, buffers go at once, and no checkpoint is forgotten. */
const settled = {
  bufferTimeoutMs: 0,
  checkpointIntervalMs: 0,
  checkpointMinPauseMs: 0,
  restartDelayMs: 0,
  retainedCheckpoints: settingBounds.retainedCheckpoints.max,
} as const;

export function settledJob(job: Job, script: Script): Job {
  const nodes = job.nodes.map((node): JobNode => {
    const splits = script.splits.get(node.id);
    if (splits === undefined) return node;
    const params = { ...node.params, splits };
    return { ...node, params, parallelism: subtasksOf(splits, node.parallelism) };
  });
  return { ...job, nodes, settings: { ...job.settings, ...settled }, faults: [] };
}

/** A subtask without a split would have nothing to do. */
const subtasksOf = (splits: number, asked: number | null): number => Math.min(splits, asked ?? splits);

type Restore = Extract<Step, { kind: 'restore' }>;

/** The job with the parallelism that a restore asks for. */
export function rescaled(job: Job, script: Script, { parallelism, of }: Restore): Job {
  const nodes = job.nodes.map((node): JobNode => {
    const splits = script.splits.get(node.id);
    const chosen = of.get(node.id) ?? (splits === undefined ? parallelism : null);
    if (chosen === null) return node;
    return { ...node, parallelism: splits === undefined ? chosen : subtasksOf(splits, chosen) };
  });
  return { ...job, nodes };
}

/** Throws a ScriptError if it has problems. */
export function planOf(job: Job, at: Pick<Placed, 'line' | 'column'>): ExecutionGraph {
  const plan = planJob(job, directedKinds);
  if (plan.ok) return plan.value;
  const problem = plan.error.find((one) => severityOf(one) === 'error');
  const [reason, advice] = problem === undefined ? ['', ''] : [problemMessage(problem), problemAdvice(problem)];
  throw new ScriptError(scriptProblem('plan', at, { reason, advice }));
}

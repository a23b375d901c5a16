/** Which subtasks a fault concerns, and which part of a fault is the host's to carry out. */
import type { Fault } from '../graph/faults.ts';
import type { ExecutionGraph, SubtaskId, SubtaskPlan } from '../graph/plan.ts';
import type { FaultDefinition } from './fault.ts';

/** Whether the fault can act at this subtask: it is the target, or holds an end of the target. */
export function concerns(fault: Fault, plan: SubtaskPlan): boolean {
  const { target } = fault;
  switch (target.kind) {
    case 'subtask':
      return target.subtask === plan.id;
    case 'node':
      return plan.vertex.operators.some((operator) => operator.node === target.node);
    case 'machine':
      return target.subtasks.includes(plan.id);
    case 'channel':
      return [...plan.outputs, ...plan.inputs].some((edge) => edge.channels.includes(target.channel));
    case 'store':
      return true;
    case 'coordinator':
    case 'page':
      return false;
  }
}

/** The same for all subtasks of the job, in its order. */
export function subtasksConcerned(fault: Fault, graph: ExecutionGraph): SubtaskId[] {
  const { target } = fault;
  const { subtasks, channels, jobGraph } = graph;
  switch (target.kind) {
    case 'subtask':
      return subtasks.filter(({ id }) => id === target.subtask).map(({ id }) => id);
    case 'node': {
      const vertex = jobGraph.vertices.find(({ operators }) => operators.some(({ node }) => node === target.node));
      return subtasks.filter((subtask) => subtask.vertex === vertex?.id).map(({ id }) => id);
    }
    case 'machine':
      return subtasks.filter(({ id }) => target.subtasks.includes(id)).map(({ id }) => id);
    case 'channel':
      return channels.filter(({ id }) => id === target.channel).flatMap(({ from, to }) => [from, to]);
    case 'store':
      return subtasks.map(({ id }) => id);
    case 'coordinator':
    case 'page':
      return [];
  }
}

/** The host acts when the trigger meets, by the clock or by what the coordinator sends and gets. */
export function isHosts(fault: Fault, definition: FaultDefinition): boolean {
  if (definition.arm === undefined) return true;
  const { when } = fault;
  if (when.kind === 'point') return when.point === 'between-acknowledgements';
  return when.kind === 'at' || (when.kind === 'now' && definition.action !== undefined);
}

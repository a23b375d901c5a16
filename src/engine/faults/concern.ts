/** Which subtasks of a job a fault concerns (`graph/fault-targets.ts` says it of one), and which faults are the host's to carry out. */
import type { Fault } from '../graph/faults.ts';
import type { ExecutionGraph, SubtaskId } from '../graph/plan.ts';
import type { FaultDefinition } from './fault.ts';

/** Those at which it may strike, in the job's order. */
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
      return channels.filter(({ id }) => id === target.channel).map(({ from }) => from);
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

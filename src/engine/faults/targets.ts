/** All that a kind of fault can be aimed at in a job: for the fault panel and for chaos. */
import type { Fault, FaultTarget } from '../graph/faults.ts';
import type { ExecutionGraph } from '../graph/plan.ts';
import { checkFault } from './check-fault.ts';
import type { FaultDefinition } from './fault.ts';

/** In the order of the definition's targets, then of the job. */
export function targetsOf(definition: FaultDefinition, graph: ExecutionGraph): FaultTarget[] {
  const table = new Map([[definition.kind, definition]]);
  return definition.targets
    .flatMap((kind) => allOf(kind, graph))
    .filter((target) => checkFault(probe(definition, target), table, graph) === null);
}

function allOf(kind: FaultTarget['kind'], graph: ExecutionGraph): FaultTarget[] {
  switch (kind) {
    case 'subtask':
      return graph.subtasks.map(({ id }) => ({ kind, subtask: id }));
    case 'node':
      return graph.jobGraph.vertices.flatMap(({ operators }) => operators.map(({ node }) => ({ kind, node })));
    case 'machine':
      return machinesOf(graph);
    case 'channel':
      return graph.channels.map(({ id }) => ({ kind, channel: id }));
    default:
      return [{ kind }];
  }
}

/** As a TaskManager with one slot, where slots are shared: the n-th subtask of every vertex. */
export function machinesOf(graph: ExecutionGraph): Extract<FaultTarget, { kind: 'machine' }>[] {
  const count = graph.subtasks.reduce((most, { index }) => Math.max(most, index + 1), 0);
  return Array.from({ length: count }, (_, machine) => ({
    kind: 'machine',
    subtasks: graph.subtasks.filter(({ index }) => index === machine).map(({ id }) => id),
  }));
}

function probe({ kind, triggers, points }: FaultDefinition, target: FaultTarget): Fault {
  const point = points?.[0];
  const when = triggers.includes('now') || point === undefined ? { kind: triggers[0] } : { kind: 'point', point, n: 1 };
  const trigger = when.kind === 'record' ? { kind: 'record', n: 1 } : when.kind === 'at' ? { kind: 'at', ms: 0 } : when;
  return { id: 'probe', kind, target, when: trigger as Fault['when'], params: {}, times: 1 };
}

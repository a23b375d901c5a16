/** Side outputs that the job leaves unconnected are shown all the same: each gets a table sink of its own. */
import type { Job, JobEdge, JobNode, NodeId } from '../engine/graph/job.ts';
import { outputsOf } from '../engine/graph/ports.ts';
import { kindTable } from '../engine/operators/list.ts';

/** Which side output a sink that was added stands for. */
export interface SideTap {
  readonly node: NodeId;
  readonly port: string;
}

export interface TappedJob {
  readonly job: Job;
  /** By the id of the added sink. */
  readonly taps: ReadonlyMap<NodeId, SideTap>;
}

export function withSideTaps(job: Job): TappedJob {
  const connected = new Set(job.edges.map(({ from }) => `${from.node}\n${from.port}`));
  const taps = new Map<NodeId, SideTap>();
  const nodes: JobNode[] = [...job.nodes];
  const edges: JobEdge[] = [...job.edges];
  for (const node of job.nodes) {
    for (const { name: port, side } of outputsOf(kindTable.get(node.kind), node.params)) {
      if (side !== true || connected.has(`${node.id}\n${port}`)) continue;
      const id = freeId(`${node.id}.${port}`, nodes);
      taps.set(id, { node: node.id, port });
      nodes.push({
        ...node,
        id,
        kind: 'table',
        name: `${node.name}, ${port}`,
        params: {},
        chaining: 'always',
        costMs: 0,
      });
      edges.push({
        id: freeId(id, edges),
        from: { node: node.id, port },
        to: { node: id, port: 'in' },
        partitioner: 'auto',
      });
    }
  }
  return { job: { ...job, nodes, edges }, taps };
}

function freeId(wanted: string, taken: readonly { readonly id: string }[]): string {
  let id = wanted;
  while (taken.some((one) => one.id === id)) id = `${id}'`;
  return id;
}

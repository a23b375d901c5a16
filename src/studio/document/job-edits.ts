/**
 * Pure edits of a job that the document commands are made of: job in, job out, sharing whatever did not change. An edit
 * that changes nothing gives the same job back.
 */
import type { EdgeId, Job, JobEdge, JobNode, NodeId } from '../../engine/graph/job.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One end of an edge. */
export interface End {
  readonly node: NodeId;
  readonly port: string;
}

/** A part of a job on the clipboard: nodes and the edges among them. */
export interface Clip {
  readonly nodes: readonly JobNode[];
  readonly edges: readonly JobEdge[];
}

export function withNode(job: Job, node: Omit<JobNode, 'id'>): { job: Job; id: NodeId } {
  const id = freshId('n', job.nodes);
  return { job: { ...job, nodes: [...job.nodes, { id, ...node }] }, id };
}

export function withNodeChanged(job: Job, id: NodeId, change: Partial<Omit<JobNode, 'id'>>): Job {
  const node = job.nodes.find((each) => each.id === id);
  if (node === undefined) return job;
  const same = (Object.keys(change) as (keyof typeof change)[]).every((key) => node[key] === change[key]);
  if (same) return job;
  return { ...job, nodes: job.nodes.map((each) => (each === node ? { ...each, ...change } : each)) };
}

export function withPositions(job: Job, positions: ReadonlyMap<NodeId, Point>): Job {
  let moved = false;
  const nodes = job.nodes.map((node) => {
    const to = positions.get(node.id);
    if (to === undefined || (to.x === node.position.x && to.y === node.position.y)) return node;
    moved = true;
    return { ...node, position: { x: to.x, y: to.y } };
  });
  return moved ? { ...job, nodes } : job;
}

/** Null if the edge is there already or would lead from a node to itself. */
export function withEdge(job: Job, from: End, to: End): { job: Job; id: EdgeId } | null {
  if (from.node === to.node) return null;
  if (job.edges.some((edge) => sameEnd(edge.from, from) && sameEnd(edge.to, to))) return null;
  const id = freshId('e', job.edges);
  const edge: JobEdge = { id, from: { ...from }, to: { ...to }, partitioner: 'auto' };
  return { job: { ...job, edges: [...job.edges, edge] }, id };
}

export function withoutParts(job: Job, nodes: readonly NodeId[], edges: readonly EdgeId[]): Job {
  const goneNodes = new Set(nodes);
  const goneEdges = new Set(edges);
  const keptNodes = job.nodes.filter((node) => !goneNodes.has(node.id));
  const keptEdges = job.edges.filter(
    (edge) => !goneEdges.has(edge.id) && !goneNodes.has(edge.from.node) && !goneNodes.has(edge.to.node),
  );
  if (keptNodes.length === job.nodes.length && keptEdges.length === job.edges.length) return job;
  return { ...job, nodes: keptNodes, edges: keptEdges };
}

export function clipOf(job: Job, nodes: readonly NodeId[]): Clip {
  const taken = new Set(nodes);
  return {
    nodes: job.nodes.filter((node) => taken.has(node.id)),
    edges: job.edges.filter((edge) => taken.has(edge.from.node) && taken.has(edge.to.node)),
  };
}

export function withPasted(job: Job, clip: Clip, offset: Point): { job: Job; ids: readonly NodeId[] } {
  const renamed = new Map<NodeId, NodeId>();
  let nodes = job.nodes;
  for (const node of clip.nodes) {
    const id = freshId('n', nodes);
    renamed.set(node.id, id);
    const position = { x: node.position.x + offset.x, y: node.position.y + offset.y };
    nodes = [...nodes, { ...node, id, position }];
  }
  let edges = job.edges;
  for (const edge of clip.edges) {
    const from = renamed.get(edge.from.node);
    const to = renamed.get(edge.to.node);
    if (from === undefined || to === undefined) continue;
    edges = [
      ...edges,
      { ...edge, id: freshId('e', edges), from: { ...edge.from, node: from }, to: { ...edge.to, node: to } },
    ];
  }
  return { job: clip.nodes.length === 0 ? job : { ...job, nodes, edges }, ids: [...renamed.values()] };
}

const sameEnd = (a: End, b: End): boolean => a.node === b.node && a.port === b.port;

/** `n7` where the highest number so far is 6: never an id that is in use, and short in a diff. */
function freshId(prefix: string, taken: readonly { readonly id: string }[]): string {
  let highest = 0;
  for (const { id } of taken) {
    const number = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(number)) highest = Math.max(highest, number);
  }
  return `${prefix}${highest + 1}`;
}

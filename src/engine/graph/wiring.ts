/**
 * How the nodes of a job hang together: indexes of its edges, the topological order, and the edges that close cycles.
 * Linear in nodes and edges, and total: duplicate ids and edges to nowhere are left aside, not stumbled over.
 */
import type { EdgeId, Job, JobEdge, JobNode, NodeId } from './job.ts';

export interface Wiring {
  /** By id; the first of several nodes with one id. */
  readonly nodes: ReadonlyMap<NodeId, JobNode>;
  /** Edges between existing nodes, each id once, in the job's order. */
  readonly edges: readonly JobEdge[];
  readonly into: ReadonlyMap<NodeId, readonly JobEdge[]>;
  readonly outOf: ReadonlyMap<NodeId, readonly JobEdge[]>;
  /** Kahn's order, ties in the job's order. Nodes on a cycle, or behind one, are missing. */
  readonly order: readonly NodeId[];
}

export interface Cycle {
  readonly edge: EdgeId;
  /** Nodes along the cycle, from the edge's target to its source. */
  readonly path: readonly NodeId[];
}

export function wiringOf(job: Job): Wiring {
  const nodes = new Map<NodeId, JobNode>();
  for (const node of job.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
  const edges = new Map<EdgeId, JobEdge>();
  for (const edge of job.edges) {
    if (nodes.has(edge.from.node) && nodes.has(edge.to.node) && !edges.has(edge.id)) edges.set(edge.id, edge);
  }
  const into = groupBy(edges.values(), (edge) => edge.to.node);
  const outOf = groupBy(edges.values(), (edge) => edge.from.node);
  return { nodes, edges: [...edges.values()], into, outOf, order: topologicalOrder(nodes, into, outOf) };
}

function topologicalOrder(
  nodes: ReadonlyMap<NodeId, JobNode>,
  into: ReadonlyMap<NodeId, readonly JobEdge[]>,
  outOf: ReadonlyMap<NodeId, readonly JobEdge[]>,
): NodeId[] {
  const waitsFor = new Map<NodeId, number>();
  for (const id of nodes.keys()) waitsFor.set(id, into.get(id)?.length ?? 0);
  const order = [...nodes.keys()].filter((id) => waitsFor.get(id) === 0);
  for (const id of order) {
    for (const edge of outOf.get(id) ?? []) {
      const left = (waitsFor.get(edge.to.node) ?? 0) - 1;
      waitsFor.set(edge.to.node, left);
      if (left === 0) order.push(edge.to.node);
    }
  }
  return order;
}

/**
 * One cycle for each edge that leads back in a depth-first walk, at most `limit`. Without these edges (if all were
 * found) the job has no cycle.
 */
export function cyclesOf(wiring: Wiring, limit: number): Cycle[] {
  const ordered = new Set(wiring.order);
  const done = new Set<NodeId>();
  const found: Cycle[] = [];
  for (const id of wiring.nodes.keys()) {
    if (!ordered.has(id) && !done.has(id)) walk(id, wiring, done, found, limit);
  }
  return found;
}

/** Depth first, with a stack of its own: a long job must not overflow the engine's. */
function walk(root: NodeId, wiring: Wiring, done: Set<NodeId>, found: Cycle[], limit: number): void {
  const depth = new Map<NodeId, number>([[root, 0]]);
  const path: NodeId[] = [root];
  const nextEdge: number[] = [0];
  while (path.length > 0) {
    const top = path.length - 1;
    const here = path[top] as NodeId;
    const edge = wiring.outOf.get(here)?.[nextEdge[top] as number];
    if (edge === undefined) {
      done.add(here);
      depth.delete(here);
      path.pop();
      nextEdge.pop();
      continue;
    }
    nextEdge[top] = (nextEdge[top] as number) + 1;
    const target = edge.to.node;
    const at = depth.get(target);
    if (at !== undefined) {
      if (found.length < limit) found.push({ edge: edge.id, path: path.slice(at) });
    } else if (!done.has(target)) {
      depth.set(target, path.length);
      path.push(target);
      nextEdge.push(0);
    }
  }
}

/** The shortest way along edges from one node to another, both included; null if there is none. */
export function pathBetween(job: Job, from: NodeId, to: NodeId): NodeId[] | null {
  const outOf = groupBy(job.edges, (edge) => edge.from.node);
  const reachedFrom = new Map<NodeId, NodeId | null>([[from, null]]);
  for (const id of reachedFrom.keys()) {
    if (id === to) break;
    for (const edge of outOf.get(id) ?? []) {
      if (!reachedFrom.has(edge.to.node)) reachedFrom.set(edge.to.node, id);
    }
  }
  if (!reachedFrom.has(to)) return null;
  const path: NodeId[] = [];
  for (let id: NodeId | null = to; id !== null; id = reachedFrom.get(id) ?? null) path.push(id);
  return path.reverse();
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

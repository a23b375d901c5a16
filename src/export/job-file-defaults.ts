/**
 * What a job file may leave out although a job has it: where nodes stand, and the ids of edges. A file that a person writes
 * by hand says what the job does, and is drawn from left to right in the order in which records pass.
 */
import type { JobEdge, JobNode } from '../engine/graph/job.ts';

type Ends = Pick<JobEdge, 'from' | 'to'>;
type Position = JobNode['position'];

/** Canvas pixels from one node to the next. */
const step = { x: 240, y: 120 } as const;

/** Ids for the edges that have none: e1, e2 … as far as they are free. */
export function withIds<E extends { readonly id?: string | undefined }>(edges: readonly E[]): (E & { id: string })[] {
  const taken = new Set(edges.map(({ id }) => id));
  let last = 0;
  const free = (): string => {
    do last++;
    while (taken.has(`e${last}`));
    return `e${last}`;
  };
  return edges.map((edge) => ({ ...edge, id: edge.id ?? free() }));
}

/**
 * Positions for the nodes that have none: a column for each step away from the sources, below all nodes that have one.
 * Linear in nodes and edges.
 */
export function withPositions<N extends { readonly id: string; readonly position?: Position | undefined }>(
  nodes: readonly N[],
  edges: readonly Ends[],
): (N & { position: Position })[] {
  if (nodes.every(({ position }) => position !== undefined)) return nodes as (N & { position: Position })[];
  const columns = columnsOf(nodes, edges);
  const rows = new Map<number, number>();
  const top = nodes.reduce((most, { position }) => Math.max(most, (position?.y ?? -step.y) + step.y), 0);
  return nodes.map((node) => {
    if (node.position !== undefined) return { ...node, position: node.position };
    const column = columns.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { ...node, position: { x: column * step.x, y: top + row * step.y } };
  });
}

/** The longest way from a source; what lies on a ring stays where its first input puts it. */
function columnsOf(nodes: readonly { readonly id: string }[], edges: readonly Ends[]): ReadonlyMap<string, number> {
  const targets = new Map<string, string[]>();
  const open = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { from, to } of edges) {
    if (!open.has(from.node) || !open.has(to.node)) continue;
    const list = targets.get(from.node);
    if (list === undefined) targets.set(from.node, [to.node]);
    else list.push(to.node);
    open.set(to.node, (open.get(to.node) ?? 0) + 1);
  }
  const columns = new Map<string, number>();
  const ready = [...open].filter(([, inputs]) => inputs === 0).map(([id]) => id);
  // Grows while it is walked.
  for (const id of ready) {
    const next = (columns.get(id) ?? 0) + 1;
    for (const target of targets.get(id) ?? []) {
      columns.set(target, Math.max(columns.get(target) ?? 0, next));
      const inputs = (open.get(target) ?? 0) - 1;
      open.set(target, inputs);
      if (inputs === 0) ready.push(target);
    }
  }
  return columns;
}

/**
 * Failover regions: what must restart together. All edges are pipelined, so a region is a connected component of the
 * execution graph (Flink: RestartPipelinedRegionFailoverStrategy, FLIP-1).
 */
import type { ExecutionGraph, SubtaskId } from '../../graph/plan.ts';

/** For each subtask the subtasks of its region, itself included, in the graph's order. Linear in subtasks and channels. */
export function regionsOf(graph: ExecutionGraph): ReadonlyMap<SubtaskId, readonly SubtaskId[]> {
  const neighbours = new Map<SubtaskId, SubtaskId[]>(graph.subtasks.map(({ id }) => [id, []]));
  for (const { from, to } of graph.channels) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const reached = new Map<SubtaskId, Set<SubtaskId>>();
  for (const { id } of graph.subtasks) {
    if (reached.has(id)) continue;
    const component = new Set([id]);
    for (const member of component) {
      reached.set(member, component);
      for (const next of neighbours.get(member) ?? []) component.add(next);
    }
  }
  const ordered = new Map<Set<SubtaskId>, SubtaskId[]>();
  for (const { id } of graph.subtasks) {
    const component = reached.get(id) as Set<SubtaskId>;
    const list = ordered.get(component);
    if (list) list.push(id);
    else ordered.set(component, [id]);
  }
  return new Map(graph.subtasks.map(({ id }) => [id, ordered.get(reached.get(id) as Set<SubtaskId>) ?? []]));
}

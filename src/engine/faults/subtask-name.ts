/** Names of subtasks as on screen and in Flink: `Window (1/2)`. */
import type { ExecutionGraph, SubtaskId, SubtaskPlan } from '../graph/plan.ts';

export const nameOfPlan = (plan: SubtaskPlan): string =>
  `${plan.vertex.name} (${plan.index + 1}/${plan.vertex.parallelism})`;

export function nameOfSubtask(graph: ExecutionGraph, id: SubtaskId): string {
  const subtask = graph.subtasks.find((each) => each.id === id);
  const vertex = graph.jobGraph.vertices.find((each) => each.id === subtask?.vertex);
  if (subtask === undefined || vertex === undefined) return id;
  return `${vertex.name} (${subtask.index + 1}/${vertex.parallelism})`;
}

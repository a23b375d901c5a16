/**
 * The scene: what stands where on the canvas, a pure function of the job, what the analysis found, the plan and the level.
 *
 *   logical    operators as drawn; lanes are subtasks; a pipe per channel between expanded nodes  (scene-logical.ts)
 *   job        vertices with their chained operators inside                                       (scene-levels.ts)
 *   execution  one node per subtask, one pipe per channel                                         (scene-levels.ts)
 */
import { executionScene, jobScene } from './scene-levels.ts';
import { logicalScene } from './scene-logical.ts';
import type { Scene, SceneInput } from './scene-parts.ts';

/** Without a plan there is only the logical level. */
export function sceneOf(input: SceneInput): Scene {
  if (input.level === 'logical' || input.graph === null) return logicalScene(input);
  return input.level === 'job' ? jobScene(input, input.graph) : executionScene(input, input.graph);
}

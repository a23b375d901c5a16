/**
 * Stacks: operators that are chained one to one stand under each other, as they are one task; so columns are tasks and
 * what runs from left to right are channels. A stack is laid out as one block.
 */
import { type Point, stackGap } from '../metrics.ts';
import type { Scene, SceneNode } from '../scene-parts.ts';

/** Scene nodes from top to bottom. */
export type Stack = readonly SceneNode[];

/** Every node once. A node with several chained successors goes on with the first; the others begin stacks of their own. */
export function stacksOf(scene: Scene): readonly Stack[] {
  const below = new Map<string, string>();
  const hasAbove = new Set<string>();
  for (const edge of scene.edges) {
    if (!edge.chained || below.has(edge.from) || hasAbove.has(edge.to)) continue;
    below.set(edge.from, edge.to);
    hasAbove.add(edge.to);
  }
  const byId = new Map(scene.nodes.map((node) => [node.id, node]));
  return scene.nodes
    .filter((node) => !hasAbove.has(node.id))
    .map((top) => {
      const stack: SceneNode[] = [];
      for (let node: SceneNode | undefined = top; node !== undefined; node = byId.get(below.get(node.id) ?? '')) {
        stack.push(node);
      }
      return stack;
    });
}

/** Height of the block, gaps included. */
export const stackHeight = (stack: Stack): number =>
  stack.reduce((sum, node) => sum + node.height, 0) + Math.max(0, stack.length - 1) * stackGap;

/** Places of the nodes of a stack whose block stands at `at`. */
export function unstacked(stack: Stack, at: Point): readonly (readonly [string, Point])[] {
  let y = at.y;
  return stack.map((node) => {
    const place = { x: Math.round(at.x), y: Math.round(y) };
    y += node.height + stackGap;
    return [node.id, place] as const;
  });
}

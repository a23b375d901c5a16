/** Where on the canvas something new goes when no pointer says it: the canvas tells what of it is in sight. */
import type { Position as Point } from '../../engine/graph/edits.ts';
import type { Job, NodeId } from '../../engine/graph/job.ts';

/** The part of the canvas in sight, in canvas pixels. */
export interface Sight {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

let sight: (() => Sight | null) | null = null;

/** The canvas hands in how to ask it, and takes it back when it goes. */
export function provideSight(ask: () => Sight | null): () => void {
  sight = ask;
  return () => {
    if (sight === ask) sight = null;
  };
}

let reveal: ((node: NodeId) => void) | null = null;

/** The canvas hands in how to bring a node into sight, and takes it back when it goes. */
export function provideReveal(show: (node: NodeId) => void): () => void {
  reveal = show;
  return () => {
    if (reveal === show) reveal = null;
  };
}

/** Brings an operator into sight, if there is a canvas and it is not. */
export const revealNode = (node: NodeId): void => reveal?.(node);

/** About the size of a node with two subtasks. */
const nodeSize = { width: 214, height: 140 };
const gap = 56;

/** The middle of what is in sight, moved down until no node is underneath. */
export function freePlace(job: Job): Point {
  const seen = sight?.() ?? { x: 0, y: 0, width: 900, height: 500 };
  const start = { x: seen.x + seen.width / 2 - nodeSize.width / 2, y: seen.y + seen.height / 2 - nodeSize.height / 2 };
  return clearOf(job, start);
}

/**
 * The canvas pixel under a point of the page; null while there is no canvas.
 * @param frame where the canvas is on the page
 */
export function placeUnder(frame: DOMRectReadOnly, clientX: number, clientY: number): Point | null {
  const seen = sight?.() ?? null;
  if (seen === null || frame.width === 0 || frame.height === 0) return null;
  return {
    x: Math.round(seen.x + ((clientX - frame.left) / frame.width) * seen.width),
    y: Math.round(seen.y + ((clientY - frame.top) / frame.height) * seen.height),
  };
}

/** Right of a node, moved down until no node is underneath. */
export function placeBehind(job: Job, position: Point): Point {
  return clearOf(job, { x: position.x + nodeSize.width + 2 * gap, y: position.y });
}

function clearOf(job: Job, start: Point): Point {
  const place = { x: Math.round(start.x), y: Math.round(start.y) };
  const covered = () =>
    job.nodes.some(
      ({ position }) =>
        Math.abs(position.x - place.x) < nodeSize.width && Math.abs(position.y - place.y) < nodeSize.height,
    );
  while (covered()) place.y += nodeSize.height + gap / 2;
  return place;
}

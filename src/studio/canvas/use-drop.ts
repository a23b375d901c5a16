/** Dropping an operator from the palette: where the pointer is, or into the edge under it. */
import { useReactFlow } from '@xyflow/react';
import { type DragEvent, useCallback, useRef } from 'react';
import type { EdgeId } from '../../engine/graph/job.ts';
import { kindDragType } from '../palette/palette.tsx';
import { addOperator } from '../session/add-operator.ts';
import { linkCourse } from './link.ts';
import { cardWidth, headHeight, type Point } from './metrics.ts';
import { bezierBetween, curveOf, nearest } from './overlay/curve.ts';
import type { Scene, SceneNode } from './scene-parts.ts';

/** An edge takes what is dropped within this distance, canvas pixels. */
const reach = 18;

const carriesKind = (event: DragEvent): boolean => event.dataTransfer.types.includes(kindDragType);

export function useDrop(scene: Scene) {
  const { screenToFlowPosition } = useReactFlow();
  const over = useRef<HTMLElement | null>(null);
  const spot = useCallback(
    (event: DragEvent): Point => screenToFlowPosition({ x: event.clientX, y: event.clientY }),
    [screenToFlowPosition],
  );
  const onDragOver = useCallback(
    (event: DragEvent) => {
      if (!carriesKind(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      highlight(over, edgeElement(edgeAt(scene, spot(event))));
    },
    [scene, spot],
  );
  const onDragLeave = useCallback(() => highlight(over, null), []);
  const onDrop = useCallback(
    (event: DragEvent) => {
      highlight(over, null);
      const kind = event.dataTransfer.getData(kindDragType);
      if (kind === '' || scene.level !== 'logical') return;
      event.preventDefault();
      const at = spot(event);
      const place = { x: at.x - cardWidth / 2, y: at.y - headHeight / 2 };
      addOperator(kind, { at: place, onEdge: edgeAt(scene, at) });
    },
    [scene, spot],
  );
  return { onDragOver, onDragLeave, onDrop };
}

/** The edge whose pipe or link passes a spot of the canvas. */
export function edgeAt(scene: Scene, { x, y }: Point): EdgeId | null {
  const at = new Map(scene.nodes.map((node) => [node.id, node]));
  let best = reach;
  let found: EdgeId | null = null;
  for (const edge of scene.edges) {
    const from = at.get(edge.from);
    const to = at.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const courses = edge.chained
      ? [linkCourse({ ...from.position, ...sizeOf(from) }, { ...to.position, ...sizeOf(to) }).bezier]
      : edge.pipes.map(({ start, end }) => bezierBetween(add(from.position, start), add(to.position, end)));
    for (const course of courses) {
      const { distance } = nearest(curveOf(course), x, y);
      if (distance < best) [best, found] = [distance, edge.edge];
    }
  }
  return found;
}

const sizeOf = ({ width, height }: SceneNode) => ({ width, height });
const add = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });

const edgeElement = (edge: EdgeId | null): HTMLElement | null =>
  edge === null ? null : document.querySelector<HTMLElement>(`.wc [data-testid="rf__edge-${CSS.escape(edge)}"]`);

function highlight(shown: { current: HTMLElement | null }, next: HTMLElement | null): void {
  if (shown.current === next) return;
  shown.current?.removeAttribute('data-drop');
  next?.setAttribute('data-drop', '');
  shown.current = next;
}

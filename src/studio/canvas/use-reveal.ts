/** Brings a node that was added or shown without a pointer into sight, moving the canvas no more than it must. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { provideReveal } from '../session/canvas-place.ts';
import type { Scene } from './scene-parts.ts';

/** Pixels of the screen kept free around the node; the lower edge has the bar. */
const margins = { left: 24, top: 24, right: 24, bottom: 64 } as const;

export function useReveal(scene: Scene): void {
  const { getViewport, setViewport } = useReactFlow();
  const store = useStoreApi();
  const latest = useRef(scene);
  useEffect(() => {
    latest.current = scene;
  }, [scene]);
  useEffect(() => {
    const show = (id: string) => {
      const node = latest.current.nodes.find((each) => each.node === id || each.rows.some((row) => row.node === id));
      if (node === undefined) return;
      const { x, y, zoom } = getViewport();
      const { width, height } = store.getState();
      const left = node.position.x * zoom + x;
      const top = node.position.y * zoom + y;
      const dx = shift(left, node.width * zoom, margins.left, width - margins.right);
      const dy = shift(top, node.height * zoom, margins.top, height - margins.bottom);
      if (dx === 0 && dy === 0) return;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      void setViewport({ x: x + dx, y: y + dy, zoom }, { duration: still ? 0 : 200 });
    };
    // The scene follows the job with the next render.
    return provideReveal((id) => requestAnimationFrame(() => requestAnimationFrame(() => show(id))));
  }, [getViewport, setViewport, store]);
}

/** How far to move a stretch so that it lies between two bounds; its start wins where it does not fit. */
export function shift(start: number, size: number, least: number, most: number): number {
  if (start < least) return least - start;
  return start + size > most ? Math.max(least - start, most - start - size) : 0;
}

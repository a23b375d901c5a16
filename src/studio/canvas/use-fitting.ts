/**
 * Shows the graph whole: when it is another document or level, and again when the canvas is made larger or smaller, unless
 * the person has moved or zoomed it to a view of his own since.
 */
import { useReactFlow, useStore, type Viewport } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'react';
import { useDocument } from '../document/document-store.ts';
import type { Scene } from './scene-parts.ts';

export interface Fitting {
  readonly padding: Readonly<Record<'top' | 'left' | 'right' | 'bottom', `${number}px`>>;
  readonly maxZoom: number;
  readonly minZoom: number;
}

/** Above the cards is the coordinator's mark. */
export const fitting: Fitting = {
  padding: { top: '36px', left: '24px', right: '24px', bottom: '60px' },
  maxZoom: 1.15,
  minZoom: 0.35,
};

/** Shows all, within so many milliseconds. */
export type Fit = (duration?: number) => void;

export function useFitting(scene: Scene, frame: { readonly current: HTMLElement | null }): Fit {
  const { fitView, getViewport } = useReactFlow();
  const document = useDocument((state) => state.id);
  const shown = `${document}|${scene.level}`;
  const filled = scene.nodes.length > 0;
  const last = useRef('');
  /** What the last fit came to: whoever moves the canvas makes it another. */
  const fitted = useRef<Viewport | null>(null);
  const fit = useCallback<Fit>(
    (duration = 0) => {
      void fitView({ ...aboveBar(frame.current), duration }).then(() => {
        fitted.current = getViewport();
      });
    },
    [fitView, getViewport, frame],
  );
  // An empty document stays as it is when its first operator is dropped.
  useEffect(() => {
    if (last.current === shown) return;
    last.current = shown;
    fitted.current = null;
    if (!filled) return;
    const request = requestAnimationFrame(() => fit());
    return () => cancelAnimationFrame(request);
  }, [shown, filled, fit]);
  const size = useStore(({ width, height }) => `${width} ${height}`);
  useEffect(() => {
    if (fitted.current === null || !isSame(fitted.current, getViewport())) return;
    const request = requestAnimationFrame(() => fit());
    return () => cancelAnimationFrame(request);
  }, [size, fit, getViewport]);
  return fit;
}

const isSame = (a: Viewport, b: Viewport): boolean => a.x === b.x && a.y === b.y && a.zoom === b.zoom;

/** Below this a canvas has no room to spare. */
const lowCanvas = 300;

/** Legend and tools take one row or two; nothing is to lie under them. On a low canvas all is smaller rather than out of sight. */
function aboveBar(frame: HTMLElement | null): Fitting {
  const bar = frame?.querySelector<HTMLElement>('.wc-bottom')?.offsetHeight ?? 0;
  if ((frame?.offsetHeight ?? lowCanvas) < lowCanvas)
    return { ...fitting, minZoom: 0.16, padding: { ...fitting.padding, top: '10px', bottom: `${bar}px` } };
  return { ...fitting, padding: { ...fitting.padding, bottom: `${Math.max(60, bar + 6)}px` } };
}

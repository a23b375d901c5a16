/** The overlay's element and its life: one canvas under the nodes, fed by scene, theme and run, drawn once a frame. */
import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { runStore } from '../../run/run-store.ts';
import { useSession } from '../../session/session-store.ts';
import { useMedia } from '../../shell/use-media.ts';
import { liveSpan, liveView } from '../live-lanes.ts';
import type { Scene } from '../scene-parts.ts';
import { readInks } from './inks.ts';
import { Overlay } from './overlay.ts';
import { provideOverlay } from './overlay-place.ts';

export function OverlayCanvas({ scene }: { readonly scene: Scene }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<Overlay | null>(null);
  const store = useStoreApi();
  const theme = useSession((state) => state.theme);
  const edges = useSession((state) => state.selection.edges);
  const reduced = useMedia('(prefers-reduced-motion: reduce)');

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const made = new Overlay(
      element,
      {
        position: (id) => store.getState().nodeLookup.get(id)?.internals.positionAbsolute,
        viewport: () => store.getState().transform,
        span: liveSpan,
      },
      readInks(element),
    );
    overlay.current = made;
    const stops = [followRun(made), followSize(made, element), draw(made), provideOverlay(made)];
    return () => {
      overlay.current = null;
      for (const stop of stops) stop();
    };
  }, [store]);
  useEffect(() => overlay.current?.setScene(scene), [scene]);
  useEffect(() => overlay.current?.setEmphasis(new Set(edges)), [edges]);
  useEffect(() => overlay.current?.setReducedMotion(reduced), [reduced]);
  useEffect(() => {
    if (canvas.current !== null) overlay.current?.setInks(readInks(canvas.current));
  }, [theme]);
  return <canvas ref={canvas} className="wc-overlay" aria-hidden />;
}

function followRun(overlay: Overlay): () => void {
  const commit = () => overlay.commit(liveView(), performance.now());
  commit();
  return runStore.subscribe(commit);
}

function followSize(overlay: Overlay, element: HTMLCanvasElement): () => void {
  const measure = () => {
    overlay.resize(element.clientWidth, element.clientHeight, devicePixelRatio);
    overlay.frame(performance.now());
  };
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  return () => observer.disconnect();
}

function draw(overlay: Overlay): () => void {
  let frame = requestAnimationFrame(function next(now) {
    overlay.frame(now);
    frame = requestAnimationFrame(next);
  });
  return () => cancelAnimationFrame(frame);
}

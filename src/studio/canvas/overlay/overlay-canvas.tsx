/** The overlay's element and its life: one canvas under the nodes, fed by scene, theme and run, drawn at most once a frame. */
import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { onBeat } from '../../run/beat.ts';
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
    const frames = new Frames();
    const made = new Overlay(
      element,
      {
        position: (id) => store.getState().nodeLookup.get(id)?.internals.positionAbsolute,
        viewport: () => store.getState().transform,
        span: liveSpan,
        coordinator: () => coordinatorPlace(element),
        wake: frames.ask,
      },
      readInks(element),
    );
    overlay.current = made;
    const stops = [
      frames.start((now) => made.frame(now)),
      followRun(made),
      followSize(made, element),
      store.subscribe(() => made.touch()),
      provideOverlay(made),
    ];
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

/** The middle of the coordinator's mark, from the corner of what is around the overlay. */
function coordinatorPlace(canvas: HTMLCanvasElement): { readonly x: number; readonly y: number } | null {
  const around = canvas.parentElement?.getBoundingClientRect();
  const mark = canvas.closest('.wc')?.querySelector('.wc-coordinator')?.getBoundingClientRect();
  if (around === undefined || mark === undefined) return null;
  return { x: mark.left + mark.width / 2 - around.left, y: mark.bottom - around.top };
}

function followRun(overlay: Overlay): () => void {
  const commit = () => overlay.commit(liveView(), performance.now());
  commit();
  // The page is painted for its text then anyway.
  const stops = [runStore.subscribe(commit), onBeat(() => overlay.touch())];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What is in sight is the size of the element around the canvas. */
function followSize(overlay: Overlay, canvas: HTMLCanvasElement): () => void {
  const around = canvas.parentElement;
  if (around === null) return () => undefined;
  const measure = () => {
    overlay.resize(around.clientWidth, around.clientHeight, devicePixelRatio);
    overlay.frame(performance.now());
  };
  const observer = new ResizeObserver(measure);
  observer.observe(around);
  return () => observer.disconnect();
}

/** Frames, as many as the drawing asks for: the next at once, after a while, or when something has changed. */
class Frames {
  private draw: ((now: number) => number) | null = null;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** `draw` gives the milliseconds until it should be called again. */
  start(draw: (now: number) => number): () => void {
    this.draw = draw;
    this.ask();
    return () => {
      this.draw = null;
      this.stopTimer();
      if (this.frame !== null) cancelAnimationFrame(this.frame);
    };
  }

  readonly ask = (): void => {
    this.stopTimer();
    if (this.draw !== null) this.frame ??= requestAnimationFrame(this.next);
  };

  private readonly next = (now: number): void => {
    this.frame = null;
    const wait = this.draw?.(now) ?? 0;
    if (wait <= 0) this.ask();
    else this.timer ??= setTimeout(this.ask, Math.max(0, wait - halfFrameMs));
  };

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** From asking for a frame to getting it, on average. */
const halfFrameMs = 8;

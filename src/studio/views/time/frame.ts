/** Which part of time the plot shows: all of it, the newest of a run that goes on, or what the person zoomed to. */
import type { Extent, Scene } from './scene.ts';

/** A run that goes on is followed this far back. */
const followedMs = 40_000;

/** What is shown unless the person zoomed: all, or while it goes on the newest. Null: there is nothing. */
export function followedExtent(scene: Scene, now: number, live: boolean): Extent | null {
  const { extent } = scene;
  if (extent === null) return null;
  const from = now - followedMs;
  if (!live || extent.x[0] >= from) return extent;
  const times: number[] = [];
  for (const dot of scene.dots) if (dot.x >= from) times.push(dot.y);
  for (const pane of scene.panes) if (pane.x >= from) times.push(...pane.window.filter(isPlaced), pane.y);
  for (const { gone, window } of scene.regions) {
    if (gone === null || gone >= from) times.push(...window.filter(isPlaced));
  }
  if (times.length === 0) return { ...extent, x: [from, now + followedMs * 0.02] };
  const least = times.reduce((a, b) => Math.min(a, b));
  const greatest = times.reduce((a, b) => Math.max(a, b));
  const pad = Math.max(1, (greatest - least) * 0.05);
  return { x: [from, now + followedMs * 0.02], y: [least - pad, greatest + pad] };
}

const isPlaced = (time: number): boolean => Math.abs(time) < Number.MAX_SAFE_INTEGER;

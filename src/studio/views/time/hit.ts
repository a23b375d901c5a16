/** What lies under the pointer: the pane first, then the nearest dot, then the smallest region. */
import { within } from './boxes.ts';
import { timelessHeight } from './paint-dots.ts';
import type { PlacedPane } from './place-panes.ts';
import type { Region } from './regions.ts';
import { margin, type Scales } from './scales.ts';
import type { Dot, PaneMark, Scene } from './scene.ts';

export type Hit =
  | { readonly kind: 'dot'; readonly thing: Dot }
  | { readonly kind: 'pane'; readonly thing: PaneMark }
  | { readonly kind: 'region'; readonly thing: Region };

const dotReach = 7;
/** A shape alone is small. */
const shapeReach = 4;

/** What was drawn, and where: panes as they were placed, the one on top last. */
export interface Drawn {
  readonly scene: Scene;
  readonly scales: Scales;
  readonly panes: readonly PlacedPane[];
}

/** Pixels of the canvas; null: nothing. */
export function hitAt({ scene, scales, panes }: Drawn, x: number, y: number): Hit | null {
  const pane = panes.findLast(({ box, tagged }) => {
    const reach = tagged ? 0 : shapeReach;
    const { left, top, right, bottom } = box;
    return within({ left: left - reach, top: top - reach, right: right + reach, bottom: bottom + reach }, x, y);
  });
  if (pane !== undefined) return { kind: 'pane', thing: pane.mark };
  const dot = nearest(scene.dots, (each) => Math.hypot(scales.x(each.x) - x, scales.y(each.y) - y), dotReach);
  if (dot !== null) return { kind: 'dot', thing: dot };
  const bottom = scales.height - margin.bottom;
  const onAxis = y > bottom - timelessHeight - 2 && y <= bottom;
  const timeless = onAxis ? nearest(scene.timeless, (each) => Math.abs(scales.x(each.x) - x), dotReach) : null;
  if (timeless !== null) return { kind: 'dot', thing: timeless };
  const [at, time] = [scales.timeX(x), scales.timeY(y)];
  let smallest: Region | null = null;
  for (const region of scene.regions) {
    const [start, end] = region.window;
    if (time < start || time >= end || at < region.from || (region.gone !== null && at > region.gone)) continue;
    if (smallest === null || end - start < smallest.window[1] - smallest.window[0]) smallest = region;
  }
  return smallest === null ? null : { kind: 'region', thing: smallest };
}

function nearest<T>(all: readonly T[], distance: (one: T) => number, reach: number): T | null {
  let best: T | null = null;
  let least = reach;
  for (const each of all) {
    const far = distance(each);
    if (far > least) continue;
    least = far;
    best = each;
  }
  return best;
}

/** Where a callout stands: under its node, above it, or beside it, wherever it covers the least. Pure. */
import type { Box, Point } from './metrics.ts';

export type Side = 'below' | 'above';
export interface CalloutPlace extends Point {
  readonly side: Side;
  /** Where its tip points, from its left edge: at the node, or as near to it as it comes. */
  readonly tip: number;
}

const gap = 12;
/** The tip keeps this far from the corners: of the width. */
const corner = 0.08;

/**
 * The upper left corner for a callout of this size that speaks of `node`: the candidate that covers least of the other
 * boxes and is within `sight`; never over the node itself.
 */
export function placeCallout(
  node: Box,
  size: { readonly width: number; readonly height: number },
  others: readonly Box[],
  sight: Box,
): CalloutPlace {
  const below = node.y + node.height + gap;
  const above = node.y - gap - size.height;
  const left = node.x;
  const right = node.x + node.width - size.width;
  const inSight = Math.max(sight.x, Math.min(sight.x + sight.width - size.width, left));
  const columns = [left, right, inSight];
  const candidates: Omit<CalloutPlace, 'tip'>[] = [
    ...columns.map((x) => ({ x, y: below, side: 'below' as const })),
    ...columns.map((x) => ({ x, y: above, side: 'above' as const })),
  ];
  let best = candidates[0] as Omit<CalloutPlace, 'tip'>;
  let least = Infinity;
  for (const place of candidates) {
    const box = { ...place, ...size };
    const covered = others.reduce((sum, other) => sum + overlap(box, other), 0);
    const outside = size.width * size.height - overlap(box, sight);
    if (covered + 3 * outside < least) [best, least] = [place, covered + 3 * outside];
  }
  const margin = corner * size.width;
  const middle = node.x + node.width / 2;
  const tip = Math.max(margin, Math.min(size.width - margin, middle - best.x));
  return { ...best, tip };
}

export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

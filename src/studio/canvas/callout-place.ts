/** Where a callout stands: under its node, above it, or beside it, wherever it covers the least. Pure. */
import type { Box, Point } from './metrics.ts';

export type Side = 'below' | 'above';
export interface CalloutPlace extends Point {
  readonly side: Side;
}

const gap = 12;

/**
 * The upper left corner for a callout of this size that speaks of `node`: the candidate within `sight` that covers least
 * of the other boxes; never over the node itself.
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
  const candidates: CalloutPlace[] = [
    { x: left, y: below, side: 'below' },
    { x: right, y: below, side: 'below' },
    { x: left, y: above, side: 'above' },
    { x: right, y: above, side: 'above' },
  ];
  let best = candidates[0] as CalloutPlace;
  let least = Infinity;
  for (const place of candidates) {
    const box = { ...place, ...size };
    const covered = others.reduce((sum, other) => sum + overlap(box, other), 0);
    const outside = size.width * size.height - overlap(box, sight);
    if (covered + 3 * outside < least) [best, least] = [place, covered + 3 * outside];
  }
  return best;
}

export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** What the pointer is on: a dot or a chevron first, else the nearest pipe. Pure, in canvas coordinates. */
import { nearest } from './curve.ts';
import { dotRadius } from './paint.ts';
import type { PipeState } from './pipe-state.ts';
import type { Passage } from './traffic.ts';

export interface Drawn {
  readonly passage: Passage;
  readonly x: number;
  readonly y: number;
  /** Which record of the buffer; -1 for its watermark. */
  readonly index: number;
  readonly pipe: PipeState;
}

export type Found =
  | { readonly kind: 'mark'; readonly mark: Drawn }
  | { readonly kind: 'pipe'; readonly pipe: PipeState };

export function findAt(
  pipes: readonly PipeState[],
  drawn: readonly Drawn[],
  x: number,
  y: number,
  zoom: number,
): Found | null {
  const near = dotRadius + 3 / zoom;
  let mark: Drawn | null = null;
  let best = near;
  for (const candidate of drawn) {
    const distance = Math.hypot(candidate.x - x, candidate.y - y);
    if (distance < best) [mark, best] = [candidate, distance];
  }
  if (mark !== null) return { kind: 'mark', mark };
  let pipe: PipeState | null = null;
  let least = Infinity;
  for (const candidate of pipes) {
    const reach = candidate.pipe.width / 2 + 3 / zoom;
    const { bounds } = candidate.curve;
    if (x < bounds.x - reach || x > bounds.x + bounds.width + reach) continue;
    if (y < bounds.y - reach || y > bounds.y + bounds.height + reach) continue;
    const { distance } = nearest(candidate.curve, x, y);
    if (distance <= reach && distance < least) [pipe, least] = [candidate, distance];
  }
  return pipe === null ? null : { kind: 'pipe', pipe };
}

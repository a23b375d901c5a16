/** What the pointer is on: a dot or a chevron first, then a barrier with its flag, else the nearest pipe. Pure, in canvas coordinates. */
import { nearest } from './curve.ts';
import { dotRadius } from './paint.ts';
import type { PipeState } from './pipe-state.ts';
import type { LaneTraffic, Passage } from './traffic.ts';

export interface Drawn {
  readonly passage: Passage;
  readonly x: number;
  readonly y: number;
  /** Which record of the buffer; -1 for its watermark. */
  readonly index: number;
  readonly pipe: PipeState;
}

/** A barrier on its way. */
export interface DrawnBarrier {
  readonly passage: Passage;
  readonly x: number;
  readonly y: number;
  readonly pipe: PipeState;
  /** What else is in its channel. */
  readonly lane: LaneTraffic;
}

export type Found =
  | { readonly kind: 'mark'; readonly mark: Drawn }
  | { readonly kind: 'barrier'; readonly barrier: DrawnBarrier }
  | { readonly kind: 'pipe'; readonly pipe: PipeState };

export function pipeOf(found: Found): PipeState {
  if (found.kind === 'pipe') return found.pipe;
  return found.kind === 'mark' ? found.mark.pipe : found.barrier.pipe;
}

export function findAt(
  pipes: readonly PipeState[],
  drawn: readonly Drawn[],
  barriers: readonly DrawnBarrier[],
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
  const barrier = barriers.findLast((each) => isOnBarrier(each, x, y, zoom));
  if (barrier !== undefined) return { kind: 'barrier', barrier };
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

/** The bar across the pipe, and the flag above it, which keeps its size on the screen. */
function isOnBarrier({ x, y, pipe }: DrawnBarrier, px: number, py: number, zoom: number): boolean {
  const flag = 1 / Math.min(1, zoom);
  const half = pipe.pipe.width / 2 + 6;
  return Math.abs(px - x) <= 7 * flag && py - y <= half && py - y >= -half - 14 * flag;
}

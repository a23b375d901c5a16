/**
 * The course of a pipe: a cubic Bézier curve, sampled once into a polyline with its arc length, so that a dot at a given
 * distance from the sender costs a look-up. Samples are spaced evenly along the curve.
 */
import type { Box, Point } from '../metrics.ts';

export interface Curve {
  /** Canvas pixels from the sender to the receiver. */
  readonly length: number;
  /** x and y of sample i at [2i] and [2i + 1]; samples are `length / (count - 1)` apart. */
  readonly points: Float32Array;
  readonly count: number;
  readonly bounds: Box;
}

const samplesMax = 65;
const rawSteps = 96;

export interface Bezier {
  readonly start: Point;
  readonly first: Point;
  readonly second: Point;
  readonly end: Point;
}

/** Leaves to the right and arrives from the left; bends out further where the receiver stands left of the sender. */
export function bezierBetween(start: Point, end: Point): Bezier {
  const dx = end.x - start.x;
  const reach = dx >= 0 ? Math.max(dx * 0.5, Math.min(60, dx)) : 40 + Math.sqrt(-dx) * 9;
  return { start, first: { x: start.x + reach, y: start.y }, second: { x: end.x - reach, y: end.y }, end };
}

/** For the `d` attribute of an SVG path. */
export const bezierPath = ({ start, first, second, end }: Bezier): string =>
  `M${start.x},${start.y} C${first.x},${first.y} ${second.x},${second.y} ${end.x},${end.y}`;

export function curveOf(bezier: Bezier): Curve {
  const raw = new Float64Array(2 * (rawSteps + 1));
  const lengths = new Float64Array(rawSteps + 1);
  for (let i = 0; i <= rawSteps; i++) {
    const [x, y] = bezierAt(bezier, i / rawSteps);
    raw[2 * i] = x;
    raw[2 * i + 1] = y;
    if (i > 0) {
      const step = Math.hypot(x - (raw[2 * i - 2] as number), y - (raw[2 * i - 1] as number));
      lengths[i] = (lengths[i - 1] as number) + step;
    }
  }
  const length = lengths[rawSteps] as number;
  const count = Math.max(2, Math.min(samplesMax, Math.ceil(length / 6) + 1));
  return { length, count, ...evenly(raw, lengths, length, count) };
}

function bezierAt({ start, first, second, end }: Bezier, t: number): [number, number] {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return [a * start.x + b * first.x + c * second.x + d * end.x, a * start.y + b * first.y + c * second.y + d * end.y];
}

function evenly(
  raw: Float64Array,
  lengths: Float64Array,
  length: number,
  count: number,
): Pick<Curve, 'points' | 'bounds'> {
  const points = new Float32Array(2 * count);
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  let segment = 0;
  for (let i = 0; i < count; i++) {
    const at = (length * i) / (count - 1);
    while (segment < rawSteps - 1 && (lengths[segment + 1] as number) < at) segment++;
    const from = lengths[segment] as number;
    const span = (lengths[segment + 1] as number) - from;
    const share = span > 0 ? Math.min(1, (at - from) / span) : 0;
    const x = mix(raw[2 * segment] as number, raw[2 * segment + 2] as number, share);
    const y = mix(raw[2 * segment + 1] as number, raw[2 * segment + 3] as number, share);
    points[2 * i] = x;
    points[2 * i + 1] = y;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { points, bounds: { x: left, y: top, width: right - left, height: bottom - top } };
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** Writes x, y and the direction (radians) at `distance` from the sender into `out`; goes straight on beyond the ends. */
export function locate(curve: Curve, distance: number, out: Float64Array): void {
  const { points, count, length } = curve;
  const scaled = length > 0 ? (distance / length) * (count - 1) : 0;
  const segment = Math.max(0, Math.min(count - 2, Math.floor(scaled)));
  const share = scaled - segment;
  const x0 = points[2 * segment] as number;
  const y0 = points[2 * segment + 1] as number;
  const dx = (points[2 * segment + 2] as number) - x0;
  const dy = (points[2 * segment + 3] as number) - y0;
  out[0] = x0 + dx * share;
  out[1] = y0 + dy * share;
  out[2] = Math.atan2(dy, dx);
}

/** Least distance of a spot from the curve, and how far along the curve that is. */
export function nearest(curve: Curve, x: number, y: number): { readonly distance: number; readonly along: number } {
  const { points, count, length } = curve;
  let best = Infinity;
  let along = 0;
  for (let i = 0; i < count - 1; i++) {
    const x0 = points[2 * i] as number;
    const y0 = points[2 * i + 1] as number;
    const dx = (points[2 * i + 2] as number) - x0;
    const dy = (points[2 * i + 3] as number) - y0;
    const square = dx * dx + dy * dy;
    const share = square > 0 ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / square)) : 0;
    const distance = Math.hypot(x - x0 - dx * share, y - y0 - dy * share);
    if (distance >= best) continue;
    best = distance;
    along = ((i + share) / (count - 1)) * length;
  }
  return { distance: best, along };
}

/**
 * Drawing on the overlay, in canvas coordinates: pipes, fill, flow, dots, chevrons and words. Knows nothing of runs; each
 * function draws one kind of thing, and dots are batched by colour.
 */
import { type Curve, locate } from './curve.ts';
import type { Inks } from './inks.ts';

export type Brush = CanvasRenderingContext2D;

export const dotRadius = 3.5;

const spot = new Float64Array(3);

/**
 * Appends the course of a pipe between two distances to the current path. `stride` leaves samples out, where the canvas is
 * so small that they cannot be seen.
 */
export function trace(brush: Brush, curve: Curve, from: number, to: number, stride = 1): void {
  const { points, count, length } = curve;
  locate(curve, from, spot);
  brush.moveTo(spot[0] as number, spot[1] as number);
  const step = length / (count - 1);
  const first = Math.floor(from / step) + 1;
  const last = Math.min(count - 1, Math.ceil(to / step) - 1);
  for (let i = Math.max(0, first); i <= last; i += stride) {
    brush.lineTo(points[2 * i] as number, points[2 * i + 1] as number);
  }
  locate(curve, to, spot);
  brush.lineTo(spot[0] as number, spot[1] as number);
}

/** How many samples of a curve are worth drawing at a zoom. */
const strideAt = (zoom: number): number => (zoom > 0.5 ? 1 : zoom > 0.25 ? 3 : 6);

/** An empty pipe: body with hairlines at both sides. `hairline` is one pixel of the screen. */
export function paintPipe(brush: Brush, curve: Curve, width: number, hairline: number, inks: Inks, edge: string): void {
  brush.beginPath();
  trace(brush, curve, 0, curve.length);
  brush.lineWidth = width + 2 * hairline;
  brush.strokeStyle = edge;
  brush.stroke();
  brush.lineWidth = Math.max(hairline, width);
  brush.strokeStyle = inks.pipe;
  brush.stroke();
}

/** Water in the pipe from the receiver back. */
export function paintFill(brush: Brush, curve: Curve, width: number, fill: number, colour: string, zoom: number): void {
  if (fill <= 0.002) return;
  brush.beginPath();
  trace(brush, curve, curve.length * (1 - Math.min(1, fill)), curve.length, strideAt(zoom));
  brush.lineWidth = width;
  brush.strokeStyle = colour;
  brush.stroke();
}

const dash = 9;
const dashGap = 13;

/** Aggregated flow: dashes that move with the phase; thicker for more records. Longer and fewer where the canvas is small. */
export function paintFlow(
  brush: Brush,
  curve: Curve,
  width: number,
  phase: number,
  alpha: number,
  colour: string,
  zoom: number,
): void {
  const scale = Math.max(1, 0.55 / zoom);
  brush.beginPath();
  trace(brush, curve, 0, curve.length, strideAt(zoom));
  brush.setLineDash([dash * scale, dashGap * scale]);
  brush.lineDashOffset = -(phase % ((dash + dashGap) * scale));
  brush.lineWidth = width;
  brush.globalAlpha = alpha;
  brush.strokeStyle = colour;
  brush.stroke();
  brush.globalAlpha = 1;
  brush.setLineDash([]);
}

/**
 * Pixels per second at which dashes move for a rate: slower than the records, told by the label, and slow enough that at
 * fifteen frames a second the eye sees which way they go.
 */
export const flowSpeed = (recordsPerSecond: number): number => 30 + 15 * Math.log10(1 + recordsPerSecond);

/** Width of the flow in a pipe: a third at 10 records/s, nearly all of it at a million. */
export const flowWidth = (recordsPerSecond: number, pipe: number): number =>
  Math.max(1, pipe * Math.min(0.62, 0.12 + 0.085 * Math.log10(1 + recordsPerSecond)));

/** Dots of one frame, gathered by colour so that each colour is one path. */
export class DotBatch {
  private readonly byColour: number[][] = [];

  clear(): void {
    // Not for-of: the list has holes for colours not seen yet.
    this.byColour.forEach((list) => (list.length = 0));
  }

  add(colour: number, x: number, y: number): void {
    const list = (this.byColour[colour] ??= []);
    list.push(x, y);
  }

  get size(): number {
    return this.byColour.reduce((sum, list) => sum + list.length / 2, 0);
  }

  paint(brush: Brush, inks: Inks, radius: number, hairline: number): void {
    this.byColour.forEach((list, colour) => {
      if (list.length === 0) return;
      brush.beginPath();
      for (let i = 0; i < list.length; i += 2) {
        const x = list[i] as number;
        const y = list[i + 1] as number;
        brush.moveTo(x + radius, y);
        brush.arc(x, y, radius, 0, 2 * Math.PI);
      }
      brush.lineWidth = 1.6 * hairline;
      brush.strokeStyle = inks.paper;
      brush.stroke();
      brush.fillStyle = inks.keys[colour] ?? inks.ink;
      brush.fill();
    });
  }
}

/** A watermark: a chevron that points where it goes. */
export function paintChevron(brush: Brush, x: number, y: number, angle: number, inks: Inks): void {
  const size = 5.2;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const at = (forward: number, aside: number): [number, number] => [
    x + forward * cos - aside * sin,
    y + forward * sin + aside * cos,
  ];
  brush.beginPath();
  brush.moveTo(...at(-size * 0.55, -size));
  brush.lineTo(...at(size * 0.55, 0));
  brush.lineTo(...at(-size * 0.55, size));
  brush.lineJoin = 'miter';
  brush.lineWidth = 4.4;
  brush.strokeStyle = inks.paper;
  brush.stroke();
  brush.lineWidth = 2.2;
  brush.strokeStyle = inks.water;
  brush.stroke();
}

/** Words on a plate of the ground's colour, so that they can be read over pipes. Text at least 11 px on the screen. */
export function paintWords(
  brush: Brush,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  inks: Inks,
): void {
  brush.font = `${size}px ${inks.numbers}`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.lineJoin = 'round';
  brush.lineWidth = size * 0.36;
  brush.strokeStyle = inks.ground;
  brush.strokeText(text, x, y);
  brush.fillStyle = colour;
  brush.fillText(text, x, y);
}

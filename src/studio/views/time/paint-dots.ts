/** Draws records: verdict as a shape that is filled, hollow or crossed, input as a dot or a triangle, key as a colour. */
import { hueColour, type Pen, type Picture } from './look.ts';
import { margin } from './scales.ts';
import type { Dot } from './scene.ts';

const dotRadius = 3.2;

export function paintDots(pen: Pen, picture: Picture): void {
  for (const dot of picture.scene.dots) paintDot(pen, picture, dot);
}

/** On time filled, late hollow, dropped a cross: colour is never the only sign. */
function paintDot(pen: Pen, { scales, look, lit }: Picture, dot: Dot): void {
  const x = scales.x(dot.x);
  const y = scales.y(dot.y);
  if (x < margin.left - 6 || x > scales.width || y < -6 || y > scales.height) return;
  const { hue, verdict, input } = dot.trace;
  const colour = hueColour(look, hue);
  const isLit = lit.includes(dot);
  const radius = isLit ? dotRadius + 1.6 : dotRadius;
  pen.lineWidth = 1.6;
  pen.strokeStyle = colour;
  pen.beginPath();
  if (verdict === 'dropped') {
    pen.lineWidth = 2;
    pen.strokeStyle = look.inks.ink;
    pen.moveTo(x - radius, y - radius);
    pen.lineTo(x + radius, y + radius);
    pen.moveTo(x + radius, y - radius);
    pen.lineTo(x - radius, y + radius);
    pen.stroke();
    return;
  }
  if (input === 0) pen.arc(x, y, radius, 0, 2 * Math.PI);
  else traceTriangle(pen, x, y, radius * 1.35);
  pen.fillStyle = verdict === 'late' ? look.inks.paper : colour;
  pen.fill();
  if (verdict === 'late' || isLit) pen.stroke();
}

function traceTriangle(pen: Pen, x: number, y: number, radius: number): void {
  pen.moveTo(x, y - radius);
  pen.lineTo(x + radius * 0.95, y + radius * 0.65);
  pen.lineTo(x - radius * 0.95, y + radius * 0.65);
  pen.closePath();
}

export const timelessHeight = 8;

/** Records without event time stand on the axis, at the moment at which they came. */
export function paintTimeless(pen: Pen, { scene, scales, look, lit }: Picture): void {
  const bottom = scales.height - margin.bottom;
  for (const dot of scene.timeless) {
    const x = scales.x(dot.x);
    if (x < margin.left || x > scales.width - margin.right) continue;
    const high = lit.includes(dot) ? timelessHeight + 4 : timelessHeight;
    pen.fillStyle = hueColour(look, dot.trace.hue);
    pen.fillRect(Math.round(x) - 1, bottom - high, 2, high);
  }
}

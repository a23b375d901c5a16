/** Drawing of barriers, in canvas coordinates: bars with numbered flags, blocked ends, the cut, acknowledgements. */
import type { Curve } from './curve.ts';
import { locate } from './curve.ts';
import type { Inks } from './inks.ts';
import { type Brush, trace } from './paint.ts';

const spot = new Float64Array(3);

/** A bar across the pipe. `height`: of the bar; `number`: on its flag, above it. */
export function paintBarrier(
  brush: Brush,
  curve: Curve,
  distance: number,
  height: number,
  number: number,
  zoom: number,
  inks: Inks,
): void {
  locate(curve, Math.max(0, Math.min(curve.length, distance)), spot);
  const [x, y, angle] = [spot[0] as number, spot[1] as number, spot[2] as number];
  bar(brush, x, y, angle, height, 3.2, inks);
  flag(brush, x, y - height / 2, `${number}`, zoom, inks);
}

function bar(brush: Brush, x: number, y: number, angle: number, height: number, width: number, inks: Inks): void {
  const dx = (-Math.sin(angle) * height) / 2;
  const dy = (Math.cos(angle) * height) / 2;
  brush.beginPath();
  brush.moveTo(x - dx, y - dy);
  brush.lineTo(x + dx, y + dy);
  brush.lineCap = 'butt';
  brush.lineWidth = width + 2;
  brush.strokeStyle = inks.paper;
  brush.stroke();
  brush.lineWidth = width;
  brush.strokeStyle = inks.amber;
  brush.stroke();
}

function flag(brush: Brush, x: number, top: number, text: string, zoom: number, inks: Inks): void {
  const scale = 1 / Math.min(1, zoom);
  const width = (7 + 6.4 * text.length) * scale;
  const height = 13 * scale;
  const y = top - height - 1;
  brush.beginPath();
  brush.roundRect(x - width / 2, y, width, height, 2.5 * scale);
  brush.fillStyle = inks.amber;
  brush.fill();
  brush.lineWidth = scale;
  brush.strokeStyle = inks.paper;
  brush.stroke();
  brush.font = `600 ${11 * scale}px ${inks.numbers}`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.fillStyle = inks.onAmber;
  brush.fillText(text, x, y + height / 2 + 0.5 * scale);
}

/** A pipe that stands: hatched from the receiver back over what waits, with a bar across its end. */
export function paintBlocked(brush: Brush, curve: Curve, width: number, fill: number, inks: Inks): void {
  const share = Math.max(0.12, Math.min(1, fill));
  const from = curve.length * (1 - share);
  brush.beginPath();
  trace(brush, curve, from, curve.length);
  brush.lineWidth = width - 0.5;
  brush.strokeStyle = inks.amberWash;
  brush.stroke();
  brush.beginPath();
  for (let at = from + 3; at < curve.length; at += 6) {
    locate(curve, at, spot);
    const [x, y, angle] = [spot[0] as number, spot[1] as number, (spot[2] as number) + 0.7];
    const dx = (-Math.sin(angle) * width) / 2.1;
    const dy = (Math.cos(angle) * width) / 2.1;
    brush.moveTo(x - dx, y - dy);
    brush.lineTo(x + dx, y + dy);
  }
  brush.lineWidth = 1;
  brush.globalAlpha = 0.55;
  brush.strokeStyle = inks.amber;
  brush.stroke();
  brush.globalAlpha = 1;
}

/** What lies behind a checkpoint's barrier: the side of the cut that is not in the snapshot. */
export function paintBehind(brush: Brush, curve: Curve, width: number, to: number, inks: Inks): void {
  if (to <= 1) return;
  brush.beginPath();
  trace(brush, curve, 0, Math.min(to, curve.length));
  brush.lineWidth = Math.max(1, width - 0.5);
  brush.strokeStyle = inks.amberWash;
  brush.globalAlpha = 0.75;
  brush.stroke();
  brush.globalAlpha = 1;
}

/** An acknowledgement on its way: a small flag without a bar. */
export function paintFlight(brush: Brush, x: number, y: number, number: number, zoom: number, inks: Inks): void {
  const scale = 1 / Math.min(1, zoom);
  flag(brush, x, y + 7 * scale, `✓${number}`, zoom, inks);
}

/** A ring around a dot: dashed for records that come again, whole for those that a barrier has overtaken. */
export function paintRings(
  brush: Brush,
  places: readonly number[],
  radius: number,
  colour: string,
  dashed: boolean,
): void {
  if (places.length === 0) return;
  brush.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const x = places[i] as number;
    const y = places[i + 1] as number;
    brush.moveTo(x + radius, y);
    brush.arc(x, y, radius, 0, 2 * Math.PI);
  }
  brush.setLineDash(dashed ? [2, 1.6] : []);
  brush.lineWidth = 1.3;
  brush.strokeStyle = colour;
  brush.stroke();
  brush.setLineDash([]);
}

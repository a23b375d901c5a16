/** Draws the plot of event time: regions below, then curves, dots and panes, axes at the edge. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { Box } from './boxes.ts';
import { hueColour, type Pen, type Picture } from './look.ts';
import { paintDots, paintTimeless } from './paint-dots.ts';
import { levelsOf, paintAxes } from './paint-axes.ts';
import { paintMarks } from './paint-marks.ts';
import { paintPanes } from './paint-panes.ts';
import type { PlacedPane } from './place-panes.ts';
import { newParts, type Region } from './regions.ts';
import { margin, type Scales } from './scales.ts';
import type { Curve } from './scene.ts';

/** Where it put the panes. */
export function paint(pen: Pen, picture: Picture): readonly PlacedPane[] {
  const { scales } = picture;
  const { width, height } = scales;
  pen.clearRect(0, 0, width, height);
  paintGrid(pen, picture);
  pen.save();
  pen.beginPath();
  pen.rect(margin.left, margin.top, width - margin.left - margin.right, height - margin.top - margin.bottom);
  pen.clip();
  paintBrush(pen, picture);
  paintRegions(pen, picture);
  for (const curve of picture.scene.curves) paintCurve(pen, picture, curve);
  paintDots(pen, picture);
  const ports = portLabels(pen, picture);
  const placed = paintPanes(pen, picture, [...picture.reserved, ...ports.map(({ box }) => box)]);
  paintMarks(pen, picture);
  pen.restore();
  paintAxes(pen, picture);
  paintTimeless(pen, picture);
  paintPorts(pen, picture, ports);
  return placed;
}

function paintGrid(pen: Pen, { scales, look, scene, origin }: Picture): void {
  const { width } = scales;
  pen.fillStyle = look.hairline;
  for (const tick of levelsOf(scales, scene.domain, origin))
    pen.fillRect(margin.left, Math.round(scales.y(tick)), width - margin.left - margin.right, 1);
}

/** A span goes across the whole plot; both together leave a rectangle. */
function paintBrush(pen: Pen, { scales, look, brush: { event, arrival } }: Picture): void {
  if (event === null && arrival === null) return;
  const left = arrival === null ? -2 : Math.round(scales.x(arrival[0]));
  const right = arrival === null ? scales.width + 2 : Math.round(scales.x(arrival[1]));
  const top = event === null ? -2 : Math.round(scales.y(event[1]));
  const bottom = event === null ? scales.height + 2 : Math.round(scales.y(event[0]));
  pen.globalAlpha = 0.16;
  pen.fillStyle = look.inks.ink;
  pen.fillRect(left, top, right - left, bottom - top);
  pen.globalAlpha = 1;
  pen.strokeStyle = look.inks.muted;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, right - left), Math.max(1, bottom - top));
}

function paintRegions(pen: Pen, { scene, scales, look, lit }: Picture): void {
  const most = Math.max(1, ...scene.regions.map(({ steps }) => steps.at(-1)?.[1] ?? 0));
  // Regions of many keys lie over each other.
  const strength = scene.regions.length > 12 && scene.regions[0]?.key !== null ? 0.3 : 1;
  for (const region of scene.regions) {
    const [start, end] = region.window;
    const top = scales.y(end);
    const high = scales.y(start) - top;
    const right = scales.x(region.gone ?? scales.extent.x[1]);
    const colour = region.key === null ? look.inks.water : hueColour(look, region.hue);
    if (right < margin.left || scales.x(region.from) > scales.width) continue;
    pen.fillStyle = colour;
    region.steps.forEach(([at, records], i) => {
      const from = scales.x(at);
      const until = Math.min(right, scales.x(region.steps[i + 1]?.[0] ?? Number.POSITIVE_INFINITY));
      if (until <= from) return;
      pen.globalAlpha = strength * (0.05 + 0.17 * Math.sqrt(records / most));
      pen.fillRect(from, top + 1, until - from, Math.max(1, high - 1));
    });
    // Passed: it is kept for late records alone.
    if (region.passed !== null && region.gone !== null && scales.x(region.gone) - scales.x(region.passed) > 3) {
      const from = scales.x(region.passed);
      pen.globalAlpha = 0.55;
      pen.fillStyle = look.inks.paper;
      pen.fillRect(from, top + 1, right - from, Math.max(1, high - 1));
    }
    pen.globalAlpha = lit.includes(region) ? 1 : 0.4 * Math.max(0.6, strength);
    pen.strokeStyle = colour;
    pen.lineWidth = lit.includes(region) ? 1.5 : 1;
    strokeRegion(pen, scales, region, right);
    pen.globalAlpha = 1;
  }
}

/** Sessions that merge become one shape: a line upright only where it begins, grows or goes. */
function strokeRegion(pen: Pen, scales: Scales, region: Region, until: number): void {
  const sharp = (at: number): number => Math.round(at) + 0.5;
  const [top, bottom] = [sharp(scales.y(region.window[1])), sharp(scales.y(region.window[0]))];
  const [left, right] = [sharp(scales.x(region.from)), sharp(until)];
  pen.beginPath();
  for (const y of [top, Math.max(top + 1, bottom - 1)]) {
    pen.moveTo(left, y);
    pen.lineTo(Math.max(left + 1, right), y);
  }
  for (const [start, end] of newParts(region)) {
    pen.moveTo(left, scales.y(end));
    pen.lineTo(left, scales.y(start));
  }
  if (region.gone !== null && !region.merged) {
    pen.moveTo(right, top);
    pen.lineTo(right, bottom);
  }
  pen.stroke();
}

function paintCurve(pen: Pen, picture: Picture, curve: Curve): void {
  const { scales, look } = picture;
  if (curve.points.length === 0) return;
  const isIdeal = curve.kind === 'ideal' || curve.kind === 'newest';
  pen.beginPath();
  if (curve.kind === 'ideal') traceLine(pen, picture, curve);
  else traceSteps(pen, picture, curve);
  pen.lineJoin = 'miter';
  pen.setLineDash(isIdeal ? [4, 4] : []);
  pen.strokeStyle = isIdeal ? look.faint : look.inks.water;
  pen.globalAlpha = curve.kind === 'channel' ? 0.35 : 1;
  pen.lineWidth = curve.kind === 'own' ? 2 : 1;
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  paintIdle(pen, { scales, look }, curve);
}

function traceLine(pen: Pen, { scales }: Picture, { points }: Curve): void {
  for (const { x, y } of points) pen.lineTo(scales.x(x), scales.y(y));
}

function traceSteps(pen: Pen, { scales }: Picture, { points }: Curve): void {
  const y = (time: number): number =>
    time >= MAX_EVENT_TIME ? margin.top - 4 : time <= MIN_EVENT_TIME ? scales.height : scales.y(time);
  let last: number | null = null;
  for (const point of points) {
    const x = scales.x(point.x);
    if (Number.isNaN(point.y)) {
      if (last !== null) pen.lineTo(x, last);
      last = null;
      continue;
    }
    // It rises from nothing to its first value.
    pen[last === null ? 'moveTo' : 'lineTo'](x, last ?? scales.height - margin.bottom);
    last = y(point.y);
    pen.lineTo(x, last);
  }
  const ended = (points.at(-1)?.y ?? 0) >= MAX_EVENT_TIME;
  if (last !== null && !ended) pen.lineTo(scales.x(scales.extent.x[1]), last);
}

/** Idle: the curve is dotted over with the ground, since it holds nobody back. */
function paintIdle(pen: Pen, { scales, look }: Pick<Picture, 'scales' | 'look'>, curve: Curve): void {
  for (const [from, to] of curve.idle) {
    const at = curve.points.findLast(({ x, y }) => x <= from && !Number.isNaN(y))?.y;
    if (at === undefined || at >= MAX_EVENT_TIME || at <= MIN_EVENT_TIME) continue;
    pen.beginPath();
    pen.setLineDash([2, 3]);
    pen.strokeStyle = look.inks.paper;
    pen.lineWidth = 3;
    pen.moveTo(scales.x(from), scales.y(at));
    pen.lineTo(scales.x(to), scales.y(at));
    pen.stroke();
    pen.setLineDash([]);
  }
}

interface Label {
  readonly text: string;
  readonly box: Box;
}

const labelHeight = 13;

/** Which input a thin line is of, at its right end; the line that is least of each, as it is the one that counts. */
function portLabels(pen: Pen, { scene, scales, look, inputs }: Picture): readonly Label[] {
  const { ports, channels } = inputs;
  const ends = new Map<number, number>();
  for (const { channel, points } of scene.curves) {
    const port = channel === null ? undefined : channels.get(channel)?.port;
    const time = points.findLast(({ x, y }) => x <= scales.extent.x[1] && !Number.isNaN(y))?.y;
    if (port === undefined || time === undefined || time <= MIN_EVENT_TIME || time >= MAX_EVENT_TIME) continue;
    ends.set(port, Math.min(time, ends.get(port) ?? Number.POSITIVE_INFINITY));
  }
  pen.font = `11px ${look.inks.numbers}`;
  let free = scales.height - margin.bottom - 8;
  // From the lowest up, none over another, with room for those above.
  return [...ends]
    .sort((a, b) => a[1] - b[1])
    .flatMap(([port, time], i): Label[] => {
      const line = scales.y(time);
      if (line < margin.top || line > scales.height - margin.bottom) return [];
      const y = Math.max(margin.top + 7 + (ends.size - 1 - i) * labelHeight, Math.min(line - 8, free));
      free = y - labelHeight;
      const text = ports[port] ?? '';
      const right = scales.width - margin.right - 1;
      const wide = pen.measureText(text).width + 6;
      return [{ text, box: { left: right - wide, top: y - 6, right, bottom: y - 6 + labelHeight } }];
    });
}

function paintPorts(pen: Pen, { look }: Picture, labels: readonly Label[]): void {
  pen.font = `11px ${look.inks.numbers}`;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  for (const { text, box } of labels) {
    pen.globalAlpha = 0.85;
    pen.fillStyle = look.inks.paper;
    pen.fillRect(box.left, box.top, box.right - box.left, labelHeight);
    pen.globalAlpha = 1;
    pen.fillStyle = look.inks.water;
    pen.fillText(text, box.left + 3, box.top + 6);
  }
}

/** Draws the axes of the plot: ticks with their times, and the names of the axes, outside the field of records. */
import type { Pen, Picture } from './look.ts';
import { axisText, margin, sinceText, ticksOf, type Scales } from './scales.ts';
import type { Scene } from './scene.ts';

/** Lines of the grid that a plot so high has room for. */
const rowsIn = (height: number): number => Math.max(2, Math.floor((height - margin.top - margin.bottom) / 34));

/** Event times that a line of the grid is drawn at; where windows pass by processing time, times since the run began. */
export const levelsOf = ({ extent, height }: Scales, domain: Scene['domain'], origin: number): readonly number[] =>
  ticksOf(extent.y, rowsIn(height), domain === 'processing' ? origin : 0);

/** Below this the ticks need all of the lower edge. */
const namedFrom = 360;

export function paintAxes(pen: Pen, picture: Picture): void {
  paintUpright(pen, picture);
  const named = paintNames(pen, picture);
  paintLevel(pen, picture, named);
}

function paintUpright(pen: Pen, { scales, look, origin, scene }: Picture): void {
  const { extent, height } = scales;
  pen.font = `11px ${look.inks.numbers}`;
  pen.fillStyle = look.faint;
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  for (const tick of levelsOf(scales, scene.domain, origin)) {
    const y = scales.y(tick);
    const text =
      scene.domain === 'event' ? axisText(tick, extent.y) : sinceText(tick - origin, extent.y[1] - extent.y[0]);
    if (y > margin.top - 2 && y < height - margin.bottom + 2) pen.fillText(text, margin.left - 8, y);
  }
}

/** The name of the upright axis above the field, that of the level one at its end below. Where that begins, in pixels. */
function paintNames(pen: Pen, { scales, look, scene }: Picture): number {
  const { width, height } = scales;
  pen.font = `11px ${look.words}`;
  pen.fillStyle = look.inks.muted;
  pen.textAlign = 'left';
  pen.fillText(scene.domain === 'event' ? '↑ event time' : '↑ processing time', margin.left, margin.top / 2);
  const right = width - margin.right;
  if (width < namedFrom) return right;
  const text = 'processing time →';
  pen.textAlign = 'right';
  pen.fillText(text, right, height - margin.bottom + 14);
  return right - pen.measureText(text).width;
}

/** Ticks keep their marks where the name of the axis has the room of their texts. */
function paintLevel(pen: Pen, { scales, look, origin }: Picture, named: number): void {
  const { extent, width, height } = scales;
  const bottom = height - margin.bottom;
  const right = width - margin.right;
  pen.font = `11px ${look.inks.numbers}`;
  pen.fillStyle = look.faint;
  pen.textAlign = 'center';
  pen.fillRect(margin.left, bottom, right - margin.left, 1);
  const span = extent.x[1] - extent.x[0];
  for (const tick of ticksOf(extent.x, Math.max(2, Math.floor(width / 110)), origin)) {
    const x = scales.x(tick);
    if (x < margin.left || x > right) continue;
    pen.fillRect(Math.round(x), bottom, 1, 4);
    const text = sinceText(tick - origin, span);
    const half = pen.measureText(text).width / 2;
    if (x + half < named - 8) pen.fillText(text, x, bottom + 14);
    else if (named === right) pen.fillText(text, Math.min(x, right - half), bottom + 14);
  }
}

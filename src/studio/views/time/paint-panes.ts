/** Draws panes: where a window fired, with timing as a shape and the value where there is room. */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import type { Box } from './boxes.ts';
import type { Look, Pen, Picture } from './look.ts';
import { placePanes, type PlacedPane } from './place-panes.ts';
import type { PaneMark } from './scene.ts';
import { paneTag } from './words.ts';

/**
 * What is written on the canvas besides panes, and handles over it, is in `reserved`. Returns where each pane is, the one
 * that lies over the others last.
 */
export function paintPanes(pen: Pen, picture: Picture, reserved: readonly Box[]): readonly PlacedPane[] {
  const { scene, scales, look, lit, marks } = picture;
  const marked = new Set(marks.map(({ time }) => time));
  pen.font = `600 11px ${look.inks.numbers}`;
  pen.textBaseline = 'middle';
  const measure = (text: string): number => pen.measureText(text).width;
  const placed = placePanes({ scene, scales, measure, reserved, lit });
  for (const { mark } of placed) paintLine(pen, picture, mark);
  const isPicked = ({ mark }: PlacedPane): boolean =>
    lit.includes(mark) || mark.panes.some(({ trace }) => marked.has(trace.time));
  const shapes = placed.filter(({ tagged }) => !tagged);
  for (const each of shapes) {
    const at = { x: (each.box.left + each.box.right) / 2, y: (each.box.top + each.box.bottom) / 2 };
    paintShape(pen, look, each.mark.timing, at, 4);
    if (!isPicked(each)) continue;
    pen.strokeStyle = look.inks.ink;
    pen.lineWidth = 2;
    pen.strokeRect(at.x - 7, at.y - 7, 14, 14);
  }
  // What is pointed at lies over all.
  const tags = placed.filter(({ tagged }) => tagged).sort((a, b) => Number(isPicked(a)) - Number(isPicked(b)));
  for (const tag of tags) paintTag(pen, look, tag, isPicked(tag));
  return [...shapes, ...tags];
}

function paintLine(pen: Pen, { scales, look }: Picture, { x, window: [start, end] }: PaneMark): void {
  if (end >= MAX_EVENT_TIME) return;
  pen.strokeStyle = look.inks.water;
  pen.globalAlpha = 0.8;
  pen.lineWidth = 1;
  pen.setLineDash([2, 3]);
  pen.beginPath();
  const at = Math.round(scales.x(x)) + 0.5;
  pen.moveTo(at, scales.y(end));
  pen.lineTo(at, scales.y(start));
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

type Spot = { readonly x: number; readonly y: number };

function paintTag(pen: Pen, look: Look, { mark, box }: PlacedPane, isLit: boolean): void {
  const filled = mark.timing === 'on time';
  const middle = (box.top + box.bottom) / 2;
  pen.beginPath();
  pen.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 4);
  pen.fillStyle = filled ? look.inks.water : look.inks.paper;
  pen.fill();
  pen.strokeStyle = isLit ? look.inks.ink : look.inks.water;
  pen.lineWidth = isLit ? 2 : 1.2;
  pen.stroke();
  const ink = filled ? look.onWater : look.inks.water;
  paintShape(pen, look, mark.timing, { x: box.left + 10, y: middle }, 3.4, ink);
  pen.fillStyle = ink;
  pen.textAlign = 'left';
  pen.fillText(paneTag(mark), box.left + 18, middle + 0.5);
}

/** Early a triangle, on time a square, late a diamond. */
function paintShape(
  pen: Pen,
  look: Look,
  timing: PaneMark['timing'],
  { x, y }: Spot,
  radius: number,
  colour = look.inks.water,
): void {
  pen.fillStyle = colour;
  pen.beginPath();
  if (timing === 'early') {
    pen.moveTo(x - radius * 0.8, y - radius);
    pen.lineTo(x + radius, y);
    pen.lineTo(x - radius * 0.8, y + radius);
  } else if (timing === 'on time') pen.rect(x - radius * 0.85, y - radius * 0.85, radius * 1.7, radius * 1.7);
  else {
    pen.moveTo(x, y - radius * 1.15);
    pen.lineTo(x + radius * 1.15, y);
    pen.lineTo(x, y + radius * 1.15);
    pen.lineTo(x - radius * 1.15, y);
  }
  pen.closePath();
  pen.fill();
}

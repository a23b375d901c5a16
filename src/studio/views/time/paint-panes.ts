/** Draws panes: where a window fired, with timing as a shape and the value where there is room. */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import type { Look, Pen, Picture } from './look.ts';
import { margin } from './scales.ts';
import type { PaneMark } from './scene.ts';
import { paneTag } from './words.ts';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const tagHeight = 17;
/** So many may be tagged however low their windows are. */
const tagsMost = 14;

export function paintPanes(pen: Pen, picture: Picture): void {
  const { scene, scales, look, lit, marked } = picture;
  pen.font = `600 11px ${look.inks.numbers}`;
  pen.textBaseline = 'middle';
  const seen = scene.panes.filter(({ x }) => {
    const at = scales.x(x);
    return at > margin.left - 20 && at < scales.width;
  });
  for (const mark of seen) paintLine(pen, picture, mark);
  // The newest have the first claim to room; what is pointed at comes before all.
  const order = [...seen].reverse().sort((a, b) => Number(lit.includes(b)) - Number(lit.includes(a)));
  const tags: Tag[] = [];
  for (const mark of order) {
    const at = { x: scales.x(mark.x), y: placeOf(mark, picture) };
    const box = isRoomy(mark, picture, seen.length) ? boxFor(pen, picture, mark, at) : null;
    if (box !== null && !tags.some((other) => overlap(other.box, box))) tags.push({ mark, at, box });
    else paintShape(pen, look, mark.timing, at, 4);
    if (lit.includes(mark) || mark.panes.some(({ trace }) => marked.includes(trace.time))) {
      pen.strokeStyle = look.inks.ink;
      pen.lineWidth = 2;
      pen.strokeRect(at.x - 7, at.y - 7, 14, 14);
    }
  }
  for (const tag of tags) paintTag(pen, picture, tag);
}

/** Tags stand where windows are high enough to hold them, or panes few; else shapes alone. */
function isRoomy(mark: PaneMark, { scales, lit }: Picture, count: number): boolean {
  const [start, end] = mark.window;
  if (count <= tagsMost || lit.includes(mark)) return true;
  return end < MAX_EVENT_TIME && scales.y(start) - scales.y(end) >= tagHeight;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Just below the end of its window, so that it lies within the region. */
export const placeOf = (mark: PaneMark, { scales }: Pick<Picture, 'scales'>): number =>
  Math.max(margin.top + 10, scales.y(mark.y) + (mark.window[1] < MAX_EVENT_TIME ? 10 : 0));

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

function boxFor(pen: Pen, { scales }: Picture, mark: PaneMark, at: Spot): Box {
  const wide = pen.measureText(paneTag(mark)).width + 24;
  const left = Math.min(Math.max(margin.left + 2, at.x - wide / 2), scales.width - margin.right - wide - 2);
  return { left, top: at.y - tagHeight / 2, right: left + wide, bottom: at.y + tagHeight / 2 };
}

interface Tag {
  readonly mark: PaneMark;
  readonly at: Spot;
  readonly box: Box;
}

function paintTag(pen: Pen, { look, lit }: Picture, { mark, at, box }: Tag): void {
  const filled = mark.timing === 'on time';
  const isLit = lit.includes(mark);
  pen.beginPath();
  pen.roundRect(box.left, box.top, box.right - box.left, tagHeight, 4);
  pen.fillStyle = filled ? look.inks.water : look.inks.paper;
  pen.fill();
  pen.strokeStyle = isLit ? look.inks.ink : look.inks.water;
  pen.lineWidth = isLit ? 2 : 1.2;
  pen.stroke();
  paintShape(pen, look, mark.timing, { x: box.left + 10, y: at.y }, 3.4, filled ? look.onWater : look.inks.water);
  pen.fillStyle = filled ? look.onWater : look.inks.water;
  pen.textAlign = 'left';
  pen.fillText(paneTag(mark), box.left + 18, at.y + 0.5);
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

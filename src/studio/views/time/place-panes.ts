/**
 * Where the signs of panes stand: a tag beside the moment at which the pane fired where there is room, else its shape
 * alone. Tags dodge: none lies over what is reserved (handles, names of inputs) or over another, and none over a record
 * where that can be helped.
 */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import { around, overlap, type Box } from './boxes.ts';
import { margin, type Scales } from './scales.ts';
import type { PaneMark, Scene } from './scene.ts';
import { paneTag } from './words.ts';

export interface PlacedPane {
  readonly mark: PaneMark;
  readonly tagged: boolean;
  /** Of the tag, or of the shape alone. */
  readonly box: Box;
}

export interface Placing {
  readonly scene: Pick<Scene, 'panes' | 'dots'>;
  readonly scales: Scales;
  /** Width of a tag's text, pixels. */
  readonly measure: (text: string) => number;
  readonly reserved: readonly Box[];
  /** What is pointed at has a tag, even over others. */
  readonly lit: readonly object[];
}

export const tagHeight = 17;
/** So many may be tagged however low their windows are, and however much of the field they cover. */
const tagsMost = 14;
/** Of many panes, tags cover no more of the field than this: what is behind them is the plot. */
const coveredMost = 0.15;
/** Shape, gaps and borders beside the text of a tag. */
const tagFrame = 24;
export const shapeSize = 10;
/** Records are dodged where they are few: among many, a tag lies on some wherever it is. */
const dodgedMost = 1000;

/** Just below the end of its window, so that it lies within the region. */
const heightOf = (mark: PaneMark, scales: Scales): number =>
  Math.max(margin.top + 10, scales.y(mark.y) + (mark.window[1] < MAX_EVENT_TIME ? 10 : 0));

/** In the order in which they claim room: those on time first, and of each timing the newest. */
export function placePanes(placing: Placing): readonly PlacedPane[] {
  const { scene, scales, lit, reserved } = placing;
  const seen = scene.panes.filter(({ x }) => {
    const at = scales.x(x);
    return at > margin.left - 20 && at < scales.width;
  });
  const dots =
    scene.dots.length > dodgedMost ? [] : scene.dots.map(({ x, y }) => around(scales.x(x), scales.y(y), 7, 7));
  // Among many each stands at its moment or not at all: tags that went aside would cover the plot.
  const spots = seen.length > tagsMost ? atOnce : aside;
  const taken = [...reserved];
  let room = seen.length <= tagsMost ? Number.POSITIVE_INFINITY : coveredMost * fieldOf(scales);
  const placed = claimants(seen).map((mark): PlacedPane => {
    const box = room > 0 && isRoomy(mark, scales, seen.length) ? tagBox(placing, mark, taken, { dots, spots }) : null;
    if (box === null) return { mark, tagged: false, box: shapeBox(mark, scales, reserved) };
    taken.push(box);
    room -= (box.right - box.left) * tagHeight;
    return { mark, tagged: true, box };
  });
  // Pointed at, nothing else moves: what moves away under the pointer cannot be pointed at.
  return placed.map((each) => {
    if (each.tagged || !lit.includes(each.mark)) return each;
    const box = tagBox(placing, each.mark, reserved, { dots: [], spots: aside });
    return box === null ? each : { ...each, tagged: true, box };
  });
}

const claimants = (seen: readonly PaneMark[]): readonly PaneMark[] => {
  const newest = seen.toReversed();
  return [...newest.filter(isOnTime), ...newest.filter((mark) => !isOnTime(mark))];
};

const isOnTime = ({ timing }: PaneMark): boolean => timing === 'on time';

/** In square pixels. */
const fieldOf = ({ width, height }: Scales): number =>
  (width - margin.left - margin.right) * (height - margin.top - margin.bottom);

/** Tags stand where windows are high enough to hold them, or panes few; else shapes alone. */
function isRoomy({ window: [start, end] }: PaneMark, scales: Scales, count: number): boolean {
  if (count <= tagsMost) return true;
  return end < MAX_EVENT_TIME && scales.y(start) - scales.y(end) >= tagHeight;
}

/** Places to try: pixels up or down from where the tag should be, and whether left and right of its moment, too. */
interface Spots {
  readonly rows: readonly number[];
  readonly sides: boolean;
}
const aside: Spots = { rows: [0, 10, -10, 20, -20, 30, -30, 40, -40, 50, -50], sides: true };
const atOnce: Spots = { rows: [0], sides: false };
/** Beside the moment there is room for the handle of the watermark that fired it. */
const sideGap = 10;
const sideCost = 6;
/** Out of the height of its window it seems to be of another. */
const outsideCost = 15;
const dotCost = 9;

/** The free place that is nearest to the moment; null: there is none. */
function tagBox(
  { scales, measure }: Placing,
  mark: PaneMark,
  taken: readonly Box[],
  { dots, spots }: { readonly dots: readonly Box[]; readonly spots: Spots },
): Box | null {
  const wide = measure(paneTag(mark)) + tagFrame;
  const [x, y] = [scales.x(mark.x), heightOf(mark, scales)];
  const most = scales.width - margin.right - wide - 2;
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const row of spots.rows) {
    const top = y + row - tagHeight / 2;
    if (top < margin.top || top + tagHeight > scales.height - margin.bottom) continue;
    const outside = y + row < scales.y(mark.window[1]) || y + row > scales.y(mark.window[0]);
    const starts = spots.sides ? [x - wide / 2, x + sideGap, x - wide - sideGap] : [x - wide / 2];
    for (const [i, start] of starts.entries()) {
      const left = Math.min(Math.max(margin.left + 2, start), most);
      const box = { left, top, right: left + wide, bottom: top + tagHeight };
      const cost = Math.abs(row) + (i === 0 ? 0 : sideCost) + (outside ? outsideCost : 0);
      if (cost >= least || taken.some((other) => overlap(other, box))) continue;
      const whole = cost + dotCost * dots.filter((dot) => overlap(dot, box)).length;
      if (whole < least) [best, least] = [box, whole];
    }
  }
  return best;
}

/** A shape alone goes aside for a handle only. */
function shapeBox(mark: PaneMark, scales: Scales, reserved: readonly Box[]): Box {
  const [x, y] = [scales.x(mark.x), heightOf(mark, scales)];
  const boxes = [0, 10, -10, 15, -15, 20, -20].map((by) => around(x + by, y, shapeSize, shapeSize));
  const free = boxes.find((box) => !reserved.some((other) => overlap(other, box)));
  return free ?? around(x, y, shapeSize, shapeSize);
}

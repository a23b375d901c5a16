/**
 * The course of a chained edge: straight down where the second operator stands under the first, else from handle to
 * handle. Pure.
 */
import { type Box, headHeight, type Point } from './metrics.ts';
import { type Bezier, bezierBetween } from './overlay/curve.ts';

/** From the left edge of a card to a link that leaves it at the bottom. */
const inset = 22;

export interface LinkCourse {
  readonly bezier: Bezier;
  readonly vertical: boolean;
  readonly middle: Point;
}

/** `fromY` and `toY`: heights of the handles on their cards. */
export function linkCourse(from: Box, to: Box, fromY = headHeight / 2, toY = headHeight / 2): LinkCourse {
  const under = to.y >= from.y + from.height && Math.abs(to.x - from.x) < from.width * 0.6;
  const bezier = under ? downwards(from, to) : sideways(from, to, fromY, toY);
  const { start, end } = bezier;
  return { bezier, vertical: under, middle: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } };
}

function downwards(from: Box, to: Box): Bezier {
  const start = { x: from.x + inset, y: from.y + from.height };
  const end = { x: to.x + inset, y: to.y };
  const bend = (end.y - start.y) / 2;
  return { start, first: { x: start.x, y: start.y + bend }, second: { x: end.x, y: end.y - bend }, end };
}

const sideways = (from: Box, to: Box, fromY: number, toY: number): Bezier =>
  bezierBetween({ x: from.x + from.width, y: from.y + fromY }, { x: to.x, y: to.y + toY });

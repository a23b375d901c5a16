/** Where a hint stands beside its anchor: on the wanted side, or the other if there is no room; always in sight. Pure. */

export type Side = 'top' | 'bottom' | 'left' | 'right';

interface Extent {
  readonly width: number;
  readonly height: number;
}
interface Box extends Extent {
  readonly left: number;
  readonly top: number;
}

const gap = 7;
const margin = 6;

export function hintPlace(
  anchor: Box,
  hint: Extent,
  side: Side,
  page: Extent,
): { readonly left: number; readonly top: number } {
  const middle = anchor.left + anchor.width / 2 - hint.width / 2;
  const centre = anchor.top + anchor.height / 2 - hint.height / 2;
  const above = anchor.top - gap - hint.height;
  const below = anchor.top + anchor.height + gap;
  const before = anchor.left - gap - hint.width;
  const behind = anchor.left + anchor.width + gap;
  const vertical = side === 'top' || side === 'bottom';
  const left = vertical ? middle : pick(side === 'left', before, behind, hint.width, page.width);
  const top = vertical ? pick(side === 'top', above, below, hint.height, page.height) : centre;
  return { left: within(left, hint.width, page.width), top: within(top, hint.height, page.height) };
}

/** The wanted one of two places, unless it is out of the page and the other is not. */
function pick(wantsFirst: boolean, first: number, second: number, size: number, page: number): number {
  const fitsFirst = first >= margin;
  const fitsSecond = second + size <= page - margin;
  if (wantsFirst) return fitsFirst || !fitsSecond ? first : second;
  return fitsSecond || !fitsFirst ? second : first;
}

const within = (at: number, size: number, page: number): number =>
  Math.round(Math.max(margin, Math.min(at, page - size - margin)));

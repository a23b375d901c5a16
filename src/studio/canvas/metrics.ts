/**
 * Sizes of everything on the canvas, in canvas pixels. Nodes are laid out from these alone, never by measuring the DOM,
 * so that pipes meet lanes exactly and the scene can be tested without a page. The style sheet reads the same numbers.
 */

/** A spot on the canvas, or relative to a node's upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export const cardWidth = 214;
/** A vertex of the job level, which tells its chain in words. */
export const vertexWidth = 244;
/** Name and subtitle. */
export const headHeight = 52;
/** One subtask. */
export const laneHeight = 44;
/** One operator within a vertex, and the link to the next. */
export const rowHeight = 34;
/** In a vertex, above its operators: why it is not one with those before it. Two lines. */
export const entryHeight = 38;
/** Name of a subtask in the execution level. */
export const subtaskHeadHeight = 30;
export const cardFootHeight = 4;
/** Between chained operators that stand under each other. */
export const stackGap = 34;
/** Between columns that only chained operators join. */
export const linkGap = 90;

/** Pipes are this wide where there is room, and closer together where many meet in one lane. */
export const pipeWidthMax = 13;
export const pipeGap = 2;
/** Above and below the pipes of a lane. */
const lanePadding = 4;
/** Between handles of one side. */
const handleStep = 15;

/** Offset from the centre of a lane of slot `index` of `count`, and the width that a pipe may have there. */
export function slotOf(index: number, count: number): { readonly offset: number; readonly width: number } {
  const step = Math.min(pipeWidthMax + pipeGap, (laneHeight - 2 * lanePadding) / Math.max(1, count));
  return { offset: (index - (count - 1) / 2) * step, width: Math.max(1.5, Math.min(pipeWidthMax, step - pipeGap)) };
}

/** As many handles have room in the card's head. */
const headHandles = 3;

/** Height of handle `index` of `count` on a side of a card: in its head, and of many over all of the card. */
export function handleY(index: number, count: number, height = headHeight): number {
  if (count <= headHandles) return headHeight / 2 + (index - (count - 1) / 2) * handleStep;
  const top = headHeight / 2 - handleStep;
  return top + index * Math.min(handleStep + 1, (Math.max(height, headHeight) - 2 * top) / (count - 1));
}

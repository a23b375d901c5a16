/** The pieces, by the names that schedules know them by. */
import { accumulatingGroups } from './accumulating-groups.ts';
import { accumulatingPanes } from './accumulating-panes.ts';
import { allRecords } from './all-records.ts';
import { both } from './both.ts';
import { discardingPanes } from './discarding-panes.ts';
import { evictedPairs } from './evicted-pairs.ts';
import { evicted } from './evicted.ts';
import { first } from './first.ts';
import { fullJoin } from './full-join.ts';
import { grouped } from './grouped.ts';
import { leftIntervals } from './left-intervals.ts';
import { leftJoin } from './left-join.ts';
import { leftWindowPairs } from './left-window-pairs.ts';
import { orderedPanes } from './ordered-panes.ts';
import { outerWindowPairs } from './outer-window-pairs.ts';
import type { Piece } from './piece.ts';
import { reducedWindows } from './reduced-windows.ts';
import { rightIntervals } from './right-intervals.ts';
import { rightWindowPairs } from './right-window-pairs.ts';
import { rules } from './rules.ts';
import { slidingPairs } from './sliding-pairs.ts';
import { sortedBy } from './sorted-by.ts';
import { sorted } from './sorted.ts';
import { tables } from './tables.ts';
import { tags } from './tags.ts';
import { versionedChanges } from './versioned-changes.ts';
import { versionedInner } from './versioned-inner.ts';
import { versioned } from './versioned.ts';
import { windowFunction } from './window-function.ts';
import { windowPairs } from './window-pairs.ts';

export const pieces = {
  sorted,
  first,
  versioned,
  leftJoin,
  both,
  rules,
  discardingPanes,
  windowFunction,
  windowPairs,
  grouped,
  tables,
  accumulatingPanes,
  allRecords,
  fullJoin,
  outerWindowPairs,
  leftIntervals,
  rightIntervals,
  leftWindowPairs,
  rightWindowPairs,
  slidingPairs,
  versionedInner,
  evicted,
  evictedPairs,
  orderedPanes,
  accumulatingGroups,
  sortedBy,
  tags,
  reducedWindows,
  versionedChanges,
} as const satisfies Readonly<Record<string, Piece>>;

export type PieceName = keyof typeof pieces;

export const pieceNames = Object.keys(pieces) as PieceName[];

/** Those that the first of a seed's chances picks from. Others have a chance of their own: old schedules stay what they were. */
const early = pieceNames.indexOf('accumulatingPanes');
export const earlyPieces = pieceNames.slice(0, early);
const later = pieceNames.indexOf('leftIntervals');
export const laterPieces = pieceNames.slice(early, later);
const newest = pieceNames.indexOf('sortedBy');
export const newPieces = pieceNames.slice(later, newest);
export const newestPieces = pieceNames.slice(newest);

export const pieceOf = (name: PieceName): Piece => pieces[name];

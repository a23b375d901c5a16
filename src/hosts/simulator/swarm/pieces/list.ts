/** The pieces, by the names that schedules know them by. */
import { accumulatingPanes } from './accumulating-panes.ts';
import { allRecords } from './all-records.ts';
import { both } from './both.ts';
import { discardingPanes } from './discarding-panes.ts';
import { first } from './first.ts';
import { fullJoin } from './full-join.ts';
import { grouped } from './grouped.ts';
import { leftJoin } from './left-join.ts';
import { outerWindowPairs } from './outer-window-pairs.ts';
import type { Piece } from './piece.ts';
import { rules } from './rules.ts';
import { sorted } from './sorted.ts';
import { tables } from './tables.ts';
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
} as const satisfies Readonly<Record<string, Piece>>;

export type PieceName = keyof typeof pieces;

export const pieceNames = Object.keys(pieces) as PieceName[];

/** Those that the first of a seed's chances picks from. Others have a chance of their own: old schedules stay what they were. */
const early = pieceNames.indexOf('accumulatingPanes');
export const earlyPieces = pieceNames.slice(0, early);
export const laterPieces = pieceNames.slice(early);

export const pieceOf = (name: PieceName): Piece => pieces[name];

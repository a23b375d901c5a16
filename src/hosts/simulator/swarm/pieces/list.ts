/** The pieces, by the names that schedules know them by. */
import { both } from './both.ts';
import { discardingPanes } from './discarding-panes.ts';
import { first } from './first.ts';
import { grouped } from './grouped.ts';
import { leftJoin } from './left-join.ts';
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
} as const satisfies Readonly<Record<string, Piece>>;

export type PieceName = keyof typeof pieces;

export const pieceNames = Object.keys(pieces) as PieceName[];

export const pieceOf = (name: PieceName): Piece => pieces[name];

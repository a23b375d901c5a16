/** Interval join, left outer: up to n ms before or less than n ms after, and the left records that met none. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const leftIntervals: Piece = {
  sizes: [7, 20],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [
    {
      kind: 'intervalJoin',
      params: { lowerMs: -n, upperMs: n, upperExclusive: true, join: 'left', ...pairFunction },
    },
  ],
  expect: (items, n) =>
    paired(crossing.of(items), {
      pads: 'left',
      meets: (left, right) => right.time >= left.time - n && right.time < left.time + n,
      time: (a, b) => Math.max(a.time, b.time),
    }),
};

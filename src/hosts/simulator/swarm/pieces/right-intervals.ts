/** Interval join, right outer: less than n ms before, none after, and the right records that met none. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const rightIntervals: Piece = {
  sizes: [7, 20],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [
    {
      kind: 'intervalJoin',
      params: { lowerMs: -n, lowerExclusive: true, upperMs: 0, join: 'right', ...pairFunction },
    },
  ],
  expect: (items, n) =>
    paired(crossing.of(items), {
      pads: 'right',
      meets: (left, right) => right.time > left.time - n && right.time <= left.time,
      time: (a, b) => Math.max(a.time, b.time),
    }),
};

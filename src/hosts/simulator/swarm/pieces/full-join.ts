/** Interval join, full outer: pairs within n ms on either side, and the records of both that met none. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const fullJoin: Piece = {
  sizes: [0, 7, 20],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [{ kind: 'intervalJoin', params: { lowerMs: -n, upperMs: n, join: 'full', ...pairFunction } }],
  expect: (items, n) =>
    paired(crossing.of(items), {
      meets: (left, right) => Math.abs(left.time - right.time) <= n,
      time: (a, b) => Math.max(a.time, b.time),
    }),
};

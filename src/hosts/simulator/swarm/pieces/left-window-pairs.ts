/** Window join, left outer: pairs in the same window, and the left records that met none in theirs. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const leftWindowPairs: Piece = {
  sizes: [10, 50],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [{ kind: 'windowJoin', params: { sizeMs: n, join: 'left', ...pairFunction } }],
  expect(items, n) {
    const windowOf = (time: number): number => Math.floor(time / n);
    return paired(crossing.of(items), {
      pads: 'left',
      meets: (left, right) => windowOf(left.time) === windowOf(right.time),
      time: ({ time }) => (windowOf(time) + 1) * n - 1,
    });
  },
};

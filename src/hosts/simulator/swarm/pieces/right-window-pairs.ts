/** Window join, right outer: pairs in the same window, and the right records that met none in theirs. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const rightWindowPairs: Piece = {
  sizes: [10, 50],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [{ kind: 'windowJoin', params: { sizeMs: n, join: 'right', ...pairFunction } }],
  expect(items, n) {
    const windowOf = (time: number): number => Math.floor(time / n);
    return paired(crossing.of(items), {
      pads: 'right',
      meets: (left, right) => windowOf(left.time) === windowOf(right.time),
      time: ({ time }) => (windowOf(time) + 1) * n - 1,
    });
  },
};

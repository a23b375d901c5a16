/** Window join over sliding windows: a pair comes once for each window that has both. */
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const slidingPairs: Piece = {
  sizes: [10, 50],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [{ kind: 'windowJoin', params: { window: 'sliding', sizeMs: n, slideMs: n / 2, ...pairFunction } }],
  expect(items, n) {
    const slide = n / 2;
    const lastOf = (time: number): number => Math.floor(time / slide) * slide;
    return [0, slide].flatMap((before) =>
      // Each record in the window that begins with its last slide, and then in the one that began before.
      [0, slide].flatMap((other) =>
        paired(crossing.of(items), {
          pads: 'none',
          meets: (left, right) => lastOf(left.time) - before === lastOf(right.time) - other,
          time: (left) => lastOf(left.time) - before + n - 1,
        }),
      ),
    );
  },
};

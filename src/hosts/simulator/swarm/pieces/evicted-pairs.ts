/** Window join behind a time evictor, which sees the records of both sides as one list. */
import { evicting } from './evicted.ts';
import { crossing, pairFunction, paired } from './piece.ts';
import type { Piece } from './piece.ts';

export const evictedPairs: Piece = {
  sizes: [10, 50],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  stages: (n) => [
    { kind: 'windowJoin', params: { sizeMs: n, join: 'left', evictor: 'time', evictMs: n / 2, ...pairFunction } },
  ],
  expect(items, n) {
    const windowOf = (time: number): number => Math.floor(time / n);
    const [left, right] = crossing.of(items);
    const stays = evicting([...left, ...right], n / 2, ({ key, time }) => `${key} ${windowOf(time)}`);
    return paired([left.filter(stays), right.filter(stays)], {
      pads: 'left',
      meets: (one, other) => windowOf(one.time) === windowOf(other.time),
      time: ({ time }) => (windowOf(time) + 1) * n - 1,
    });
  },
};

/** Sort by event time: the same records, held until the watermark has passed them. */
import type { Piece } from './piece.ts';

export const sorted: Piece = {
  sizes: [1],
  stages: () => [{ kind: 'sortByTime', params: {} }],
  expect: (items) => [...items],
};

/** Windows with an offset that are reduced, record by record. */
import { tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

/** Of windows of this size. */
const offsetOf = (sizeMs: number): number => -Math.floor(sizeMs / 3);

export const reducedWindows: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs: n,
        offsetMs: offsetOf(n),
        function: 'reduce',
        reduce: '(a, b) => ({ ...b, value: a.value + b.value })',
      },
      shape: '(row) => ({ key: row.key, value: row.value, id: row.windowStart })',
    },
  ],
  expect(items, n) {
    const offset = offsetOf(n);
    const moved = items.map((item) => ({ ...item, time: item.time - offset }));
    return tumblingSums(moved, n).map((item) => ({ ...item, id: item.id + offset, time: item.time + offset }));
  },
};

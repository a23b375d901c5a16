/** Windows of a stream without a key, in one subtask: sums of all records. */
import { tumblingStage, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

const key = 'all';

export const allRecords: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [
    {
      ...tumblingStage(n),
      by: null,
      shape: `(row) => ({ key: '${key}', value: row.value, id: row.windowStart })`,
    },
  ],
  expect: (items, n) =>
    tumblingSums(
      items.map((item) => ({ ...item, key })),
      n,
    ),
};

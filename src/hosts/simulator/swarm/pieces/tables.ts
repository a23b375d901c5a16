/** Regular join, inner: all pairs of a record and one of the part of the stream of their key, whichever came first. */
import { idsPerPair } from '../items.ts';
import { partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const tables: Piece = {
  sizes: [1],
  second: { ports: ['left', 'right'] },
  pairs: true,
  stages: () => [
    {
      kind: 'regularJoin',
      params: {},
      shape: `(row) => ({
  key: row.key,
  value: row.value + row.right_value,
  id: row.id * ${idsPerPair} + row.right_id,
})`,
    },
  ],
  expect(items) {
    const some = partOf(items);
    return items.flatMap((left) =>
      some
        .filter(({ key }) => key === left.key)
        .map((right) => ({
          key: left.key,
          value: left.value + right.value,
          id: left.id * idsPerPair + right.id,
          time: Math.max(left.time, right.time),
        })),
    );
  },
};

/** Window join: pairs of a record and one of the part of the stream in the same window of their key. */
import { idsPerPair } from '../items.ts';
import { columns, partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const windowPairs: Piece = {
  sizes: [10, 50],
  second: { ports: ['left', 'right'] },
  pairs: true,
  stages: (n) => [
    {
      kind: 'windowJoin',
      params: {
        sizeMs: n,
        result: 'function',
        function: `(left, right) => ({
  key: left.key,
  value: left.value + right.value,
  id: left.id * ${idsPerPair} + right.id,
})`,
        columns,
      },
    },
  ],
  expect(items, n) {
    const windowOf = (time: number): number => Math.floor(time / n);
    const some = partOf(items);
    return items.flatMap((left) =>
      some
        .filter(({ key, time }) => key === left.key && windowOf(time) === windowOf(left.time))
        .map((right) => ({
          key: left.key,
          value: left.value + right.value,
          id: left.id * idsPerPair + right.id,
          time: (windowOf(left.time) + 1) * n - 1,
        })),
    );
  },
};

/** Interval join, left outer: pairs within n ms, and the records that met none. */
import { idsPerPair } from '../items.ts';
import { columns, partOf } from './piece.ts';
import type { Piece } from './piece.ts';

/** Stands for the number of no record. */
const nobody = idsPerPair - 1;

export const leftJoin: Piece = {
  sizes: [0, 7, 20],
  second: { ports: ['left', 'right'] },
  pairs: true,
  stages: (n) => [
    {
      kind: 'intervalJoin',
      params: {
        upperMs: n,
        join: 'left',
        result: 'function',
        function: `(left, right) => ({
  key: left.key,
  value: left.value + (right === null ? 0 : right.value),
  id: left.id * ${idsPerPair} + (right === null ? ${nobody} : right.id),
})`,
        columns,
      },
    },
  ],
  expect(items, n) {
    const some = partOf(items);
    return items.flatMap((left) => {
      const met = some.filter(({ key, time }) => key === left.key && time >= left.time && time <= left.time + n);
      if (met.length === 0) return [{ ...left, id: left.id * idsPerPair + nobody }];
      return met.map(({ id, value, time }) => ({
        key: left.key,
        value: left.value + value,
        id: left.id * idsPerPair + id,
        time,
      }));
    });
  },
};

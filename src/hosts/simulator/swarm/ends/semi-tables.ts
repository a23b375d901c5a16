/** Regular join, semi or anti: the records of the left that have one of their key on the right in the end, or none. */
import { crossing } from '../pieces/piece.ts';
import type { End } from './end.ts';

const kinds = ['semi', 'anti'] as const;

export const semiTables: End = {
  sizes: [0, 1],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  changelog: true,
  key: null,
  anyWatermarks: true,
  stages: (n) => [{ kind: 'regularJoin', params: { join: kinds[n] } }],
  columns: ['key', 'value', 'id'],
  expect(items, n) {
    const [left, right] = crossing.of(items);
    const keys = new Set(right.map(({ key }) => key));
    return left
      .filter(({ key }) => keys.has(key) === (kinds[n] === 'semi'))
      .map(({ key, value, id }) => ({ key, value, id }));
  },
};

/** Temporal join, left outer: whether there was a version of the key by the record's time. */
import { partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const versioned: Piece = {
  sizes: [1],
  second: { ports: ['left', 'versions'] },
  stages: () => [
    {
      kind: 'temporalJoin',
      params: { join: 'left' },
      shape: '(row) => ({ key: row.key, value: row.value + (row.right_id === null ? 0 : 1), id: row.id })',
    },
  ],
  expect(items) {
    const versions = partOf(items);
    return items.map((item) => {
      const found = versions.some(({ key, time }) => key === item.key && time <= item.time);
      return found ? { ...item, value: item.value + 1 } : item;
    });
  },
};

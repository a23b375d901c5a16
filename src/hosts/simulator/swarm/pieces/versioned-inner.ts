/** Temporal join, inner: the records for which there was a version of the key by their time. */
import { partOf } from './piece.ts';
import type { Piece } from './piece.ts';

export const versionedInner: Piece = {
  sizes: [1],
  second: { ports: ['left', 'versions'] },
  stages: () => [
    { kind: 'temporalJoin', params: {}, shape: '(row) => ({ key: row.key, value: row.value, id: row.id })' },
  ],
  expect(items) {
    const versions = partOf(items);
    return items.filter((item) => versions.some(({ key, time }) => key === item.key && time <= item.time));
  },
};

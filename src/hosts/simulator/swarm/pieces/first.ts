/** Deduplicate: when the first of each key was, in event time. Which it was, of several at that time, is the order's business. */
import type { Item } from '../items.ts';
import type { Piece } from './piece.ts';

export const first: Piece = {
  sizes: [1],
  stages: () => [
    {
      kind: 'deduplicate',
      params: { first: 'eventTime' },
      shape: '(row) => ({ key: row.key, value: 0, id: Number(row.key.slice(1)) })',
    },
  ],
  expect(items) {
    const earliest = new Map<string, number>();
    for (const { key, time } of items) earliest.set(key, Math.min(time, earliest.get(key) ?? time));
    return [...earliest].map(([key, time]): Item => ({ key, value: 0, id: Number(key.slice(1)), time }));
  },
};

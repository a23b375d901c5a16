/**
 * Top-N over a changelog: of all keys that are there so often, the n first by name. A key goes through all counts, and
 * whoever had no place before it has one behind it.
 */
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const rankedCounts: End = {
  sizes: [1, 2],
  changelog: true,
  key: null,
  stages: (n) => [
    { kind: 'aggregate', params: { output: 'changelog' } },
    { kind: 'topN', params: { n, by: 'key', order: 'asc' }, by: ['count'] },
  ],
  columns: ['key', 'count'],
  expect(items, n) {
    const counts = [...grouped(items, ({ key }) => key)].map(([key, group]) => ({ key, count: group.length }));
    const before = (one: (typeof counts)[number]): number =>
      counts.filter(({ key, count }) => count === one.count && key < one.key).length;
    return counts.filter((one) => before(one) < n);
  },
};

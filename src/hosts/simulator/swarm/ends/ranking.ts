/** Top-N with places: of each key the n greatest numbers. */
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const ranking: End = {
  sizes: [1, 3, 10],
  changelog: true,
  key: ['key', 'place'],
  stages: (n) => [{ kind: 'topN', params: { n, by: 'id', rankColumn: 'place' } }],
  columns: ['key', 'id', 'place'],
  expect: (items, n) =>
    [...grouped(items, ({ key }) => key)].flatMap(([key, group]) =>
      group
        .map(({ id }) => id)
        .sort((a, b) => b - a)
        .slice(0, n)
        .map((id, i) => ({ key, id, place: i + 1 })),
    ),
};

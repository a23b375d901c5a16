/** Top-N whose places begin behind the first, with their number and without: of each key, and of each value, the rest of the best. */
import { grouped } from './end.ts';
import type { End } from './end.ts';

const first = 2;
const last = 4;
/** By key or by value, with a column for the place or without. */
const variants = [
  { by: 'key', rankColumn: 'place' },
  { by: 'key', rankColumn: '' },
  { by: 'value', rankColumn: '' },
] as const;

export const rankingBehind: End = {
  sizes: [0, 1, 2],
  changelog: true,
  key: null,
  stages(n) {
    const { by = 'key', rankColumn } = variants[n] ?? {};
    return [{ kind: 'topN', params: { n: last, first, by: 'id', rankColumn }, by: [by] }];
  },
  columns: ['key', 'value', 'id'],
  expect(items, n) {
    const by = variants[n]?.by ?? 'key';
    return [...grouped(items, (item) => item[by]).values()].flatMap((group) =>
      group
        .toSorted((a, b) => b.id - a.id)
        .slice(first - 1, last)
        .map(({ key, value, id }) => ({ key, value, id })),
    );
  },
};

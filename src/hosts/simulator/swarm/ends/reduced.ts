/** Reduce: the count of a key so far, told with every record; the first goes out as it is. */
import { columns } from '../pieces/piece.ts';
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const reduced: End = {
  sizes: [1],
  changelog: false,
  key: null,
  anyWatermarks: true,
  stages: () => [
    { kind: 'map', params: { function: '(row) => ({ key: row.key, value: 1, id: 0 })', columns }, by: null },
    { kind: 'reduce', params: { function: '(a, b) => ({ ...b, value: a.value + b.value })' } },
  ],
  columns: ['key', 'value'],
  expect: (items) =>
    [...grouped(items, ({ key }) => key)].flatMap(([key, { length }]) =>
      Array.from({ length }, (_, i) => ({ key, value: i + 1 })),
    ),
};

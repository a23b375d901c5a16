/** Sums per key over a left outer join: each padded row that is taken back must be taken out of them again. */
import { crossing } from '../pieces/piece.ts';
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const joinSums: End = {
  sizes: [1],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  changelog: true,
  key: ['key'],
  stages: () => [
    {
      kind: 'regularJoin',
      params: { join: 'left' },
      shape: '(row) => ({ key: row.key, value: row.value + 100 * (row.right_value ?? 7), id: row.id })',
    },
    {
      kind: 'aggregate',
      params: {
        aggregates: [
          { function: 'count', column: '', as: 'rows' },
          { function: 'sum', column: 'value', as: 'sum' },
          { function: 'max', column: 'value', as: 'most' },
        ],
      },
    },
  ],
  columns: ['key', 'rows', 'sum', 'most'],
  expect(items) {
    const [left, right] = crossing.of(items);
    return [...grouped(left, ({ key }) => key)].map(([key, group]) => {
      const others = right.filter((item) => item.key === key).map(({ value }) => value);
      const met = others.length === 0 ? [7] : others;
      const values = group.flatMap(({ value }) => met.map((other) => value + 100 * other));
      const sum = values.reduce((total, value) => total + value, 0);
      return { key, rows: values.length, sum, most: Math.max(...values) };
    });
  },
};

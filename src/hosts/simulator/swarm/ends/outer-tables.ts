/** Regular join, left, right or full outer by the number: pairs, and the rows that have none in the end. */
import { crossing } from '../pieces/piece.ts';
import type { End, TableRow } from './end.ts';

const kinds = ['left', 'right', 'full'] as const;

export const outerTables: End = {
  sizes: [0, 1, 2],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  changelog: true,
  key: null,
  stages: (n) => [{ kind: 'regularJoin', params: { join: kinds[n] } }],
  columns: ['key', 'value', 'id', 'right_value', 'right_id'],
  expect(items, n) {
    const join = kinds[n] ?? 'full';
    const [left, right] = crossing.of(items);
    const rows: TableRow[] = left.flatMap((one) =>
      right
        .filter(({ key }) => key === one.key)
        .map(({ value, id }) => ({ key: one.key, value: one.value, id: one.id, right_value: value, right_id: id })),
    );
    const has = (side: typeof items, key: string): boolean => side.some((item) => item.key === key);
    if (join !== 'right')
      for (const { key, value, id } of left)
        if (!has(right, key)) rows.push({ key, value, id, right_value: 'null', right_id: 'null' });
    if (join !== 'left')
      for (const { key, value, id } of right)
        if (!has(left, key)) rows.push({ key, value: 'null', id: 'null', right_value: value, right_id: id });
    return rows;
  },
};

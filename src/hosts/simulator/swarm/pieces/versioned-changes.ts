/** Temporal join, left outer, with versions that come and are taken away: whether there is one as of the record's time. */
import { columns, partOf } from './piece.ts';
import type { Piece } from './piece.ts';

/** By the time, so that all that is of one time says the same. */
const comesAt = (time: number): boolean => Math.abs(time) % 5 < 2;

export const versionedChanges: Piece = {
  sizes: [1],
  stages: () => [
    {
      kind: 'process',
      params: {
        processElement: '(row, ctx, out) => out.collect({ ...row, time: ctx.timestamp })',
        columns: [...columns, { name: 'time', type: 'int' }],
      },
    },
    {
      kind: 'temporalJoin',
      params: { join: 'left' },
      second: {
        ports: ['left', 'versions'],
        made: {
          function: `(row) => ({ key: row.key, there: 1, kind: Math.abs(row.time) % 5 < 2 ? '+I' : '-D' })`,
          columns: [
            { name: 'key', type: 'string' },
            { name: 'there', type: 'int' },
            { name: 'kind', type: 'rowkind' },
          ],
        },
      },
      shape: '(row) => ({ key: row.key, value: row.value + (row.there ?? 0), id: row.id })',
    },
  ],
  expect(items) {
    const versions = partOf(items);
    return items.map((item) => {
      const times = versions.filter(({ key, time }) => key === item.key && time <= item.time).map(({ time }) => time);
      const there = times.length > 0 && comesAt(Math.max(...times));
      return there ? { ...item, value: item.value + 1 } : item;
    });
  },
};

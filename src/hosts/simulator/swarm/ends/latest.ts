/** Deduplicate that keeps the last in event time. Which it was, of several at that time, is the order's business. */
import { columns } from '../pieces/piece.ts';
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const latest: End = {
  sizes: [1],
  changelog: true,
  key: ['key'],
  anyWatermarks: true,
  stages: () => [
    {
      kind: 'process',
      params: {
        processElement: '(row, ctx, out) => out.collect({ key: row.key, value: 0, id: ctx.timestamp })',
        columns,
      },
    },
    { kind: 'deduplicate', params: { keep: 'last', first: 'eventTime' } },
  ],
  columns: ['key', 'id'],
  expect: (items) =>
    [...grouped(items, ({ key }) => key)].map(([key, group]) => ({
      key,
      id: Math.max(...group.map(({ time }) => time)),
    })),
};

/** How many keys had their last record in which span of n ms: the last row of a key goes from one count to another. */
import { columns } from '../pieces/piece.ts';
import { grouped } from './end.ts';
import type { End } from './end.ts';

export const latestSpans: End = {
  sizes: [10, 50, 200],
  changelog: true,
  key: null,
  anyWatermarks: true,
  stages: (n) => [
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx, out) => {
  out.collect({ key: row.key, value: 0, id: Math.floor(ctx.timestamp / ${n}) });
}`,
        columns,
      },
    },
    { kind: 'deduplicate', params: { keep: 'last', first: 'eventTime' } },
    { kind: 'aggregate', params: {}, by: ['id'] },
  ],
  columns: ['id', 'count'],
  expect(items, n) {
    const last = [...grouped(items, ({ key }) => key).values()].map((group) =>
      Math.floor(Math.max(...group.map(({ time }) => time)) / n),
    );
    return [...new Set(last)].map((id) => ({ id, count: last.filter((other) => other === id).length }));
  },
};

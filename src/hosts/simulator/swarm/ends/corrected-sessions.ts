/**
 * Sessions whose gap comes with each record, with panes that take back the one before: a late record makes one of two
 * that have fired, and both are taken back. Spans that only touch are one session, as in Flink.
 */
import type { Item } from '../items.ts';
import { sumOf } from './end.ts';
import type { End } from './end.ts';
import { corrected, hasty, sum } from './late.ts';
import { sessionsOf } from './sessions.ts';

const gapOf = ({ value }: Item, n: number): number => n + (value % 4);

export const correctedSessions: End = {
  sizes: [2, 8, 20],
  changelog: true,
  key: null,
  anyWatermarks: true,
  lastByWatermark: true,
  stages: (n) => [
    hasty,
    {
      kind: 'sessionWindow',
      params: {
        gap: `(row) => ${n} + (row.value % 4)`,
        aggregates: sum,
        ...corrected,
      },
    },
  ],
  columns: ['key', 'windowStart', 'windowEnd', 'value'],
  expect: (items, n) =>
    sessionsOf(items, (item) => gapOf(item, n)).map(({ items: of, key, ...span }) => ({
      key,
      ...span,
      value: sumOf(of),
    })),
};

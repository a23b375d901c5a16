/**
 * Sessions whose gap comes with each record, with panes that take back the one before: a late record makes one of two
 * that have fired, and both are taken back. Spans that only touch are one session, as in Flink.
 */
import type { Item } from '../items.ts';
import { grouped, sumOf } from './end.ts';
import type { End } from './end.ts';
import { hasty, sum } from './late.ts';

const gapOf = ({ value }: Item, n: number): number => n + (value % 4);

export const correctedSessions: End = {
  sizes: [2, 8, 20],
  changelog: true,
  key: null,
  anyWatermarks: true,
  stages: (n) => [
    hasty,
    {
      kind: 'sessionWindow',
      params: {
        gap: `(row) => ${n} + (row.value % 4)`,
        aggregates: sum,
        trigger: 'afterWatermark(early: count(3), late: count(1))',
        accumulation: 'retracting',
        allowedLatenessMs: 1_000_000_000,
      },
    },
  ],
  columns: ['key', 'windowStart', 'windowEnd', 'value'],
  expect: (items, n) =>
    [...grouped(items, ({ key }) => key)].flatMap(([key, group]) => {
      const sorted = group.toSorted((a, b) => a.time - b.time);
      const sessions: { end: number; items: Item[] }[] = [];
      for (const item of sorted) {
        const last = sessions.at(-1);
        if (last === undefined || item.time > last.end)
          sessions.push({ end: item.time + gapOf(item, n), items: [item] });
        else {
          last.items.push(item);
          last.end = Math.max(last.end, item.time + gapOf(item, n));
        }
      }
      return sessions.map(({ end, items: of }) => ({
        key,
        windowStart: (of[0] as Item).time,
        windowEnd: end,
        value: sumOf(of),
      }));
    }),
};

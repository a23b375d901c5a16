/**
 * Window join over sessions, with panes that take back the one before: sessions of both sides together, which a late record
 * of either makes longer, or one of two. The gap is fixed, or comes with each record and its side.
 */
import type { Item } from '../items.ts';
import { crossing } from '../pieces/piece.ts';
import type { End, TableRow } from './end.ts';
import { corrected, hasty } from './late.ts';
import { joinedSessions, sideGap } from './sessions.ts';

const joins = ['inner', 'left', 'right', 'full'] as const;
const ownGap = (n: number): boolean => n >= joins.length;

export const correctedJoins: End = {
  sizes: [0, 1, 2, 3, 4, 5, 6, 7],
  pairs: true,
  changelog: true,
  key: null,
  anyWatermarks: true,
  lastByWatermark: true,
  stages: (n) => [
    hasty,
    {
      kind: 'windowJoin',
      params: { window: 'session', ...sideGap(ownGap(n)), join: joins[n % joins.length], ...corrected },
      second: { ports: ['left', 'right'], parts: crossing.texts },
    },
  ],
  columns: ['windowStart', 'windowEnd', 'id', 'right_id'],
  expect(items, n) {
    const join = joins[n % joins.length];
    return joinedSessions(items, ownGap(n)).flatMap(({ windowStart, windowEnd, left, right }) => {
      const row = (one: Item | null, other: Item | null): TableRow => ({
        windowStart,
        windowEnd,
        id: one?.id ?? 'null',
        right_id: other?.id ?? 'null',
      });
      const rows = left.flatMap((one) => right.map((other) => row(one, other)));
      if (right.length === 0 && (join === 'left' || join === 'full')) rows.push(...left.map((one) => row(one, null)));
      if (left.length === 0 && (join === 'right' || join === 'full')) rows.push(...right.map((one) => row(null, one)));
      return rows;
    });
  },
};

/** Window coGroup over sessions of both sides together, with panes that take back the one before, however late they come. */
import { crossing } from '../pieces/piece.ts';
import { sumOf } from './end.ts';
import type { End } from './end.ts';
import { corrected, hasty } from './late.ts';
import { joinedSessions, sideGap } from './sessions.ts';

export const correctedGroups: End = {
  sizes: [0, 1],
  changelog: true,
  key: null,
  anyWatermarks: true,
  lastByWatermark: true,
  stages: (n) => [
    hasty,
    {
      kind: 'windowCoGroup',
      params: {
        window: 'session',
        ...sideGap(n === 1),
        ...corrected,
        process: `(key, ctx, left, right, out) => {
  const sum = (rows) => rows.reduce((total, row) => total + row.value, 0);
  const { start, end } = ctx.window;
  out.collect({ key, start, end, left: sum(left), right: sum(right), rows: left.length + right.length });
}`,
        columns: [
          { name: 'key', type: 'string' },
          ...['start', 'end', 'left', 'right', 'rows'].map((name) => ({ name, type: 'int' })),
        ],
      },
      second: { ports: ['left', 'right'], parts: crossing.texts },
    },
  ],
  columns: ['key', 'start', 'end', 'left', 'right', 'rows'],
  expect: (items, n) =>
    joinedSessions(items, n === 1).map(({ key, windowStart, windowEnd, left, right }) => ({
      key,
      start: windowStart,
      end: windowEnd,
      left: sumOf(left),
      right: sumOf(right),
      rows: left.length + right.length,
    })),
};

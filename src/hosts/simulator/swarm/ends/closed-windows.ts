/**
 * Windows that fire at every third record and, so that none is lost, once more when they close at the end: panes that
 * discard, summed again per window.
 */
import { tumblingSums } from '../pieces/piece.ts';
import type { End } from './end.ts';
import { corrected, hasty, sum } from './late.ts';

export const closedWindows: End = {
  sizes: [10, 50, 200],
  changelog: true,
  key: ['key', 'windowStart'],
  anyWatermarks: true,
  stages: (n) => [
    hasty,
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs: n,
        aggregates: sum,
        trigger: 'repeatedly(count(3))',
        accumulation: 'discarding',
        closing: 'fireIfNonEmpty',
        allowedLatenessMs: corrected.allowedLatenessMs,
      },
    },
    { kind: 'aggregate', params: { aggregates: sum, output: 'changelog' }, by: ['key', 'windowStart'] },
  ],
  columns: ['key', 'windowStart', 'value'],
  expect: (items, n) => tumblingSums(items, n).map(({ key, id, value }) => ({ key, windowStart: id, value })),
};

/**
 * Windows that fire at every third record and, so that none is lost, once more when they close at the end: panes that
 * discard, summed again per window.
 */
import type { End } from './end.ts';
import { corrected, hasty, sum, sumsByWindow } from './late.ts';

export const closedWindows: End = {
  ...sumsByWindow,
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
};

/**
 * Windows whose panes take back what the pane before put out: early, on time and, since the watermarks here trust in an
 * order that there is not, late ones. Whenever they fired, the sums of all records are left.
 */
import type { End } from './end.ts';
import { hasty, sum, sumsByWindow } from './late.ts';

export const correctedWindows: End = {
  ...sumsByWindow,
  stages: (n) => [
    hasty,
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs: n,
        aggregates: sum,
        trigger: 'afterWatermark(early: count(2), late: count(1))',
        accumulation: 'retracting',
        allowedLatenessMs: 1_000_000_000,
      },
    },
  ],
};

/**
 * Windows whose panes take back what the pane before put out: early, on time and, since the watermarks here trust in an
 * order that there is not, late ones. Whenever they fired, the sums of all records are left.
 */
import type { End } from './end.ts';
import { corrected, lateSums, sumsLeft } from './late.ts';

export const correctedWindows: End = {
  ...sumsLeft((n) => n),
  sizes: [10, 50, 200],
  stages: (n) => lateSums({ ...corrected, trigger: 'afterWatermark(early: count(2), late: count(1))' }, n),
};

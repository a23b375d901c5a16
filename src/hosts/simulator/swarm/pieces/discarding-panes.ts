/** Discarding panes, early and on time, summed again per window: what the window is, however it was cut into panes. */
import { tumblingStage, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

export const discardingPanes: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [
    tumblingStage(n, { trigger: 'afterWatermark(early: count(2))', accumulation: 'discarding' }),
    tumblingStage(n),
  ],
  expect: tumblingSums,
};

/**
 * Accumulating panes, early and on time, of which the greatest sum per window is all of it, since no value is below zero:
 * whenever the early ones fired.
 */
import { tumblingStage, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

export const accumulatingPanes: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [
    tumblingStage(n, { trigger: 'afterWatermark(early: count(2))' }),
    tumblingStage(n, { aggregates: [{ function: 'max', column: 'value', as: 'value' }] }),
  ],
  expect: tumblingSums,
};

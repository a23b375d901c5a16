/** Window coGroup with accumulating panes, early and on time, of which the greatest sum is all of the window. */
import { columns, crossing, tumblingStage, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

export const accumulatingGroups: Piece = {
  sizes: [10, 50, 200],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  stages: (n) => [
    {
      kind: 'windowCoGroup',
      params: {
        sizeMs: n,
        trigger: 'afterWatermark(early: count(2))',
        process: `(key, ctx, left, right, out) => {
  const value = [...left, ...right].reduce((sum, row) => sum + row.value, 0);
  out.collect({ key, value, id: ctx.window.start });
}`,
        columns,
      },
    },
    tumblingStage(n, { aggregates: [{ function: 'max', column: 'value', as: 'value' }] }),
  ],
  expect: (items, n) => tumblingSums(crossing.of(items).flat(), n),
};

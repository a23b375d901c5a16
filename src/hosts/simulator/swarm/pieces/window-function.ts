/** Windows that keep all their elements, for a process function behind an evictor that finds nothing to remove. */
import { columns, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

export const windowFunction: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs: n,
        evictor: 'count',
        evictCount: 1_000_000,
        function: 'process',
        process: `(key, ctx, rows, out) => {
  out.collect({ key, value: rows.reduce((sum, row) => sum + row.value, 0), id: ctx.window.start });
}`,
        columns,
      },
    },
  ],
  expect: tumblingSums,
};

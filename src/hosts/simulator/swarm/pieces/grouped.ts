/** Window coGroup: of each key and window the sum of the values of the one side, and of the other's in thousands. */
import type { Item } from '../items.ts';
import { columns, partOf, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

export const grouped: Piece = {
  sizes: [10, 50, 200],
  second: { ports: ['left', 'right'] },
  stages: (n) => [
    {
      kind: 'windowCoGroup',
      params: {
        sizeMs: n,
        process: `(key, ctx, left, right, out) => {
  const sum = (rows) => rows.reduce((total, row) => total + row.value, 0);
  out.collect({ key, value: sum(left) + 1000 * sum(right), id: ctx.window.start });
}`,
        columns,
      },
    },
  ],
  expect(items, n) {
    const place = ({ key, id }: Item): string => `${key} ${id}`;
    const right = new Map(tumblingSums(partOf(items), n).map((item) => [place(item), item.value]));
    // The right side is a part of the left, so no window has the right alone.
    return tumblingSums(items, n).map((item) => ({
      ...item,
      value: item.value + 1000 * (right.get(place(item)) ?? 0),
    }));
  },
};

/**
 * Sort by event time and further columns, some of them null: the records of a window all have its last time, and go by
 * those alone. Who counts behind it tells the place of each.
 */
import type { Item } from '../items.ts';
import { columns } from './piece.ts';
import type { Piece } from './piece.ts';

const sizeMs = 50;
const slots = [...columns, { name: 'slot', type: 'int' }];

interface Order {
  readonly thenBy: string;
  /** Slots as they are in front of each other; null is one of them. */
  readonly slots: readonly (number | null)[];
  /** Whether the greater number is in front, of what is equal so far. */
  readonly greatest: boolean;
}

const orders: readonly Order[] = [
  { thenBy: 'slot, id, value', slots: [null, 0, 1, 2], greatest: false },
  { thenBy: 'slot desc, id desc, value', slots: [2, 1, 0, null], greatest: true },
  { thenBy: 'slot nulls last, id desc, value', slots: [0, 1, 2, null], greatest: true },
  { thenBy: 'slot desc nulls first, id, value', slots: [null, 2, 1, 0], greatest: false },
];

const slotOf = (id: number): number | null => (Math.abs(id) % 4 === 3 ? null : Math.abs(id) % 4);

export const sortedBy: Piece = {
  sizes: [0, 1, 2, 3],
  ordered: true,
  stages: (n) => [
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs,
        function: 'process',
        process: `(key, ctx, rows, out) => {
  for (const { value, id } of rows) out.collect({ key, value, id, slot: Math.abs(id) % 4 === 3 ? null : Math.abs(id) % 4 });
}`,
        columns: slots,
      },
    },
    { kind: 'sortByTime', params: { thenBy: orders[n]?.thenBy } },
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx, out) => {
  const place = (ctx.state.place.value() ?? 0) + 1;
  ctx.state.place.update(place);
  out.collect({ key: row.key, value: place, id: row.id });
}`,
        states: [{ name: 'place', kind: 'value', ttlMs: 0, reduce: '' }],
        columns,
      },
    },
  ],
  expect(items, n) {
    const { slots: order, greatest } = orders[n] as Order;
    const timed = items.map((item) => ({ ...item, time: (Math.floor(item.time / sizeMs) + 1) * sizeMs - 1 }));
    const before = (a: Item, b: Item): number =>
      a.time - b.time ||
      order.indexOf(slotOf(a.id)) - order.indexOf(slotOf(b.id)) ||
      (greatest ? b.id - a.id : a.id - b.id);
    return [...new Set(items.map(({ key }) => key))].flatMap((key) =>
      timed
        .filter((item) => item.key === key)
        .toSorted(before)
        .map((item, i) => ({ ...item, value: i + 1 })),
    );
  },
};

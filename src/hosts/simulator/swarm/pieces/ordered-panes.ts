/**
 * Panes of every second element of records in order, behind an evictor by time or by delta, before or after the function:
 * what each pane holds, and its number. Records of one time are alike, so that their order says nothing.
 */
import type { Item } from '../items.ts';
import { columns } from './piece.ts';
import type { Piece } from './piece.ts';

const keep = 15;
const delta = { evictor: 'delta', evictThreshold: keep, evictColumn: 'id' } as const;
const time = { evictor: 'time', evictMs: keep } as const;
const variants = [delta, time, { ...delta, evictAfter: true }, { ...time, evictAfter: true }] as const;
const sizeMs = 50;
/** More than a window has panes. */
const panesMost = 1000;

const valueAt = (at: number): number => ((at % 17) + 17) % 17;

export const orderedPanes: Piece = {
  sizes: [0, 1, 2, 3],
  ordered: true,
  stages: (n) => [
    { kind: 'sortByTime', params: {} },
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx, out) => {
  out.collect({ key: row.key, value: ((ctx.timestamp % 17) + 17) % 17, id: ctx.timestamp });
}`,
        columns,
        sideColumns: [],
      },
    },
    {
      kind: 'tumblingWindow',
      params: {
        sizeMs,
        trigger: 'repeatedly(count(2))',
        ...variants[n],
        function: 'process',
        process: `(key, ctx, rows, out) => {
  const value = rows.reduce((sum, row) => sum + row.value, 0);
  out.collect({ key, value, id: ctx.window.start * ${panesMost} + ctx.pane.index });
}`,
        columns,
      },
    },
  ],
  expect(items, n) {
    const windows = new Map<string, Item[]>();
    for (const item of items.toSorted((a, b) => a.time - b.time)) {
      const place = `${item.key} ${Math.floor(item.time / sizeMs)}`;
      windows.set(place, [...(windows.get(place) ?? []), item]);
    }
    return [...windows.values()].flatMap((window) => panesOf(window, n > 1));
  },
};

/** In order, both evictors keep what is less than so much older than the last. */
function panesOf(window: readonly Item[], after: boolean): Item[] {
  const { key, time: any } = window[0] as Item;
  const start = Math.floor(any / sizeMs) * sizeMs;
  let held: Item[] = [];
  return Array.from({ length: Math.floor(window.length / 2) }, (_, index) => {
    const seen = [...held, ...window.slice(2 * index, 2 * index + 2)];
    const newest = (seen.at(-1) as Item).time;
    held = seen.filter((item) => item.time > newest - keep);
    const value = (after ? seen : held).reduce((sum, item) => sum + valueAt(item.time), 0);
    return { key, value, id: start * panesMost + index, time: start + sizeMs - 1 };
  });
}

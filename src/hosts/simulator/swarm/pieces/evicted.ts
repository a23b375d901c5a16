/** Windows of which only the elements of the last half before the newest are summed (time evictor). */
import type { Item } from '../items.ts';
import { tumblingStage, tumblingSums } from './piece.ts';
import type { Piece } from './piece.ts';

/** Whether the evictor leaves an element in its window; `of`: which are together. */
export function evicting(items: readonly Item[], keepMs: number, of: (item: Item) => string): (item: Item) => boolean {
  const newest = new Map<string, number>();
  for (const item of items) newest.set(of(item), Math.max(item.time, newest.get(of(item)) ?? item.time));
  return (item) => item.time > (newest.get(of(item)) as number) - keepMs;
}

export const evicted: Piece = {
  sizes: [10, 50, 200],
  stages: (n) => [tumblingStage(n, { evictor: 'time', evictMs: n / 2 })],
  expect: (items, n) =>
    tumblingSums(items.filter(evicting(items, n / 2, ({ key, time }) => `${key} ${Math.floor(time / n)}`)), n),
};

/** Triggers made of counts, repeated: how many records each pane has does not depend on the run, and goes round in a circle. */
import { grouped } from './end.ts';
import type { End } from './end.ts';

/** Each with the sizes of its panes, which begin again behind the last (Beam: AfterFirst, AfterAll, AfterEach, OrFinally). */
const triggers = [
  { trigger: 'any(count(3), count(5))', sizes: [3] },
  { trigger: 'all(count(2), count(3))', sizes: [3] },
  { trigger: 'each(count(2), count(1), count(3))', sizes: [2, 1, 3] },
  // The one that ends it counts all of them.
  { trigger: 'orFinally(repeatedly(count(2)), count(5))', sizes: [2, 2, 1] },
] as const;

function panesOf(sizes: readonly number[], records: number): number[] {
  const panes: number[] = [];
  for (let left = records; ; ) {
    const size = sizes[panes.length % sizes.length] as number;
    if (size > left) return panes;
    panes.push(size);
    left -= size;
  }
}

export const countedPanes: End = {
  sizes: [0, 1, 2, 3],
  changelog: false,
  key: null,
  anyWatermarks: true,
  stages: (n) => [
    {
      kind: 'globalWindow',
      params: { trigger: `repeatedly(${triggers[n]?.trigger})`, accumulation: 'discarding', panes: true },
    },
  ],
  columns: ['key', 'paneIndex', 'count'],
  expect: (items, n) =>
    [...grouped(items, ({ key }) => key)].flatMap(([key, { length }]) =>
      panesOf(triggers[n]?.sizes ?? [], length).map((count, paneIndex) => ({ key, paneIndex, count })),
    ),
};

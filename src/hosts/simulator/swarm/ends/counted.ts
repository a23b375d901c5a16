/** Count windows, and global windows with a trigger and an evictor: which records are in a pane depends on the run, how many does not. */
import type { End, TableRow } from './end.ts';
import { grouped } from './end.ts';

const slide = 2;
const fires = 3;
const keeps = 4;

/** Sizes of the panes of a key with so many records. */
const panesOf: Readonly<Record<number, (records: number) => number[]>> = {
  /** Tumbling. */
  0: (records) => Array.from({ length: Math.floor(records / 5) }, () => 5),
  /** The last 5 at every other. */
  1: (records) => Array.from({ length: Math.floor(records / slide) }, (_, i) => Math.min(5, slide * (i + 1))),
  /** All since the evictor went through behind the pane before. */
  2(records) {
    const sizes: number[] = [];
    for (let i = 0, left = 0; i < Math.floor(records / fires); i++) {
      sizes.push(left + fires);
      left = Math.min(keeps, left + fires);
    }
    return sizes;
  },
};

const stageOf = [
  { kind: 'countWindow', params: { size: 5 } },
  { kind: 'countWindow', params: { size: 5, slide } },
  {
    kind: 'globalWindow',
    params: { trigger: `repeatedly(count(${fires}))`, evictor: 'count', evictCount: keeps, evictAfter: true },
  },
] as const;

export const counted: End = {
  sizes: [0, 1, 2],
  changelog: false,
  key: null,
  anyWatermarks: true,
  stages: (n) => stageOf.slice(n, n + 1),
  columns: ['key', 'count'],
  expect: (items, n) =>
    [...grouped(items, ({ key }) => key)].flatMap(([key, { length }]) =>
      (panesOf[n]?.(length) ?? []).map((count): TableRow => ({ key, count })),
    ),
};

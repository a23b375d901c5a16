/**
 * Windows that fire at every third record and, so that none is lost, once more when they close at the end: panes that
 * discard, summed again per window.
 */
import type { End } from './end.ts';
import { lateSums, panesTogether, sumsLeft } from './late.ts';

const firing = { trigger: 'repeatedly(count(3))', accumulation: 'discarding', closing: 'fireIfNonEmpty' } as const;

export const closedWindows: End = {
  ...sumsLeft((n) => n),
  sizes: [10, 50, 200],
  stages: (n) => [...lateSums(firing, n), panesTogether],
};

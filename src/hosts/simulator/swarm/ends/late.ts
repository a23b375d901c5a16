/** What ends have in common in which records come late: watermarks that are ahead of records, and the sums that are left. */
import { tumblingSums } from '../pieces/piece.ts';
import type { Stage } from '../pieces/piece.ts';
import type { TableEnd } from './end.ts';

/** Trusts that times only rise, where streams of several sources and subtasks meet. */
export const hasty: Stage = { kind: 'watermarks', params: { watermarks: 'monotonous' }, by: null };

export const sum = [{ function: 'sum', column: 'value', as: 'value' }];

/** Panes early, on time and however late, each of which takes back the one before. */
export const corrected = {
  trigger: 'afterWatermark(early: count(3), late: count(1))',
  accumulation: 'retracting',
  allowedLatenessMs: 1_000_000_000,
} as const;

/** Tumbling windows of all sizes, of each of which the sum of all its records is left, whenever they fired. */
export const sumsByWindow: Omit<TableEnd, 'stages'> = {
  sizes: [10, 50, 200],
  changelog: true,
  key: ['key', 'windowStart'],
  anyWatermarks: true,
  columns: ['key', 'windowStart', 'value'],
  expect: (items, n) => tumblingSums(items, n).map(({ key, id, value }) => ({ key, windowStart: id, value })),
};

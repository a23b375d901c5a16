/** What ends have in common in which records come late: watermarks that are ahead of records, sums, and sums of windows. */
import { tumblingSums } from '../pieces/piece.ts';
import type { Stage } from '../pieces/piece.ts';
import type { TableEnd } from './end.ts';

/** Trusts that times only rise, where streams of several sources and subtasks meet. */
export const hasty: Stage = { kind: 'watermarks', params: { watermarks: 'monotonous' }, by: null };

export const sum = [{ function: 'sum', column: 'value', as: 'value' }];

/** No record is too late. */
const allowedLatenessMs = 1_000_000_000;

/** Panes early, on time and however late, each of which takes back the one before. */
export const corrected = {
  trigger: 'afterWatermark(early: count(3), late: count(1))',
  accumulation: 'retracting',
  allowedLatenessMs,
} as const;

/** Sums of tumbling windows, behind `hasty`; whatever their panes were, the sums of all records are left. */
export const lateSums = (params: Readonly<Record<string, unknown>>, sizeMs: number): readonly Stage[] => [
  hasty,
  { kind: 'tumblingWindow', params: { sizeMs, aggregates: sum, allowedLatenessMs, ...params } },
];

/** Adds the panes of a window up, if they discard. */
export const panesTogether: Stage = {
  kind: 'aggregate',
  params: { aggregates: sum, output: 'changelog' },
  by: ['key', 'windowStart'],
};

/** What is left of them. `sizeOf`: of windows. */
export const sumsLeft = (sizeOf: (n: number) => number) =>
  ({
    changelog: true,
    key: ['key', 'windowStart'],
    anyWatermarks: true,
    lastByWatermark: true,
    columns: ['key', 'windowStart', 'value'],
    expect: (items, n) => tumblingSums(items, sizeOf(n)).map(({ key, id, value }) => ({ key, windowStart: id, value })),
  }) satisfies Partial<TableEnd>;

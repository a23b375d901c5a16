/** What ends have in common in which records come late: watermarks that are ahead of records, and the sum. */
import type { Stage } from '../pieces/piece.ts';

/** Trusts that times only rise, where streams of several sources and subtasks meet. */
export const hasty: Stage = { kind: 'watermarks', params: { watermarks: 'monotonous' }, by: null };

export const sum = [{ function: 'sum', column: 'value', as: 'value' }];

/** Panes early, on time and however late, each of which takes back the one before. */
export const corrected = {
  trigger: 'afterWatermark(early: count(3), late: count(1))',
  accumulation: 'retracting',
  allowedLatenessMs: 1_000_000_000,
} as const;

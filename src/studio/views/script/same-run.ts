/** Whether two jobs play alike: places on the canvas, the job's name and its faults do not count. */
import type { Job } from '../../../engine/graph/job.ts';
import { sameLogic } from '../../derived/derived-store.ts';

export const sameRun = (a: Job, b: Job): boolean => a.script === b.script && sameLogic(a, b);

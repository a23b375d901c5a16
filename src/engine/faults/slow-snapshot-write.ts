/** A snapshot that takes long to write. */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { FaultDefinition } from './fault.ts';
import { onWrite, writeTriggers } from './on-write.ts';

export const slowSnapshotWrite: FaultDefinition<{ ms: number }> = {
  ...writeTriggers,
  kind: 'slow-snapshot-write',
  title: 'Slow a snapshot write',
  summary: 'Lets the write of a snapshot take long: processing goes on meanwhile, and the checkpoint may expire.',
  icon: 'timer',
  params: z.object({ ms: durationField(5_000, { label: 'Delay', min: 1 }) }),
  arm: (site, { ms }) => onWrite(site, `was held for ${ms} ms`, { kind: 'delay', ms }),
};

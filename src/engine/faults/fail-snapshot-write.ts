/** A snapshot that cannot be written. */
import * as z from 'zod/mini';
import { choiceField } from '../graph/params.ts';
import type { FaultDefinition } from './fault.ts';
import { onWrite, writeTriggers } from './on-write.ts';

const reasons = {
  'storage-full': 'the disk is full (injected)',
  'storage-failed': 'the write failed (injected)',
} as const;

export const failSnapshotWrite: FaultDefinition<{ reason: keyof typeof reasons }> = {
  ...writeTriggers,
  kind: 'fail-snapshot-write',
  title: 'Fail a snapshot write',
  summary: 'Refuses to store a part of a snapshot: the subtask declines, and the checkpoint fails.',
  icon: 'file-x',
  params: z.object({
    reason: choiceField(
      'storage-full',
      [
        { value: 'storage-full', label: 'The disk is full' },
        { value: 'storage-failed', label: 'The write fails' },
      ],
      { label: 'Reason' },
    ),
  }),
  arm: (site, { reason }) => onWrite(site, 'failed', { kind: 'fail', code: reason, reason: reasons[reason] }),
};

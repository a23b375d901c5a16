/** Damage to a completed checkpoint in the store. */
import * as z from 'zod/mini';
import { choiceField } from '../graph/params.ts';
import type { FaultDefinition } from './fault.ts';

export const corruptCheckpoint: FaultDefinition<{ how: 'damage' | 'remove' }> = {
  kind: 'corrupt-checkpoint',
  title: 'Corrupt a checkpoint',
  summary: 'Damages the newest completed checkpoint in the store; a restore finds out and uses the one before.',
  icon: 'database-zap',
  targets: ['store'],
  triggers: ['now', 'at', 'point'],
  points: ['during-restore'],
  params: z.object({
    how: choiceField(
      'damage',
      [
        { value: 'damage', label: 'Change bytes of a chunk' },
        { value: 'remove', label: 'Remove a chunk' },
      ],
      { label: 'How' },
    ),
  }),
  action: ({ how }) => ({ kind: 'corrupt-latest-checkpoint', how }),
  told: ({ how }) => `A chunk of the newest completed checkpoint was ${how === 'damage' ? 'damaged' : 'removed'}.`,
};

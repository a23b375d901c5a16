/** Crash of the coordinator (Flink: JobManager). */
import * as z from 'zod/mini';
import { protocolPoints } from '../graph/faults.ts';
import type { FaultDefinition } from './fault.ts';

export const crashCoordinator: FaultDefinition<object> = {
  kind: 'crash-coordinator',
  title: 'Crash the coordinator',
  summary: 'Ends the coordinator’s Worker: a new one takes over from the last completed checkpoint.',
  icon: 'brain-cog',
  targets: ['coordinator'],
  triggers: ['now', 'at', 'point'],
  points: protocolPoints,
  params: z.object({}),
  action: () => ({ kind: 'crash-coordinator' }),
  told: () => 'The coordinator was killed.',
};

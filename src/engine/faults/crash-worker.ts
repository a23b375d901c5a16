/** Crash of a Worker: `terminate`, without a word to anybody. */
import * as z from 'zod/mini';
import { protocolPoints } from '../graph/faults.ts';
import type { FaultDefinition } from './fault.ts';
import { workerFate } from './worker-fate.ts';

export const crashWorker: FaultDefinition<object> = {
  kind: 'crash-worker',
  title: 'Crash a Worker',
  summary: 'Ends the Worker of a subtask at once, with all that it holds in memory.',
  icon: 'skull',
  targets: ['subtask', 'node'],
  triggers: ['now', 'at', 'record', 'point'],
  points: protocolPoints,
  params: z.object({}),
  action: (_, subtasks) => ({ kind: 'crash-subtasks', subtasks }),
  told: (_, where) => `The Worker of ${where} was killed.`,
  arm: (site) => workerFate(site, 'was killed', (when) => ({ kind: 'crash', when })),
};

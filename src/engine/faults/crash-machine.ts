/** Crash of a machine: several Workers at once, as when a TaskManager dies. */
import * as z from 'zod/mini';
import { protocolPoints } from '../graph/faults.ts';
import type { FaultDefinition } from './fault.ts';
import { workerFate } from './worker-fate.ts';

export const crashMachine: FaultDefinition<object> = {
  kind: 'crash-machine',
  title: 'Crash a machine',
  summary: 'Ends all Workers of a group at once, as when a machine with a TaskManager dies.',
  icon: 'server-crash',
  targets: ['machine'],
  triggers: ['now', 'at', 'record', 'point'],
  points: protocolPoints,
  params: z.object({}),
  spreads: true,
  action: (_, subtasks) => ({ kind: 'crash-subtasks', subtasks }),
  told: (_, where) => `The machine with ${where} was killed.`,
  arm: (site) => workerFate(site, 'was killed, with its machine', (when) => ({ kind: 'crash', when })),
};

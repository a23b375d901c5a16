/** A Worker that hangs: it is there, and does nothing any more. */
import * as z from 'zod/mini';
import { protocolPoints } from '../graph/faults.ts';
import { pass } from './fault.ts';
import type { ArmedFault, FaultDefinition, Verdict } from './fault.ts';
import { workerFate } from './worker-fate.ts';

const hangs: Verdict = { kind: 'hang' };

export const hang: FaultDefinition<object> = {
  kind: 'hang',
  title: 'Hang a Worker',
  summary: 'Lets the Worker loop without end: nobody is told, and only the heartbeat timeout finds out.',
  icon: 'snowflake',
  targets: ['subtask', 'node'],
  triggers: ['now', 'at', 'record', 'point'],
  points: protocolPoints,
  params: z.object({}),
  arm(site): ArmedFault {
    // What lies before the point is carried out; it hangs at the next thing.
    let next = false;
    const fate = workerFate(site, 'hung', (when) => {
      next = when === 'after';
      return next ? pass : hangs;
    });
    return {
      ...fate,
      onMessage: (message) => (next ? hangs : (fate.onMessage?.(message) ?? pass)),
      onEffect: (effect) => (next ? hangs : (fate.onEffect?.(effect) ?? pass)),
    };
  },
};

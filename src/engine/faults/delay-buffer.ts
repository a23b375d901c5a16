/** A buffer that comes late, with all that follows it. */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { FaultDefinition } from './fault.ts';
import { channelTriggers, onBuffer } from './on-channel.ts';

export const delayBuffer: FaultDefinition<{ ms: number }> = {
  ...channelTriggers,
  kind: 'delay-buffer',
  title: 'Delay a buffer',
  summary:
    'Holds a buffer, and what follows it on the channel, for a while: no failure, but barriers and credits wait.',
  icon: 'hourglass',
  params: z.object({ ms: durationField(2_000, { label: 'Delay', min: 1 }) }),
  arm: (site, { ms }) => onBuffer(site, `was held for ${ms} ms`, { kind: 'delay', ms }),
};

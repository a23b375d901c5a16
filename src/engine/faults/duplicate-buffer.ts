/** A buffer that comes twice. */
import * as z from 'zod/mini';
import type { FaultDefinition } from './fault.ts';
import { channelTriggers, onBuffer } from './on-channel.ts';

export const duplicateBuffer: FaultDefinition<object> = {
  ...channelTriggers,
  kind: 'duplicate-buffer',
  title: 'Duplicate a buffer',
  summary: 'Sends a buffer twice; the repeated sequence number fails the receiver before it processes it again.',
  icon: 'copy',
  params: z.object({}),
  arm: (site) => onBuffer(site, 'was sent twice', { kind: 'duplicate' }),
};

/** Two buffers that change places. */
import * as z from 'zod/mini';
import type { FaultDefinition } from './fault.ts';
import { channelTriggers, isLast, onBuffer } from './on-channel.ts';

export const reorderBuffers: FaultDefinition<object> = {
  ...channelTriggers,
  kind: 'reorder-buffers',
  title: 'Reorder two buffers',
  summary: 'Lets the next buffer overtake this one; the wrong sequence number fails the receiver.',
  icon: 'arrow-left-right',
  params: z.object({}),
  // With one credit only, no next buffer comes before this one has arrived.
  arm: (site) =>
    onBuffer(
      site,
      'was overtaken by the next',
      { kind: 'swap' },
      (buffer) => !isLast(buffer) && buffer.priority !== true && site.plan.settings.buffersPerChannel > 1,
    ),
};

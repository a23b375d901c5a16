/** A buffer that is lost on its way. */
import * as z from 'zod/mini';
import type { FaultDefinition } from './fault.ts';
import { channelTriggers, isLast, onBuffer } from './on-channel.ts';

export const dropBuffer: FaultDefinition<object> = {
  ...channelTriggers,
  kind: 'drop-buffer',
  title: 'Drop a buffer',
  summary: 'Loses a buffer on the channel; the gap in the sequence fails the receiver when the next one comes.',
  icon: 'package-x',
  params: z.object({}),
  arm: (site) => onBuffer(site, 'was dropped', { kind: 'drop' }, (buffer) => !isLast(buffer)),
};

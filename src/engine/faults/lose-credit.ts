/** Credits that are lost on their way back to the sender. */
import * as z from 'zod/mini';
import { pass } from './fault.ts';
import type { FaultDefinition } from './fault.ts';
import { isTarget } from './on-channel.ts';

export const loseCredit: FaultDefinition<object> = {
  kind: 'lose-credit',
  title: 'Lose a credit',
  summary:
    'Loses the next credits on their way back: until the restart the channel has so many buffers less, or stands still.',
  icon: 'coins',
  targets: ['channel'],
  triggers: ['now', 'at'],
  params: z.object({}),
  arm: (site) => ({
    onMessage(message) {
      if (message.kind !== 'credit' || !isTarget(site, message.channel) || !site.metNow()) return pass;
      const { credits } = message.grant;
      const what = credits === 1 ? 'A credit' : `${credits} credits`;
      return site.strike(`${what} of channel ${message.channel} ${credits === 1 ? 'was' : 'were'} lost.`)
        ? { kind: 'drop' }
        : pass;
    },
  }),
};

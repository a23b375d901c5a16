/**
 * Credits: never more buffers under way on a channel than the receiver has granted. Barriers alone in a buffer that
 * overtake, or that pass a channel whose data has ended, need none.
 */
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const credits: Checker = {
  name: 'credits',
  watch({ plan, finding }) {
    const initial = plan.jobGraph.settings.buffersPerChannel;
    /** Left to each sending attempt, by channel. */
    const left = new Map<string, { credits: number }>();
    const of = (key: string) => at(left, key, () => ({ credits: initial }));
    return {
      onMessage(to, message) {
        if (message.kind === 'credit') of(`${attemptKey(to)} ${message.channel}`).credits += message.grant.credits;
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind !== 'send' || effect.buffer.priority === true || effect.buffer.uncredited === true) continue;
          const account = of(`${attemptKey(from)} ${effect.channel}`);
          if (--account.credits >= 0) continue;
          finding(`${attemptKey(from)} sent buffer ${effect.buffer.sequence} on ${effect.channel} without a credit`);
        }
      },
    };
  },
};

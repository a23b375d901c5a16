/**
 * Attempts: a channel serves one attempt of the sender and one of the receiver, every buffer of it is sent in sequence,
 * and attempts are never numbered twice.
 */
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const attempts: Checker = {
  name: 'attempts',
  watch({ finding }) {
    const partners = new Map<string, string>();
    const sequences = new Map<string, number>();
    const newest = new Map<string, number>();
    return {
      onDeploy({ plan, attempt }) {
        const before = newest.get(plan.id) ?? 0;
        if (attempt <= before) finding(`attempt ${attempt} of ${plan.id} was deployed after attempt ${before}`);
        newest.set(plan.id, attempt);
      },
      onArrival(from, to, channel) {
        const pairs = [
          [`${attemptKey(to)} < ${channel}`, attemptKey(from)],
          [`${attemptKey(from)} > ${channel}`, attemptKey(to)],
        ] as const;
        for (const [end, partner] of pairs) {
          const known = at(partners, end, () => partner);
          if (known !== partner) finding(`${channel} serves two attempts: ${end} knows ${known} and ${partner}`);
        }
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind !== 'send') continue;
          const { buffer, channel } = effect;
          const line = `${attemptKey(from)} ${channel} ${buffer.priority === true}`;
          const due = sequences.get(line) ?? 0;
          if (buffer.sequence !== due) finding(`${line} sent buffer ${buffer.sequence} where ${due} was due`);
          sequences.set(line, due + 1);
        }
      },
    };
  },
};

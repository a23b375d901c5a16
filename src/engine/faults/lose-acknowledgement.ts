/** An acknowledgement that is lost on its way to the coordinator. */
import * as z from 'zod/mini';
import { pass } from './fault.ts';
import type { FaultDefinition } from './fault.ts';

export const loseAcknowledgement: FaultDefinition<object> = {
  kind: 'lose-acknowledgement',
  title: 'Lose an acknowledgement',
  summary: 'Loses a subtask’s acknowledgement: the checkpoint stays open until it expires or a newer one completes.',
  icon: 'mail-x',
  targets: ['subtask', 'node'],
  triggers: ['now', 'at', 'point'],
  points: ['before-acknowledge'],
  params: z.object({}),
  arm: (site) => ({
    onEffect(effect) {
      if (effect.kind !== 'acknowledge' || !(site.metNow() || site.metAtPoint() !== null)) return pass;
      return site.strike(`The acknowledgement of checkpoint ${effect.checkpoint} by ${site.name} was lost.`)
        ? { kind: 'drop' }
        : pass;
    },
  }),
};

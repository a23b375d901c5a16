/** What the faults of snapshot writes share: they act where a subtask asks its host to write chunks. */
import { pass } from './fault.ts';
import type { ArmedFault, FaultDefinition, FaultSite, Verdict } from './fault.ts';

export const writeTriggers: Pick<FaultDefinition, 'targets' | 'triggers' | 'points'> = {
  targets: ['subtask', 'node', 'store'],
  triggers: ['now', 'at', 'point'],
  points: ['before-acknowledge'],
};

/** With the point: a write of the n-th snapshot. `done`: what happens to the write, e.g. `failed`. */
export function onWrite(site: FaultSite, done: string, verdict: Verdict): ArmedFault {
  return {
    onEffect(effect) {
      if (effect.kind !== 'request' || effect.body.kind !== 'write-state') return pass;
      const { when } = site.fault;
      const met = when.kind === 'point' ? site.writing() > 0 && site.writing() % when.n === 0 : site.metNow();
      const { checkpoint } = effect.body;
      return met && site.strike(`The write of checkpoint ${checkpoint} by ${site.name} ${done}.`) ? verdict : pass;
    },
  };
}

/** What the faults on a channel share: they act where the channel's sender hands a buffer to its host. */
import type { WireBuffer } from '../wire/buffer.ts';
import { pass } from './fault.ts';
import type { ArmedFault, FaultDefinition, FaultSite, Verdict } from './fault.ts';

export const channelTriggers: Pick<FaultDefinition, 'targets' | 'triggers'> = {
  targets: ['channel'],
  triggers: ['now', 'at', 'record'],
};

/** Nothing follows it, so its loss would never show. */
export const isLast = (buffer: WireBuffer): boolean => buffer.events.some(({ event }) => event.kind === 'end');

/** `Buffer 7 of channel e1:0-0 was dropped.` for `was dropped`. Buffers that are not `fit` are let by. */
export function onBuffer(
  site: FaultSite,
  done: string,
  verdict: Verdict,
  fit: (buffer: WireBuffer) => boolean = () => true,
): ArmedFault {
  return {
    onEffect(effect) {
      if (effect.kind !== 'send' || !isTarget(site, effect.channel) || !fit(effect.buffer)) return pass;
      if (!site.metNow() && site.metAtRecord(site.sentBefore(effect.channel), effect.buffer.rows) === null) return pass;
      return site.strike(`${bufferName(effect.buffer)} of channel ${effect.channel} ${done}.`) ? verdict : pass;
    },
  };
}

export function isTarget({ fault: { target } }: FaultSite, channel: string): boolean {
  return target.kind === 'channel' && target.channel === channel;
}

const bufferName = ({ sequence, priority }: WireBuffer): string =>
  priority === true ? `Priority buffer ${sequence}` : `Buffer ${sequence}`;

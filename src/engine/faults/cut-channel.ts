/** A channel that is cut: nothing passes any more, neither buffers nor credits. */
import * as z from 'zod/mini';
import { toggleField } from '../graph/params.ts';
import type { SubtaskEffect, SubtaskMessage } from '../wire/messages.ts';
import { pass } from './fault.ts';
import type { ArmedFault, FaultDefinition, FaultSite, Verdict } from './fault.ts';
import { channelTriggers, isTarget } from './on-channel.ts';

export const cutChannel: FaultDefinition<{ silent: boolean }> = {
  ...channelTriggers,
  kind: 'cut-channel',
  title: 'Cut the channel',
  summary: 'Breaks the connection until the restart: nothing passes any more, neither buffers nor credits.',
  icon: 'unplug',
  params: z.object({
    silent: toggleField(false, {
      label: 'Unnoticed',
      help: 'Off: the sender fails at once, as with a reset connection. On: it vanishes without a sign, and only checkpoints that expire tell.',
    }),
  }),
  arm: (site, { silent }) => cut(site, silent),
};

function cut(site: FaultSite, silent: boolean): ArmedFault {
  let isCut = false;
  const strike = (channel: string): Verdict | null => {
    if (!site.strike(`Channel ${channel} was cut.`)) return null;
    isCut = true;
    if (silent) return { kind: 'drop' };
    return {
      kind: 'crash',
      when: 'before',
      failure: { code: 'channel-cut', details: { channel }, subtask: site.plan.id },
    };
  };
  const judge = (thing: SubtaskEffect | SubtaskMessage): Verdict => {
    if (!(thing.kind === 'send' || thing.kind === 'credit') || !isTarget(site, thing.channel)) return pass;
    if (isCut) return { kind: 'drop' };
    const rows = thing.kind === 'send' ? thing.buffer.rows : 0;
    if (!site.metNow() && site.metAtRecord(site.sentBefore(thing.channel), rows) === null) return pass;
    return strike(thing.channel) ?? pass;
  };
  return { onEffect: judge, onMessage: judge };
}

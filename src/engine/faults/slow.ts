/** A subtask that becomes slow, as on a machine that is overloaded. */
import * as z from 'zod/mini';
import { durationField, numberField } from '../graph/params.ts';
import { noSlowness } from './fault.ts';
import type { FaultDefinition } from './fault.ts';
import { Spell } from './spell.ts';

interface SlowParams {
  factor: number;
  perRecordMs: number;
  durationMs: number;
}

export const slow: FaultDefinition<SlowParams> = {
  kind: 'slow',
  title: 'Slow it down',
  summary: 'Multiplies the time per record for a while: backpressure builds up, and barriers take longer.',
  icon: 'snail',
  targets: ['subtask', 'node'],
  triggers: ['now', 'at', 'record'],
  params: z.object({
    factor: numberField(10, { label: 'Factor', help: 'On the simulated cost of the operators.', min: 1, max: 10_000 }),
    perRecordMs: numberField(1, {
      label: 'Added per record',
      help: 'For operators that cost nothing.',
      unit: 'ms',
      min: 0,
      max: 60_000,
    }),
    durationMs: durationField(10_000, { label: 'For', min: 1 }),
  }),
  arm(site, { factor, perRecordMs, durationMs }) {
    const slowness = { factor, perRecordMs };
    const spell = new Spell(site, durationMs, `${site.name} became slow for ${durationMs} ms.`);
    return {
      task: {
        beforeRecords: (batch, recordsBefore) => spell.onRecords(recordsBefore, batch.length),
        slowness: () => (spell.on() ? slowness : noSlowness),
      },
    };
  },
};

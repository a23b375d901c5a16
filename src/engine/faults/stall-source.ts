/** A source whose input dries up for a while. */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { FaultDefinition } from './fault.ts';
import { Spell } from './spell.ts';

export const stallSource: FaultDefinition<{ durationMs: number }> = {
  kind: 'stall-source',
  title: 'Stall the source',
  summary: 'Nothing can be read for a while: its watermark stands still, and holds back event time downstream.',
  icon: 'circle-pause',
  targets: ['subtask', 'node'],
  triggers: ['now', 'at', 'record'],
  onlySources: true,
  params: z.object({ durationMs: durationField(10_000, { label: 'For', min: 1 }) }),
  arm(site, { durationMs }) {
    const spell = new Spell(site, durationMs, `${site.name} stalled for ${durationMs} ms.`);
    return {
      task: {
        beforeRecords: (batch, recordsBefore) => spell.onRecords(recordsBefore, batch.length),
        stalled: () => spell.on(),
      },
    };
  },
};

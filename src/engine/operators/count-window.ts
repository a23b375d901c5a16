/**
 * Count window: panes per key of so many records, without regard to time; with a slide, of the last so many at every so
 * many. Flink's countWindow(size) and countWindow(size, slide): a global window with a count trigger that purges, or with
 * an evictor.
 */
import * as z from 'zod/mini';
import { integerField } from '../graph/params.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { global } from '../time/window-assigners.ts';
import { sumOfN, words } from './windowing/example.ts';
import { deriveWindow, functionFields } from './windowing/kind.ts';
import type { WindowFunctionParams } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import type { WindowShape } from './windowing/trigger-fields.ts';

const params = z.object({
  size: integerField(10, {
    label: 'Size',
    unit: 'records',
    min: 1,
    max: 1_000_000,
    help: 'Records of a pane, per key.',
  }),
  slide: integerField(0, {
    label: 'Slide',
    unit: 'records',
    min: 0,
    max: 1_000_000,
    help: 'A pane at every so many records, of the last ones up to the size. 0: panes do not overlap.',
  }),
  ...functionFields,
});
type CountWindowParams = z.infer<typeof params>;

const shape: WindowShape = { time: 'none', merges: false, trigger: 'never()' };

export const countWindow: OperatorDefinition<CountWindowParams> = {
  kind: 'countWindow',
  family: 'time',
  title: 'Count window',
  summary: 'Computes each key over windows of so many records.',
  icon: 'hash',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }],
  derive(given, [input]) {
    const types = deriveWindow(whole(given), shape, input, []);
    return types.ok ? { ok: true, value: types.value.slice(0, 1) } : types;
  },
  describe: ({ size, slide }) => (slide === 0 ? `${size} records` : `${size} records every ${slide}`),
  example: {
    params: { size: 2, aggregates: sumOfN },
    inputs: [{ type: words, timeline: 'a=1@1 b=5@2 a=2@3 w5 a=4@4 |' }],
    outputs: { out: 'a=3@9007199254740991 w5 |' },
  },
};

export const countWindowFactory: TransformFactory<CountWindowParams> = {
  role: 'transform',
  create: (given, context) => makeWindow(whole(given), shape, { assigner: global, latenessMs: 0 }, context),
};

function whole({ size, slide, ...given }: CountWindowParams): WindowFunctionParams {
  const slides = slide > 0;
  return {
    ...given,
    trigger: slides ? `repeatedly(count(${slide}))` : `purging(repeatedly(count(${size})))`,
    accumulation: 'accumulating',
    closing: 'drop',
    evictor: slides ? 'count' : 'none',
    evictCount: size,
    evictMs: 1,
    evictThreshold: 0,
    evictColumn: '',
    evictAfter: false,
    panes: false,
  };
}

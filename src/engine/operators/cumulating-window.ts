/**
 * Cumulating window: panes per key over windows that begin together and grow by a step up to their size, then begin
 * again: the day so far, every hour. Flink SQL's CUMULATE.
 */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { cumulating, windowsMost } from '../time/window-assigners.ts';
import { durationText } from './short-text.ts';
import { sumOfN, words } from './windowing/example.ts';
import { deriveWindow, firingIssues, functionFields, needsEventTime, triggerFields } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import { invalid, latenessField, offsetField, offsetIssues, shapeOf, timeField } from './windowing/time-fields.ts';

const params = z.object({
  time: timeField,
  sizeMs: durationField(3_600_000, { label: 'Size', min: 1, help: 'Length of the longest window.' }),
  stepMs: durationField(600_000, {
    label: 'Step',
    min: 1,
    help: 'By which windows grow. The size is a multiple of it.',
  }),
  offsetMs: offsetField,
  ...functionFields,
  ...triggerFields,
  allowedLatenessMs: latenessField,
});
type CumulatingWindowParams = z.infer<typeof params>;

export const cumulatingWindow: OperatorDefinition<CumulatingWindowParams> = {
  kind: 'cumulatingWindow',
  family: 'time',
  title: 'Cumulating window',
  summary: 'Computes each key over windows that begin together and grow step by step.',
  icon: 'chart-no-axes-column-increasing',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: (given) => needsEventTime(given, given.time) },
  check: (given) => [...issues(given), ...firingIssues(given, shapeOf(given.time))],
  derive: (given, [input]) => deriveWindow(given, shapeOf(given.time), input, issues(given)),
  describe: ({ sizeMs, stepMs }) => `up to ${durationText(sizeMs)} by ${durationText(stepMs)}`,
  example: {
    params: { sizeMs: 10, stepMs: 5, aggregates: sumOfN },
    inputs: [{ type: words, timeline: 'a=1@1 a=2@7 w9 a=4@12 |' }],
    outputs: {
      out:
        '{"word":"a","windowStart":0,"windowEnd":5,"n":1}@4 {"word":"a","windowStart":0,"windowEnd":10,"n":3}@9 w9 ' +
        '{"word":"a","windowStart":10,"windowEnd":15,"n":4}@14 {"word":"a","windowStart":10,"windowEnd":20,"n":4}@19 |',
      late: 'w9 |',
    },
  },
};

export const cumulatingWindowFactory: TransformFactory<CumulatingWindowParams> = {
  role: 'transform',
  create(given, context) {
    const { sizeMs, stepMs, offsetMs, time, allowedLatenessMs: latenessMs } = given;
    return makeWindow(given, shapeOf(time), { assigner: cumulating(sizeMs, stepMs, offsetMs), latenessMs }, context);
  },
};

function issues({ sizeMs, stepMs, offsetMs }: CumulatingWindowParams) {
  const steps = sizeMs / stepMs;
  return [
    ...offsetIssues(offsetMs, sizeMs, 'size'),
    ...(Number.isInteger(steps) ? [] : [invalid('stepMs', 'Step', 'the size must be a whole multiple of it')]),
    ...(steps > windowsMost
      ? [invalid('stepMs', 'Step', `a record would belong to more than ${windowsMost} windows`)]
      : []),
  ];
}

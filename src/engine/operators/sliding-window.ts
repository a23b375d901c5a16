/**
 * Sliding window: panes per key over windows of fixed size that start every slide, so that they overlap. Flink's
 * SlidingEventTimeWindows and SlidingProcessingTimeWindows.
 */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { sliding, windowsMost } from '../time/window-assigners.ts';
import { durationText } from './short-text.ts';
import { sumOfN, words } from './windowing/example.ts';
import { deriveWindow, firingIssues, functionFields, needsEventTime, triggerFields } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import { invalid, latenessField, offsetField, offsetIssues, shapeOf, timeField } from './windowing/time-fields.ts';

const params = z.object({
  time: timeField,
  sizeMs: durationField(60_000, { label: 'Size', min: 1, help: 'Length of each window.' }),
  slideMs: durationField(10_000, {
    label: 'Slide',
    min: 1,
    help: 'From the start of a window to that of the next. Longer than the size, it leaves gaps.',
  }),
  offsetMs: offsetField,
  ...functionFields,
  ...triggerFields,
  allowedLatenessMs: latenessField,
});
type SlidingWindowParams = z.infer<typeof params>;

export const slidingWindow: OperatorDefinition<SlidingWindowParams> = {
  kind: 'slidingWindow',
  family: 'time',
  title: 'Sliding window',
  summary: 'Computes each key over windows of fixed size that overlap, one per slide.',
  icon: 'gallery-horizontal',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: (given) => needsEventTime(given, given.time) },
  check: (given) => [...issues(given), ...firingIssues(given, shapeOf(given.time))],
  derive: (given, [input]) => deriveWindow(given, shapeOf(given.time), input, issues(given)),
  describe: ({ sizeMs, slideMs }) => `${durationText(sizeMs)} every ${durationText(slideMs)}`,
  example: {
    params: { sizeMs: 10, slideMs: 5, aggregates: sumOfN },
    inputs: [{ type: words, timeline: 'a=1@1 a=2@7 w9 a=4@12 |' }],
    outputs: {
      out:
        '{"word":"a","windowStart":-5,"windowEnd":5,"n":1}@4 {"word":"a","windowStart":0,"windowEnd":10,"n":3}@9 w9 ' +
        '{"word":"a","windowStart":5,"windowEnd":15,"n":6}@14 {"word":"a","windowStart":10,"windowEnd":20,"n":4}@19 |',
      late: 'w9 |',
    },
  },
};

export const slidingWindowFactory: TransformFactory<SlidingWindowParams> = {
  role: 'transform',
  create(given, context) {
    const { sizeMs, slideMs, offsetMs, time, allowedLatenessMs: latenessMs } = given;
    return makeWindow(given, shapeOf(time), { assigner: sliding(sizeMs, slideMs, offsetMs), latenessMs }, context);
  },
};

function issues({ sizeMs, slideMs, offsetMs }: SlidingWindowParams) {
  const many = sizeMs / slideMs > windowsMost;
  return [
    ...offsetIssues(offsetMs, slideMs, 'slide'),
    ...(many ? [invalid('slideMs', 'Slide', `a record would belong to more than ${windowsMost} windows`)] : []),
  ];
}

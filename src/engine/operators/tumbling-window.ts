/**
 * Tumbling window: panes per key over windows of fixed size that follow each other. Flink's TumblingEventTimeWindows and
 * TumblingProcessingTimeWindows.
 */
import * as z from 'zod/mini';
import { durationField } from '../graph/params.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { tumbling } from '../time/window-assigners.ts';
import { aggregatesText } from './aggregates.ts';
import { durationText } from './short-text.ts';
import { WindowOperator } from './window-operator.ts';
import { words } from './windowing/example.ts';
import { deriveWindow, firingIssues, functionFields, needsEventTime, triggerFields } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import { latenessField, offsetField, offsetIssues, shapeOf, timeField } from './windowing/time-fields.ts';

const params = z.object({
  time: timeField,
  sizeMs: durationField(60_000, { label: 'Size', min: 1, help: 'Length of each window.' }),
  offsetMs: offsetField,
  ...functionFields,
  ...triggerFields,
  allowedLatenessMs: latenessField,
});
type TumblingWindowParams = z.infer<typeof params>;

export const tumblingWindow: OperatorDefinition<TumblingWindowParams> = {
  kind: 'tumblingWindow',
  family: 'time',
  title: 'Tumbling window',
  summary: 'Computes each key over windows of fixed size that follow each other.',
  icon: 'calendar-clock',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: (given) => needsEventTime(given, given.time) },
  check: (given) => [...issues(given), ...firingIssues(given, shapeOf(given.time))],
  derive: (given, [input]) => deriveWindow(given, shapeOf(given.time), input, issues(given)),
  describe: (given) => `${durationText(given.sizeMs)} · ${functionText(given)}`.slice(0, 40),
  example: {
    params: { sizeMs: 10, aggregates: [{ function: 'sum', column: 'n', as: 'n' }] },
    inputs: [
      {
        type: words,
        timeline: 'a=1@1 b=2@4 a=3@12 a=4@9 w9 a=5@8 w15 |',
      },
    ],
    outputs: {
      out:
        '{"word":"a","windowStart":0,"windowEnd":10,"n":5}@9 {"word":"b","windowStart":0,"windowEnd":10,"n":2}@9 w9 ' +
        'w15 {"word":"a","windowStart":10,"windowEnd":20,"n":3}@19 |',
      late: 'w9 a=5@8 w15 |',
    },
  },
};

export const tumblingWindowFactory: TransformFactory<TumblingWindowParams> = {
  role: 'transform',
  create(given, context) {
    if (isPlain(given)) return new WindowOperator(given, context);
    const { sizeMs, offsetMs, time, allowedLatenessMs: latenessMs } = given;
    return makeWindow(given, shapeOf(time), { assigner: tumbling(sizeMs, offsetMs), latenessMs }, context);
  },
};

const issues = ({ offsetMs, sizeMs }: TumblingWindowParams) => offsetIssues(offsetMs, sizeMs, 'size');

/** Aggregates at the end of event-time windows, which have an operator made for speed. */
const isPlain = ({ time, function: name, trigger, accumulation, closing, evictor, panes }: TumblingWindowParams) =>
  time === 'event' &&
  name === 'aggregates' &&
  trigger.trim() === '' &&
  accumulation === 'accumulating' &&
  closing === 'drop' &&
  evictor === 'none' &&
  !panes;

const functionText = ({ function: name, aggregates }: TumblingWindowParams): string =>
  name === 'aggregates' ? aggregatesText(aggregates) : name;

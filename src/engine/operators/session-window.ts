/**
 * Session window: panes per key over spans of activity, which end when nothing comes for a gap. The gap is the same for
 * all or comes with each record. Flink's EventTimeSessionWindows, ProcessingTimeSessionWindows and their dynamic forms.
 */
import * as z from 'zod/mini';
import { durationField, functionField } from '../graph/params.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { sessions } from '../time/window-assigners.ts';
import { durationText, shortSource } from './short-text.ts';
import { sumOfN, words } from './windowing/example.ts';
import { gapOf } from './windowing/gap.ts';
import { deriveWindow, firingIssues, functionFields, needsEventTime, triggerFields } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import { latenessField, shapeOf, timeField } from './windowing/time-fields.ts';
import { triggerWithoutDelta } from './windowing/trigger-fields.ts';

const params = z.object({
  time: timeField,
  gapMs: durationField(60_000, {
    label: 'Gap',
    min: 1,
    help: 'Without a record for this long, a session is over.',
    when: { param: 'gap', is: '' },
  }),
  gap: functionField('', {
    label: 'Gap of each record',
    signature: '(row) => milliseconds',
    optional: true,
    help: 'Gives the gap behind each record instead. A session lasts until the gaps of all its records are over.',
  }),
  ...functionFields,
  ...triggerFields,
  trigger: triggerWithoutDelta,
  allowedLatenessMs: latenessField,
});
type SessionWindowParams = z.infer<typeof params>;

export const sessionWindow: OperatorDefinition<SessionWindowParams> = {
  kind: 'sessionWindow',
  family: 'time',
  title: 'Session window',
  summary: 'Computes each key over sessions: spans of activity that end with a gap.',
  icon: 'activity',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: (given) => needsEventTime(given, given.time) },
  check: (given) => firingIssues(given, shapeOf(given.time, true)),
  derive: (given, [input]) => deriveWindow(given, shapeOf(given.time, true), input, []),
  describe: ({ gapMs, gap }) =>
    gap.trim() === '' ? `gap ${durationText(gapMs)}` : `gap ${shortSource(gap)}`.slice(0, 40),
  example: {
    params: { gapMs: 5, aggregates: sumOfN },
    inputs: [{ type: words, timeline: 'a=1@1 a=2@9 a=4@5 b=1@3 w7 w13 |' }],
    outputs: {
      out:
        '{"word":"b","windowStart":3,"windowEnd":8,"n":1}@7 w7 ' +
        '{"word":"a","windowStart":1,"windowEnd":14,"n":7}@13 w13 |',
      late: 'w7 w13 |',
    },
  },
};

export const sessionWindowFactory: TransformFactory<SessionWindowParams> = {
  role: 'transform',
  create(given, context) {
    const { time, allowedLatenessMs: latenessMs } = given;
    return makeWindow(
      given,
      shapeOf(time, true),
      { assigner: sessions, latenessMs, gap: gapOf(given, context) },
      context,
    );
  },
};

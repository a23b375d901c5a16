/**
 * Tumbling window: aggregates per key over event-time windows of fixed size, with allowed lateness. Semantics of Flink's
 * WindowOperator with TumblingEventTimeWindows and EventTimeTrigger, accumulating.
 */
import * as z from 'zod/mini';
import { aggregatesField, durationField, integerField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { ColumnSpec, Schema, StreamType } from '../graph/schema.ts';
import type { TransformDefinition } from '../task/operator.ts';
import { aggregateColumns, aggregateIssues, aggregatesText } from './aggregates.ts';
import { derived, duplicateIssues } from './check.ts';
import { durationText } from './short-text.ts';
import { WindowOperator } from './window-operator.ts';

const params = z.object({
  sizeMs: durationField(60_000, { label: 'Size', min: 1, help: 'Length of each window in event time.' }),
  offsetMs: integerField(0, {
    label: 'Offset',
    unit: 'ms',
    help: 'Windows start at whole multiples of the size plus this; for days of another time zone, for example.',
  }),
  aggregates: aggregatesField([{ function: 'count', column: '', as: 'count' }], {
    label: 'Aggregates',
    help: 'Columns computed per key and window. Nulls are left out, as in SQL.',
  }),
  allowedLatenessMs: durationField(0, {
    label: 'Allowed lateness',
    help: 'A window that has fired takes records in for this much longer, and fires again for each.',
  }),
});
type TumblingWindowParams = z.infer<typeof params>;

const words: StreamType = {
  schema: [
    { name: 'word', type: 'string' },
    { name: 'n', type: 'int' },
  ],
  key: ['word'],
};

export const tumblingWindow: TransformDefinition<TumblingWindowParams> = {
  role: 'transform',
  kind: 'tumblingWindow',
  family: 'time',
  title: 'Tumbling window',
  summary: 'Aggregates each key over windows of fixed size in event time.',
  icon: 'calendar-clock',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: () => true },
  derive(given, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    return derived(issues(given, schema, key), () => [
      plainStream(windowSchema(given, schema, key)),
      plainStream(schema),
    ]);
  },
  describe: ({ sizeMs, aggregates }) => `${durationText(sizeMs)} · ${aggregatesText(aggregates)}`.slice(0, 40),
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
  create: (given, context) => new WindowOperator(given, context),
};

function windowSchema({ aggregates }: TumblingWindowParams, schema: Schema, key: readonly string[]): Schema {
  return [
    ...key.map((name) => schema.find((spec) => spec.name === name) as ColumnSpec),
    { name: 'windowStart', type: 'timestamp' },
    { name: 'windowEnd', type: 'timestamp' },
    ...aggregateColumns(aggregates, schema),
  ];
}

function issues(given: TumblingWindowParams, schema: Schema, key: readonly string[]): ParamIssue[] {
  const found = aggregateIssues(given.aggregates, schema, 'aggregates');
  if (Math.abs(given.offsetMs) >= given.sizeMs)
    found.push({
      code: 'invalid-param',
      param: 'offsetMs',
      details: { param: 'Offset', reason: 'it must be less than the size' },
    });
  if (found.length > 0) return found;
  const names = windowSchema(given, schema, key).map((spec) => spec.name);
  return duplicateIssues(names, 'aggregates');
}

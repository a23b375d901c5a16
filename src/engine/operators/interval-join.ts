/**
 * Interval join: Flink's on keyed streams (IntervalJoinOperator), and its outer forms, which Flink has in SQL only
 * (TimeIntervalJoin).
 *
 * A left record meets the right ones of its key whose time is in [time + lower, time + upper]. A result has the greater of
 * the two times; a record that met none by the time that none can come is padded with nulls and keeps its own time, so the
 * outer forms hold the watermark back.
 *
 * Late, time < watermark, is what goes to a side output: of the inner form any such record; of the outer ones, as in SQL,
 * only one of which nothing can come. It meets what is still kept, waits while it can meet more, and otherwise, on a side
 * that the join keeps, is padded at once, which may be behind the watermark that has gone out. SQL drops the rest.
 *
 * Other than in SQL, records are padded, and forgotten, with the watermark that says that none can come, a millisecond
 * before SQL does with `table.exec.interval-join.min-cleanup-interval` 0, so that what came in time is never padded late.
 */
import * as z from 'zod/mini';
import { durationField, toggleField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { IntervalJoinOperator } from './interval-join-operator.ts';
import { joinField, resultColumns, resultFields, resultIssues, textColumns } from './join-result.ts';
import { durationText } from './short-text.ts';
import { twoKeyedIssues } from './two-keyed.ts';

const earliest = -Number.MAX_SAFE_INTEGER;

const params = z.object({
  lowerMs: durationField(0, {
    label: 'Lower bound',
    min: earliest,
    help: 'A right record is joined from this long after the left one; negative: before it.',
  }),
  upperMs: durationField(10_000, {
    label: 'Upper bound',
    min: earliest,
    help: 'A right record is joined up to this long after the left one; negative: before it.',
  }),
  lowerExclusive: toggleField(false, { label: 'Lower bound exclusive', help: 'Exactly at the bound is too early.' }),
  upperExclusive: toggleField(false, { label: 'Upper bound exclusive', help: 'Exactly at the bound is too late.' }),
  join: joinField(
    'Outer: a record of that side that met none comes out with nulls as soon as none can come, so at once if it is that ' +
      'late, as in SQL. The watermark is then held back by the greater of −lower and upper.',
  ),
  ...resultFields,
});
type Given = z.infer<typeof params>;

export const intervalJoin: OperatorDefinition<Given> = {
  kind: 'intervalJoin',
  family: 'join',
  title: 'Interval join',
  summary: 'Joins records of one key in two streams whose times are within an interval of each other.',
  icon: 'unfold-horizontal',
  params,
  inputs: [
    { name: 'left', keyed: true },
    { name: 'right', keyed: true },
  ],
  outputs: [{ name: 'out' }, { name: 'lateLeft', side: true }, { name: 'lateRight', side: true }],
  eventTime: { needed: () => true },
  check: boundIssues,
  derive(given, [left, right]) {
    if (left === undefined || right === undefined) return derived([], () => []);
    return derived([...boundIssues(given), ...twoKeyedIssues(left, right), ...resultIssues(given, left, right)], () => [
      plainStream(resultColumns(given, left, right)),
      plainStream(left.schema),
      plainStream(right.schema),
    ]);
  },
  describe: ({ join, lowerMs, upperMs }) =>
    `${join}, right ${signed(lowerMs)} to ${signed(upperMs)} later`.slice(0, 40),
  example: {
    params: { lowerMs: -2, upperMs: 3 },
    inputs: [
      {
        type: { schema: textColumns('ad', 'page'), key: ['ad'] },
        timeline: 'a=home@5 b=shop@6 w9 a=news@11 w20 b=late@12 |',
      },
      {
        type: { schema: textColumns('ad', 'user'), key: ['ad'] },
        timeline: 'a=ann@3 a=bob@9 w8 b=cem@9 w20 b=late@13 |',
      },
    ],
    outputs: {
      out:
        '{"ad":"a","page":"home","user":"ann"}@5 w8 {"ad":"a","page":"news","user":"bob"}@11 ' +
        '{"ad":"b","page":"shop","user":"cem"}@9 w20 |',
      lateLeft: 'w8 w20 b=late@12 |',
      lateRight: 'w8 w20 b=late@13 |',
    },
  },
};

export const intervalJoinFactory: TransformFactory<Given> = {
  role: 'transform',
  create: (given, context) => new IntervalJoinOperator(given, context),
};

function boundIssues({ lowerMs, upperMs, lowerExclusive, upperExclusive }: Given): ParamIssue[] {
  if (lowerMs + Number(lowerExclusive) <= upperMs - Number(upperExclusive)) return [];
  const reason = lowerMs <= upperMs ? 'no time is between exclusive bounds so close' : 'it is below the lower bound';
  return [{ code: 'invalid-param', param: 'upperMs', details: { param: 'Upper bound', reason } }];
}

const signed = (ms: number): string => (ms < 0 ? `−${durationText(-ms)}` : durationText(ms));

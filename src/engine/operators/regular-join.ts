/**
 * Regular join: each row of one side with all rows of its key on the other, as tables and not as of a time: Flink SQL's
 * JOIN (StreamingJoinOperator), inner, left, right and full outer, and its semi and anti joins (IN, NOT EXISTS).
 *
 * Every row is kept until it is taken away or its time to live is over, so that it can meet whatever comes later.
 */
import * as z from 'zod/mini';
import { choiceField, durationField } from '../graph/params.ts';
import { changelogSchema, isChangelog, plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { columnNameIssues, joinColumns, leftColumns, plainColumns, prefixField, withoutKind } from './join-columns.ts';
import { RegularJoinOperator } from './regular-join-operator.ts';
import type { RegularJoinParams } from './regular-join-operator.ts';
import { SemiJoinOperator } from './semi-join-operator.ts';
import { durationText } from './short-text.ts';
import { twoKeyedIssues } from './two-keyed.ts';

const ttlField = (side: 'left' | 'right') =>
  durationField(0, {
    label: `Time to live of the ${side}`,
    help:
      `A row of the ${side} is forgotten when it was not written for this long in processing time, and meets none any ` +
      'more. 0 ms: never, so that the state grows with every new row.',
  });

const params = z.object({
  join: choiceField(
    'inner',
    [
      { value: 'inner', label: 'Inner' },
      { value: 'left', label: 'Left outer' },
      { value: 'right', label: 'Right outer' },
      { value: 'full', label: 'Full outer' },
      { value: 'semi', label: 'Left semi' },
      { value: 'anti', label: 'Left anti' },
    ],
    {
      label: 'Join',
      help:
        'Outer: a row of that side that meets none comes out at once, with nulls; that is taken back when it meets one. ' +
        'The result is then a changelog. Semi: the rows of the left that meet one, as they are; anti: those that meet none.',
    },
  ),
  leftTtlMs: ttlField('left'),
  rightTtlMs: ttlField('right'),
  prefix: prefixField(),
});

export const regularJoin: OperatorDefinition<RegularJoinParams> = {
  kind: 'regularJoin',
  family: 'join',
  title: 'Regular join',
  summary: 'Joins two streams as tables: each row with all rows of its key, whenever they come or go.',
  icon: 'columns-3',
  params,
  inputs: [
    { name: 'left', keyed: true, changelog: true },
    { name: 'right', keyed: true, changelog: true },
  ],
  outputs: [{ name: 'out' }],
  derive({ join, prefix }, [left, right]) {
    if (left === undefined || right === undefined) return derived([], () => []);
    const alone = join === 'semi' || join === 'anti';
    const columns = alone ? leftColumns(withoutKind(left)) : joinColumns(withoutKind(left), withoutKind(right), prefix);
    // What has met one stays so, if nothing is taken away.
    const appends = join === 'inner' || join === 'semi';
    const changes = !appends || isChangelog(left.schema) || isChangelog(right.schema);
    return derived([...twoKeyedIssues(left, right), ...columnNameIssues(columns, 'prefix')], () => [
      plainStream(changes ? changelogSchema(plainColumns(columns)) : plainColumns(columns)),
    ]);
  },
  describe({ join, leftTtlMs, rightTtlMs }) {
    if (leftTtlMs === 0 && rightTtlMs === 0) return `${join}, rows are kept for ever`;
    const [left, right] = [leftTtlMs, rightTtlMs].map((ms) => (ms === 0 ? '∞' : durationText(ms)));
    return `${join}, keeps ${left === right ? left : `${left} / ${right}`}`.slice(0, 40);
  },
  example: {
    params: { join: 'left' },
    inputs: [
      { type: keyed('item'), timeline: 'a=pen@1 b=ink@3 w4 |' },
      { type: keyed('paid'), timeline: 'a=cash@2 w4 a=card@5 |' },
    ],
    outputs: {
      out:
        '+I:{"order":"a","item":"pen"}@1 -D:{"order":"a","item":"pen"}@2 ' +
        '+I:{"order":"a","item":"pen","paid":"cash"}@2 +I:{"order":"b","item":"ink"}@3 w4 ' +
        '+I:{"order":"a","item":"pen","paid":"card"}@5 |',
    },
  },
};

export const regularJoinFactory: TransformFactory<RegularJoinParams> = {
  role: 'transform',
  create: (given, context) =>
    given.join === 'semi' || given.join === 'anti'
      ? new SemiJoinOperator(given, context)
      : new RegularJoinOperator(given, context),
};

function keyed(value: string): StreamType {
  return {
    schema: [
      { name: 'order', type: 'string' },
      { name: value, type: 'string' },
    ],
    key: ['order'],
  };
}

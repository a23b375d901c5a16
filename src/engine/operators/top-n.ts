/**
 * Top-N: of each key the N best rows by one column or several, as a table that changes: Flink SQL's
 * `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …) <= N`, or `BETWEEN first AND N`. Ties keep the order of arrival.
 */
import * as z from 'zod/mini';
import { choiceField, columnField, durationField, integerField, textField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { changelogSchema, plainStream, withoutRowKind } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { columnIssues, derived, duplicateIssues } from './check.ts';
import { orderedTypes, orderHint, orderIssues } from './order-by.ts';
import { TopNOperator } from './top-n-operator.ts';
import type { TopNParams } from './top-n-operator.ts';

const params = z.object({
  n: integerField(10, { label: 'N', help: 'So many rows per key: the last place that counts.', min: 1, max: 10_000 }),
  first: integerField(1, {
    label: 'First place',
    help: 'The rows in front of it are left out: BETWEEN 3 AND 5 is 3 here and 5 as N.',
    min: 1,
    max: 10_000,
  }),
  by: columnField({ label: 'By', help: 'The column that decides.' }),
  order: choiceField(
    'desc',
    [
      { value: 'desc', label: 'Greatest first' },
      { value: 'asc', label: 'Least first' },
    ],
    { label: 'Order', help: 'Of equal rows the first to arrive is first.' },
  ),
  nulls: choiceField(
    'least',
    [
      { value: 'least', label: 'Less than any value' },
      { value: 'first', label: 'First' },
      { value: 'last', label: 'Last' },
    ],
    {
      label: 'Nulls',
      help: 'Where a null of that column is. As in Flink SQL, a null is less than any value unless said.',
    },
  ),
  thenBy: textField('', {
    label: 'Then by',
    placeholder: 'name, height desc',
    help: `Columns that decide between rows that are equal by the first. ${orderHint}`,
  }),
  rankColumn: textField('', {
    label: 'Rank column',
    help:
      'Name of a column for the place, from 1; every row that moves is then an update. Empty: none, and only rows that ' +
      'come in or go out are told, unless the first place is not 1.',
  }),
  ttlMs: durationField(0, {
    label: 'Time to live',
    help:
      'A row is forgotten so long after it, or one of equal rank, came last; then others may come in for it, and nobody is ' +
      'told. 0: never.',
  }),
});

export const topN: OperatorDefinition<TopNParams> = {
  kind: 'topN',
  family: 'transform',
  title: 'Top-N',
  summary: 'Keeps the N greatest or least rows of each key, and tells how they change.',
  icon: 'rows-3',
  params,
  inputs: [{ name: 'in', keyed: true, changelog: true }],
  outputs: [{ name: 'out' }],
  derive({ n, first, by, thenBy, rankColumn }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    const rows = withoutRowKind(schema);
    const names = [...rows.map(({ name }) => name), ...(rankColumn === '' ? [] : [rankColumn])];
    const issues = [
      ...columnIssues(rows, by, 'by', orderedTypes),
      ...orderIssues(thenBy, rows, { param: 'thenBy', label: 'Then by', before: [by] }),
      ...duplicateIssues(names, 'rankColumn'),
      ...placeIssues(first, n),
    ];
    return derived(issues, () => [
      plainStream(changelogSchema(rankColumn === '' ? rows : [...rows, { name: rankColumn, type: 'int' }])),
    ]);
  },
  describe: ({ n, first, by, order, thenBy }) =>
    `${first > 1 ? `${first} to ` : ''}${n} ${order === 'desc' ? 'greatest' : 'least'} by ${by || '…'}${thenBy.trim() === '' ? '' : `, ${thenBy.trim()}`}`.slice(
      0,
      40,
    ),
  example: {
    params: { n: 2, by: 'points', rankColumn: 'place' },
    inputs: [
      {
        type: {
          schema: [
            { name: 'game', type: 'string' },
            { name: 'points', type: 'int' },
          ],
          key: ['game'],
        },
        timeline: 'a=5@1 a=7@2 w2 a=6@3 a=1@4 |',
      },
    ],
    outputs: {
      out:
        '+I:{"game":"a","points":5,"place":1}@1 -U:{"game":"a","points":5,"place":1}@2 ' +
        '+U:{"game":"a","points":7,"place":1}@2 +I:{"game":"a","points":5,"place":2}@2 w2 ' +
        '-U:{"game":"a","points":5,"place":2}@3 +U:{"game":"a","points":6,"place":2}@3 |',
    },
  },
};

function placeIssues(first: number, n: number): ParamIssue[] {
  if (first <= n) return [];
  const reason = `no row is at place ${first} of ${n}`;
  return [{ code: 'invalid-param', param: 'first', details: { param: 'First place', reason } }];
}

export const topNFactory: TransformFactory<TopNParams> = {
  role: 'transform',
  create: (given, context) => new TopNOperator(given, context),
};

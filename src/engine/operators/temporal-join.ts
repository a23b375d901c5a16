/**
 * Temporal join: each left record with the version of its key that was valid at its time, as Flink SQL's event-time join
 * with a versioned table (FOR SYSTEM_TIME AS OF).
 *
 * A left record waits until the watermark says that all versions up to its time have come. The versions are an upsert
 * stream: each holds from its own time until the next one's; of two of one time the one that came last counts.
 */
import * as z from 'zod/mini';
import { choiceField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { columnNameIssues, joinColumns, plainColumns, prefixField } from './join-columns.ts';
import { TemporalJoinOperator } from './temporal-join-operator.ts';
import type { TemporalJoinParams } from './temporal-join-operator.ts';
import { twoKeyedIssues } from './two-keyed.ts';

const params = z.object({
  join: choiceField(
    'inner',
    [
      { value: 'inner', label: 'Inner' },
      { value: 'left', label: 'Left outer' },
    ],
    { label: 'Join', help: 'Of a left record without a version, inner gives nothing and left outer a row with nulls.' },
  ),
  prefix: prefixField(),
});

export const temporalJoin: OperatorDefinition<TemporalJoinParams> = {
  kind: 'temporalJoin',
  family: 'join',
  title: 'Temporal join',
  summary: 'Joins each record with the version of its key that was valid at its time.',
  icon: 'calendar-clock',
  params,
  inputs: [
    { name: 'left', keyed: true },
    { name: 'versions', keyed: true },
  ],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: () => true },
  derive({ prefix }, [left, versions]) {
    if (left === undefined || versions === undefined) return derived([], () => []);
    const columns = joinColumns(left, versions, prefix);
    return derived([...twoKeyedIssues(left, versions), ...columnNameIssues(columns, 'prefix')], () => [
      plainStream(plainColumns(columns)),
      plainStream(left.schema),
    ]);
  },
  describe: ({ join }) => `${join}, version as of the left’s time`,
  example: {
    params: {},
    inputs: [
      { type: keyed('currency', 'amount'), timeline: 'EUR=10@4 USD=5@6 w5 EUR=20@8 w9 EUR=1@7 |' },
      { type: keyed('currency', 'rate'), timeline: 'EUR=2@1 EUR=3@5 w9 EUR=4@9 |' },
    ],
    outputs: {
      out: '{"currency":"EUR","amount":10,"rate":2}@4 w5 {"currency":"EUR","amount":20,"rate":3}@8 w9 |',
      late: 'w5 w9 EUR=1@7 |',
    },
  },
};

export const temporalJoinFactory: TransformFactory<TemporalJoinParams> = {
  role: 'transform',
  create: (given, context) => new TemporalJoinOperator(given, context),
};

function keyed(key: string, value: string): StreamType {
  return {
    schema: [
      { name: key, type: 'string' },
      { name: value, type: 'int' },
    ],
    key: [key],
  };
}

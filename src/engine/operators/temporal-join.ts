/**
 * Temporal join: each left record with the version of its key that was valid at its time, as Flink SQL's join with a
 * versioned table (FOR SYSTEM_TIME AS OF).
 *
 * By the time of the record it waits until the watermark says that all versions up to its time have come
 * (TemporalRowTimeJoinOperator). The versions are an upsert stream, or a changelog: each holds from its own time until the
 * next one's; of two of one time the one that came last counts. By the clock it meets the version that is there
 * (TemporalProcessTimeJoinOperator), and nothing waits.
 *
 * The left takes insertions only: what takes a record back has the time of its cause here, and would meet another version.
 */
import * as z from 'zod/mini';
import { choiceField, durationField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { derived } from './check.ts';
import { columnNameIssues, joinColumns, plainColumns, prefixField, withoutKind } from './join-columns.ts';
import { TemporalJoinNow } from './temporal-join-now.ts';
import { TemporalJoinOperator } from './temporal-join-operator.ts';
import type { TemporalJoinParams } from './temporal-join-operator.ts';
import { twoKeyedIssues } from './two-keyed.ts';

const params = z.object({
  time: choiceField(
    'event',
    [
      { value: 'event', label: 'Of the record' },
      { value: 'processing', label: 'Of the clock' },
    ],
    {
      label: 'Version as of the time',
      help:
        'Of the record: it waits until the watermark says that all versions up to its time are there, so that the result ' +
        'does not depend on the order of arrival. Of the clock: it meets the newest version at once.',
    },
  ),
  join: choiceField(
    'inner',
    [
      { value: 'inner', label: 'Inner' },
      { value: 'left', label: 'Left outer' },
    ],
    { label: 'Join', help: 'Of a left record without a version, inner gives nothing and left outer a row with nulls.' },
  ),
  prefix: prefixField(),
  ttlMs: durationField(0, {
    label: 'Time to live',
    help: 'A version is forgotten so long after it came, or was met last. 0: never.',
    when: { param: 'time', is: 'processing' },
  }),
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
    { name: 'versions', keyed: true, changelog: true },
  ],
  // By the clock nothing is late.
  outputs: ({ time }) => [{ name: 'out' }, ...(time === 'event' ? [{ name: 'late', side: true }] : [])],
  eventTime: { needed: ({ time }) => time === 'event' },
  derive({ prefix, time }, [left, versions]) {
    if (left === undefined || versions === undefined) return derived([], () => []);
    const columns = joinColumns(left, withoutKind(versions), prefix);
    return derived([...twoKeyedIssues(left, versions), ...columnNameIssues(columns, 'prefix')], () => [
      plainStream(plainColumns(columns)),
      ...(time === 'event' ? [plainStream(left.schema)] : []),
    ]);
  },
  describe: ({ join, time }) => `${join}, version ${time === 'event' ? 'as of the left’s time' : 'of the moment'}`,
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
  create: (given, context) =>
    given.time === 'event' ? new TemporalJoinOperator(given, context) : new TemporalJoinNow(given, context),
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

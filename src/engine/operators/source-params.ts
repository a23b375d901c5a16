/**
 * The parameters about event time that sources share, under the same names everywhere: the task reads them to make the
 * source's watermark generators and to align it with others. The assigner in mid-stream has some of them, too.
 */
import { choiceField, columnField, durationField, functionField, integerField, textField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { Schema } from '../graph/schema.ts';
import { alignmentDefaults } from '../time/watermarks/alignment.ts';
import { strategyFields, strategyOf, strategyOptions } from '../time/watermarks/list.ts';
import type { StrategyName } from '../time/watermarks/list.ts';
import { columnIssues } from './check.ts';
import { timestampTypes } from './timestamps.ts';
import type { TimestampParams } from './timestamps.ts';

interface EventTimeParams extends TimestampParams {
  readonly alignmentGroup?: string;
}

/** Fields of timestamps and watermarks, with the kind's own defaults. */
export function timestampFields(initial: { timestampColumn: string }, of: 'input' | 'output', without: string) {
  return {
    timestampColumn: columnField({
      initial: initial.timestampColumn,
      of,
      optional: true,
      label: 'Timestamp column',
      help: `Gives each record its event time. ${without}`,
    }),
    timestampFunction: functionField('', {
      optional: true,
      label: 'Timestamp function',
      signature: '(row, timestamp) => a time, or null for none',
      help: 'In place of a column: computes the event time of each record. `timestamp` is the one that it has.',
      when: { param: 'timestampColumn', is: '' },
    }),
  };
}

export const strategyFieldsFor = (initial: StrategyName) => ({
  watermarks: choiceField(initial, strategyOptions, {
    label: 'Watermarks',
    help: 'Monotonous trusts that timestamps only rise; bounded waits for records that come late by the bound; punctuated takes watermarks out of records; ingestion time stamps records when they come, whatever they carry.',
  }),
  ...strategyFields,
  idleTimeoutMs: durationField(0, {
    label: 'Idleness timeout',
    help: 'Without a record for this long, and one or two watermark intervals, it is idle and holds back no watermark. 0 means never.',
  }),
});

/** All that sources share; spread them into the kind's params. */
export function eventTimeFields(initial: { watermarks: StrategyName; timestampColumn: string }) {
  return {
    ...timestampFields(initial, 'output', 'Without it, records have none.'),
    ...strategyFieldsFor(initial.watermarks),
    alignmentGroup: textField('', {
      label: 'Alignment group',
      placeholder: 'none',
      help: 'Sources of one group wait for each other: none reads far ahead of the slowest in event time.',
    }),
    maxDriftMs: durationField(alignmentDefaults.maxDriftMs, {
      label: 'Maximum drift',
      help: 'How far its watermark may be ahead of the least watermark in the group.',
      when: { param: 'alignmentGroup', not: '' },
    }),
    alignmentIntervalMs: durationField(alignmentDefaults.intervalMs, {
      label: 'Update interval',
      help: 'How often watermarks are compared. Until then a source may run further ahead.',
      min: 1,
      when: { param: 'alignmentGroup', not: '' },
    }),
  };
}

/** For sources whose input can be divided further than by subtasks. */
export const splitsField = () =>
  integerField(0, {
    label: 'Splits',
    min: 0,
    max: 64,
    help: 'Into how many parts the input is divided, dealt to the subtasks in turn, each with a watermark of its own. With 0 each subtask is one, and the parallelism cannot change with a restore.',
  });

/** Whether its records have event times. */
export const assignsTimestamps = ({ timestampColumn, timestampFunction, watermarks }: TimestampParams): boolean =>
  timestampColumn !== '' || timestampFunction.trim() !== '' || strategyOf(watermarks).stamps;

/** What is wrong with them, given the columns that the source declares. */
export function eventTimeIssues(params: EventTimeParams, schema: Schema): ParamIssue[] {
  if (params.timestampColumn !== '')
    return columnIssues(schema, params.timestampColumn, 'timestampColumn', timestampTypes);
  if (assignsTimestamps(params) || !strategyOf(params.watermarks).needsTimestamps) return [];
  return [{ code: 'missing-column', param: 'timestampColumn', details: { param: 'the timestamps' } }];
}

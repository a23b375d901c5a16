/**
 * The parameters about event time that sources share, under the same names everywhere: the task reads them to make the
 * source's watermark generator.
 */
import { choiceField, columnField, durationField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { columnIndex } from '../graph/schema.ts';
import type { ColumnType, Schema } from '../graph/schema.ts';
import type { WatermarkStrategy } from '../time/watermark-strategy.ts';
import type { Batch, NumberColumn } from '../wire/batch.ts';
import { columnIssues } from './check.ts';

export interface EventTimeParams {
  /** '' where records get no timestamp. */
  readonly timestampColumn: string;
  readonly watermarks: WatermarkStrategy;
  readonly outOfOrdernessMs: number;
  /** 0: a silent source is never marked idle. */
  readonly idleTimeoutMs: number;
}

/** The four fields, with the kind's own defaults; spread them into its params. */
export function eventTimeFields(initial: { watermarks: WatermarkStrategy; timestampColumn: string }) {
  return {
    timestampColumn: columnField({
      initial: initial.timestampColumn,
      of: 'output',
      optional: true,
      label: 'Timestamp column',
      help: 'Gives each record its event time. Without it, records have none.',
    }),
    watermarks: choiceField(
      initial.watermarks,
      [
        { value: 'none', label: 'None until the end' },
        { value: 'monotonous', label: 'Monotonous' },
        { value: 'bounded', label: 'Bounded out-of-orderness' },
      ],
      {
        label: 'Watermarks',
        help: 'Monotonous trusts that timestamps only rise; bounded waits for records that come late by the bound.',
      },
    ),
    outOfOrdernessMs: durationField(0, {
      label: 'Out-of-orderness bound',
      help: 'The watermark stays this far (and 1 ms) behind the newest timestamp.',
      when: { param: 'watermarks', is: 'bounded' },
    }),
    idleTimeoutMs: durationField(0, {
      label: 'Idle after',
      help: 'Without a record for this long, the source is idle and holds back no watermark. 0 means never.',
    }),
  };
}

export const timestampTypes: readonly ColumnType[] = ['timestamp', 'int'];

/** What is wrong with them, given the columns that the source declares. */
export function eventTimeIssues(params: EventTimeParams, schema: Schema): ParamIssue[] {
  if (params.timestampColumn === '') {
    if (params.watermarks === 'none') return [];
    return [{ code: 'missing-column', param: 'timestampColumn', details: { param: 'the timestamps' } }];
  }
  return columnIssues(schema, params.timestampColumn, 'timestampColumn', timestampTypes);
}

/** The batch with its event times taken from this column, NaN where it is null; as it is for ''. Shares all arrays. */
export function withTimestamps(batch: Batch, column: string): Batch {
  const index = columnIndex(batch.schema, column);
  if (index === -1) return batch;
  return { ...batch, timestamps: (batch.columns[index] as NumberColumn).values };
}

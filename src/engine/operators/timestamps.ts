/** Timestamp assigners (Flink: TimestampAssigner): from a column, by a function, or from the clock. */
import type { ColumnType, Schema } from '../graph/schema.ts';
import { columnIndex } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import { strategyContext } from '../task/strategy-context.ts';
import { strategyOf } from '../time/watermarks/list.ts';
import type { StrategyName } from '../time/watermarks/list.ts';
import { timestampAt } from '../time/watermarks/punctuated.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import type { Batch, NumberColumn } from '../wire/batch.ts';

export interface TimestampParams {
  /** '' where records get no timestamp from a column. */
  readonly timestampColumn: string;
  /** In force without a column; '' for none. */
  readonly timestampFunction: string;
  readonly watermarks: StrategyName;
}

export const timestampTypes: readonly ColumnType[] = ['timestamp', 'int'];

/** Gives a batch its event times, NaN for none, and shares the rest of it. Valid until the next batch. */
export type TimestampAssigner = (batch: Batch) => Batch;

/** `schema`: of the batches. */
export function timestampAssigner(
  params: TimestampParams,
  context: OperatorContext,
  schema: Schema,
): TimestampAssigner {
  if (strategyOf(params.watermarks).stamps) return byClock(context);
  const index = columnIndex(schema, params.timestampColumn);
  if (index >= 0) return (batch) => ({ ...batch, timestamps: (batch.columns[index] as NumberColumn).values });
  if (params.timestampFunction.trim() === '') return (batch) => batch;
  return byFunction(params.timestampFunction, context, schema);
}

function byClock(context: OperatorContext): TimestampAssigner {
  const space = new Space();
  return (batch) => ({ ...batch, timestamps: space.of(batch.length).fill(context.now()) });
}

function byFunction(source: string, context: OperatorContext, schema: Schema): TimestampAssigner {
  const rows = strategyContext(context, schema);
  const extract = rows.compile('timestampFunction', source);
  const space = new Space();
  return (batch) => {
    const timestamps = space.of(batch.length);
    for (let row = 0; row < batch.length; row++) {
      const time = rows.time(extract(rows.row(batch, row), timestampAt(batch, row)), 'the timestamp of a record');
      timestamps[row] = time ?? NO_TIMESTAMP;
    }
    return { ...batch, timestamps };
  };
}

/** Room for the timestamps of a batch, used again for the next. */
class Space {
  private array = new Float64Array(0);

  of(length: number): Float64Array {
    if (this.array.length < length) this.array = new Float64Array(Math.max(length, 2 * this.array.length));
    return this.array.subarray(0, length);
  }
}

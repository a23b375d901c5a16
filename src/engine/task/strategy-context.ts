/** What a watermark strategy gets to see of the operator that runs it: rows, the clock, functions that name the record. */
import { addClamped, eventTime } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { Schema } from '../graph/schema.ts';
import type { StrategyContext, TimedBatch } from '../time/watermarks/strategy.ts';
import { rowAt } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { CoercionError, resultFailure, shown, toNumber } from '../wire/coerce.ts';
import { TaskFailure } from '../wire/failures.ts';
import { RowView } from '../wire/row-view.ts';
import type { OperatorContext } from './operator.ts';

/** `schema`: of the records that the strategy sees. */
export function strategyContext(context: OperatorContext, schema: Schema): StrategyContext {
  const view = new RowView(schema);
  const noBatch: Batch = { schema, length: 0, timestamps: new Float64Array(0), columns: [] };
  let bound: TimedBatch = noBatch;
  let at = 0;
  const wrong = (reason: string): TaskFailure => {
    const { failure } = resultFailure(context, reason);
    if (at >= bound.length) return new TaskFailure(failure);
    return new TaskFailure({ ...failure, record: JSON.stringify(rowAt(bound as Batch, at)).slice(0, 2000) });
  };
  return {
    compile: (param, source) => context.compile(param, source),
    guard: (made) => context.guard(made),
    now: () => context.now(),
    row(batch, index) {
      if (batch !== bound) view.bind(batch as Batch);
      bound = batch;
      at = index;
      context.at(batch as Batch, index);
      return view.move(index);
    },
    noRow() {
      bound = noBatch;
      context.at(noBatch, 0);
    },
    time: (value, call) => timeOf(value, call, wrong),
    wrong,
  };
}

/** As a column of timestamps takes it; null for none. */
function timeOf(value: unknown, call: string, wrong: (reason: string) => TaskFailure): EventTimeMs | null {
  try {
    const time = toNumber(value, 'timestamp', call);
    return Number.isNaN(time) ? null : addClamped(eventTime(time), 0);
  } catch (error) {
    if (!(error instanceof CoercionError)) throw error;
    throw wrong(`${shown(value)} for ${call}, where milliseconds since 1970 or an ISO 8601 date is needed`);
  }
}

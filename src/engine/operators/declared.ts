/**
 * How the result of a function becomes a record of declared columns: an object gives them by name; if a single column is
 * declared, any value that is not an object with that property is the column's value itself.
 */
import type { ColumnSpec } from '../graph/schema.ts';
import type { BatchBuilder } from '../wire/batch-builder.ts';

/** Appends one result to the builder; throws TaskFailure 'function-result'. */
export function declaredResult(builder: BatchBuilder): (result: unknown, timestamp: number) => void {
  if (builder.schema.length !== 1) return (result, timestamp) => builder.appendRow(result, timestamp);
  const only = (builder.schema[0] as ColumnSpec).name;
  return (result, timestamp) => {
    if (typeof result === 'object' && result !== null && only in result) builder.appendRow(result, timestamp);
    else {
      builder.startRow(timestamp);
      builder.value(0, result);
    }
  };
}

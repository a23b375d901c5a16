/** What a person's reduce function gave, as a row with exactly the columns of its records. */
import type { CellValue, Row, Schema } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import { CoercionError, resultFailure, shown, toCell } from '../wire/coerce.ts';

/** Throws TaskFailure 'function-result'. */
export function reducedRow(result: unknown, schema: Schema, context: OperatorContext): Row {
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    throw resultFailure(context, `${shown(result)}, where an object with the same columns is needed`);
  const row: Record<string, CellValue> = {};
  try {
    for (const spec of schema) row[spec.name] = toCell((result as Record<string, unknown>)[spec.name], spec);
  } catch (error) {
    if (error instanceof CoercionError) throw resultFailure(context, error.message);
    throw error;
  }
  return row;
}

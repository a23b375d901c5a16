/** What a person's reduce function gave, as a row with exactly the columns of its records. */
import type { CellValue, Row, Schema } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import { CoercionError, resultFailure, shown, toCell } from '../wire/coerce.ts';
import { ReturnedNames } from './returned-names.ts';

/**
 * Gives what turns results into rows, throwing TaskFailure 'function-result', and tells what they have beside or without the
 * columns. `param`: that of the function; `writtenElsewhere`: columns that need not come from it.
 */
export function reducedRows(
  schema: Schema,
  context: OperatorContext,
  { param, writtenElsewhere = [] }: { readonly param: string; readonly writtenElsewhere?: readonly string[] },
): (result: unknown) => Row {
  const taken = schema.map(({ name }) => name);
  const wanted = taken.filter((name) => !writtenElsewhere.includes(name));
  const codes = { more: 'unreduced-field', less: 'unreduced-column' } as const;
  const returned = new ReturnedNames({ taken, wanted, param, codes }, context);
  return (result) => {
    const row = reducedRow(result, schema, context);
    returned.see(result as object);
    return row;
  };
}

function reducedRow(result: unknown, schema: Schema, context: OperatorContext): Row {
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

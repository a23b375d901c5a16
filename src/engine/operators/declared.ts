/**
 * How the result of a function becomes a record of declared columns: an object gives them by name; if a single column is
 * declared, any value that is not an object with that property is the column's value itself. What the function returns
 * and no column takes is dropped, which is said; so is a column that it never returns.
 */
import type { ColumnSpec, Row, Schema } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import type { BatchBuilder } from '../wire/batch-builder.ts';
import { ReturnedNames } from './returned-names.ts';

type Append = (result: unknown, timestamp: number) => void;

interface Around {
  /** The columns of the output, if there are more than those of the builder. */
  readonly output?: Schema;
  /** Where those others are kept from: the row that the function was given. */
  readonly kept?: Row;
  /** The parameter that declares the columns. */
  readonly param?: string;
}

/** Appends one result to the builder; throws TaskFailure 'function-result'. */
export function declaredResult(
  builder: BatchBuilder,
  context: Pick<OperatorContext, 'found'>,
  { output = builder.schema, kept, param = 'columns' }: Around = {},
): Append {
  const { schema } = builder;
  const declared = schema.map(({ name }) => name);
  const others = output.flatMap(({ name }) => (declared.includes(name) ? [] : [name]));
  const returned = new ReturnedNames(
    {
      taken: kept === undefined ? [...declared, ...others] : declared,
      // The kind of a row is put there by the operator where the function leaves it out.
      wanted: schema.flatMap(({ name, type }) => (type === 'rowkind' ? [] : [name])),
      ...(kept === undefined ? {} : { kept: { names: others, row: kept } }),
      param,
      codes: { more: 'undeclared-field', less: 'unreturned-column' },
    },
    context,
  );
  const appendRow: Append = (result, timestamp) => {
    builder.appendRow(result, timestamp);
    returned.see(result as object);
  };
  if (schema.length !== 1) return appendRow;
  const only = (schema[0] as ColumnSpec).name;
  return (result, timestamp) => {
    if (typeof result === 'object' && result !== null && only in result) appendRow(result, timestamp);
    else {
      builder.startRow(timestamp);
      builder.value(0, result);
    }
  };
}

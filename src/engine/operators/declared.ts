/**
 * How the result of a function becomes a record of declared columns: an object gives them by name; if a single column is
 * declared, any value that is not an object with that property is the column's value itself. What the function returns
 * and no column takes is dropped, which is said; so is a column that it never returns.
 */
import { namesDetails } from '../graph/problem-details.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { ColumnSpec, Schema } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import type { BatchBuilder } from '../wire/batch-builder.ts';

type Append = (result: unknown, timestamp: number) => void;

/** So many of the first results are looked at, then one of every `sampleEvery`: looking at names allocates. */
const firstResults = 256;
const sampleEvery = 1024;
/** A column that none of so many results had is one that the function does not know. */
const resultsWithout = 32;

/**
 * Appends one result to the builder; throws TaskFailure 'function-result'. `output`: the columns of the output, if there
 * are more than those of the builder.
 */
export function declaredResult(
  builder: BatchBuilder,
  context: Pick<OperatorContext, 'found'>,
  output: Schema = builder.schema,
): Append {
  const { schema } = builder;
  const returned = new ReturnedNames(schema, output, context);
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

/** Compares the names that a function returns with the columns there are, and tells of either kind of difference once. */
class ReturnedNames {
  private readonly context: Pick<OperatorContext, 'found'>;
  private readonly taken: ReadonlySet<string>;
  private readonly unseen: Set<string>;
  private seen = 0;
  private told = false;

  constructor(declared: Schema, output: Schema, context: Pick<OperatorContext, 'found'>) {
    this.context = context;
    this.taken = new Set([...output, ...declared].map(({ name }) => name));
    // The kind of a row is put there by the operator where the function leaves it out.
    this.unseen = new Set(declared.flatMap(({ name, type }) => (type === 'rowkind' ? [] : [name])));
  }

  see(result: object): void {
    const number = ++this.seen;
    if (number > firstResults && number % sampleEvery !== 0) return;
    if (!this.told) this.lookForMore(result);
    if (this.unseen.size > 0 && number <= resultsWithout) this.lookForLess(result, number);
  }

  private lookForMore(result: object): void {
    const dropped = Object.keys(result).filter((name) => !this.taken.has(name));
    if (dropped.length === 0) return;
    this.told = true;
    this.context.found(differs('undeclared-field', dropped));
  }

  private lookForLess(result: object, number: number): void {
    for (const name of this.unseen) if (name in result) this.unseen.delete(name);
    if (number === resultsWithout && this.unseen.size > 0)
      this.context.found(differs('unreturned-column', [...this.unseen]));
  }
}

const differs = (code: 'undeclared-field' | 'unreturned-column', names: readonly string[]): ParamIssue => ({
  code,
  param: 'columns',
  details: namesDetails(names),
});

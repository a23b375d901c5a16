/** A predicate over the rows of a batch: the indices of those for which a user's function says true, and of the rest. */
import type { Schema } from '../graph/schema.ts';
import type { OperatorContext, UserFunction } from '../task/operator.ts';
import type { Batch } from '../wire/batch.ts';
import { resultFailure, shown } from '../wire/coerce.ts';
import { RowView } from '../wire/row-view.ts';

export class RowTest {
  /** Indices after `run`, ascending; used again by the next run. */
  yes = new Int32Array(256);
  no = new Int32Array(256);
  private readonly context: OperatorContext;
  private readonly test: UserFunction;
  private readonly view: RowView;

  constructor(context: OperatorContext, test: UserFunction) {
    this.context = context;
    this.test = test;
    this.view = new RowView((context.inputs[0] as { schema: Schema }).schema);
  }

  /** How many rows hold; their indices are in `yes`, those of the others in `no`. */
  run(batch: Batch): number {
    const { context, test, view } = this;
    if (this.yes.length < batch.length) {
      this.yes = new Int32Array(batch.length);
      this.no = new Int32Array(batch.length);
    }
    const { yes, no } = this;
    let count = 0;
    view.bind(batch);
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      const answer = test(view.move(row));
      if (answer === true) yes[count++] = row;
      else if (answer === false) no[row - count] = row;
      else throw resultFailure(context, `${shown(answer)}, where true or false is needed`);
    }
    return count;
  }
}

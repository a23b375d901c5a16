/** Reduce: combines the records of a key two by two into one of the same columns, and emits it at every step. */
import * as z from 'zod/mini';
import { functionField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue, Row, StreamType } from '../graph/schema.ts';
import type { ValueState } from '../state/keyed-state.ts';
import { emptyNamespace } from '../state/keyed-state.ts';
import type {
  Operator,
  OperatorContext,
  OperatorDefinition,
  TransformFactory,
  UserFunction,
} from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowView } from '../wire/row-view.ts';
import { derived, functionIssues } from './check.ts';
import { reducedRows } from './reduced-row.ts';

const signature = '(a, b) => a row of the same columns';

type State = { readonly [name: string]: JsonValue };

const params = z.object({
  function: functionField('(a, b) => ({ ...b })', {
    label: 'Function',
    signature,
    combines: 'rows',
    help: 'a is the result so far of the key, b the new record. The first record of a key goes out as it is.',
  }),
});
type ReduceParams = z.infer<typeof params>;

export const reduce: OperatorDefinition<ReduceParams> = {
  kind: 'reduce',
  family: 'transform',
  title: 'Reduce',
  summary: 'Combines the records of each key into one by a function, and emits every step.',
  icon: 'combine',
  params,
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }],
  derive({ function: source }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    return derived(functionIssues(source, 'function', signature), () => [plainStream(schema)]);
  },
  describe: () => 'running, per key',
  example: {
    params: { function: '(a, b) => ({ word: a.word, longest: Math.max(a.longest, b.longest) })' },
    inputs: [
      {
        type: {
          schema: [
            { name: 'word', type: 'string' },
            { name: 'longest', type: 'int' },
          ],
          key: ['word'],
        },
        timeline: 'a=3@1 b=1@2 a=9@3 w3 a=4@4 |',
      },
    ],
    outputs: { out: 'a=3@1 b=1@2 a=9@3 w3 a=9@4 |' },
  },
};

export const reduceFactory: TransformFactory<ReduceParams> = {
  role: 'transform',
  create: (given, context) => new ReduceOperator(given, context),
};

class ReduceOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly function: UserFunction;
  private readonly reduced: (result: unknown) => Row;
  private readonly reader: KeyReader;
  private readonly view: RowView;
  private readonly builder: BatchBuilder;
  private readonly state: ValueState<State>;

  constructor({ function: source }: ReduceParams, context: OperatorContext) {
    const input = context.inputs[0] as StreamType;
    this.context = context;
    this.function = context.compile('function', source);
    this.reduced = reducedRows(input.schema, context, { param: 'function' });
    this.reader = new KeyReader(input.schema, input.key as readonly string[]);
    this.view = new RowView(input.schema);
    this.builder = new BatchBuilder(input.schema, 256, context);
    this.state = context.keyedState.value<State>('reduced');
  }

  process(batch: Batch): void {
    const { context, view, state, builder } = this;
    const combine = this.function;
    view.bind(batch);
    for (let index = 0; index < batch.length; index++) {
      context.at(batch, index);
      const key = this.reader.read(batch, index);
      const before = state.get(key, emptyNamespace);
      const row = view.copy(index);
      // The function gets a copy of the state's row: what it does to it must not reach the state but by its result.
      const after = before === undefined ? row : this.reduced(combine({ ...before }, row));
      state.set(key, emptyNamespace, after as State);
      builder.appendRow(after, batch.timestamps[index] as number);
    }
    context.outputs[0]?.emit(builder.take());
  }
}

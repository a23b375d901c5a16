/** Flat map: any number of records out for each record in. */
import * as z from 'zod/mini';
import { functionField, schemaField } from '../graph/params.ts';
import { changelogSchema, isChangelog, plainStream } from '../graph/schema.ts';
import type { RowKind, Schema } from '../graph/schema.ts';
import type {
  Operator,
  OperatorContext,
  OperatorDefinition,
  TransformFactory,
  UserFunction,
} from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { resultFailure, shown } from '../wire/coerce.ts';
import { RowKindReader, rowKindColumn } from '../wire/row-kinds.ts';
import { RowView } from '../wire/row-view.ts';
import { declaredIssues, derived, functionIssues } from './check.ts';
import { declaredResult } from './declared.ts';

const signature = '(row, emit) => an array, or calls of emit';

/** Emits in between when one input batch has become this many records. */
const emitRows = 2048;

const params = z.object({
  function: functionField('(row, emit) => { emit(row); }', {
    label: 'Function',
    signature,
    help: 'Calls emit(…) for each output record, or returns an array of them.',
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What the function emits, by name and type. With a single column, just its value will do.',
  }),
});
type FlatMapParams = z.infer<typeof params>;

export const flatMap: OperatorDefinition<FlatMapParams> = {
  kind: 'flatMap',
  family: 'transform',
  title: 'Flat map',
  summary: 'Turns each record into any number of records by a function.',
  icon: 'split',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'out' }],
  derive({ function: source, columns }, [input]) {
    const issues = [...functionIssues(source, 'function', signature), ...declaredIssues(columns, 'columns')];
    // Rows of a changelog hand their kind on, unless the function makes one.
    return derived(issues, () => [plainStream(isChangelog(input?.schema ?? []) ? changelogSchema(columns) : columns)]);
  },
  describe: ({ columns }) => `to ${columns.map((column) => column.name).join(', ')}`,
  example: {
    params: {
      function: "(row) => row.line.split(' ')",
      columns: [{ name: 'word', type: 'string' }],
    },
    inputs: [{ type: plainStream([{ name: 'line', type: 'string' }]), timeline: '"to be"@1 w1 "or not"@2 |' }],
    outputs: { out: 'to@1 be@1 w1 or@2 not@2 |' },
  },
};

export const flatMapFactory: TransformFactory<FlatMapParams> = {
  role: 'transform',
  create: (given, context) => new FlatMapOperator(given, context),
};

class FlatMapOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly function: UserFunction;
  private readonly view: RowView;
  private readonly builder: BatchBuilder;
  private readonly append: (result: unknown, timestamp: number) => void;
  private readonly kindOf: RowKindReader;
  private readonly handsKindsOn: boolean;
  /** Of the records in the builder, if kinds are handed on. */
  private kinds: RowKind[] = [];
  /** Event time and row kind of the record in hand: what it emits carries them on. */
  private timestamp = Number.NaN;
  private kind: RowKind = '+I';

  constructor({ function: source, columns }: FlatMapParams, context: OperatorContext) {
    this.context = context;
    this.function = context.compile('function', source);
    const input = (context.inputs[0] as { schema: Schema }).schema;
    this.view = new RowView(input);
    this.kindOf = new RowKindReader(input);
    this.handsKindsOn = isChangelog(input) && !isChangelog(columns);
    this.builder = new BatchBuilder(columns, 256, context);
    const output = context.outputTypes[0]?.schema ?? columns;
    this.append = declaredResult(this.builder, context, { output });
  }

  process(batch: Batch): void {
    const { context, view } = this;
    const compute = this.function;
    view.bind(batch);
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      this.timestamp = batch.timestamps[row] as number;
      if (this.handsKindsOn) this.kind = this.kindOf.at(batch, row);
      const returned = compute(view.move(row), this.emit);
      if (returned !== undefined) this.emitAll(returned);
    }
    this.flush(1);
  }

  private readonly emit = (result: unknown): void => {
    this.append(result, this.timestamp);
    if (this.handsKindsOn) this.kinds.push(this.kind);
    this.flush(emitRows);
  };

  private emitAll(returned: unknown): void {
    if (!Array.isArray(returned))
      throw resultFailure(this.context, `${shown(returned)}, where an array or nothing is needed`);
    for (const result of returned) this.emit(result);
  }

  private flush(atLeast: number): void {
    if (this.builder.length >= atLeast) this.context.outputs[0]?.emit(this.withKinds(this.builder.take()));
  }

  private withKinds(batch: Batch): Batch {
    if (!this.handsKindsOn) return batch;
    const { schema } = this.context.outputTypes[0] as { schema: Schema };
    const columns = [...batch.columns, rowKindColumn(this.kinds)];
    this.kinds = [];
    return { ...batch, schema, columns };
  }
}

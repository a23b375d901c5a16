/** Map: one record out for each record in, computed by a function. */
import * as z from 'zod/mini';
import { functionField, schemaField, toggleField } from '../graph/params.ts';
import { changelogSchema, columnIndex, isChangelog, plainStream, rowKindIndex } from '../graph/schema.ts';
import type { ColumnSpec, Schema } from '../graph/schema.ts';
import type {
  Operator,
  OperatorContext,
  OperatorDefinition,
  TransformFactory,
  UserFunction,
} from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { RowView } from '../wire/row-view.ts';
import { declaredIssues, derived, functionIssues } from './check.ts';
import { declaredResult } from './declared.ts';

const signature = '(row) => a row, or a value for a single column';

const params = z.object({
  function: functionField('(row) => ({ ...row })', {
    label: 'Function',
    signature,
    returns: 'columns',
    help: 'Returns an object with the columns below; with a single column, also just its value.',
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What the function returns, by name and type.',
  }),
  keep: toggleField(false, {
    label: 'Keep input columns',
    help: 'Adds the output columns to those of the input; a column of the same name is replaced.',
  }),
});
type MapParams = z.infer<typeof params>;

export const map: OperatorDefinition<MapParams> = {
  kind: 'map',
  family: 'transform',
  title: 'Map',
  summary: 'Turns each record into another by a function.',
  icon: 'square-function',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'out' }],
  derive({ function: source, columns, keep }, [input]) {
    const issues = [...functionIssues(source, 'function', signature), ...declaredIssues(columns, 'columns')];
    return derived(issues, () => [plainStream(outputSchema(input?.schema ?? [], columns, keep))]);
  },
  describe: ({ columns, keep }) => `${keep ? 'adds' : 'to'} ${columns.map((column) => column.name).join(', ')}`,
  example: {
    params: {
      function: '(row) => row.celsius * 1.8 + 32',
      columns: [{ name: 'fahrenheit', type: 'float' }],
    },
    inputs: [{ type: plainStream([{ name: 'celsius', type: 'float' }]), timeline: '0@1 100@2 w2 -40@3 |' }],
    outputs: { out: '32@1 212@2 w2 -40@3 |' },
  },
};

export const mapFactory: TransformFactory<MapParams> = {
  role: 'transform',
  create: (given, context) => new MapOperator(given, context),
};

/** Without the input's columns, a changelog keeps that of its row kinds, unless the function makes one. */
function outputSchema(input: Schema, columns: Schema, keep: boolean): Schema {
  if (keep) return added(input, columns);
  return isChangelog(input) ? changelogSchema(columns) : columns;
}

/** The input's columns with the declared ones put in place of namesakes or at the end. */
function added(input: Schema, columns: Schema): Schema {
  const replaced = input.map((spec) => columns.find((column) => column.name === spec.name) ?? spec);
  return [...replaced, ...columns.filter((column) => !input.some((spec) => spec.name === column.name))];
}

class MapOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly function: UserFunction;
  private readonly view: RowView;
  private readonly builder: BatchBuilder;
  private readonly append: (result: unknown, timestamp: number) => void;
  /** Per output column: the index of the builder's column, or -1 - the index of the input's. Null: builder only. */
  private readonly origin: readonly number[] | null;

  constructor({ function: source, columns, keep }: MapParams, context: OperatorContext) {
    this.context = context;
    this.function = context.compile('function', source);
    const input = (context.inputs[0] as { schema: Schema }).schema;
    this.view = new RowView(input);
    this.builder = new BatchBuilder(columns, 256, context);
    const output = outputSchema(input, columns, keep);
    this.append = declaredResult(this.builder, context, { output, kept: this.view.row });
    this.origin = output === columns ? null : origins(input, columns, output);
  }

  process(batch: Batch): void {
    const { context, view, append, builder } = this;
    const compute = this.function;
    view.bind(batch);
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      append(compute(view.move(row)), batch.timestamps[row] as number);
    }
    context.outputs[0]?.emit(this.joined(batch, builder.take()));
  }

  private joined(input: Batch, made: Batch): Batch {
    if (this.origin === null) return made;
    const schema = (this.context.outputTypes[0] as { schema: Schema }).schema;
    const columns = this.origin.map(
      (index) => (index >= 0 ? made.columns[index] : input.columns[-1 - index]) as Column,
    );
    return { schema, length: made.length, timestamps: input.timestamps, columns };
  }
}

function origins(input: Schema, columns: Schema, output: Schema): number[] {
  return output.map((spec: ColumnSpec) => {
    const declared = columns.findIndex((column) => column.name === spec.name);
    if (declared >= 0) return declared;
    return -1 - (spec.type === 'rowkind' ? rowKindIndex(input) : columnIndex(input, spec.name));
  });
}

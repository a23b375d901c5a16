/** Key by: declares by what the stream is keyed; the edge behind it partitions by hash. */
import * as z from 'zod/mini';
import { choiceField, columnsField, functionField, textField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { columnTypes, plainStream } from '../graph/schema.ts';
import type { ColumnType, Schema, StreamType } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { RowView } from '../wire/row-view.ts';
import { columnIssues, derived, duplicateIssues, functionIssues } from './check.ts';
import { shortSource } from './short-text.ts';

const signature = '(row) => the key';

const byFunction = { param: 'by', is: 'function' } as const;

const params = z.object({
  by: choiceField(
    'columns',
    [
      { value: 'columns', label: 'Columns' },
      { value: 'function', label: 'A function' },
    ],
    { label: 'Key from' },
  ),
  columns: columnsField({
    label: 'Key columns',
    help: 'Records with equal values here share a key and a subtask.',
    when: { param: 'by', is: 'columns' },
  }),
  function: functionField('(row) => row', {
    label: 'Key function',
    signature,
    help: 'Computes the key of a record.',
    when: byFunction,
  }),
  keyColumn: textField('key', {
    label: 'Key column',
    help: 'Name of the column that the function adds.',
    when: byFunction,
  }),
  keyType: choiceField(
    'string',
    [
      { value: 'string', label: 'string' },
      { value: 'int', label: 'int' },
      { value: 'float', label: 'float' },
      { value: 'boolean', label: 'boolean' },
      { value: 'timestamp', label: 'timestamp' },
      { value: 'json', label: 'json' },
    ],
    { label: 'Key type', help: 'Type of what the function returns.', when: byFunction },
  ),
});
type KeyByParams = z.infer<typeof params>;

export const keyBy: OperatorDefinition<KeyByParams> = {
  kind: 'keyBy',
  family: 'transform',
  title: 'Key by',
  summary: 'Keys the stream, so that all records of a key meet in one subtask.',
  icon: 'key-round',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [{ name: 'out' }],
  derive(given, [input]) {
    const schema = input?.schema ?? [];
    return derived(given.by === 'columns' ? columnsIssues(given, schema) : computedIssues(given, schema), () => [
      keyed(given, schema),
    ]);
  },
  describe: ({ by, columns, function: source }) =>
    by === 'function' ? `by ${shortSource(source)}` : columns.length === 0 ? 'no key' : `by ${columns.join(', ')}`,
  example: {
    params: { columns: ['word'] },
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 w2 a@3 |' }],
    outputs: { out: 'a@1 b@2 w2 a@3 |' },
  },
};

export const keyByFactory: TransformFactory<KeyByParams> = {
  role: 'transform',
  create(given, context) {
    if (given.by === 'function') return new ComputedKey(given, context);
    return { process: (batch) => context.outputs[0]?.emit(batch) };
  },
};

/** A row's kind is no part of what it is about. */
const keyTypes = columnTypes.filter((type) => type !== 'rowkind');

function columnsIssues({ columns }: KeyByParams, schema: Schema): ParamIssue[] {
  if (columns.length === 0) return [{ code: 'missing-key', param: 'columns' }];
  return [
    ...columns.flatMap((column) => columnIssues(schema, column, 'columns', keyTypes)),
    ...duplicateIssues(columns, 'columns'),
  ];
}

function computedIssues({ function: source, keyColumn }: KeyByParams, schema: Schema): ParamIssue[] {
  const issues = functionIssues(source, 'function', signature);
  if (keyColumn === '')
    issues.push({
      code: 'invalid-param',
      param: 'keyColumn',
      details: { param: 'Key column', reason: 'a name is needed' },
    });
  return [...issues, ...duplicateIssues([...schema.map((spec) => spec.name), keyColumn], 'keyColumn')];
}

function keyed({ by, columns, keyColumn, keyType }: KeyByParams, schema: Schema): StreamType {
  if (by === 'columns') return { schema, key: columns };
  return { schema: [...schema, { name: keyColumn, type: keyType as ColumnType }], key: [keyColumn] };
}

class ComputedKey implements Operator {
  private readonly context: OperatorContext;
  private readonly compute: (row: unknown) => unknown;
  private readonly view: RowView;
  private readonly builder: BatchBuilder;

  constructor({ function: source, keyColumn, keyType }: KeyByParams, context: OperatorContext) {
    this.context = context;
    this.compute = context.compile('function', source);
    this.view = new RowView((context.inputs[0] as StreamType).schema);
    this.builder = new BatchBuilder([{ name: keyColumn, type: keyType }], 256, context);
  }

  process(batch: Batch): void {
    const { context, compute, view, builder } = this;
    view.bind(batch);
    for (let row = 0; row < batch.length; row++) {
      context.at(batch, row);
      const key = compute(view.move(row));
      builder.startRow(batch.timestamps[row] as number);
      builder.value(0, key);
    }
    const keys = builder.take();
    context.outputs[0]?.emit({
      schema: (context.outputTypes[0] as StreamType).schema,
      length: batch.length,
      timestamps: batch.timestamps,
      columns: [...batch.columns, keys.columns[0] as Column],
    });
  }
}

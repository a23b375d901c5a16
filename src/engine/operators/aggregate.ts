/** Aggregate: running count, sum, min, max and avg per key; every record gives an updated row, or a change of one. */
import * as z from 'zod/mini';
import { aggregatesField, choiceField } from '../graph/params.ts';
import { changelogSchema, isChangelog, plainStream } from '../graph/schema.ts';
import type { ColumnSpec, Schema, StreamType } from '../graph/schema.ts';
import type { Accumulators } from '../state/accumulators.ts';
import type { Key } from '../state/key.ts';
import { emptyNamespace } from '../state/keyed-state.ts';
import type { KeyEntry } from '../state/keyed-state.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import type { Batch, Column } from '../wire/batch.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held } from '../wire/inspect.ts';
import { KeyReader } from '../wire/keys.ts';
import { AggregatePlan, aggregateColumns, aggregateIssues, aggregatesText } from './aggregates.ts';
import type { Rows } from './accumulate.ts';
import { ChangelogAggregate } from './changelog-aggregate.ts';
import { derived, duplicateIssues } from './check.ts';
import { KeyIds } from './key-ids.ts';

const params = z.object({
  aggregates: aggregatesField([{ function: 'count', column: '', as: 'count' }], {
    label: 'Aggregates',
    help: 'Columns computed per key over all its records so far. Nulls are left out, as in SQL.',
  }),
  output: choiceField(
    'append',
    [
      { value: 'append', label: 'A row per record' },
      { value: 'changelog', label: 'A changelog' },
    ],
    {
      label: 'Output',
      help:
        'A row per record: the result as of each record. A changelog: what the row of the key was before and what it is ' +
        'now, so that what follows can correct itself. Of a changelog it always makes a changelog.',
    },
  ),
});
type AggregateParams = z.infer<typeof params>;

export const aggregate: OperatorDefinition<AggregateParams> = {
  kind: 'aggregate',
  family: 'transform',
  title: 'Aggregate',
  summary: 'Keeps count, sum, minimum, maximum or average per key, and emits them with each record.',
  icon: 'sigma',
  params,
  inputs: [{ name: 'in', keyed: true, changelog: true }],
  outputs: [{ name: 'out' }],
  derive({ aggregates, output: wanted }, [input]) {
    const { schema, key } = input ?? plainStream([]);
    if (key === null) return derived([{ code: 'not-keyed' }], () => []);
    const issues = aggregateIssues(aggregates, schema, 'aggregates');
    if (issues.length > 0) return derived(issues, () => []);
    const plain = outputSchema(aggregates, schema, key);
    const output = makesChangelog(wanted, schema) ? changelogSchema(plain) : plain;
    return derived(
      duplicateIssues(
        output.map((spec) => spec.name),
        'aggregates',
      ),
      () => [plainStream(output)],
    );
  },
  describe: ({ aggregates }) => aggregatesText(aggregates).slice(0, 40),
  example: {
    params: { aggregates: [{ function: 'sum', column: 'n', as: 'total' }] },
    inputs: [
      {
        type: {
          schema: [
            { name: 'word', type: 'string' },
            { name: 'n', type: 'int' },
          ],
          key: ['word'],
        },
        timeline: 'a=1@1 b=5@2 a=2@3 w3 a=4@4 |',
      },
    ],
    outputs: { out: 'a=1@1 b=5@2 a=3@3 w3 a=7@4 |' },
  },
};

export const aggregateFactory: TransformFactory<AggregateParams> = {
  role: 'transform',
  create(given, context) {
    const { schema } = context.inputs[0] as StreamType;
    return makesChangelog(given.output, schema)
      ? new ChangelogAggregate(given.aggregates, context)
      : new AggregateOperator(given, context);
  },
};

const makesChangelog = (output: AggregateParams['output'], input: Schema): boolean =>
  output === 'changelog' || isChangelog(input);

function outputSchema(aggregates: AggregateParams['aggregates'], schema: Schema, key: readonly string[]): Schema {
  const keyColumns = key.map((name) => schema.find((spec) => spec.name === name) as ColumnSpec);
  return [...keyColumns, ...aggregateColumns(aggregates, schema)];
}

class AggregateOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly reader: KeyReader;
  private readonly keyIds: KeyIds;
  private readonly plan: AggregatePlan;
  private readonly table: () => Accumulators;
  private readonly rows: Rows = { slots: new Int32Array(256), order: null, from: 0, to: 0 };
  /** Slot by key id, -1 where not looked up in this epoch. */
  private slotOfId = new Int32Array(256).fill(-1);
  private epoch = 0;

  constructor({ aggregates }: AggregateParams, context: OperatorContext) {
    const input = context.inputs[0] as StreamType;
    this.context = context;
    this.reader = new KeyReader(input.schema, input.key as readonly string[]);
    this.keyIds = new KeyIds(this.reader);
    this.plan = new AggregatePlan(aggregates, input.schema);
    const state = context.keyedState.accumulator('aggregates', this.plan.initial);
    this.table = () => state.table(emptyNamespace);
  }

  process(batch: Batch): void {
    this.findSlots(batch);
    const { rows } = this;
    rows.to = batch.length;
    const results = this.plan.running(this.table(), batch, rows);
    this.context.outputs[0]?.emit({
      schema: (this.context.outputTypes[0] as StreamType).schema,
      length: batch.length,
      timestamps: batch.timestamps,
      columns: [
        ...this.reader.columns.map((index) => batch.columns[index] as Column),
        ...results.map((values): Column => ({ kind: 'number', values })),
      ],
    });
  }

  holds(_key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    return entries.map(({ value }) => ({
      what: 'Aggregates',
      window: null,
      value: shortJson(this.plan.shown(value as number[])),
      note: null,
    }));
  }

  private findSlots(batch: Batch): void {
    const { keyIds, rows } = this;
    keyIds.resolve(batch);
    if (rows.slots.length < batch.length) rows.slots = new Int32Array(batch.length);
    this.prepare();
    const { slotOfId } = this;
    const table = this.table();
    for (let row = 0; row < batch.length; row++) {
      const id = keyIds.ids[row] as number;
      let slot = slotOfId[id] as number;
      if (slot === -1) {
        slot = table.slot(keyIds.keyOf(id));
        slotOfId[id] = slot;
      }
      rows.slots[row] = slot;
    }
  }

  private prepare(): void {
    const { count, epoch } = this.keyIds;
    if (this.epoch !== epoch) this.slotOfId.fill(-1);
    this.epoch = epoch;
    if (this.slotOfId.length >= count) return;
    const wider = new Int32Array(2 * count).fill(-1);
    wider.set(this.slotOfId);
    this.slotOfId = wider;
  }
}

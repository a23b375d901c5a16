/** What the window kinds have in common: parameters, checks, output columns, and the operator that is made of them. */
import * as z from 'zod/mini';
import {
  aggregatesField,
  choiceField,
  columnField,
  durationField,
  functionField,
  integerField,
  numberField,
  schemaField,
  toggleField,
} from '../../graph/params.ts';
import type { ParamIssue } from '../../graph/problems.ts';
import { changelogSchema, isChangelog, plainStream } from '../../graph/schema.ts';
import type { ColumnSpec, Schema, StreamType } from '../../graph/schema.ts';
import type { Derived } from '../../graph/kind.ts';
import type { WindowTime } from '../../time/triggers/default.ts';
import { aggregateColumns, aggregateIssues } from '../aggregates.ts';
import { columnIssues, declaredIssues, derived, duplicateIssues, functionIssues } from '../check.ts';
import { firingFields, retracts, triggerIssues } from './trigger-fields.ts';
import type { TriggerParams, WindowShape } from './trigger-fields.ts';

export const reduceSignature = '(a, b) => a row of the same columns';
export const processSignature = '(key, ctx, rows, out) => { … }';

/** What a window becomes; spread into the params of every window kind. */
export const functionFields = {
  function: choiceField(
    'aggregates',
    [
      { value: 'aggregates', label: 'Aggregates' },
      { value: 'reduce', label: 'Reduce' },
      { value: 'process', label: 'Process' },
    ],
    { label: 'Window function', help: 'What a pane becomes. Aggregates and Reduce keep one value, Process all rows.' },
  ),
  aggregates: aggregatesField([{ function: 'count', column: '', as: 'count' }], {
    label: 'Aggregates',
    help: 'Columns computed per key and window. Nulls are left out, as in SQL.',
    when: { param: 'function', is: 'aggregates' },
  }),
  reduce: functionField('(a, b) => ({ ...b })', {
    label: 'Reduce',
    signature: reduceSignature,
    combines: 'values',
    help: 'a is the result so far of key and window, b the new record.',
    when: { param: 'function', is: 'reduce' },
  }),
  process: functionField('(key, ctx, rows, out) => {\n  out.collect({ value: rows.length });\n}', {
    label: 'Process',
    signature: processSignature,
    help: 'Called for each pane. ctx has window.start, window.end, pane.index, pane.timing and currentWatermark().',
    when: { param: 'function', is: 'process' },
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What out.collect emits, by name and type.',
    when: { param: 'function', is: 'process' },
  }),
};

/** When it becomes that, and of which elements; for windows whose trigger is the person's choice. */
export const triggerFields = {
  ...firingFields,
  evictor: choiceField(
    'none',
    [
      { value: 'none', label: 'None' },
      { value: 'count', label: 'By count' },
      { value: 'time', label: 'By time' },
      { value: 'delta', label: 'By delta' },
    ],
    { label: 'Evictor', help: 'Removes elements of a window when it fires. All elements have to be kept for it.' },
  ),
  evictCount: integerField(10, {
    label: 'Keep',
    unit: 'elements',
    min: 1,
    help: 'The last so many elements stay.',
    when: { param: 'evictor', is: 'count' },
  }),
  evictMs: durationField(60_000, {
    label: 'Keep',
    min: 1,
    help: 'Elements stay that are less than this older than the newest.',
    when: { param: 'evictor', is: 'time' },
  }),
  evictThreshold: numberField(1, {
    label: 'Threshold',
    min: 0,
    help: 'Elements stay whose value differs from the last one’s by less than this.',
    when: { param: 'evictor', is: 'delta' },
  }),
  evictColumn: columnField({
    label: 'Column',
    help: 'Elements stay whose value differs from the last one’s by less than that.',
    when: { param: 'evictor', is: 'delta' },
  }),
  evictAfter: toggleField(false, {
    label: 'Evict after the function',
    help: 'Else before it.',
    when: { param: 'evictor', not: 'none' },
  }),
  panes: toggleField(false, {
    label: 'Pane columns',
    help: 'Adds paneIndex, from 0, and paneTiming: early, on time or late.',
  }),
};
const common = z.object({ ...functionFields, ...triggerFields });
export type WindowFunctionParams = z.infer<typeof common>;

/** Windows go by the times of records, or an evictor does. */
export const needsEventTime = ({ evictor }: Pick<WindowFunctionParams, 'evictor'>, time: WindowTime): boolean =>
  time === 'event' || evictor === 'time';

/** What is wrong with when panes fire and with which elements, whatever flows in. */
export const firingIssues = (
  given: TriggerParams & Pick<WindowFunctionParams, 'evictor' | 'evictThreshold'>,
  shape: WindowShape,
): ParamIssue[] => [...triggerIssues(given, shape), ...deltaIssues(given)];

/** `own`: what is wrong with the kind's own parameters. */
export function deriveWindow(
  given: WindowFunctionParams,
  shape: WindowShape,
  input: StreamType | undefined,
  own: readonly ParamIssue[],
): Derived {
  const { schema, key: columns } = input ?? plainStream([]);
  // Without a key one window is for all records (Flink: windowAll).
  const key = columns ?? [];
  const issues = [
    ...own,
    ...triggerIssues(given, shape, schema),
    ...functionOf(given, schema),
    ...deltaIssues(given),
    ...evictorIssues(given, schema),
  ];
  if (issues.length > 0) return derived(issues, () => []);
  const made = outputSchema(given, shape, schema, key);
  const ownKind = rowKindIssues(given, made);
  if (ownKind.length > 0) return derived(ownKind, () => []);
  const output = panesSchema(given, made);
  const names = output.map((spec) => spec.name);
  return derived(duplicateIssues(names, given.function === 'process' ? 'columns' : given.function), () => [
    plainStream(output),
    plainStream(schema),
  ]);
}

const ownRowKind: ParamIssue = {
  code: 'invalid-param',
  param: 'columns',
  details: { param: 'Output columns', reason: 'retracting panes add a column for the row kind by themselves' },
};

/** `made`: what the window function makes. */
export const rowKindIssues = (given: TriggerParams, made: Schema): ParamIssue[] =>
  retracts(given) && isChangelog(made) ? [ownRowKind] : [];

/** Panes that are retracted make a changelog. */
export const panesSchema = (given: TriggerParams, made: Schema): Schema =>
  retracts(given) ? changelogSchema(made) : made;

const numbers = ['int', 'float', 'timestamp'] as const;

function functionOf(given: WindowFunctionParams, schema: Schema): ParamIssue[] {
  switch (given.function) {
    case 'aggregates':
      return aggregateIssues(given.aggregates, schema, 'aggregates');
    case 'reduce':
      return functionIssues(given.reduce, 'reduce', reduceSignature);
    case 'process':
      return [
        ...functionIssues(given.process, 'process', processSignature),
        ...declaredIssues(given.columns, 'columns'),
      ];
  }
}

const evictorIssues = ({ evictor, evictColumn }: WindowFunctionParams, schema: Schema): ParamIssue[] =>
  evictor === 'delta' ? evictColumnIssues(schema, evictColumn, 'evictColumn') : [];

/** What a delta evictor compares. */
export const evictColumnIssues = (schema: Schema, column: string, param: string): ParamIssue[] =>
  columnIssues(schema, column, param, numbers);

export function deltaIssues({
  evictor,
  evictThreshold,
}: Pick<WindowFunctionParams, 'evictor' | 'evictThreshold'>): ParamIssue[] {
  if (evictor !== 'delta' || evictThreshold > 0) return [];
  const reason = 'nothing differs from itself by less than 0, so no element would stay';
  return [{ code: 'invalid-param', param: 'evictThreshold', details: { param: 'Threshold', reason } }];
}

/** The key's columns, the window's, those of the pane, then what the function makes; a process function's own alone. */
function outputSchema(given: WindowFunctionParams, shape: WindowShape, schema: Schema, key: readonly string[]): Schema {
  if (given.function === 'process') return given.columns;
  const keys = key.map((name) => schema.find((spec) => spec.name === name) as ColumnSpec);
  const values =
    given.function === 'aggregates'
      ? aggregateColumns(given.aggregates, schema)
      : schema.filter(({ name }) => !key.includes(name));
  return [...keys, ...leadingColumns(given, shape), ...values];
}

/** Columns between the key and what the function makes. */
export function leadingColumns({ panes }: { readonly panes: boolean }, { time }: WindowShape): ColumnSpec[] {
  const window: ColumnSpec[] = [
    { name: 'windowStart', type: 'timestamp' },
    { name: 'windowEnd', type: 'timestamp' },
  ];
  const pane: ColumnSpec[] = [
    { name: 'paneIndex', type: 'int' },
    { name: 'paneTiming', type: 'string' },
  ];
  return [...(time === 'none' ? [] : window), ...(panes ? pane : [])];
}

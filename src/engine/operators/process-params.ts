/**
 * What all process functions have: parameters, outputs, what can be wrong with them, and how they read in a line. A kind
 * adds its inputs and the functions of their records.
 */
import { functionField, schemaField, sideOutputsField, statesField } from '../graph/params.ts';
import type { DeclaredState, SideOutput } from '../graph/params.ts';
import type { Derived, OutputPort } from '../graph/kind.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema } from '../graph/schema.ts';
import { declaredIssues, derived, functionIssues } from './check.ts';

const signature = '(row, ctx, out) => { … }';
const outputs = 'sideOutputs';

/** A function that is called for each record of an input; without another it hands the records on. */
export const elementField = (
  label: string,
  help: string,
  initial = '(row, ctx, out) => {\n  out.collect({ ...row });\n}',
) => functionField(initial, { label, signature, help, outputs });

/** Parameters behind the functions of records. `input`: what the columns of side outputs are by default, e.g. `the input`. */
export const processFields = (input: string) => ({
  onTimer: functionField('', {
    label: 'onTimer',
    signature: '(timestamp, ctx, out) => { … }',
    optional: true,
    help: 'Called when a timer fires that was set by ctx.timerService. ctx also has timeDomain: event or processing.',
    outputs,
  }),
  states: statesField([], {
    label: 'States',
    help:
      'Per key, by their names: ctx.state.<name>. A time to live counts processing time since the last write; 0 ms is ' +
      'none. Value: value, update, clear. List: get, add, addAll, update, clear. Map: get, put, remove, contains, keys, ' +
      'values, entries, isEmpty, clear. Reducing and aggregating: get, add, clear.',
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What out.collect emits, by name and type. With a single column, just its value will do.',
  }),
  sideOutputs: sideOutputsField([{ tag: 'side', columns: [] }], {
    label: 'Side outputs',
    main: 'out',
    help:
      'Streams of their own beside the main one. ctx.output(tag, row) emits to the one of this tag, with its columns; ' +
      `without any, they are those of ${input}. Where there is only one, ctx.output(row) will do.`,
  }),
});

interface ProcessOutputs {
  readonly columns: Schema;
  readonly sideOutputs: readonly SideOutput[];
}

/** The main output, and one for each tag. */
export const processOutputs = ({ sideOutputs }: ProcessOutputs): readonly OutputPort[] => [
  { name: 'out' },
  ...sideOutputs.map(({ tag }) => ({ name: tag, side: true, tag: true })),
];

/** Types of the outputs. `functions`: names of the parameters that are functions of records; `input`: see `processFields`. */
export function deriveProcess<F extends string>(
  given: ProcessOutputs & Readonly<Record<F, string>>,
  functions: readonly F[],
  input: Schema,
  issues: readonly ParamIssue[] = [],
): Derived {
  const { columns, sideOutputs } = given;
  const all = [
    ...issues,
    ...functions.flatMap((name) => functionIssues(given[name], name, signature)),
    ...declaredIssues(columns, 'columns'),
    ...sideOutputs.flatMap((side) => (side.columns.length === 0 ? [] : declaredIssues(side.columns, outputs))),
  ];
  return derived(all, () => [
    plainStream(columns),
    ...sideOutputs.map((side) => plainStream(side.columns.length === 0 ? input : side.columns)),
  ]);
}

/** `rules, last; timers`, at most 40 characters. */
export function statesText(states: readonly Pick<DeclaredState, 'name'>[], onTimer: string): string {
  const timers = onTimer.trim() !== '';
  const names = states.length === 0 ? 'no state' : states.map(({ name }) => name).join(', ');
  const room = timers ? 40 - '; timers'.length : 40;
  return (names.length <= room ? names : `${names.slice(0, room - 1)}…`) + (timers ? '; timers' : '');
}

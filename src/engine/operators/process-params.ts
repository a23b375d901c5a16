/** Parameters that all process functions have, what can be wrong with them, and how they read in a line. */
import { functionField, schemaField, statesField } from '../graph/params.ts';
import type { DeclaredState } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { plainStream } from '../graph/schema.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import { declaredIssues, duplicateIssues } from './check.ts';

export const elementSignature = '(row, ctx, out) => { … }';

export const onTimerField = () =>
  functionField('', {
    label: 'onTimer',
    signature: '(timestamp, ctx, out) => { … }',
    optional: true,
    help: 'Called when a timer fires that was set by ctx.timerService. ctx also has timeDomain: event or processing.',
  });

export const keyedStatesField = () =>
  statesField([], {
    label: 'States',
    help:
      'Per key, by their names: ctx.state.<name>. A time to live counts processing time since the last write; 0 ms is ' +
      'none. Value: value, update, clear. List: get, add, addAll, update, clear. Map: get, put, remove, contains, keys, ' +
      'values, entries, isEmpty, clear. Reducing: get, add, clear.',
  });

export const outputColumnsField = () =>
  schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What out.collect emits, by name and type. With a single column, just its value will do.',
  });

/** `input`: what the columns are by default, e.g. `the input`. */
export const sideColumnsField = (input: string) =>
  schemaField([], {
    label: 'Side output columns',
    help: `What ctx.output emits. Without any, they are those of ${input}.`,
  });

export interface OutputColumns {
  readonly columns: Schema;
  readonly sideColumns: Schema;
}

export const outputIssues = ({ columns, sideColumns }: OutputColumns): ParamIssue[] => [
  ...declaredIssues(columns, 'columns'),
  ...duplicateIssues(
    sideColumns.map(({ name }) => name),
    'sideColumns',
  ),
];

/** Main and side output; `input`: the schema that the side output has by default. */
export const outputTypes = ({ columns, sideColumns }: OutputColumns, input: Schema): readonly StreamType[] => [
  plainStream(columns),
  plainStream(sideColumns.length === 0 ? input : sideColumns),
];

/** `rules, last; timers`, at most 40 characters. */
export function statesText(states: readonly Pick<DeclaredState, 'name'>[], onTimer: string): string {
  const timers = onTimer.trim() !== '';
  const names = states.length === 0 ? 'no state' : states.map(({ name }) => name).join(', ');
  const room = timers ? 40 - '; timers'.length : 40;
  return (names.length <= room ? names : `${names.slice(0, room - 1)}…`) + (timers ? '; timers' : '');
}

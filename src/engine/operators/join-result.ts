/** What joins of two keyed streams make of a pair: columns of both sides, or what a function of the person says. */
import { choiceField, functionField, schemaField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import { declaredIssues, functionIssues } from './check.ts';
import { columnNameIssues, joinColumns, plainColumns, prefixField } from './join-columns.ts';

const signature = '(left, right) => a row, or a value for a single column';

/** `help`: what becomes of a record that met none. */
export const joinField = (help: string) =>
  choiceField(
    'inner',
    [
      { value: 'inner', label: 'Inner' },
      { value: 'left', label: 'Left outer' },
      { value: 'right', label: 'Right outer' },
      { value: 'full', label: 'Full outer' },
    ],
    { label: 'Join', help },
  );

export const resultFields = {
  result: choiceField(
    'columns',
    [
      { value: 'columns', label: 'Columns of both' },
      { value: 'function', label: 'A function' },
    ],
    { label: 'Result', help: 'What a pair becomes: the columns of both sides, or what a function makes of them.' },
  ),
  prefix: prefixField({ param: 'result', is: 'columns' }),
  function: functionField('(left, right) => ({ ...left, ...right })', {
    label: 'Function',
    signature,
    help: 'Called for each pair; in an outer join also for a record that met none, with null for the other.',
    when: { param: 'result', is: 'function' },
  }),
  columns: schemaField([{ name: 'value', type: 'json' }], {
    label: 'Output columns',
    help: 'What the function returns, by name and type.',
    when: { param: 'result', is: 'function' },
  }),
};

interface ResultParams {
  readonly result: 'columns' | 'function';
  readonly prefix: string;
  readonly function: string;
  readonly columns: Schema;
}

/** `leading`: columns of the operator's own, in front of those of the sides. */
export function resultIssues(
  given: ResultParams,
  left: StreamType,
  right: StreamType,
  leading: Schema = [],
): ParamIssue[] {
  if (given.result === 'columns')
    return columnNameIssues([...leading, ...joinColumns(left, right, given.prefix)], 'prefix');
  return [...functionIssues(given.function, 'function', signature), ...declaredIssues(given.columns, 'columns')];
}

export const resultColumns = (
  { result, prefix, columns }: ResultParams,
  left: StreamType,
  right: StreamType,
  leading: Schema = [],
): Schema => (result === 'function' ? columns : [...leading, ...plainColumns(joinColumns(left, right, prefix))]);

/** Of the examples. */
export const textColumns = (...names: string[]): Schema => names.map((name) => ({ name, type: 'string' }));

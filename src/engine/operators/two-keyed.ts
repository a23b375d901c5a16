/** Checks of kinds with two keyed inputs: their keys are compared by position, whatever the columns are called. */
import type { ParamIssue } from '../graph/problems.ts';
import type { ColumnType, StreamType } from '../graph/schema.ts';

/**
 * Both inputs are keyed, by columns of the same types in the same order: only then do equal keys hash alike and meet in
 * one subtask.
 */
export function twoKeyedIssues(left: StreamType, right: StreamType): ParamIssue[] {
  if (left.key === null || right.key === null) return [{ code: 'not-keyed' }];
  const [types, others] = [keyTypes(left), keyTypes(right)];
  if (types.join() === others.join()) return [];
  return [{ code: 'key-mismatch', details: { left: keyText(left, types), right: keyText(right, others) } }];
}

const keyTypes = ({ schema, key }: StreamType): (ColumnType | undefined)[] =>
  (key ?? []).map((name) => schema.find((column) => column.name === name)?.type);

/** `origin string, day int` */
const keyText = ({ key }: StreamType, types: readonly (ColumnType | undefined)[]): string =>
  (key ?? []).map((name, i) => `${name} ${types[i] ?? ''}`).join(', ');

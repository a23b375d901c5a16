/**
 * Checks that derive() of several kinds share: columns that exist and fit, declared columns that are sound, functions
 * that are there. Each returns the issues found, none for sound input.
 */
import type { Derived } from '../graph/kind.ts';
import { failed, ok } from '../../base/result.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { ColumnType, Schema, StreamType } from '../graph/schema.ts';

/** The outputs, unless there are issues. */
export function derived(issues: readonly ParamIssue[], outputs: () => readonly StreamType[]): Derived {
  return issues.length > 0 ? failed(issues) : ok(outputs());
}

/** A column chosen by name: is it in the schema, and of one of these types? */
export function columnIssues(
  schema: Schema,
  column: string,
  param: string,
  types: readonly ColumnType[] | null = null,
): ParamIssue[] {
  if (column === '') return [{ code: 'missing-column', param, details: { param: `“${param}”` } }];
  const spec = schema.find((candidate) => candidate.name === column);
  if (spec === undefined)
    return [
      {
        code: 'unknown-column',
        param,
        details: { column, columns: schema.map((candidate) => candidate.name).join(', ') || 'none' },
      },
    ];
  if (types === null || types.includes(spec.type)) return [];
  return [{ code: 'column-type', param, details: { column, type: spec.type, need: types.join(' or ') } }];
}

/** Declared columns: at least one, each name once, one for row kinds at most. */
export function declaredIssues(schema: Schema, param: string): ParamIssue[] {
  if (schema.length === 0)
    return [{ code: 'invalid-param', param, details: { param: 'Columns', reason: 'at least one column is needed' } }];
  const [first, second] = schema.filter((spec) => spec.type === 'rowkind');
  if (first !== undefined && second !== undefined)
    return [{ code: 'two-row-kinds', param, details: { first: first.name, second: second.name } }];
  return duplicateIssues(
    schema.map((spec) => spec.name),
    param,
  );
}

/** One issue for each name that occurs again. */
export function duplicateIssues(names: readonly string[], param: string): ParamIssue[] {
  const again = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...again].map((column) => ({ code: 'duplicate-column', param, details: { column } }));
}

export function functionIssues(source: string, param: string, signature: string): ParamIssue[] {
  return source.trim() === '' ? [{ code: 'missing-function', param, details: { signature } }] : [];
}

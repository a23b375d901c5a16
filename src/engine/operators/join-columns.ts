/**
 * The columns of a join: the left's, then the right's. A key column that both sides call the same is one column, as with
 * SQL's USING; any other name of the right that the left has, too, gets a prefix.
 */
import type { ParamIssue } from '../graph/problems.ts';
import { textField } from '../graph/params.ts';
import { withoutRowKind } from '../graph/schema.ts';
import type { ColumnSpec, Schema, StreamType } from '../graph/schema.ts';
import { duplicateIssues } from './check.ts';

export const prefixField = (when?: { readonly param: string; readonly is: string }) =>
  textField('right_', {
    label: 'Prefix of the right',
    help:
      'The result has the columns of the left, then those of the right. A name that both have gets this prefix on the ' +
      'right. Key columns of the same name are equal, and come once.',
    ...(when === undefined ? {} : { when }),
  });

/** A column of the result, and where it comes from: -1 for a side that does not have it. */
export interface JoinColumn extends ColumnSpec {
  readonly left: number;
  readonly right: number;
}

export function joinColumns(left: StreamType, right: StreamType, prefix: string): JoinColumn[] {
  const shared = sharedKey(left, right);
  const names = new Set(left.schema.map(({ name }) => name));
  const indexOf = (schema: Schema, name: string): number => schema.findIndex((spec) => spec.name === name);
  return [
    ...left.schema.map(({ name, type }, i) => {
      return { name, type, left: i, right: shared.has(name) ? indexOf(right.schema, name) : -1 };
    }),
    ...right.schema.flatMap(({ name, type }, i) =>
      shared.has(name) ? [] : [{ name: names.has(name) ? prefix + name : name, type, left: -1, right: i }],
    ),
  ];
}

/** Of the left alone. */
export const leftColumns = ({ schema }: StreamType): JoinColumn[] =>
  schema.map(({ name, type }, i) => ({ name, type, left: i, right: -1 }));

/** The stream's rows, whose kinds are no part of a joined row. */
export const withoutKind = ({ schema, key }: StreamType): StreamType => ({ schema: withoutRowKind(schema), key });

export const plainColumns = (columns: readonly JoinColumn[]): Schema =>
  columns.map(({ name, type }) => ({ name, type }));

/** Names that come again although there is a prefix. */
export function columnNameIssues(columns: readonly ColumnSpec[], param: string): ParamIssue[] {
  return duplicateIssues(
    columns.map(({ name }) => name),
    param,
  );
}

/** Names of key columns that are in the same place of both keys. */
function sharedKey(left: StreamType, right: StreamType): Set<string> {
  return new Set((left.key ?? []).filter((name, i) => right.key?.[i] === name));
}

/** The key of sinks that keep the newest record of each key: chosen columns, or the key of the stream. */
import { columnsField } from '../graph/params.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { withoutRowKind } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { columnIssues, duplicateIssues } from './check.ts';

export const keyField = () =>
  columnsField({
    label: 'Key columns',
    help: 'Which record replaces which. Put a Key by on the same columns before it, so that all of a key come in order.',
  });

/** Of each chosen column: does it exist, and once? */
export function keyIssues(keys: readonly string[], input: StreamType | undefined): ParamIssue[] {
  const schema = withoutRowKind(input?.schema ?? []);
  return [...keys.flatMap((column) => columnIssues(schema, column, 'keys')), ...duplicateIssues(keys, 'keys')];
}

/** What a table sink shows of a changelog: Spark's output modes, and the changes themselves. */
import { choiceField } from '../graph/params.ts';
import type { TableRule } from '../graph/kind.ts';
import type { ParamIssue } from '../graph/problems.ts';
import { isChangelog } from '../graph/schema.ts';
import type { Schema, StreamType } from '../graph/schema.ts';
import { selectRows } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { RowKindReader } from '../wire/row-kinds.ts';

const outputModes = ['append', 'update', 'complete', 'changelog'] as const;
type OutputMode = (typeof outputModes)[number];

export const outputModeField = () =>
  choiceField<OutputMode>(
    'append',
    [
      { value: 'append', label: 'Append' },
      { value: 'update', label: 'Update' },
      { value: 'complete', label: 'Complete' },
      { value: 'changelog', label: 'Changelog' },
    ],
    {
      label: 'Output mode',
      help:
        'Append takes insertions only. Of a changelog, Update shows rows that are new, changed or deleted, Complete the ' +
        'table as it is now, and Changelog every change.',
    },
  );

export function outputModeIssues(mode: string, input: StreamType | undefined): ParamIssue[] {
  if (mode !== 'append' || !isChangelog(input?.schema ?? [])) return [];
  return [{ code: 'output-mode', param: 'mode' }];
}

/** In complete mode a changelog is shown as the table that it describes. */
export const tableIn = (mode: string, schema: Schema): TableRule | null =>
  mode === 'complete' && isChangelog(schema) ? { kind: 'changes' } : null;

/** What goes to the results: in update mode, all but what a row was before. */
export function shownRows(mode: string, schema: Schema): (batch: Batch) => Batch {
  if (mode !== 'update' || !isChangelog(schema)) return (batch) => batch;
  const kinds = new RowKindReader(schema);
  return (batch) => {
    const rows = new Int32Array(batch.length);
    let count = 0;
    for (let row = 0; row < batch.length; row++) if (kinds.at(batch, row) !== '-U') rows[count++] = row;
    return count === batch.length ? batch : selectRows(batch, rows, count);
  };
}

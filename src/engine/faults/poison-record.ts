/** A record that no attempt survives. */
import * as z from 'zod/mini';
import { integerField, textField } from '../graph/params.ts';
import { cell, rowAt } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import { struckOperator } from './exception.ts';
import type { FaultDefinition } from './fault.ts';

interface PoisonParams {
  column: string;
  value: string;
  oneIn: number;
}

const recordTextMax = 2_000;

export const poisonRecord: FaultDefinition<PoisonParams> = {
  kind: 'poison-record',
  title: 'Poison a record',
  summary: 'Fails the task at a certain record, and again after each restart, until the fault is removed.',
  icon: 'flask-conical',
  targets: ['node', 'subtask'],
  triggers: ['now', 'at'],
  lasting: true,
  params: z.object({
    column: textField('', { label: 'Column', help: 'Left empty: the record is chosen by its content.' }),
    value: textField('', { label: 'Value', help: 'As text; a record with this value in the column is poison.' }),
    oneIn: integerField(1_000, {
      label: 'One record in',
      help: 'Without a column: about one record of so many is poison, the same ones in each attempt.',
      min: 1,
    }),
  }),
  arm: (site, { column, value, oneIn }) => ({
    task: {
      beforeRecords(batch) {
        if (!site.metNow()) return;
        const row = column === '' ? rowByContent(batch, oneIn) : rowWith(batch, column, value);
        if (row === -1 || !site.strike(`A poison record reached ${site.name}.`)) return;
        const { node, name } = struckOperator(site);
        const record = JSON.stringify(rowAt(batch, row)).slice(0, recordTextMax);
        throw new TaskFailure({ code: 'poison-record', details: { node: name }, node, record });
      },
    },
  }),
};

function rowWith(batch: Batch, name: string, value: string): number {
  const index = batch.schema.findIndex((column) => column.name === name);
  const column = batch.columns[index];
  const type = batch.schema[index]?.type;
  if (column === undefined || type === undefined) return -1;
  for (let row = 0; row < batch.length; row++) {
    const found = cell(column, type, row);
    if ((typeof found === 'object' ? JSON.stringify(found) : String(found)) === value) return row;
  }
  return -1;
}

function rowByContent(batch: Batch, oneIn: number): number {
  for (let row = 0; row < batch.length; row++) {
    if (hash(JSON.stringify(rowAt(batch, row))) % oneIn === 0) return row;
  }
  return -1;
}

/** FNV-1a over UTF-16 units, with the finaliser of MurmurHash3 so that the low bits are mixed; 0 … 2^32 - 1. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

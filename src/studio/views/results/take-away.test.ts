/** What a person copies or downloads: the rows that are shown, or another part that is named. */
import { expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { TableRule } from '../../../engine/graph/kind.ts';
import type { RowKind, Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { foldResults } from '../../../engine/telemetry/fold-results.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { noBrush, type Brush } from '../../session/time-pick.ts';
import { fileText } from './result-file.ts';
import { RowIndex } from './row-index.ts';
import { shownOf } from './shown-table.ts';
import { copiedText, fileName, partsOf, partText, rowsOf } from './take-away.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
  { name: 'op', type: 'rowkind' },
];

type Given = readonly [op: RowKind, word: string, count: number, time: number];

/** `a` is counted up to 2, and `c` goes again. */
const changes: readonly Given[] = [
  ['+I', 'a', 1, 10],
  ['+I', 'b', 1, 20],
  ['-U', 'a', 1, 10],
  ['+U', 'a', 2, 30],
  ['+I', 'c', 1, 30],
  ['-D', 'c', 1, 30],
];

function resultOf(rows: readonly Given[], table?: TableRule): ResultView {
  const builder = new BatchBuilder(schema, rows.length);
  for (const [op, word, count, time] of rows) builder.appendRow({ word, count, op }, time);
  return foldResults(undefined, {
    kind: 'results',
    at: processingTime(100),
    node: 's',
    subtask: 'v/0',
    attempt: 1,
    total: rows.length,
    records: builder.take(),
    arrivals: arrivedAt(100, rows.length),
    ...(table === undefined ? {} : { table }),
  });
}

const early: Brush = { event: [0, 25], arrival: null };

test('without a brush all records are taken, without a question', () => {
  const result = resultOf(changes);
  expect(partsOf(result, noBrush)).toEqual(['whole']);
  expect(rowsOf('whole', result, noBrush).size).toBe(6);
  expect(copiedText('whole', result, new RowIndex(result))).toBe('6 records copied.');
  expect(fileName('Too late?', 'whole', 'csv')).toBe('too-late-.csv');
});

test('with a brush its rows come first, as they are shown, and all are offered beside them', () => {
  const result = resultOf(changes);
  const shown = new RowIndex(result, early);
  expect(partsOf(result, early)).toEqual(['picked', 'whole']);
  expect(partsOf(result, early).map((part) => partText(part, result, early, shown, 0))).toEqual([
    'Rows with event time 0 – 25: 3 of 6',
    'All rows: 6',
  ]);
  const taken = rowsOf('picked', result, early);
  expect(fileText(taken, 'csv')).toBe('word,count,op\na,1,+I\nb,1,+I\na,1,-U\n');
  expect(copiedText('picked', result, taken)).toBe('3 rows of the picked span copied.');
  expect(fileName('Totals', 'picked', 'csv')).toBe('totals-picked.csv');
});

test('of a table its rows are taken as they are now, and its changes only by their name', () => {
  const result = resultOf(changes, { kind: 'changes' });
  const shown = new RowIndex(shownOf(result), early);
  expect(partsOf(result, noBrush)).toEqual(['whole', 'changes']);
  expect(partsOf(result, early).map((part) => partText(part, result, early, shown, 0))).toEqual([
    'Rows with event time 0 – 25: 1 of 2',
    'The whole table: 2',
    'All changes: 6',
  ]);
  expect(fileText(rowsOf('picked', result, early), 'csv')).toBe('word,count\nb,1\n');
  expect(
    new Set(
      fileText(rowsOf('whole', result, early), 'csv')
        .trim()
        .split('\n'),
    ),
  ).toEqual(new Set(['word,count', 'a,2', 'b,1']));
  expect(
    fileText(rowsOf('changes', result, early), 'csv')
      .trim()
      .split('\n'),
  ).toHaveLength(7);
  expect(copiedText('whole', result, rowsOf('whole', result, early))).toBe('2 rows of the table copied.');
  expect(copiedText('changes', result, rowsOf('changes', result, early))).toBe('6 changes copied.');
});

/** Access to kept records, their order, and what a downloaded file says. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../../engine/graph/schema.ts';
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { cellText, timeText } from './cell-text.ts';
import { fileText } from './result-file.ts';
import { RowIndex, sortedRows } from './row-index.ts';

const schema: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
  { name: 'extra', type: 'json' },
];

type Given = readonly [string | null, number | null, unknown];

function resultOf(...chunks: readonly (readonly Given[])[]): RowIndex {
  const view: ResultView = {
    node: 'n',
    total: chunks.flat().length,
    totals: new Map([['v/0', { attempt: 1, total: chunks.flat().length }]]),
    transactions: new Set(),
    kept: chunks.flat().length,
    table: null,
    chunks: chunks.map((rows) => {
      const builder = new BatchBuilder(schema, 4);
      for (const [word, count, extra] of rows) builder.appendRow({ word, count, extra: extra as never }, 0);
      return { subtask: 'v/0', attempt: 1, arrivals: arrivedAt(0, rows.length), records: builder.take() };
    }),
  };
  return new RowIndex(view);
}

describe('records of a sink', () => {
  it('are found across chunks of any size', () => {
    const index = resultOf(
      [['a', 1, null]],
      [],
      [
        ['b', 2, null],
        ['c', 3, null],
      ],
      [['d', 4, null]],
    );
    expect(Array.from({ length: index.size }, (_, row) => index.cell(row, 0))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('sort by a column, nulls last either way, equal values in order of arrival', () => {
    const index = resultOf(
      [
        ['b', 2, null],
        ['a', null, null],
      ],
      [
        ['c', 10, null],
        ['d', 2, null],
      ],
    );
    expect([...sortedRows(index, 1, false)]).toEqual([0, 3, 2, 1]);
    expect([...sortedRows(index, 1, true)]).toEqual([2, 0, 3, 1]);
  });

  it('make a CSV that quotes what must be quoted', () => {
    expect(
      fileText(
        resultOf([
          ['say "hi", you', 1, { a: [1] }],
          [null, null, null],
        ]),
        'csv',
      ),
    ).toBe('word,count,extra\n"say ""hi"", you",1,"{""a"":[1]}"\n,,\n');
  });

  it('make NDJSON that reads back as the records', () => {
    const lines = fileText(
      resultOf([
        ['x', 1, { a: [1] }],
        [null, null, null],
      ]),
      'ndjson',
    )
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { word: 'x', count: 1, extra: { a: [1] } },
      { word: null, count: null, extra: null },
    ]);
  });

  it('show times in UTC, as short as they can be', () => {
    expect(timeText(Date.UTC(2001, 0, 1, 0, 47))).toBe('2001-01-01 00:47');
    expect(timeText(Date.UTC(2001, 0, 1, 0, 47, 5))).toBe('2001-01-01 00:47:05');
    expect(timeText(1)).toBe('1970-01-01 00:00:00.001');
    expect([cellText(null, 'int'), cellText(0.25, 'float')]).toEqual(['—', '0.25']);
    expect([-0.5, 0.1234, 0.123, 2.5].map((value) => cellText(value, 'float'))).toEqual([
      '-0.50',
      '0.1234',
      '0.123',
      '2.50',
    ]);
  });
});

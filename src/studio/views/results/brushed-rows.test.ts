/** Which rows a brush leaves, against a plain filter over the rows; and what is said of it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResultChunk, ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { appendRecords } from '../../../engine/telemetry/merge-chunks.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { marksMax, pickedNow, setMarks } from '../../session/time-pick.ts';
import { brushedText, brushNote, type Brushed } from './brush-words.ts';
import { RowIndex } from './row-index.ts';
import { cursorAfter, markRange } from './row-marks.ts';

interface Raw {
  readonly n: number;
  readonly time: number;
  readonly at: number;
}

const numbered = [{ name: 'n', type: 'int' } as const];

function viewOf(parts: readonly (readonly Raw[])[], limit = 1000): ResultView {
  let chunks: readonly ResultChunk[] = [];
  for (const rows of parts) {
    const records = {
      schema: numbered,
      length: rows.length,
      timestamps: Float64Array.from(rows, ({ time }) => time),
      columns: [{ kind: 'number', values: Float64Array.from(rows, ({ n }) => n) } as const],
    };
    const [{ at } = { at: 0 }] = rows;
    if (rows.length > 0)
      chunks = appendRecords(
        chunks,
        { subtask: 'v/0', attempt: 1, arrivals: arrivedAt(at, rows.length), records },
        limit,
      );
  }
  const kept = chunks.reduce((sum, { records }) => sum + records.length, 0);
  return {
    node: 's',
    total: parts.flat().length,
    totals: new Map(),
    transactions: new Set(),
    chunks,
    kept,
    table: null,
  };
}

const time = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.NaN));
const arrival = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.NaN));
const parts = fc.array(fc.tuple(arrival, fc.array(time, { maxLength: 6 })), { maxLength: 30 }).map((given) => {
  let n = 0;
  return given.map(([at, times]) => times.map((each): Raw => ({ n: n++, time: each, at })));
});
const span = fc.option(
  fc.tuple(fc.integer({ min: -5, max: 55 }), fc.nat(40)).map(([from, length]) => [from, from + length] as const),
);

test('exactly the rows whose event time and arrival lie in the brush are shown, both ends included', () => {
  fc.assert(
    fc.property(parts, span, span, (given, event, arrived) => {
      const rows = given.flat();
      const lies = (at: number, within: readonly [number, number] | null) =>
        within === null || (at >= within[0] && at <= within[1]);
      const expected = rows.filter((row) => lies(row.time, event) && lies(row.at, arrived));
      const index = new RowIndex(viewOf(given), { event, arrival: arrived });
      expect(Array.from({ length: index.size }, (_, row) => index.cell(row, 0))).toEqual(expected.map(({ n }) => n));
      expect(index.whole).toBe(rows.length);
      expected.forEach((row, i) =>
        expect(index.mark(i)).toEqual({
          time: Number.isNaN(row.time) ? null : row.time,
          arrival: Number.isNaN(row.at) ? null : row.at,
        }),
      );
      expect(index.unplaced()).toEqual({
        timeless: rows.filter((row) => Number.isNaN(row.time)).length,
        arrivalUnknown: rows.filter((row) => Number.isNaN(row.at)).length,
      });
    }),
  );
});

const brushed: Brushed = {
  brush: { event: [Date.UTC(2001, 0, 1, 10), Date.UTC(2001, 0, 1, 11)], arrival: [1_003_000, 1_005_500] },
  coming: 'arrives',
  origin: 1_000_000,
  size: 3,
  whole: 1200,
  timeless: 0,
  arrivalUnknown: 0,
};

test('what is shown is said, with what arrival means', () => {
  expect(brushedText(brushed)).toBe(
    'Rows with event time 2001-01-01 10:00 – 11:00 and arrived 3 s – 5.5 s into the run: 3 of 1,200',
  );
  expect(brushNote(brushed)).toMatch(/^Arrived at this sink: a result comes after its records\.$/);
  const committed: Brushed = { ...brushed, brush: { ...brushed.brush, event: null }, coming: 'is committed' };
  expect(brushedText(committed)).toBe('Rows committed 3 s – 5.5 s into the run: 3 of 1,200');
});

test('rows that a brush cannot tell of are counted, and it is said why', () => {
  const note = brushNote({ ...brushed, timeless: 1, arrivalUnknown: 7 });
  expect(note).toContain('1 row without event time left out.');
  expect(note).toMatch(/7 rows left out: committed in an earlier life of this run/);
  expect(brushNote({ ...brushed, brush: { event: [1, 2], arrival: null }, arrivalUnknown: 7 })).toBe('');
});

test('a range of rows is marked in the order of the table, and of too many those at its end', () => {
  const rows = Array.from({ length: 3 * marksMax }, (_, n): Raw => ({ n, time: n, at: n }));
  const index = new RowIndex(
    viewOf(
      rows.map((row) => [row]),
      10 * marksMax,
    ),
  );
  const order = { index, rowAt: (place: number) => index.size - 1 - place };
  markRange(order, 4, 2);
  expect(pickedNow().marks.map((mark) => mark.time)).toEqual([4, 3, 2].map((place) => index.size - 1 - place));
  markRange(order, 0, index.size - 1);
  expect(pickedNow().marks.length).toBe(marksMax);
  expect(pickedNow().marks.at(-1)?.time).toBe(0);
  setMarks([]);
});

test('the cursor goes from row to row, stays in the table, and with Shift keeps where the range began', () => {
  const go = (from: Parameters<typeof cursorAfter>[0], key: string, shiftKey = false) =>
    cursorAfter(from, { key, shiftKey }, 30, 10);
  expect(go(null, 'ArrowDown')).toEqual({ place: 0, anchor: 0 });
  expect(go({ place: 0, anchor: 0 }, 'ArrowUp')).toEqual({ place: 0, anchor: 0 });
  expect(go({ place: 3, anchor: 3 }, 'PageDown', true)).toEqual({ place: 13, anchor: 3 });
  expect(go({ place: 13, anchor: 3 }, 'End')).toEqual({ place: 29, anchor: 29 });
  expect(go({ place: 13, anchor: 3 }, 'x')).toBeNull();
  expect(cursorAfter(null, { key: 'ArrowDown', shiftKey: false }, 0, 10)).toBeNull();
});

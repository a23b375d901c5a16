/** Series of a chart out of the records of a sink, against plain computations. */
import { describe, expect, it } from 'vitest';
import type { CellValue, Schema } from '../../../engine/graph/schema.ts';
import { arrivedAt } from '../../../engine/wire/arrivals.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { hueOfText } from '../../../engine/wire/hue.ts';
import { chartData, chartSummary, fittingChoice, guessChoice, namesMax, pointsMax, seriesMax } from './chart-series.ts';
import { RowIndex } from './row-index.ts';

const windows: Schema = [
  { name: 'origin', type: 'string' },
  { name: 'windowStart', type: 'timestamp' },
  { name: 'windowEnd', type: 'timestamp' },
  { name: 'flights', type: 'int' },
  { name: 'delay', type: 'float' },
];
const counts: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
];

function indexOf(schema: Schema, rows: readonly (readonly CellValue[])[]): RowIndex {
  const builder = new BatchBuilder(schema, 4);
  for (const row of rows) builder.appendRow(Object.fromEntries(schema.map(({ name }, i) => [name, row[i] ?? null])), 0);
  const records = builder.take();
  const chunks = [{ subtask: 'v/0', attempt: 1, arrivals: arrivedAt(0, records.length), records }];
  return new RowIndex({
    node: 'n',
    total: rows.length,
    totals: new Map(),
    transactions: new Set(),
    kept: rows.length,
    table: null,
    chunks,
  });
}

const day = Date.UTC(2001, 0, 1);
const hour = (h: number) => day + h * 3_600_000;
const perHour = { style: 'line', x: 'windowStart', y: 'flights', series: 'origin' } as const;

describe('a guess', () => {
  it.each([
    ['draws windows over their start, a line per key', windows, perHour],
    ['draws counts over names as bars', counts, { style: 'bar', x: 'word', y: 'count', series: '' }],
    ['needs a number', [{ name: 'word', type: 'string' }] as Schema, null],
    ['needs something to draw the number over', [{ name: 'n', type: 'int' }] as Schema, null],
  ])('%s', (_, schema, expected) => expect(guessChoice(schema)).toEqual(expected));

  it('is not needed while the choice fits the columns', () => {
    expect(fittingChoice(perHour, windows)).toBe(perHour);
    expect(fittingChoice(perHour, counts)).toBeNull();
    expect(fittingChoice({ ...perHour, y: 'origin' }, windows)).toBeNull();
  });
});

describe('series', () => {
  it('are in order of x though windows fire out of order, and a later firing of the same window counts', () => {
    const data = chartData(
      indexOf(windows, [
        ['SFO', hour(2), hour(3), 5, 1],
        ['LAX', hour(1), hour(2), 7, 1],
        ['SFO', hour(1), hour(2), 3, 1],
        ['SFO', hour(2), hour(3), 6, 1],
      ]),
      perHour,
    );
    expect(data.xs).toEqual([hour(1), hour(2)]);
    expect(data.series.map(({ name, ys }) => [name, ys])).toEqual([
      ['LAX', [7, null]],
      ['SFO', [3, 6]],
    ]);
    expect(data).toMatchObject({ axis: 'time', points: 3, leftOut: '' });
  });

  it('have the hue that the dots of their key have on the canvas', () => {
    const data = chartData(indexOf(windows, [['SFO', hour(1), hour(2), 3, 1]]), perHour);
    expect(data.series[0]?.hue).toBe(hueOfText('SFO'));
  });

  it('leave out records without x or y, and name the key that is null', () => {
    const rows = [
      [null, hour(1), hour(2), 3, 1],
      ['SFO', null, null, 3, 1],
      ['SFO', hour(1), hour(2), null, 1],
    ];
    const data = chartData(indexOf(windows, rows), perHour);
    expect(data.series.map(({ name, ys }) => [name, ys])).toEqual([['—', [3]]]);
  });

  it('are at most twelve, those with most points', () => {
    const rows = Array.from({ length: seriesMax + 3 }, (_, key) =>
      Array.from({ length: key + 1 }, (__, h) => [`k${key}`, hour(h), hour(h + 1), 1, 1]),
    ).flat();
    const data = chartData(indexOf(windows, rows), perHour);
    expect(data.series.map(({ name }) => name)).toEqual(Array.from({ length: seriesMax }, (_, i) => `k${i + 3}`));
    expect(data.leftOut).toContain('12 of 15 series');
  });

  it('show at most two thousand points, those with the greatest x', () => {
    const rows = Array.from({ length: 1500 }, (_, h) => [
      ['a', hour(h), null, h, 1],
      ['b', hour(h), null, -h, 1],
    ]).flat();
    const data = chartData(indexOf(windows, rows), perHour);
    expect(data.points).toBe(pointsMax);
    expect(data.xs[0]).toBe(hour(500));
    expect(data.xs.at(-1)).toBe(hour(1499));
    expect(data.leftOut).toContain('newest 2,000 points');
  });

  it('over names stand highest first, and only the highest', () => {
    const rows = Array.from({ length: namesMax + 5 }, (_, i) => [`w${i}`, i]);
    const data = chartData(indexOf(counts, rows), { style: 'bar', x: 'word', y: 'count', series: '' });
    expect(data.axis).toBe('name');
    expect(data.names.slice(0, 2)).toEqual(['w44', 'w43']);
    expect(data.series[0]?.ys.slice(0, 2)).toEqual([44, 43]);
    expect(data.names).toHaveLength(namesMax);
  });

  it('of a scripted timeline are over plain numbers', () => {
    const data = chartData(indexOf(windows, [['a', 10_000, 20_000, 3, 1]]), perHour);
    expect(data.axis).toBe('number');
  });
});

it('a chart is told in words', () => {
  const rows = [
    ['SFO', hour(1), hour(2), 3, 1],
    ['LAX', hour(4), hour(5), 12, 1],
  ];
  expect(chartSummary(chartData(indexOf(windows, rows), perHour))).toBe(
    'Line chart of flights over windowStart by origin: 2 series, 2 points, ' +
      'windowStart from 2001-01-01 01:00 to 2001-01-01 04:00, flights from 3 to 12. Series: LAX, SFO.',
  );
});

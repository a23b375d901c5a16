/**
 * The records of a sink as the series of a chart: which columns fit, which are likely meant, and the points in order of
 * x. Windows fire out of order and fire again, so points are sorted, and the newest record of an x and series counts.
 */
import type { CellValue, ColumnSpec, ColumnType, Schema } from '../../../engine/graph/schema.ts';
import { columnIndex } from '../../../engine/graph/schema.ts';
import { hueOfText, hueText } from '../../../engine/wire/hue.ts';
import { cellText } from './cell-text.ts';
import type { RowIndex } from './row-index.ts';

export type ChartStyle = 'line' | 'bar';

/** Names of columns; `series` is empty for a single series. */
export interface ChartChoice {
  readonly style: ChartStyle;
  readonly x: string;
  readonly y: string;
  readonly series: string;
}

export interface ChartSeries {
  readonly name: string;
  /** 0 … 255, as the dots of the same key on the canvas. */
  readonly hue: number;
  /** One per x; null where the series has no record. */
  readonly ys: readonly (number | null)[];
}

export interface ChartData {
  readonly choice: ChartChoice;
  /** `time`: x are event times in ms; `number`: numbers; `name`: positions in `names`. */
  readonly axis: 'time' | 'number' | 'name';
  readonly xs: readonly number[];
  readonly names: readonly string[];
  /** In order of name. */
  readonly series: readonly ChartSeries[];
  /** Points drawn. */
  readonly points: number;
  /** What is left out, in words; empty if nothing. */
  readonly leftOut: string;
}

export const pointsMax = 2000;
export const seriesMax = 12;
export const namesMax = 40;
/** Records looked at, the newest: keeps a redraw to a few milliseconds however many records are kept. */
export const recordsMax = 20_000;

const xTypes: readonly ColumnType[] = ['timestamp', 'int', 'float', 'string', 'boolean'];
const yTypes: readonly ColumnType[] = ['int', 'float'];
const seriesTypes: readonly ColumnType[] = ['string', 'boolean', 'int'];

const namesOf = (schema: Schema, types: readonly ColumnType[]): readonly string[] =>
  schema.filter((column) => types.includes(column.type)).map((column) => column.name);

/** The columns that each part of a chart can take. */
export const chartColumns = (schema: Schema) => ({
  x: namesOf(schema, xTypes),
  y: namesOf(schema, yTypes),
  series: namesOf(schema, seriesTypes),
});

/** What a person most likely wants to see: numbers over time, or over names, one line per key; null if nothing fits. */
export function guessChoice(schema: Schema): ChartChoice | null {
  const first = (types: readonly ColumnType[], not: readonly string[]): string =>
    namesOf(schema, types).find((name) => !not.includes(name)) ?? '';
  const time = schema.find((column) => column.name === 'windowStart')?.name ?? first(['timestamp'], []);
  const x = time || first(['string'], []) || first(yTypes, []);
  const y = first(yTypes, [x]);
  if (x === '' || y === '') return null;
  const series = first(['string', 'boolean'], [x, y]);
  return { style: typeOf(schema, x) === 'string' ? 'bar' : 'line', x, y, series };
}

/** The choice, if its columns are there and fit. */
export function fittingChoice(choice: ChartChoice | null, schema: Schema): ChartChoice | null {
  if (choice === null) return null;
  const fits = chartColumns(schema);
  const { x, y, series } = choice;
  return fits.x.includes(x) && fits.y.includes(y) && (series === '' || fits.series.includes(series)) ? choice : null;
}

const typeOf = (schema: Schema, name: string): ColumnType | undefined =>
  schema.find((column) => column.name === name)?.type;

interface Group {
  readonly name: string;
  readonly hue: number;
  /** By x as a number, or as the text of a name. */
  readonly points: Map<number | string, number>;
}

/** The series of the newest records. The choice must fit the schema. */
export function chartData(index: RowIndex, choice: ChartChoice): ChartData {
  const from = Math.max(0, index.size - recordsMax);
  const { groups, small } = collect(index, choice, from);
  const shown = [...groups.values()].sort((a, b) => b.points.size - a.points.size).slice(0, seriesMax);
  const xType = typeOf(index.schema, choice.x);
  const named = xType === 'string' || xType === 'boolean';
  const all = named ? highestNames(shown) : sortedNumbers(shown);
  const xs = named ? all.slice(0, Math.min(namesMax, pointsMax)) : newestWithin(all as readonly number[], shown);
  const series = shown
    .map(({ name, hue, points }) => ({ name, hue, ys: xs.map((x) => points.get(x) ?? null) }))
    .sort((a, b) => compareNames(a.name, b.name));
  const points = series.reduce((sum, { ys }) => sum + ys.filter((y) => y !== null).length, 0);
  return {
    choice,
    axis: named ? 'name' : xType === 'timestamp' && !small ? 'time' : 'number',
    xs: named ? xs.map((_, i) => i) : (xs as readonly number[]),
    names: named ? (xs as readonly string[]) : [],
    series,
    points,
    leftOut: leftOutText({ from, groups: groups.size, xs: xs.length, all: all.length, named }),
  };
}

function collect(index: RowIndex, choice: ChartChoice, from: number) {
  const { schema } = index;
  const x = columnIndex(schema, choice.x);
  const y = columnIndex(schema, choice.y);
  const split = choice.series === '' ? -1 : columnIndex(schema, choice.series);
  const groups = new Map<CellValue, Group>();
  /** Times of scripted timelines are plain small numbers: no dates. */
  let small = true;
  for (let row = from; row < index.size; row++) {
    const at = index.cell(row, x);
    const value = index.cell(row, y);
    if (at === null || typeof value !== 'number') continue;
    const key = split === -1 ? '' : index.cell(row, split);
    let group = groups.get(key);
    if (group === undefined) {
      group = newGroup(key, split === -1 ? choice.y : null, schema[split]);
      groups.set(key, group);
    }
    if (typeof at === 'number') {
      small &&= Math.abs(at) < timelineMax;
      group.points.set(at, value);
    } else group.points.set(String(at), value);
  }
  return { groups, small };
}

/** Three hours into 1970, as for the watermarks of the canvas. */
const timelineMax = 3 * 3_600_000;

function newGroup(key: CellValue, only: string | null, column: ColumnSpec | undefined): Group {
  const type = column?.type ?? 'string';
  const name = only ?? cellText(key, type);
  return { name, hue: hueOfText(only ?? hueText(key, type)), points: new Map() };
}

function sortedNumbers(groups: readonly Group[]): readonly number[] {
  const xs = new Set<number>();
  for (const { points } of groups) for (const x of points.keys()) xs.add(x as number);
  return [...xs].sort((a, b) => a - b);
}

/** The last x, as many as have at most `pointsMax` points in all. */
function newestWithin(xs: readonly number[], groups: readonly Group[]): readonly number[] {
  let points = 0;
  for (let i = xs.length - 1; i >= 0; i--) {
    for (const group of groups) if (group.points.has(xs[i] as number)) points += 1;
    if (points > pointsMax) return xs.slice(i + 1);
  }
  return xs;
}

/** Names by the sum of their values, highest first. */
function highestNames(groups: readonly Group[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const { points } of groups) for (const [x, y] of points) sums.set(x as string, (sums.get(x as string) ?? 0) + y);
  return [...sums.keys()].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || compareNames(a, b));
}

const compareNames = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

interface Counts {
  readonly from: number;
  readonly groups: number;
  readonly xs: number;
  readonly all: number;
  readonly named: boolean;
}

function leftOutText({ from, groups, xs, all, named }: Counts): string {
  const parts: string[] = [];
  const number = (count: number) => count.toLocaleString('en-US');
  if (groups > seriesMax) parts.push(`${seriesMax} of ${number(groups)} series, those with most points`);
  if (xs < all)
    parts.push(named ? `the ${xs} highest of ${number(all)} names` : `the newest ${number(pointsMax)} points`);
  if (from > 0) parts.push(`from the newest ${number(recordsMax)} records`);
  return parts.length === 0 ? '' : `Shown: ${parts.join(', ')}.`;
}

/** The chart in words, for those who do not see it. */
export function chartSummary({ choice, axis, xs, names, series, points }: ChartData): string {
  const split = choice.series === '' ? '' : ` by ${choice.series}`;
  const what = `${choice.style === 'line' ? 'Line' : 'Bar'} chart of ${choice.y} over ${choice.x}${split}`;
  if (points === 0) return `${what}: no points yet.`;
  const { least, greatest } = extent(series);
  const end = (x: number | undefined): string => xText(x ?? 0, axis, names);
  const counts = `${series.length} series, ${points.toLocaleString('en-US')} points`;
  const names12 = choice.series === '' ? '' : ` Series: ${series.map(({ name }) => name).join(', ')}.`;
  const range = `${choice.y} from ${valueText(least)} to ${valueText(greatest)}`;
  return `${what}: ${counts}, ${choice.x} from ${end(xs[0])} to ${end(xs.at(-1))}, ${range}.${names12}`;
}

function extent(series: readonly ChartSeries[]) {
  let least = Infinity;
  let greatest = -Infinity;
  for (const { ys } of series)
    for (const y of ys) {
      if (y === null) continue;
      least = Math.min(least, y);
      greatest = Math.max(greatest, y);
    }
  return { least, greatest };
}

/** A place on the x axis as a reader writes it. */
export function xText(x: number, axis: ChartData['axis'], names: readonly string[]): string {
  if (axis === 'name') return names[x] ?? '';
  return axis === 'time' ? cellText(x, 'timestamp') : valueText(x);
}

export function valueText(value: number): string {
  const most = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4;
  return value.toLocaleString('en-US', { maximumFractionDigits: Number.isInteger(value) ? 0 : most });
}

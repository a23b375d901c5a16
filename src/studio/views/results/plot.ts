/** Options of uPlot for a chart of results: axes in UTC, series in the colours of keys, bars side by side. */
import { isDate } from '../../../base/units.ts';
import uPlot from 'uplot';
import { keyIndex, readInks, type Inks } from '../../canvas/overlay/inks.ts';
import { xText, valueText, type ChartData } from './chart-series.ts';

export interface PlotLook {
  readonly inks: Inks;
  readonly hairline: string;
  readonly faint: string;
  readonly font: string;
}

/** The design tokens in force. */
export function readLook(element: Element): PlotLook {
  const value = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const inks = readInks(element);
  return { inks, hairline: value('--hairline'), faint: value('--faint'), font: `11px ${inks.numbers}` };
}

/** Colour of a series, and whether another before it has the same, so that it is drawn with dashes. */
export interface SeriesLook {
  readonly colour: string;
  readonly dashed: boolean;
}

export function seriesLooks(data: ChartData, inks: Inks): readonly SeriesLook[] {
  const used = new Set<string>();
  return data.series.map(({ hue }) => {
    const single = data.choice.series === '';
    const colour = single ? inks.water : (inks.keys[keyIndex(hue, inks.keys.length)] ?? inks.ink);
    const dashed = used.has(colour);
    used.add(colour);
    return { colour, dashed };
  });
}

/** Charts with the same signature differ in their numbers only: then new data is set, and the chart is not built anew. */
export const plotSignature = (data: ChartData): string =>
  JSON.stringify([data.axis, data.choice, data.series.map((each) => each.name), data.axis === 'name' && data.names]);

export const plotData = (data: ChartData): uPlot.AlignedData =>
  [data.xs, ...data.series.map((each) => each.ys)] as uPlot.AlignedData;

interface PlotRequest {
  readonly data: ChartData;
  readonly look: PlotLook;
  readonly width: number;
  readonly height: number;
  /** Index into xs under the pointer, null when it leaves. */
  readonly onPoint: (at: number | null) => void;
}

export function plotOptions({ data, look, width, height, onPoint }: PlotRequest): uPlot.Options {
  const looks = seriesLooks(data, look.inks);
  const bars = data.choice.style === 'bar';
  return {
    width,
    height,
    ms: 1,
    tzDate: (time) => uPlot.tzDate(new Date(time), 'Etc/UTC'),
    padding: [10, 38, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, width: 2 } },
    scales: {
      x: { time: data.axis === 'time', range: (_, min, max) => rangeX(min, max, data, bars) },
      y: { range: (_, min, max) => rangeY(min, max, bars) },
    },
    axes: [axisX(data, look), axisY(look)],
    series: [{}, ...data.series.map(({ name }, i) => seriesOptions(name, looks[i] as SeriesLook, i, data))],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

function rangeX(min: number, max: number, { axis, xs }: ChartData, bars: boolean): uPlot.Range.MinMax {
  if (axis === 'name') return [-0.6, Math.max(0, xs.length - 1) + 0.6];
  const step = leastStep(xs);
  if (min === max) return [min - step, max + step];
  return bars ? [min - step * 0.6, max + step * 0.6] : [min, max];
}

/** Least distance of two neighbours: the width that bars share. */
function leastStep(xs: readonly number[]): number {
  let step = Infinity;
  for (let i = 1; i < xs.length; i++) step = Math.min(step, (xs[i] as number) - (xs[i - 1] as number));
  return Number.isFinite(step) ? step : 1;
}

function rangeY(min: number | null, max: number | null, bars: boolean): uPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1];
  // Bars stand on zero, and so do lines that come near it: a cut axis exaggerates.
  const low = bars || (min > 0 && min < 0.6 * max) ? Math.min(0, min) : min;
  const [from, to] = uPlot.rangeNum(low, max, 0.08, true) as [number, number];
  return [low === 0 ? 0 : from, to];
}

function axisLook({ hairline, faint, font }: PlotLook): uPlot.Axis {
  return {
    stroke: faint,
    font,
    grid: { stroke: hairline, width: 1 },
    ticks: { stroke: hairline, width: 1, size: 4 },
    gap: 4,
  };
}

function axisX(data: ChartData, look: PlotLook): uPlot.Axis {
  const base = { ...axisLook(look), size: 26, space: 76 };
  if (data.axis === 'time') return { ...base, size: timeAxisHeight, grid: { show: false }, values: timeTicks };
  if (data.axis === 'number') return { ...base, values: (_, ticks) => ticks.map((tick) => valueText(tick)) };
  return {
    ...base,
    grid: { show: false },
    splits: (plot) => everyFewNames(plot, data.names),
    values: (_, ticks) => ticks.map((tick) => shortened(xText(tick, 'name', data.names))),
  };
}

/** Room for a second line only where there is one. */
const timeAxisHeight = (_: uPlot, ticks: readonly string[] | null): number =>
  ticks?.some((tick) => tick.includes('\n')) === true ? 38 : 26;

/** The time of day, and below it the date where it begins or changes. */
function timeTicks(_: uPlot, ticks: number[]): string[] {
  let before = '';
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks.map((tick) => {
    if (!isDate(tick)) return String(tick);
    const iso = new Date(tick).toISOString();
    const date = iso.slice(0, 10);
    if (step >= 86_400_000) return date;
    const clock = iso.slice(11, step >= 60_000 ? 16 : step >= 1000 ? 19 : 23);
    if (date === before) return clock;
    before = date;
    return `${clock}\n${date}`;
  });
}

const shortened = (name: string): string => (name.length > 11 ? `${name.slice(0, 10)}…` : name);

function everyFewNames(plot: uPlot, names: readonly string[]): number[] {
  const room = Math.max(1, Math.floor(plot.bbox.width / devicePixelRatio / 76));
  const step = Math.max(1, Math.ceil(names.length / room));
  return names.flatMap((_, i) => (i % step === 0 ? [i] : []));
}

function axisY(look: PlotLook): uPlot.Axis {
  return {
    ...axisLook(look),
    space: 34,
    size: (_, values) => 16 + 7 * Math.max(2, ...(values ?? []).map((value) => value.length)),
    values: (_, ticks) => ticks.map((tick) => valueText(tick)),
  };
}

function seriesOptions(name: string, look: SeriesLook, place: number, data: ChartData): uPlot.Series {
  const common = { label: name, stroke: look.colour, spanGaps: true };
  if (data.choice.style === 'bar') {
    return {
      ...common,
      width: look.dashed ? 1 : 0,
      fill: look.dashed ? `color-mix(in srgb, ${look.colour} 45%, transparent)` : look.colour,
      points: { show: false },
      paths: barPaths(place, data.series.length),
    };
  }
  const few = data.xs.length <= 60;
  return {
    ...common,
    width: 1.75,
    ...(look.dashed ? { dash: [5, 4] } : {}),
    points: { show: few, size: 5, width: 0, fill: look.colour },
  };
}

/** Bars of one x stand side by side, in the order of the series. */
function barPaths(place: number, count: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex, from, to) => {
    const path = new Path2D();
    const xs = plot.data[0];
    const ys = plot.data[seriesIndex] ?? [];
    const room = Math.abs(plot.valToPos(leastStep([...xs]), 'x', true) - plot.valToPos(0, 'x', true));
    const group = Math.max(count, Math.min(room * 0.8, 64 * devicePixelRatio * count));
    const width = group / count;
    const ground = plot.valToPos(0, 'y', true);
    for (let i = from; i <= to; i++) {
      const y = ys[i];
      if (y === null || y === undefined) continue;
      const top = plot.valToPos(y, 'y', true);
      const left = plot.valToPos(xs[i] as number, 'x', true) - group / 2 + place * width;
      path.rect(left, Math.min(top, ground), Math.max(1, width - (width > 4 ? 1 : 0)), Math.abs(ground - top));
    }
    return { stroke: path, fill: path };
  };
}

/**
 * What the plot shows, in units of time and not of the screen: dots, watermark curves, windows as regions that fill,
 * panes. A pure function of what the operator told (`engine/wire/time-traces.ts`); nothing is invented here.
 *
 * x is processing time; y is event time, or processing time where the operator's windows pass by that.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import type { NumberedTime, TimeView } from '../../../engine/telemetry/cluster-view.ts';
import type { PaneTrace, RecordTrace } from '../../../engine/wire/time-traces.ts';
import { regionsOf, type Region } from './regions.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Dot extends Point {
  readonly trace: RecordTrace;
  readonly subtask: SubtaskId;
  readonly number: number;
}

/** Steps: from each point on the curve is at its y. Breaks (NaN) where an attempt ended. */
export interface Curve {
  readonly kind: 'own' | 'channel' | 'ideal' | 'newest';
  readonly subtask: SubtaskId | null;
  readonly channel: string | null;
  readonly points: readonly Point[];
  /** Spans of idleness, in x. */
  readonly idle: readonly (readonly [from: number, to: number])[];
}

/** Panes of one window that one watermark fired, with one timing; of one key, where the plot shows one. */
export interface PaneMark extends Point {
  readonly window: readonly [start: number, end: number];
  readonly timing: PaneTrace['timing'];
  readonly panes: readonly NumberedTime<PaneTrace>[];
}

export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export interface Scene {
  readonly domain: 'event' | 'processing';
  readonly dots: readonly Dot[];
  /** Records without event time: they have a moment, and no height. Their y is NaN. */
  readonly timeless: readonly Dot[];
  readonly curves: readonly Curve[];
  readonly regions: readonly Region[];
  readonly panes: readonly PaneMark[];
  /** Null: there is nothing to see. */
  readonly extent: Extent | null;
  /** Of what is shown. */
  readonly counts: Readonly<Record<'onTime' | 'late' | 'dropped' | 'timeless' | 'panes', number>>;
  /** Keys of all that was told, in the order in which they came. */
  readonly keys: readonly string[];
}

export interface Choice {
  /** Null: all. */
  readonly key: string | null;
  readonly subtask: SubtaskId | null;
}

const keysMax = 200;
/** Subtasks fire the panes of a watermark one after the other: within this they are one mark. */
const togetherMs = 150;

/** `now`: processing time until which what is open is drawn. */
export function sceneOf(view: TimeView, choice: Choice, now: number): Scene {
  const ofSubtask = <T extends { readonly subtask: SubtaskId }>(each: T): boolean =>
    choice.subtask === null || each.subtask === choice.subtask;
  const ofKey = (key: string | null): boolean => choice.key === null || key === null || key === choice.key;
  const records = view.records.filter((each) => ofSubtask(each) && ofKey(each.trace.key));
  const windows = view.windows.filter((each) => ofSubtask(each) && ofKey(each.trace.key));
  const domain = windows.some(({ trace }) => trace.kind === 'pane' && trace.domain === 'processing')
    ? 'processing'
    : domainOfRecords(records);
  const placed = records.map(({ trace, subtask, number }): Dot => {
    const y = domain === 'processing' ? trace.at : (trace.time ?? Number.NaN);
    return { x: trace.at, y, trace, subtask, number };
  });
  const dots = placed.filter(({ y }) => !Number.isNaN(y));
  const timeless = placed.filter(({ y }) => Number.isNaN(y));
  const perKey = choice.key !== null || view.windows.some(({ trace }) => trace.kind === 'merged');
  const regions = regionsOf(records, windows, { perKey, now });
  const panes = panesOf(windows, perKey, dots);
  const curves = domain === 'processing' ? [] : curvesOf(view, choice.subtask, now, dots);
  return {
    domain,
    dots,
    timeless,
    curves,
    regions,
    panes,
    extent: extentOf({ dots, regions, panes, curves }, now),
    counts: {
      onTime: dots.filter(({ trace }) => trace.verdict === 'on time').length,
      late: dots.filter(({ trace }) => trace.verdict === 'late').length,
      dropped: dots.filter(({ trace }) => trace.verdict === 'dropped').length,
      timeless: timeless.length,
      panes: panes.reduce((sum, mark) => sum + mark.panes.length, 0),
    },
    keys: keysOf(view),
  };
}

/** Windows in processing time hold the moment at which the record came, and not its event time. */
function domainOfRecords(records: readonly NumberedTime<RecordTrace>[]): Scene['domain'] {
  const windowed = records.find(({ trace }) => trace.windows !== undefined)?.trace;
  const [start, end] = windowed?.windows?.[0] ?? [0, 0];
  if (windowed === undefined || end >= MAX_EVENT_TIME) return 'event';
  const holds = (time: number | null): boolean => time !== null && start <= time && time < end;
  return !holds(windowed.time) && holds(windowed.at) ? 'processing' : 'event';
}

function panesOf(windows: TimeView['windows'], perKey: boolean, dots: readonly Dot[]): readonly PaneMark[] {
  const marks = new Map<string, { mark: Omit<PaneMark, 'panes'>; panes: NumberedTime<PaneTrace>[] }[]>();
  for (const each of windows) {
    const { trace } = each;
    if (trace.kind !== 'pane') continue;
    const { at, window, timing, key, domain } = trace;
    const id = `${window.join(' ')} ${timing} ${perKey || domain === 'none' ? key : ''}`;
    const known = marks.get(id)?.findLast(({ mark }) => Math.abs(at - mark.x) < togetherMs);
    const pane = { ...each, trace };
    if (known !== undefined) known.panes.push(pane);
    else {
      const mark = { x: at, y: heightOf(trace, dots), window, timing };
      marks.set(id, [...(marks.get(id) ?? []), { mark, panes: [pane] }]);
    }
  }
  return [...marks.values()].flat().map(({ mark, panes }) => ({ ...mark, panes }));
}

/** At the end of its window; of a window without end, where its last record is. */
function heightOf({ window: [, end], at, key }: PaneTrace, dots: readonly Dot[]): number {
  if (end < MAX_EVENT_TIME) return end;
  const last = dots.findLast(({ x, trace }) => x <= at && trace.key === key);
  return last?.y ?? dots.at(-1)?.y ?? 0;
}

const isPoint = (time: number): boolean => time > MIN_EVENT_TIME && time < MAX_EVENT_TIME;

interface Drawn {
  readonly points: Point[];
  readonly idle: (readonly [number, number])[];
  attempt: number;
  idleFrom: number | null;
}

/** A curve for each channel, one for each subtask, and the ideal. */
function curvesOf(view: TimeView, subtask: SubtaskId | null, now: number, dots: readonly Dot[]): readonly Curve[] {
  const drawn = new Map<string, Drawn & { readonly subtask: SubtaskId; readonly channel: string | null }>();
  for (const { trace, subtask: from, attempt } of view.watermarks) {
    if (subtask !== null && from !== subtask) continue;
    const id = `${from} ${trace.channel ?? ''}`;
    let curve = drawn.get(id);
    if (curve === undefined) {
      curve = { subtask: from, channel: trace.channel, points: [], idle: [], attempt, idleFrom: null };
      drawn.set(id, curve);
    }
    if (curve.attempt !== attempt) {
      // Event time begins anew after a restore.
      curve.points.push({ x: trace.at, y: Number.NaN });
      curve.attempt = attempt;
    }
    if (trace.kind === 'watermark') {
      curve.points.push({ x: trace.at, y: trace.time });
      closeIdle(curve, trace.at);
    } else if (trace.idle) curve.idleFrom ??= trace.at;
    else closeIdle(curve, trace.at);
  }
  const curves = [...drawn.values()].map((curve): Curve => {
    closeIdle(curve, now);
    const { subtask: from, channel, points, idle } = curve;
    return { kind: channel === null ? 'own' : 'channel', subtask: from, channel, points, idle };
  });
  return [idealOf(dots, now), ...curves];
}

function closeIdle(curve: Drawn, at: number): void {
  if (curve.idleFrom !== null) curve.idle.push([curve.idleFrom, at]);
  curve.idleFrom = null;
}

/** Live data lag behind the clock by less than this, at least half of them. */
const liveLagMs = 600_000;
/** Clocks differ a little. */
const clockSkewMs = 1000;

/**
 * The ideal watermark. Of live data, event time = processing time: the diagonal of Akidau's “Streaming 101”, whose distance
 * to the watermark is the skew. Data that are replayed have another clock, which stands at the newest event time that
 * has come (“Streaming 102” puts the skew at 0 there): the curve is that clock. Of several inputs an operator can know no
 * more than the one behind, so the least of theirs counts.
 */
function idealOf(dots: readonly Dot[], now: number): Curve {
  const idle: Curve['idle'] = [];
  if (isLive(dots)) {
    const from = dots.reduce((least, { x }) => Math.min(least, x), now);
    const points = [
      { x: from, y: from },
      { x: now, y: now },
    ];
    return { kind: 'ideal', subtask: null, channel: null, points, idle };
  }
  return { kind: 'newest', subtask: null, channel: null, points: newestOf(dots), idle };
}

function isLive(dots: readonly Dot[]): boolean {
  if (dots.some(({ x, y }) => y > x + clockSkewMs)) return false;
  const lags = dots.map(({ x, y }) => x - y).sort((a, b) => a - b);
  return (lags[lags.length >> 1] ?? Number.POSITIVE_INFINITY) < liveLagMs;
}

/** The newest event time that had come at each moment, of the input that was behind. */
function newestOf(dots: readonly Dot[]): readonly Point[] {
  const points: Point[] = [];
  const newest = new Map<number, number>();
  for (const { trace } of dots) newest.set(trace.input, Number.NEGATIVE_INFINITY);
  let ideal = Number.NEGATIVE_INFINITY;
  for (const { x, y, trace } of [...dots].sort((a, b) => a.x - b.x)) {
    if (y <= (newest.get(trace.input) as number)) continue;
    newest.set(trace.input, y);
    const least = Math.min(...newest.values());
    if (least <= ideal) continue;
    ideal = least;
    points.push({ x, y: least });
  }
  return points;
}

function extentOf(
  { dots, regions, panes, curves }: Pick<Scene, 'dots' | 'regions' | 'panes' | 'curves'>,
  now: number,
): Extent | null {
  const x = new Range();
  const y = new Range();
  for (const dot of dots) {
    x.add(dot.x);
    y.add(dot.y);
  }
  for (const region of regions) {
    if (!isPoint(region.window[0]) || !isPoint(region.window[1])) continue;
    y.add(region.window[0]);
    y.add(region.window[1]);
    x.add(region.from);
  }
  for (const pane of panes) {
    x.add(pane.x);
    y.add(pane.y);
  }
  for (const { points } of curves)
    for (const point of points) {
      x.add(point.x);
      if (isPoint(point.y)) y.add(point.y);
    }
  if (x.least > x.greatest) return null;
  x.add(now);
  if (y.least > y.greatest) y.add(0);
  return { x: x.padded(0.02, 1000), y: y.padded(0.06, 1) };
}

class Range {
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }

  /** Wider by a share at both ends, and at least so wide. */
  padded(share: number, widthMin: number): readonly [number, number] {
    const width = Math.max(this.greatest - this.least, widthMin);
    return [this.least - width * share, this.least + width * (1 + share)];
  }
}

function keysOf(view: TimeView): readonly string[] {
  const keys = new Set<string>();
  for (const { trace } of view.records) {
    keys.add(trace.key);
    if (keys.size >= keysMax) break;
  }
  return [...keys];
}

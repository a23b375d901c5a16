/**
 * Windows as regions of the plot: from the first record that went into a window until its state was gone, with how much
 * it held at each moment. Sessions that merge become one region; that is seen as a step.
 */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import type { NumberedTime, TimeView } from '../../../engine/telemetry/cluster-view.ts';
import type { RecordTrace, Span } from '../../../engine/wire/time-traces.ts';

export interface Region {
  /** Null: of all keys. */
  readonly key: string | null;
  readonly hue: number;
  readonly window: Span;
  /** Processing time. */
  readonly from: number;
  /** When its state was gone, or (merged) it went into another; null: it is still there. */
  readonly gone: number | null;
  readonly merged: boolean;
  /** Windows that were merged into it when it began, as one after the other: what it has of them is no edge. */
  readonly of: readonly Span[];
  /** When its on-time pane fired: from then on it is kept for late records alone; null: not yet. */
  readonly passed: number | null;
  /** From each time on, so many records; in order. */
  readonly steps: readonly (readonly [at: number, records: number])[];
  readonly keys: number;
}

interface Draft {
  readonly key: string | null;
  readonly hue: number;
  readonly window: Span;
  readonly from: number;
  gone: number | null;
  merged: boolean;
  of: readonly Span[];
  passed: number | null;
  readonly steps: [at: number, records: number][];
  readonly keys: Set<string>;
  /** Keys whose state of this window is gone. */
  readonly goneKeys: Set<string>;
}

type Told = readonly NumberedTime<RecordTrace>[];

/** By processing time: what several subtasks told came in portions. */
export function regionsOf(
  records: Told,
  windows: TimeView['windows'],
  { perKey, now }: { readonly perKey: boolean; readonly now: number },
): readonly Region[] {
  const regions = new Regions(perKey);
  const all = [...records, ...windows].sort((a, b) => a.trace.at - b.trace.at || a.number - b.number);
  for (const { trace } of all) {
    if (trace.kind === 'record') regions.record(trace);
    else regions.event(trace);
  }
  return regions.all(now);
}

class Regions {
  private readonly perKey: boolean;
  private readonly open = new Map<string, Draft>();
  private readonly closed: Draft[] = [];

  constructor(perKey: boolean) {
    this.perKey = perKey;
  }

  record({ at, key, hue, windows = [] }: RecordTrace): void {
    for (const window of windows) {
      if (window[1] >= MAX_EVENT_TIME) continue;
      const region = this.regionOf(key, hue, window, at);
      region.keys.add(key);
      grow(region, at, 1);
    }
  }

  event(trace: TimeView['windows'][number]['trace']): void {
    switch (trace.kind) {
      case 'merged':
        return this.merge(trace.key, trace.window, trace.from, trace.at);
      case 'closed':
        return this.close(trace.key, trace.window, trace.at);
      case 'pane': {
        const region = this.open.get(this.name(trace.key, trace.window));
        if (region !== undefined && trace.timing !== 'early') region.passed ??= trace.at;
        return;
      }
      case 'timer':
        return;
    }
  }

  all(now: number): readonly Region[] {
    return [...this.closed, ...this.open.values()]
      .filter(({ from }) => from <= now)
      .map(({ keys, goneKeys: _, ...region }) => ({ ...region, keys: keys.size }));
  }

  private regionOf(key: string, hue: number, window: Span, at: number): Draft {
    const name = this.name(key, window);
    let region = this.open.get(name);
    if (region === undefined) {
      const of = this.perKey ? key : null;
      region = {
        key: of,
        hue,
        window,
        from: at,
        gone: null,
        merged: false,
        of: [],
        passed: null,
        steps: [],
        keys: new Set(),
        goneKeys: new Set(),
      };
      this.open.set(name, region);
    }
    return region;
  }

  private merge(key: string, window: Span, from: readonly Span[], at: number): void {
    let records = 0;
    let hue = 0;
    const known: Span[] = [];
    for (const span of from) {
      const name = this.name(key, span);
      const old = this.open.get(name);
      if (old === undefined) continue;
      records += old.steps.at(-1)?.[1] ?? 0;
      ({ hue } = old);
      known.push(span);
      old.gone = at;
      old.merged = true;
      this.open.delete(name);
      this.closed.push(old);
    }
    const region = this.regionOf(key, hue, window, at);
    region.of = known;
    region.keys.add(key);
    grow(region, at, records);
  }

  /** A region of all keys goes with the last of them. */
  private close(key: string | null, window: Span, at: number): void {
    if (key === null && this.perKey) {
      for (const [name, region] of this.open) {
        if (region.window[0] !== window[0] || region.window[1] !== window[1]) continue;
        region.gone = at;
        this.open.delete(name);
        this.closed.push(region);
      }
      return;
    }
    const name = this.name(key ?? '', window);
    const region = this.open.get(name);
    if (region === undefined) return;
    if (key !== null && !this.perKey && region.goneKeys.add(key).size < region.keys.size) return;
    region.gone = at;
    this.open.delete(name);
    this.closed.push(region);
  }

  private name(key: string, [start, end]: Span): string {
    return this.perKey ? `${start} ${end} ${key}` : `${start} ${end}`;
  }
}

function grow({ steps }: Draft, at: number, by: number): void {
  const last = steps.at(-1);
  if (last !== undefined && last[0] === at) last[1] += by;
  else steps.push([at, (last?.[1] ?? 0) + by]);
}

/** The parts of its span at which a region begins: without those that it took over from windows that merged into it. */
export function newParts({ window: [start, end], of }: Pick<Region, 'window' | 'of'>): readonly Span[] {
  const parts: Span[] = [];
  let from = start;
  for (const [oldStart, oldEnd] of of.toSorted((a, b) => a[0] - b[0])) {
    if (oldStart > from) parts.push([from, Math.min(oldStart, end)]);
    from = Math.max(from, oldEnd);
  }
  if (from < end) parts.push([from, end]);
  return parts;
}

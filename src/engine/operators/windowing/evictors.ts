/** Which elements of a pane are removed before the window function sees them, or after (Flink's evictors). */
import type { CellValue } from '../../graph/schema.ts';
import type { Cells } from '../row-cells.ts';

/** An element of a window: its event time (null: none) and its record. */
export type Element = readonly [time: number | null, cells: Cells];

/** Those that stay, in order. */
export type Evictor = (elements: readonly Element[]) => readonly Element[];

/** The newest `count` stay. */
export const countEvictor =
  (count: number): Evictor =>
  (elements) =>
    elements.length <= count ? elements : elements.slice(elements.length - count);

/** Those stay that are less than `keepMs` older than the newest. */
export const timeEvictor =
  (keepMs: number): Evictor =>
  (elements) => {
    const newest = elements.reduce((most, [time]) => Math.max(most, time ?? most), Number.NEGATIVE_INFINITY);
    return elements.filter(([time]) => (time ?? newest) > newest - keepMs);
  };

/** Those stay whose value differs from the last element's by less than `threshold`; nulls stay. */
export const deltaEvictor =
  (threshold: number, valueOf: (cells: Cells) => CellValue | undefined): Evictor =>
  (elements) => {
    const newest = elements.at(-1);
    const last = newest === undefined ? null : valueOf(newest[1]);
    if (typeof last !== 'number') return elements;
    return elements.filter(([, cells]) => {
      const value = valueOf(cells);
      return typeof value !== 'number' || Math.abs(last - value) < threshold;
    });
  };

/** Where an evictor works. */
export interface Eviction {
  readonly evictor: Evictor;
  /** What it removes is still seen by the function that is about to be called, and not by the next. */
  readonly after: boolean;
  /** It goes by the elements' times: they must have some. */
  readonly timed: boolean;
}

interface EvictorParams {
  readonly evictor: 'none' | 'count' | 'time' | 'delta';
  readonly evictCount: number;
  readonly evictMs: number;
  readonly evictThreshold: number;
  readonly evictAfter: boolean;
}

/** `valueOf`: what the delta evictor compares. */
export function evictionOf(
  { evictor, evictCount, evictMs, evictThreshold, evictAfter: after }: EvictorParams,
  valueOf: (cells: Cells) => CellValue | undefined,
): Eviction | null {
  switch (evictor) {
    case 'none':
      return null;
    case 'count':
      return { evictor: countEvictor(evictCount), after, timed: false };
    case 'time':
      return { evictor: timeEvictor(evictMs), after, timed: true };
    case 'delta':
      return { evictor: deltaEvictor(evictThreshold, valueOf), after, timed: false };
  }
}

/** Which elements of a pane are removed before the window function sees them, or after (Flink's evictors). */
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

/** Those stay whose value in the column differs from the last element's by less than `threshold`; nulls stay. */
export const deltaEvictor =
  (threshold: number, column: number): Evictor =>
  (elements) => {
    const last = elements.at(-1)?.[1][column];
    if (typeof last !== 'number') return elements;
    return elements.filter(([, cells]) => {
      const value = cells[column];
      return typeof value !== 'number' || Math.abs(last - value) < threshold;
    });
  };

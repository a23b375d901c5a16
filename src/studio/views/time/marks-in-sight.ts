/** Which marked result rows the plot does not show, and what it must show so that all are in it. */
import type { Mark } from '../../session/time-pick.ts';
import type { Extent } from './scene.ts';

type Interval = readonly [number, number];

const isIn = (at: number | null, [from, to]: Interval): boolean => at === null || (at >= from && at <= to);

/** Rows that came nobody knows when have no place, and so are not missing. */
export const outOfSight = (marks: readonly Mark[], { x, y }: Extent): readonly Mark[] =>
  marks.filter(({ time, arrival }) => arrival !== null && !(isIn(arrival, x) && isIn(time, y)));

/** The extent, grown as little as shows them all, with some room around them. */
export function showingMarks(marks: readonly Mark[], { x, y }: Extent): Extent {
  const placed = marks.filter(({ arrival }) => arrival !== null);
  const grown = ([from, to]: Interval, times: readonly (number | null)[]): Interval => {
    const out = times.filter((time) => time !== null && (time < from || time > to)) as number[];
    if (out.length === 0) return [from, to];
    const least = out.reduce((a, b) => Math.min(a, b), from);
    const greatest = out.reduce((a, b) => Math.max(a, b), to);
    const room = (greatest - least) * 0.04;
    return [least < from ? least - room : from, greatest > to ? greatest + room : to];
  };
  return {
    x: grown(
      x,
      placed.map(({ arrival }) => arrival),
    ),
    y: grown(
      y,
      placed.map(({ time }) => time),
    ),
  };
}

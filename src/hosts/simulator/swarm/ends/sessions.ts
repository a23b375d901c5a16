/** Sessions by a plain computation: spans that only touch are one, as in Flink. */
import type { Item } from '../items.ts';
import { crossing } from '../pieces/piece.ts';
import { grouped } from './end.ts';

export interface Session<T extends Item> {
  readonly key: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly items: readonly T[];
}

export const sessionsOf = <T extends Item>(items: readonly T[], gapOf: (item: T) => number): Session<T>[] =>
  [...grouped(items, ({ key }) => key)].flatMap(([key, group]) => {
    const sessions: { end: number; items: T[] }[] = [];
    for (const item of group.toSorted((a, b) => a.time - b.time)) {
      const last = sessions.at(-1);
      if (last === undefined || item.time > last.end) sessions.push({ end: item.time + gapOf(item), items: [item] });
      else {
        last.items.push(item);
        last.end = Math.max(last.end, item.time + gapOf(item));
      }
    }
    return sessions.map(({ end, items: of }) => ({ key, windowStart: (of[0] as T).time, windowEnd: end, items: of }));
  });

/** A record on one of two sides. */
interface Sided extends Item {
  readonly side: 'left' | 'right';
}

const fixedMs = 9;

/** The gap of sessions over two sides, as parameters: fixed, or of each record and its side. */
export const sideGap = (own: boolean) =>
  own ? { gap: `(row, side) => (side === 'left' ? 3 : 8) + (row.value % 4)` } : { gapMs: fixedMs };

/** Sessions of the two parts of a stream together, and what of each part is in them. */
export function joinedSessions(items: readonly Item[], own: boolean) {
  const [lefts, rights] = crossing.of(items);
  const sided: Sided[] = [
    ...lefts.map((item) => ({ ...item, side: 'left' as const })),
    ...rights.map((item) => ({ ...item, side: 'right' as const })),
  ];
  const gapOf = ({ side, value }: Sided): number => (own ? (side === 'left' ? 3 : 8) + (value % 4) : fixedMs);
  return sessionsOf(sided, gapOf).map(({ items: of, ...session }) => ({
    ...session,
    left: of.filter(({ side }) => side === 'left'),
    right: of.filter(({ side }) => side === 'right'),
  }));
}

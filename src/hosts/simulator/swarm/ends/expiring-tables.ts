/**
 * Regular full outer join whose rows are forgotten: every row puts something out when it comes, so a model by hand can
 * follow. A row counts from when it, or how many it meets, was written last: a match makes it live on, as in Flink.
 */
import type { Row } from '../../../../engine/graph/schema.ts';
import { crossing } from '../pieces/piece.ts';
import type { End, Told } from './end.ts';
import { arrivals, arrivalText, historyOf, isOver, stamped } from './histories.ts';

const sides = ['left', 'right'] as const;
type Side = (typeof sides)[number];

/** A row that is kept, since when, and how many it has met. */
interface Kept {
  at: number;
  met: number;
}

export const expiringTables: End = {
  sizes: [5, 30, 150],
  second: { ports: ['left', 'right'], parts: crossing.texts },
  pairs: true,
  changelog: true,
  chained: true,
  stages: (ttlMs) => [
    { kind: 'regularJoin', params: { join: 'full', leftTtlMs: ttlMs, rightTtlMs: 2 * ttlMs } },
    stamped,
  ],
  judge(told, items, ttlMs) {
    const came: Record<Side, string[]> = { left: [], right: [] };
    const wrong: string[] = [];
    for (const [key, history] of historyOf(told, ({ row }) => row['key'] ?? row['right_key'])) {
      const found = new KeyModel(key, { left: ttlMs, right: 2 * ttlMs }, came).follow(history);
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    if (wrong.length > 0) return wrong;
    const [left, right] = crossing.of(items);
    return [...arrivals(left, came.left), ...arrivals(right, came.right)];
  },
};

const idOf = (row: Row, side: Side): string | null => {
  const id = row[side === 'left' ? 'id' : 'right_id'];
  return id === null || id === undefined ? null : String(id);
};
const otherOf = (side: Side): Side => (side === 'left' ? 'right' : 'left');

class KeyModel {
  private readonly kept: Readonly<Record<Side, Map<string, Kept>>> = { left: new Map(), right: new Map() };
  private readonly key: string;
  private readonly ttls: Readonly<Record<Side, number>>;
  private readonly came: Readonly<Record<Side, string[]>>;

  constructor(key: string, ttls: Readonly<Record<Side, number>>, came: Readonly<Record<Side, string[]>>) {
    this.key = key;
    this.ttls = ttls;
    this.came = came;
  }

  /** A sentence about the first change that was not to come. */
  follow(history: readonly Told[]): string | null {
    for (let i = 0; i < history.length; ) {
      const { row, timestamp: now } = history[i] as Told;
      // Who takes back a row of the other side stands in the change behind it.
      const pair = (history[i] as Told).kind === '-D' ? (history[i + 1]?.row ?? row) : row;
      const side = sides.find((one) => {
        const id = idOf(pair, one);
        return id !== null && !this.kept[one].has(id);
      });
      if (side === undefined) return `at ${now}: ${changeText(history[i] as Told)} is of nobody who came then`;
      const id = idOf(pair, side) as string;
      const right = this.arrive(side, id, now);
      const found = history.slice(i, i + right.length).map(changeText);
      if (found.toSorted().join() !== right.toSorted().join() || history[i + right.length - 1]?.timestamp !== now)
        return `at ${now}: ${side} ${id} gave ${found.join(', ')}, not ${right.join(', ')}`;
      i += right.length;
    }
    return null;
  }

  /** The changes that a row gives, in any order. */
  private arrive(side: Side, id: string, now: number): string[] {
    const other = otherOf(side);
    const text = (kind: string, own: string | null, others: string | null): string =>
      side === 'left' ? `${kind} ${own}/${others}` : `${kind} ${others}/${own}`;
    const changes: string[] = [];
    let met = 0;
    for (const [partner, row] of this.kept[other]) {
      if (isOver(row.at, this.ttls[other], now)) continue;
      if (row.met === 0) changes.push(text('-D', null, partner));
      changes.push(text('+I', id, partner));
      row.met++;
      row.at = now;
      met++;
    }
    if (met === 0) changes.push(text('+I', id, null));
    this.kept[side].set(id, { at: now, met });
    this.came[side].push(arrivalText(this.key, id));
    return changes;
  }
}

const changeText = ({ kind, row }: Told): string => `${kind} ${idOf(row, 'left')}/${idOf(row, 'right')}`;

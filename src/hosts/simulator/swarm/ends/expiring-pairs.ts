/**
 * Regular join, inner, left or right outer, whose rows are forgotten. Here a row may come without a word, so only what is
 * certain is judged. Each tells when it was sent on, before which it cannot have come; by its first pair it has. So:
 *
 * - no pair has a row whose time to live was over even if it came, or was written, as late as it was seen;
 * - no pair is missing of two rows that, whichever came first, met before the first one's time can have been over.
 */
import type { Row } from '../../../../engine/graph/schema.ts';
import { crossing } from '../pieces/piece.ts';
import type { End, Told } from './end.ts';
import { historyOf, isOver, stamped } from './histories.ts';

const joins = ['inner', 'left', 'right'] as const;
const leftTtlMs = 15;
const rightTtlMs = 40;

const sent = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
  { name: 'id', type: 'int' },
  { name: 'now', type: 'float' },
] as const;

export const expiringPairs: End = {
  sizes: [0, 1, 2],
  pairs: true,
  changelog: true,
  chained: true,
  stages: (n) => [
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx, out) => {
  out.collect({ key: row.key, value: row.value, id: row.id, now: ctx.timerService.currentProcessingTime() });
}`,
        columns: sent,
      },
    },
    {
      kind: 'regularJoin',
      params: { join: joins[n], leftTtlMs, rightTtlMs },
      second: { ports: ['left', 'right'], parts: crossing.texts },
    },
    stamped,
  ],
  judge(told, items, n) {
    const keys = historyOf(told, ({ row }) => row['key'] ?? row['right_key']);
    const wrong = [...keys].flatMap(([key, history]) => judged(history, n).map((text) => `key ${key}, ${text}`));
    const [left, right] = crossing.of(items);
    const known = [left, right].map((side) => new Set(side.map(({ key, id }) => `${key} ${id}`)));
    for (const [key, history] of keys)
      for (const { row } of history)
        for (const [i, id] of [row['id'], row['right_id']].entries())
          if (id !== null && known[i]?.has(`${key} ${String(id)}`) !== true)
            wrong.push(`there is no ${key} ${String(id)}`);
    return wrong;
  },
};

/** What is certain of a row. */
interface Seen {
  /** It was not there before. */
  readonly sentAt: number;
  /** It was there by then. */
  readonly firstAt: number;
  /** It was written by then for the last time. */
  writtenAt: number;
}

function judged(history: readonly Told[], n: number): string[] {
  const join = joins[n];
  const rows: readonly Map<string, Seen>[] = [new Map(), new Map()];
  const ttls = [leftTtlMs, rightTtlMs];
  const pairs = new Set<string>();
  const wrong: string[] = [];
  for (const { row, timestamp: now } of history) {
    const ids = [row['id'], row['right_id']].map((id) => (id === null || id === undefined ? null : String(id)));
    ids.forEach((id, i) => {
      if (id === null) return;
      const known = rows[i]?.get(id);
      if (known === undefined) {
        const sentAt = Number(sentOf(row, i));
        rows[i]?.set(id, { sentAt, firstAt: now, writtenAt: now });
      } else {
        if (now > known.writtenAt && isOver(known.writtenAt, ttls[i] as number, now))
          wrong.push(`${id} was written at ${known.writtenAt} at the latest, and met ${String(ids[1 - i])} at ${now}`);
        // Of an outer side it is noted how many a row meets.
        if (join === (i === 0 ? 'left' : 'right')) known.writtenAt = now;
      }
    });
    pairs.add(ids.join());
  }
  const [left, right] = rows as [Map<string, Seen>, Map<string, Seen>];
  for (const [a, one] of left)
    for (const [b, other] of right) {
      if (pairs.has(`${a},${b}`)) continue;
      const leftLived = !isOver(one.sentAt, leftTtlMs, other.firstAt);
      const rightLived = !isOver(other.sentAt, rightTtlMs, one.firstAt);
      if (leftLived && rightLived) wrong.push(`${a} and ${b} came at the same time and did not meet`);
    }
  return wrong;
}

const sentOf = (row: Row, side: number): unknown => row[side === 0 ? 'now' : 'right_now'];

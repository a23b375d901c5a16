/**
 * Deduplicate that keeps the first to arrive, and remembers its key for so long. When a first record came is known exactly,
 * of the others only that it was not before they were sent on: so what is certain is judged. Two first ones are never
 * closer than the time to live, and none that was sent when the one before was over is left out.
 */
import type { Row } from '../../../../engine/graph/schema.ts';
import type { End } from './end.ts';
import { arrivals, arrivalText, historyOf, isOver, numbered, stamped } from './histories.ts';

const sent = [
  { name: 'key', type: 'string' },
  { name: 'id', type: 'int' },
  { name: 'step', type: 'int' },
  { name: 'now', type: 'float' },
] as const;
const columns = [...sent, { name: 'first', type: 'boolean' }] as const;
const mark = (first: boolean) => ({ function: `(row) => ({ ...row, first: ${first} })`, columns });

export const expiringFirst: End = {
  sizes: [5, 30, 150],
  changelog: false,
  chained: true,
  anyWatermarks: true,
  stages: (ttlMs) => [
    { ...numbered(sent), beside: mark(false) },
    { kind: 'deduplicate', params: { first: 'arrival', ttlMs } },
    stamped,
    { kind: 'map', params: mark(true), by: null },
  ],
  judge(told, items, ttlMs) {
    const all = told.filter(({ row }) => row['first'] !== true);
    const wrong = arrivals(
      items,
      all.map(({ row }) => arrivalText(row['key'], row['id'])),
    );
    const firsts = new Map<string, number>();
    for (const { row, timestamp } of told) {
      if (row['first'] !== true) continue;
      const place = placeOf(row);
      if (firsts.has(place)) wrong.push(`${place} was first twice`);
      firsts.set(place, timestamp);
    }
    for (const history of historyOf(all, ({ row }) => row['key']).values()) {
      const rows = history.map(({ row }) => row).sort((a, b) => Number(a['step']) - Number(b['step']));
      wrong.push(...followed(rows, firsts, ttlMs));
    }
    return wrong;
  },
};

const placeOf = (row: Row): string => `step ${String(row['step'])} of key ${String(row['key'])}`;

function followed(rows: readonly Row[], firsts: ReadonlyMap<string, number>, ttlMs: number): string[] {
  let last: number | null = null;
  const wrong: string[] = [];
  for (const row of rows) {
    const at = firsts.get(placeOf(row)) ?? null;
    if (at === null) {
      if (last === null || isOver(last, ttlMs, Number(row['now'])))
        wrong.push(
          `${placeOf(row)} was sent at ${Number(row['now'])} and is not first, the last one having been at ${last}`,
        );
    } else {
      if (last !== null && !isOver(last, ttlMs, at))
        wrong.push(`${placeOf(row)} was first at ${at}, though another one was at ${last}`);
      last = at;
    }
  }
  return wrong;
}

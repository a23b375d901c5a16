/**
 * Temporal join by processing time. Which version a record meets depends on the run, but this is certain: each record comes
 * out once; what it meets is a version of its key, that was sent by then; no record meets an older version than one before
 * it; and a version that was met is met again until its time to live is over or a newer one comes, and not when it is over.
 */
import type { Row } from '../../../../engine/graph/schema.ts';
import { crossing } from '../pieces/piece.ts';
import type { End, Told } from './end.ts';
import { arrivals, arrivalText, historyOf, isOver, numbered, stamped } from './histories.ts';

const sent = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
  { name: 'id', type: 'int' },
  { name: 'step', type: 'int' },
  { name: 'now', type: 'float' },
] as const;

export const versionsNow: End = {
  /** Times to live; 0: none. */
  sizes: [0, 5, 30, 150],
  changelog: false,
  chained: true,
  anyWatermarks: true,
  stages: (ttlMs) => [
    numbered(sent),
    {
      kind: 'temporalJoin',
      params: { time: 'processing', join: 'left', ttlMs },
      second: { ports: ['left', 'versions'], parts: crossing.texts },
    },
    stamped,
  ],
  judge(told, items, ttlMs) {
    const [left, right] = crossing.of(items);
    const wrong = arrivals(
      left,
      told.map(({ row }) => arrivalText(row['key'], row['id'])),
    );
    const versions = new Set(right.map(({ key, id }) => arrivalText(key, id)));
    for (const [key, history] of historyOf(told, ({ row }) => row['key'])) {
      const sorted = history.toSorted((a, b) => Number(a.row['step']) - Number(b.row['step']));
      const found = followed(sorted, versions, ttlMs);
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    return wrong;
  },
};

/** A sentence about the first record that met what it cannot have met. */
function followed(history: readonly Told[], versions: ReadonlySet<string>, ttlMs: number): string | null {
  let last: { readonly step: number; readonly at: number } | null = null;
  for (const { row, timestamp: at } of history) {
    const { right_step: version } = row;
    const over: boolean = last !== null && ttlMs > 0 && isOver(last.at, ttlMs, at);
    const before = `after version ${String(last?.step)} at ${String(last?.at)}`;
    if (version === null || version === undefined) {
      if (last !== null && !over) return `at ${at}: record ${String(row['id'])} met none, ${before}`;
      continue;
    }
    const step = Number(version);
    if (!isVersion(row, at, versions)) return `at ${at}: there was no ${String(row['right_id'])} to be met`;
    if (last !== null && (over ? step <= last.step : step < last.step))
      return `at ${at}: record ${String(row['id'])} met version ${step}, ${before}`;
    last = { step, at };
  }
  return null;
}

const isVersion = (row: Row, at: number, versions: ReadonlySet<string>): boolean =>
  versions.has(arrivalText(row['key'], row['right_id'])) && Number(row['right_now']) <= at;

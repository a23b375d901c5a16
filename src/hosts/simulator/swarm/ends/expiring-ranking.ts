/**
 * Top-N whose rows are forgotten, by a value that several records have, which then live as long as the newest of them. Each
 * record that gets a place tells of it, so that a model by hand can follow; who gets none must have been kept out by rows
 * that were there at some time.
 */
import type { Item } from '../items.ts';
import type { End, Told } from './end.ts';
import { arrivalText, historyOf, isOver, stamped } from './histories.ts';

const places = 3;

interface Ranked {
  readonly id: number;
  readonly value: number;
  readonly at: number;
}

export const expiringRanking: End = {
  sizes: [5, 30, 150],
  changelog: true,
  chained: true,
  stages: (ttlMs) => [{ kind: 'topN', params: { n: places, by: 'value', rankColumn: 'place', ttlMs } }, stamped],
  judge(told, items, ttlMs) {
    const wrong: string[] = [];
    const histories = historyOf(told, ({ row }) => row['key']);
    for (const key of new Set(items.map((item) => item.key))) {
      const history = histories.get(key) ?? [];
      const found = followed(
        history,
        items.filter((item) => item.key === key),
        ttlMs,
      );
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    const known = new Set(items.map((item) => item.key));
    for (const key of histories.keys()) if (!known.has(key)) wrong.push(`there is no key ${key}`);
    return wrong;
  },
};

function followed(history: readonly Told[], items: readonly Item[], ttlMs: number): string | null {
  const toCome = new Map<string, number>();
  const placeOf = (id: unknown, value: unknown): string => arrivalText(id, value);
  for (const { id, value } of items) toCome.set(placeOf(id, value), (toCome.get(placeOf(id, value)) ?? 0) + 1);
  let rows: Ranked[] = [];
  /** The greatest of the least values that were in the last place. */
  let bar = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < history.length; ) {
    const first = history[i] as Told;
    const newcomer = (first.kind === '-U' ? history[i + 1] : first)?.row ?? first.row;
    const place = placeOf(newcomer['id'], newcomer['value']);
    const left = toCome.get(place) ?? 0;
    if (left === 0) return `record ${place} came once too often, at ${first.timestamp}`;
    toCome.set(place, left - 1);
    const now = first.timestamp;
    const alive = rows.filter(({ at }) => !isOver(at, ttlMs, now));
    const { changes, after } = inserted(alive, Number(newcomer['id']), Number(newcomer['value']), now);
    if (changes.length === 0) return `at ${now}: record ${place} got a place, behind ${rows.length} that were better`;
    const found = history.slice(i, i + changes.length).map(changeText);
    if (found.join() !== changes.join() || history[i + changes.length - 1]?.timestamp !== now)
      return `at ${now}: ${found.join(', ')}, where ${changes.join(', ')} was to come`;
    i += changes.length;
    rows = after;
    if (rows.length === places) bar = Math.max(bar, (rows.at(-1) as Ranked).value);
  }
  for (const [place, left] of toCome) {
    if (left > 0 && Number(place.split(' ')[1]) > bar) return `record ${place} got no place, though there was room`;
  }
  return null;
}

/** Of equal values the first to come is first; all of them were written now. */
function inserted(rows: readonly Ranked[], id: number, value: number, now: number) {
  const at = rows.filter((row) => row.value >= value).length;
  const renewed = rows.map((row) => (row.value === value ? { ...row, at: now } : row));
  const after = renewed.toSpliced(at, 0, { id, value, at: now }).slice(0, places);
  const changes: string[] = [];
  for (let place = at; place < after.length; place++) {
    const [had, has] = [rows[place], after[place] as Ranked];
    if (had !== undefined) changes.push(`-U ${had.id} ${place + 1}`);
    changes.push(`${had === undefined ? '+I' : '+U'} ${has.id} ${place + 1}`);
  }
  return { changes, after };
}

const changeText = ({ kind, row }: Told): string => `${kind} ${String(row['id'])} ${String(row['place'])}`;

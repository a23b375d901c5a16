/** Deduplicate that keeps the last to arrive for so long: each record takes back the one before if that is not over, and no other. */
import type { End, Told } from './end.ts';
import { arrivals, arrivalText, historyOf, isOver, stamped } from './histories.ts';

export const expiringLast: End = {
  sizes: [5, 30, 150],
  changelog: true,
  chained: true,
  stages: (ttlMs) => [{ kind: 'deduplicate', params: { keep: 'last', first: 'arrival', ttlMs } }, stamped],
  judge(told, items, ttlMs) {
    const came = told.filter(({ kind }) => kind === '+I' || kind === '+U');
    const wrong = arrivals(
      items,
      came.map(({ row }) => arrivalText(row['key'], row['id'])),
    );
    for (const [key, history] of historyOf(told, ({ row }) => row['key'])) {
      const found = followed(history, ttlMs);
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    return wrong;
  },
};

function followed(history: readonly Told[], ttlMs: number): string | null {
  let last: Told | null = null;
  for (let i = 0; i < history.length; i++) {
    const first = history[i] as Told;
    const before: Told | null = last === null || isOver(last.timestamp, ttlMs, first.timestamp) ? null : last;
    const right = before === null ? '+I' : `-U ${String(before.row['id'])} +U`;
    const next = first.kind === '-U' ? history[++i] : first;
    const found = next === first ? first.kind : `${first.kind} ${String(first.row['id'])} ${next?.kind ?? ''}`;
    if (found !== right || next === undefined)
      return `at ${first.timestamp}: ${found}, where ${right} was to come, ${String(last?.row['id'])} having been written at ${last?.timestamp ?? '-'}`;
    last = next;
  }
  return null;
}

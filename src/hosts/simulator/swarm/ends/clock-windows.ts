/**
 * Windows in processing time, tumbling, sliding by their whole size, and sessions. Which records are together depends on the
 * run, but this is certain: windows follow each other as records came, and fire when they are over; none has a record that
 * came behind its end; and every record is in one, but for those at the end of the input whose windows are not over then,
 * which no timer fires any more, as in Flink.
 */
import type { Row } from '../../../../engine/graph/schema.ts';
import type { End, Told } from './end.ts';
import { historyOf, numbered, stamped } from './histories.ts';

const sizeMs = 10;

const variants = [
  { kind: 'tumblingWindow', params: { sizeMs } },
  { kind: 'slidingWindow', params: { sizeMs, slideMs: sizeMs } },
  { kind: 'sessionWindow', params: { gapMs: sizeMs } },
] as const;

const sent = [
  { name: 'key', type: 'string' },
  { name: 'id', type: 'int' },
  { name: 'step', type: 'int' },
  { name: 'now', type: 'float' },
] as const;

export const clockWindows: End = {
  sizes: [0, 1, 2],
  changelog: false,
  chained: true,
  anyWatermarks: true,
  stages(n) {
    const { kind, params } = variants[n] ?? variants[0];
    return [
      numbered(sent),
      {
        kind,
        params: {
          time: 'processing',
          ...params,
          function: 'process',
          process: `(key, ctx, rows, out) => {
  const { start, end } = ctx.window;
  for (const { id, step, now } of rows) out.collect({ key, id, step, now, start, end });
}`,
          columns: [...sent, { name: 'start', type: 'float' }, { name: 'end', type: 'float' }],
        },
      },
      stamped,
    ];
  },
  judge(told, items, n) {
    const known = new Set(items.map(({ key, id }) => `${key} ${id}`));
    const wrong = told
      .map(({ row }) => `${String(row['key'])} ${String(row['id'])}`)
      .filter((record) => !known.has(record))
      .map((record) => `there is no ${record}`);
    for (const [key, history] of historyOf(told, ({ row }) => row['key'])) {
      const found = followed(history, n);
      if (found !== null) wrong.push(`key ${key}, ${found}`);
    }
    return wrong;
  },
};

/** A sentence about the first record that is not where it must be. */
function followed(history: readonly Told[], n: number): string | null {
  const rows = history.toSorted((a, b) => Number(a.row['step']) - Number(b.row['step']));
  let before: Row | null = null;
  for (const [i, { row, timestamp }] of rows.entries()) {
    if (row['step'] !== i + 1) return `step ${i + 1} is not there once, but ${String(row['step'])}`;
    const [start, end, now] = [Number(row['start']), Number(row['end']), Number(row['now'])];
    const where = `step ${i + 1}, sent at ${now}, is in [${start}, ${end}), fired at ${timestamp}`;
    if (now >= end || timestamp < end - 1) return where;
    if (n !== 2 && (start % sizeMs !== 0 || end !== start + sizeMs)) return `${where}, which is no window`;
    if (before !== null && start < Number(before['end']) && start !== before['start'])
      return `${where}, and the one before until ${String(before['end'])}`;
    before = row;
  }
  return null;
}

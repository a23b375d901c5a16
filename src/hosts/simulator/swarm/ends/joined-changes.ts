/**
 * Regular join of every kind over two tables that change: the last span of each even and of each odd key, joined by the
 * span. Every row goes from one partner to another, so what was joined, padded or let through is taken back and put out anew.
 */
import type { Item } from '../items.ts';
import { columns } from '../pieces/piece.ts';
import { grouped } from './end.ts';
import type { End, TableRow } from './end.ts';

const kinds = ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const;
const spanMs = 60;

interface Last {
  readonly key: string;
  readonly id: number;
}

export const joinedChanges: End = {
  sizes: [0, 1, 2, 3, 4, 5],
  changelog: true,
  key: null,
  anyWatermarks: true,
  stages: (n) => [
    {
      kind: 'process',
      params: {
        processElement: `(row, ctx, out) => {
  out.collect({ key: row.key, value: 0, id: Math.floor(ctx.timestamp / ${spanMs}) });
}`,
        columns,
      },
    },
    { kind: 'deduplicate', params: { keep: 'last', first: 'eventTime' } },
    {
      kind: 'regularJoin',
      params: { join: kinds[n] },
      second: {
        ports: ['left', 'right'],
        parts: ['(row) => Number(row.key.slice(1)) % 2 === 0', '(row) => Number(row.key.slice(1)) % 2 === 1'],
        by: ['id'],
      },
    },
  ],
  columns: ['key', 'id', 'right_key'],
  expect(items, n) {
    const last = [...grouped(items, ({ key }) => key)].map(([key, group]) => ({ key, id: lastSpan(group) }));
    const left = last.filter(({ key }) => Number(key.slice(1)) % 2 === 0);
    const right = last.filter(({ key }) => Number(key.slice(1)) % 2 === 1);
    return joined(left, right, kinds[n] ?? 'full');
  },
};

const lastSpan = (items: readonly Item[]): number => Math.floor(Math.max(...items.map(({ time }) => time)) / spanMs);

function joined(left: readonly Last[], right: readonly Last[], join: (typeof kinds)[number]): TableRow[] {
  const meets = (one: Last, others: readonly Last[]): boolean => others.some(({ id }) => id === one.id);
  // There is no column of the right, so that a row has none.
  if (join === 'semi' || join === 'anti')
    return left.filter((one) => meets(one, right) === (join === 'semi')).map((one) => row(one, undefined));
  return [
    ...left.flatMap((one) => right.filter(({ id }) => id === one.id).map((other) => row(one, other))),
    ...(join === 'left' || join === 'full' ? left : [])
      .filter((one) => !meets(one, right))
      .map((one) => row(one, null)),
    ...(join === 'right' || join === 'full' ? right : [])
      .filter((one) => !meets(one, left))
      .map((one) => row(null, one)),
  ];
}

const row = (left: Last | null, right: Last | null | undefined): TableRow => ({
  key: left?.key ?? 'null',
  // What both are joined by is there once.
  id: left?.id ?? right?.id ?? 'null',
  right_key: right?.key ?? String(right),
});

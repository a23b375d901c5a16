/**
 * Top-N by several columns, some of them null, with nulls first, last, or less than any value: of the records of each key;
 * and of the last records of all keys, which change, so that who had no place gets one.
 */
import type { Item } from '../items.ts';
import { grouped } from './end.ts';
import type { End, TableRow } from './end.ts';

const places = 4;
const spanMs = 40;
/** Of keys. */
const groups = 2;

interface Variant {
  readonly params: Readonly<Record<string, unknown>>;
  /** Slots as they are in front of each other; null is one of them. */
  readonly slots: readonly (number | null)[];
  readonly others: readonly (number | null)[];
  /** Whether the greater number is in front, of what is equal so far. */
  readonly greatest: boolean;
}

const variants: readonly Variant[] = [
  {
    params: { order: 'desc', thenBy: 'other, id, value, key' },
    slots: [2, 1, 0, null],
    others: [null, 0, 1],
    greatest: false,
  },
  {
    params: { order: 'asc', thenBy: 'other desc, id desc, value, key' },
    slots: [null, 0, 1, 2],
    others: [1, 0, null],
    greatest: true,
  },
  {
    params: { order: 'desc', nulls: 'first', thenBy: 'other asc nulls last, id desc, value, key' },
    slots: [null, 2, 1, 0],
    others: [0, 1, null],
    greatest: true,
  },
  {
    params: { order: 'asc', nulls: 'last', thenBy: 'other desc nulls first, id, value, key' },
    slots: [0, 1, 2, null],
    others: [null, 1, 0],
    greatest: false,
  },
];

/** Those behind are of the last records of all keys. */
const ofLast = (n: number): boolean => n >= variants.length;
const variantOf = (n: number): Variant => variants[n % variants.length] as Variant;

type Row = Pick<Item, 'key' | 'value' | 'id'>;

const slotOf = (id: number): number | null => (id % 4 === 3 ? null : id % 4);
const otherOf = (id: number): number | null => (id % 3 === 2 ? null : id % 3);

const columns = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
  { name: 'id', type: 'int' },
  { name: 'slot', type: 'int' },
  { name: 'other', type: 'int' },
];

/** `value` and `id` are expressions. */
const labelled = (value: string, id: string) => ({
  kind: 'process',
  params: {
    processElement: `(row, ctx, out) => {
  const id = ${id};
  const slot = id % 4 === 3 ? null : id % 4;
  const other = id % 3 === 2 ? null : id % 3;
  out.collect({ key: row.key, value: ${value}, id, slot, other });
}`,
    columns,
  },
});

export const orderedRanking: End = {
  sizes: [0, 1, 2, 3, 4, 5, 6, 7],
  changelog: true,
  key: null,
  anyWatermarks: true,
  stages(n) {
    const ranking = { kind: 'topN', params: { n: places, by: 'slot', ...variantOf(n).params, rankColumn: 'place' } };
    if (!ofLast(n)) return [labelled('row.value', 'Math.abs(row.id)'), ranking];
    return [
      labelled(`Number(row.key.slice(1)) % ${groups}`, `Math.abs(Math.floor(ctx.timestamp / ${spanMs}))`),
      { kind: 'deduplicate', params: { keep: 'last', first: 'eventTime' } },
      { ...ranking, by: ['value'] },
    ];
  },
  columns: ['key', 'value', 'id', 'slot', 'other', 'place'],
  expect(items, n) {
    const rows = (ofLast(n) ? lastOf(items) : items).map(
      ({ key, value, id }): Row => ({ key, value, id: Math.abs(id) }),
    );
    const ranked = [...groupedBy(rows, ({ key, value }) => (ofLast(n) ? value : key))];
    return ranked.flatMap((group) =>
      group
        .toSorted(before(variantOf(n)))
        .slice(0, places)
        .map(shown),
    );
  },
};

/** Of each key the span of its last record. */
const lastOf = (items: readonly Item[]): Row[] =>
  [...grouped(items, ({ key }) => key)].map(([key, group]) => ({
    key,
    value: Number(key.slice(1)) % groups,
    id: Math.floor(Math.max(...group.map(({ time }) => time)) / spanMs),
  }));

function groupedBy(rows: readonly Row[], of: (row: Row) => string | number): Row[][] {
  return [...new Set(rows.map(of))].map((group) => rows.filter((row) => of(row) === group));
}

const before =
  ({ slots, others, greatest }: Variant) =>
  (a: Row, b: Row): number =>
    slots.indexOf(slotOf(a.id)) - slots.indexOf(slotOf(b.id)) ||
    others.indexOf(otherOf(a.id)) - others.indexOf(otherOf(b.id)) ||
    (greatest ? b.id - a.id : a.id - b.id) ||
    a.value - b.value ||
    (a.key < b.key ? -1 : Number(a.key > b.key));

const shown = ({ key, value, id }: Row, index: number): TableRow => ({
  key,
  value,
  id,
  slot: slotOf(id) ?? 'null',
  other: otherOf(id) ?? 'null',
  place: index + 1,
});

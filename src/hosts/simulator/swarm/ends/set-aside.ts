/**
 * Records that are late and set aside, at the side outputs of windows, joins and a sort, behind watermarks that trust in an
 * order that there is not. Which they are depends on the run; but every record is there, or aside, and never both.
 *
 * After a failure event time begins anew, and a window that has fired can fire again for what is replayed: so panes are
 * added up, and of joins it is said who is there at all, and with whom at most.
 */
import { columns, crossing, tumblingSums } from '../pieces/piece.ts';
import type { Stage } from '../pieces/piece.ts';
import type { Item } from '../items.ts';
import { Comparison } from '../checkers/comparison.ts';
import type { End, Told } from './end.ts';
import { grouped, sumOf } from './end.ts';
import { hasty, sum } from './late.ts';

const sizeMs = 50;
const gapMs = 9;

/** Rows as an end tells of them. */
interface Out {
  readonly key: string;
  readonly value: number;
  readonly id: number;
}

type Sides = readonly [left: Item[], right: Item[]];

interface Variant {
  readonly stage: Stage;
  /** Side outputs, of the one input or of two. */
  readonly late: readonly string[];
  /** Function that makes key, value and id of a row. */
  readonly row: string;
  /** Sentences; without the records that were set aside. */
  judge(out: readonly Out[], sides: Sides): readonly string[];
}

const text = ({ key, value, id }: Out): string => `${key} ${value} ${id}`;
const same = (right: readonly Out[], found: readonly Out[]): string[] =>
  new Comparison('what is in time', right.map(text), found.map(text)).exact();

/** Of rows with the same key and number one, with the sum of their values. */
const added = (rows: readonly Out[]): Out[] =>
  [...new Set(rows.map(({ key, id }) => `${key} ${id}`))].map((place) => {
    const some = rows.filter(({ key, id }) => `${key} ${id}` === place);
    const value = some.reduce((total, row) => total + row.value, 0);
    return { ...(some[0] as Out), value };
  });

const ofWindow = '(row) => ({ key: row.key, value: row.value, id: row.windowStart })';
const plain = '({ key, value, id }) => ({ key, value, id })';

/** Sums of windows; how often they have fired does not matter. */
const sums = (more: Readonly<Record<string, unknown>>): Variant => ({
  stage: { kind: 'tumblingWindow', params: { sizeMs, aggregates: sum, ...more } },
  late: ['late'],
  row: ofWindow,
  judge: (out, [items]) => same(tumblingSums(items, sizeMs), added(out)),
});

const twoInputs = { ports: ['left', 'right'], parts: crossing.texts } as const;

/** Stands for no record. */
const nobody = -1_000_000_000;

/** Full outer: pairs there can be, each once, and everybody is in one or alone. `meets`: records of one key. */
const pairs = (
  kind: string,
  params: Readonly<Record<string, unknown>>,
  meets: (a: Item, b: Item) => boolean,
): Variant => ({
  stage: {
    kind,
    params: {
      join: 'full',
      ...params,
      result: 'function',
      function: `(left, right) => ({
  key: (left ?? right).key,
  value: left?.id ?? ${nobody},
  id: right?.id ?? ${nobody},
})`,
      columns,
    },
    second: twoInputs,
  },
  late: ['lateLeft', 'lateRight'],
  row: plain,
  judge(out, [left, right]) {
    const pair = (one: Item | null, other: Item | null): string =>
      `${(one ?? other)?.key} ${one?.id ?? nobody} ${other?.id ?? nobody}`;
    const most = [
      ...left.map((one) => pair(one, null)),
      ...right.map((other) => pair(null, other)),
      ...left.flatMap((one) =>
        right.filter((other) => other.key === one.key && meets(one, other)).map((other) => pair(one, other)),
      ),
    ];
    const pairsOut = new Comparison('what is in time', most, out.map(text));
    const lefts = new Set(out.map(({ key, value }) => `left ${key} ${value}`));
    const rights = new Set(out.map(({ key, id }) => `right ${key} ${id}`));
    const missing = [
      ...left.map(({ key, id }) => `left ${key} ${id}`).filter((one) => !lefts.has(one)),
      ...right.map(({ key, id }) => `right ${key} ${id}`).filter((one) => !rights.has(one)),
    ];
    const gone = missing.length === 0 ? [] : [`neither there nor set aside: ${missing.slice(0, 3).join(', ')}`];
    return [...pairsOut.nothingWrong(), ...pairsOut.nothingDoubled(), ...gone];
  },
});

const variants: readonly Variant[] = [
  sums({}),
  sums({ trigger: 'repeatedly(watermark())', panes: true, closing: 'fireIfNonEmpty' }),
  sums({ trigger: 'repeatedly(watermark())', accumulation: 'discarding', allowedLatenessMs: 20 }),
  {
    stage: { kind: 'sessionWindow', params: { gapMs, aggregates: sum } },
    late: ['late'],
    row: '(row) => ({ key: row.key, value: row.value, id: 0 })',
    judge: (out, [items]) =>
      same(
        [...grouped(items, ({ key }) => key)].map(([key, group]) => ({ key, value: sumOf(group), id: 0 })),
        added(out),
      ),
  },
  {
    stage: { kind: 'sortByTime', params: {} },
    late: ['late'],
    row: plain,
    judge: (out, [items]) => same(items, out),
  },
  {
    stage: { kind: 'temporalJoin', params: { join: 'left' }, second: { ports: ['left', 'versions'] } },
    late: ['late'],
    row: plain,
    judge: (out, [items]) => same(items, out),
  },
  {
    stage: {
      kind: 'windowCoGroup',
      params: {
        sizeMs,
        process: `(key, ctx, left, right, out) => {
  const sum = (rows) => rows.reduce((total, row) => total + row.value, 0);
  out.collect({ key, value: sum(left) + 10000 * sum(right), id: ctx.window.start });
}`,
        columns,
      },
      second: twoInputs,
    },
    late: ['lateLeft', 'lateRight'],
    row: plain,
    judge: (out, [left, right]) =>
      same(
        tumblingSums([...left, ...right.map((item) => ({ ...item, value: 10000 * item.value }))], sizeMs),
        added(out),
      ),
  },
  pairs('windowJoin', { sizeMs }, (a, b) => Math.floor(a.time / sizeMs) === Math.floor(b.time / sizeMs)),
  pairs('intervalJoin', { lowerMs: -gapMs, upperMs: gapMs }, (a, b) => Math.abs(a.time - b.time) <= gapMs),
];

const told = [...columns, { name: 'from', type: 'string' }] as const;
const main = 'out';

export const setAside: End = {
  sizes: variants.map((_, i) => i),
  pairs: true,
  changelog: false,
  anyWatermarks: true,
  stages(n) {
    const { stage, late, row } = variants[n] as Variant;
    const from = (port: string, function_: string) => ({
      function: `(row) => ({ ...(${function_})(row), from: '${port}' })`,
      columns: told,
    });
    const ports = Object.fromEntries([[main, from(main, row)], ...late.map((port) => [port, from(port, plain)])]);
    return [hasty, { ...stage, ports }];
  },
  judge(rows, items, n) {
    const { late, stage, judge } = variants[n] as Variant;
    const from = (port: string): Out[] => rows.filter(({ row }) => row['from'] === port).map(outOf);
    const inputs = stage.second?.parts === undefined ? [[...items], []] : crossing.of(items);
    const wrong: string[] = [];
    const [left = [], right = []] = inputs.map((side, i) => {
      const port = late[i];
      const { rest, unknown } = without(side, port === undefined ? [] : from(port));
      if (unknown.length > 0) wrong.push(`set aside, though it never came: ${unknown.slice(0, 3).join(', ')}`);
      return rest;
    });
    return [...wrong, ...judge(from(main), [left, right])];
  },
};

const outOf = ({ row }: Told): Out => ({ key: String(row['key']), value: Number(row['value']), id: Number(row['id']) });

/** The items but for those that are late, one for one. */
function without(items: readonly Item[], late: readonly Out[]): { rest: Item[]; unknown: string[] } {
  const rest = [...items];
  const unknown: string[] = [];
  for (const row of late) {
    const at = rest.findIndex((item) => text(item) === text(row));
    if (at < 0) unknown.push(text(row));
    else rest.splice(at, 1);
  }
  return { rest, unknown };
}

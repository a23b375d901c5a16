/**
 * A piece of a job of the swarm: an operator of event time, and what it makes of records, by a plain computation. A new
 * one is a file here and a line of the list.
 */
import { idsPerPair } from '../items.ts';
import type { Item } from '../items.ts';

export interface Stage {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** A function that makes key, value and id of the row again; none: the row has them. */
  readonly shape?: string;
  /** Columns of the key by in front of it; null: none. The key's by default. */
  readonly by?: readonly string[] | null;
  /** It has two inputs. */
  readonly second?: Second;
  /** What it gives goes to the end of the stages, too, beside what is made of it: by a map with these parameters. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** Its outputs, together again at once: what comes out at each is made into the same columns by a map with these parameters. */
  readonly ports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The two inputs of a stage. */
export interface Second {
  readonly ports: readonly [string, string];
  readonly broadcast?: boolean;
  /** Functions that say what arrives at them; none: all, and the part of the stream whose value is 0 modulo 3. */
  readonly parts?: readonly [string, string];
  /** Columns of the key by in front of both. The key's by default. */
  readonly by?: readonly string[];
  /** What arrives at the second is made by a map with these parameters. */
  readonly made?: Readonly<Record<string, unknown>>;
}

export interface Piece {
  /** Sizes, gaps or delays in ms to choose from. */
  readonly sizes: readonly number[];
  /**
   * One behind the other, each behind a key by. With `second`, the first stage has two inputs, and what arrives at the
   * second is a part of the stream.
   */
  stages(n: number): readonly Stage[];
  readonly second?: Second;
  /** Pairs of numbers become numbers, which stay whole only once. */
  readonly pairs?: boolean;
  /** The records of a key must come in the order in which they were sent. */
  readonly ordered?: true;
  /** Rows in any order. What arrives is never late. */
  expect(items: readonly Item[], n: number): Item[];
}

/** The part of the stream that arrives at the second input. */
export const partOf = (items: readonly Item[]): Item[] => items.filter(({ value }) => value % 3 === 0);

/** Parts of which neither has all of the other, so that records on either side meet none. */
export const crossing = {
  texts: ['(row) => row.value % 5 < 2', '(row) => row.value % 5 === 1 || row.value % 5 === 2'],
  of: (items: readonly Item[]): [left: Item[], right: Item[]] => [
    items.filter(({ value }) => value % 5 < 2),
    items.filter(({ value }) => value % 5 === 1 || value % 5 === 2),
  ],
} as const;

export const columns = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
  { name: 'id', type: 'int' },
] as const;

const sum = [{ function: 'sum', column: 'value', as: 'value' }];

/** Sums of tumbling windows by the engine, numbered by their start; `more` as the case may be. */
export const tumblingStage = (sizeMs: number, more: Readonly<Record<string, unknown>> = {}): Stage => ({
  kind: 'tumblingWindow',
  params: { sizeMs, aggregates: sum, ...more },
  shape: '(row) => ({ key: row.key, value: row.value, id: row.windowStart })',
});

/** The same, plainly. */
export function tumblingSums(items: readonly Item[], sizeMs: number): Item[] {
  const sums = new Map<string, Item>();
  for (const { key, value, time } of items) {
    const start = Math.floor(time / sizeMs) * sizeMs;
    const before = sums.get(`${key} ${start}`)?.value ?? 0;
    sums.set(`${key} ${start}`, { key, value: before + value, id: start, time: start + sizeMs - 1 });
  }
  return [...sums.values()];
}

/** Stands for the number of no record. */
const nobody = idsPerPair - 1;

/** What a full outer join makes of a pair, or of a record that met none. */
export const pairFunction = {
  result: 'function',
  function: `(left, right) => ({
  key: (left ?? right).key,
  value: (left?.value ?? 0) + (right?.value ?? 0),
  id: (left?.id ?? ${nobody}) * ${idsPerPair} + (right?.id ?? ${nobody}),
})`,
  columns,
} as const;

interface Meeting {
  /** Sides of which records that met none come out. Both by default. */
  readonly pads?: 'left' | 'right' | 'none';
  /** Records of one key. */
  meets(left: Item, right: Item): boolean;
  /** Of the result; who met none is there twice. */
  time(a: Item, b: Item): number;
}

/** The same, plainly. */
export function paired([left, right]: readonly [Item[], Item[]], { meets, time, pads }: Meeting): Item[] {
  const meet = (one: Item, other: Item): boolean => one.key === other.key && meets(one, other);
  const pair = (one: Item | null, other: Item | null): Item => {
    const a = (one ?? other) as Item;
    const value = (one?.value ?? 0) + (other?.value ?? 0);
    const id = (one?.id ?? nobody) * idsPerPair + (other?.id ?? nobody);
    return { key: a.key, value, id, time: time(a, other ?? a) };
  };
  const alone = left.filter((one) => !right.some((other) => meet(one, other))).map((one) => pair(one, null));
  const others = right.filter((other) => !left.some((one) => meet(one, other))).map((other) => pair(null, other));
  return [
    ...left.flatMap((one) => right.filter((other) => meet(one, other)).map((other) => pair(one, other))),
    ...(pads === undefined || pads === 'left' ? alone : []),
    ...(pads === undefined || pads === 'right' ? others : []),
  ];
}

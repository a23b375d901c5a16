/**
 * What a job of the swarm must bring to its sinks, by a plain computation over arrays. It shares nothing with the engine:
 * no operator, no window arithmetic, no partitioner.
 */
import type { Drawing, SourceDrawing, StepDrawing } from './drawing.ts';
import { idsPerPair } from './items.ts';
import type { Item } from './items.ts';
import { pieceOf } from './pieces/list.ts';

/** Numbers of the records of source i begin here times i. */
const idsPerSource = 1_000_000;
const msPerRecord = 7;

type WindowStep = Extract<StepDrawing, { kind: 'window' }>;

/** The records that a source is to make; `build.ts` writes them into timelines, files and functions. */
export function sourceItems(source: SourceDrawing, index: number): Item[] {
  return Array.from({ length: source.records }, (_, n) => ({
    key: `k${(n * 5 + index) % source.keys}`,
    value: valueOf((n * 3) % 17, source.side),
    id: index * idsPerSource + n,
    time: (source.aheadMs ?? 0) + n * msPerRecord - ((n * 11) % (source.disorderMs + 1)),
  }));
}

/** Of two sides: what `crossing` lets through to that one alone. */
const valueOf = (value: number, side: SourceDrawing['side']): number =>
  side === undefined ? value : 5 * value + 2 * side;

export interface Expected {
  readonly out: readonly Item[];
  /** What side steps put aside. */
  readonly side: readonly Item[];
}

/** Rows in no particular order, before the tail. */
export const expectedItems = (drawing: Drawing): Expected => itemsFrom(drawing.sources.flatMap(sourceItems), drawing);

/** The same of some of the records. */
export function itemsFrom(
  given: readonly Item[],
  { steps, tail, sink }: Pick<Drawing, 'steps' | 'tail' | 'sink'>,
): Expected {
  let items = [...given];
  const side: Item[] = [];
  for (const step of steps) {
    items = copied(items, step.exchange === 'broadcast' ? step.parallelism : 1);
    if (step.kind === 'side') side.push(...items.filter(({ value }) => value % step.n === 0));
    items = after(items, step);
  }
  const copies = sink.exchange === 'broadcast' && tail.kind === 'none' ? sink.parallelism : 1;
  return { out: copied(items, copies), side };
}

function after(items: readonly Item[], step: StepDrawing): Item[] {
  switch (step.kind) {
    case 'filter':
      return items.filter(({ value }) => value % step.n !== 1);
    case 'map':
      return items.map((item) => ({ ...item, value: item.value + step.n }));
    case 'flatMap':
      return items.flatMap((item) => Array.from({ length: step.n }, (_, i) => ({ ...item, id: item.id * 4 + i })));
    case 'side':
      return items.filter(({ value }) => value % step.n !== 0);
    case 'hold':
      return items.map((item) => ({ ...item, time: item.time + step.n }));
    case 'join':
      return joined(items, step.n);
    case 'window':
      return windowed(items, windowsOf(step, items));
    case 'piece':
      return pieceOf(step.of).expect(items, step.n);
  }
}

function joined(items: readonly Item[], n: number): Item[] {
  const some = items.filter(({ value }) => value % 3 === 0);
  return items.flatMap(({ key, value, id, time }) =>
    some
      .filter((other) => other.key === key && other.time >= time && other.time - time <= n)
      .map((other) => ({ key, value: value + other.value, id: id * idsPerPair + other.id, time: other.time })),
  );
}

/** The number that a window's row gets, and its end. */
interface Span {
  readonly id: number;
  readonly end: number;
}

function windowed(items: readonly Item[], windows: (item: Item) => readonly Span[]): Item[] {
  const sums = new Map<string, Item>();
  for (const item of items)
    for (const { id, end } of windows(item)) {
      const place = `${item.key} ${id}`;
      sums.set(place, { key: item.key, value: (sums.get(place)?.value ?? 0) + item.value, id, time: end - 1 });
    }
  return [...sums.values()];
}

/** Tumbling windows are numbered by their start, others by their end. */
function windowsOf({ sizeMs, of }: WindowStep, items: readonly Item[]): (item: Item) => readonly Span[] {
  const fifth = sizeMs / 5;
  const steps = Array.from({ length: 5 }, (_, i) => i);
  const span = (end: number): Span => ({ id: end, end });
  switch (of) {
    case 'sliding':
      return ({ time }) => steps.map((i) => span((Math.floor(time / fifth) - i) * fifth + sizeMs));
    case 'cumulating':
      return ({ time }) => {
        const start = Math.floor(time / sizeMs) * sizeMs;
        return steps.map((i) => span(start + (i + 1) * fifth)).filter(({ end }) => end > time);
      };
    case 'session':
      return (item) => [span(sessionEnd(item, items, sizeMs))];
    default:
      return ({ time }) => {
        const start = Math.floor(time / sizeMs) * sizeMs;
        return [{ id: start, end: start + sizeMs }];
      };
  }
}

/** Follows the key's records from one to the next as long as none is further away than the gap. */
function sessionEnd({ key, time }: Item, items: readonly Item[], gapMs: number): number {
  const times = timesOf(items, key);
  let end = time + gapMs;
  for (const each of times) if (each >= time && each <= end) end = Math.max(end, each + gapMs);
  return end;
}

const timesOf = (items: readonly Item[], key: string): number[] =>
  items
    .filter((item) => item.key === key)
    .map((item) => item.time)
    .sort((a, b) => a - b);

/** Two records of a key are exactly the gap apart: whether their sessions are one depends on who comes first, as in Flink. */
export function touches(items: readonly Item[], gapMs: number): boolean {
  return [...new Set(items.map(({ key }) => key))].some((key) =>
    timesOf(items, key).some((time, i, times) => time - (times[i - 1] ?? time) === gapMs),
  );
}

const copied = (items: readonly Item[], times: number): Item[] =>
  times === 1 ? [...items] : items.flatMap((item) => Array.from({ length: times }, () => item));

/** The running count per key: every key shows 1 … n; and its last sum. */
export function perKey(items: readonly Item[]): ReadonlyMap<string, { readonly count: number; readonly sum: number }> {
  const keys = new Map<string, { count: number; sum: number }>();
  for (const { key, value } of items) {
    const before = keys.get(key) ?? { count: 0, sum: 0 };
    keys.set(key, { count: before.count + 1, sum: before.sum + value });
  }
  return keys;
}

/** Keyed state against plain Maps: any history, snapshot and restore at any parallelism, canonical bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, decodeJson, encodeJson } from '../../base/canonical-json.ts';
import { hashInt, hashString } from '../../base/java-hash.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { Key, Namespace } from './key.ts';
import { keyGroupOf, rangeOfSubtask } from './key-groups.ts';
import { KeyedState } from './keyed-state.ts';
import type { KeyedSnapshot } from './keyed-state.ts';
import { entriesIn } from './snapshot.ts';
import type { GroupSnapshot } from './snapshot.ts';

const maxParallelism = 16;
const hash = (key: Key): number => (typeof key === 'number' ? hashInt(key) : hashString(String(key)));

/** The states of all subtasks of a vertex; keys go where their group says. */
class Subtasks {
  readonly all: readonly KeyedState[];

  constructor(parallelism: number) {
    this.all = Array.from({ length: parallelism }, (_, i) => {
      const state = new KeyedState(maxParallelism, rangeOfSubtask(i, maxParallelism, parallelism), hash);
      statesOf(state);
      return state;
    });
  }

  of(key: Key): ReturnType<typeof statesOf> {
    const index = Math.floor((keyGroupOf(hash(key), maxParallelism) * this.all.length) / maxParallelism);
    return statesOf(this.all[index] as KeyedState);
  }

  snapshot(): (readonly [number, GroupSnapshot])[] {
    return this.all.flatMap((state) => [...state.snapshot()]).sort(([a], [b]) => a - b);
  }

  /** Each subtask is offered everything and takes its own. */
  restore(snapshot: KeyedSnapshot): void {
    for (const state of this.all) state.restore(snapshot);
  }
}

const sum = (a: number, b: number): number => a + b;

function statesOf(state: KeyedState) {
  return {
    value: state.value<JsonValue>('value'),
    list: state.list<number>('list'),
    map: state.map<number>('map'),
    reducing: state.reducing<number>('reducing', sum),
    accumulator: state.accumulator('accumulator', [0, Infinity]),
  };
}

const key = fc.constantFrom<Key>('', 'a', 'b', 'ä', '10', '9', 1, 2, 10, -3, true, false, null);
const namespace = fc.constantFrom<Namespace>('', 'x', 0, 3000, -1000);
const number = fc.integer({ min: 0, max: 9 });
const step = fc.record({ kind: fc.integer({ min: 0, max: 9 }), key, namespace, number, mapKey: key });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The same history on Maps, one entry per (state, namespace, key). */
type Model = Map<string, JsonValue>;

const at = (state: string, { namespace: space, key: each }: Step): string => canonicalText([state, space, each]);

function apply(step: Step, subtasks: Subtasks, model: Model): void {
  const { kind, key: each, namespace: space, number: n, mapKey } = step;
  const { value, list, map, reducing, accumulator } = subtasks.of(each);
  const mapText = canonicalText(mapKey);
  const change = <T extends JsonValue>(state: string, none: T, to: (before: T) => JsonValue): void => {
    model.set(at(state, step), to((model.get(at(state, step)) as T | undefined) ?? none));
  };
  if (kind === 0) {
    value.set(each, space, { n, text: 'ü' });
    change('value', null, () => ({ n, text: 'ü' }));
  } else if (kind === 1) {
    value.delete(each, space);
    model.delete(at('value', step));
  } else if (kind === 2 || kind === 3) {
    list.add(each, space, n);
    change<readonly number[]>('list', [], (before) => [...before, n]);
  } else if (kind === 4) {
    list.update(each, space, n < 5 ? [] : [n, n]);
    if (n < 5) model.delete(at('list', step));
    else change('list', [], () => [n, n]);
  } else if (kind === 5 || kind === 6) {
    map.put(each, space, mapKey, n);
    change<Record<string, JsonValue>>('map', {}, (before) => ({ ...before, [mapText]: n }));
  } else if (kind === 7) {
    map.remove(each, space, mapKey);
    const { [mapText]: _, ...rest } = (model.get(at('map', step)) ?? {}) as Record<string, JsonValue>;
    if (Object.keys(rest).length === 0) model.delete(at('map', step));
    else model.set(at('map', step), rest);
  } else if (kind === 8) {
    reducing.add(each, space, n);
    change<number>('reducing', 0, (before) => before + n);
  } else {
    const table = accumulator.table(space);
    const slot = table.slot(each);
    const [count = 0, least = Infinity] = table.valuesAt(slot);
    table.setValues(slot, [count + 1, Math.min(least, n)]);
    change<readonly number[]>('accumulator', [0, Infinity], ([c = 0, l = Infinity]) => [c + 1, Math.min(l, n)]);
  }
}

/** All that the states hold, read through their own calls, in the form of the model. */
function contents(subtasks: Subtasks): Model {
  const model: Model = new Map();
  const put = (state: string, space: Namespace, each: Key, value: JsonValue) =>
    model.set(canonicalText([state, space, each]), value);
  for (const state of subtasks.all) {
    const { value, list, map, reducing, accumulator } = statesOf(state);
    for (const space of value.namespaces())
      for (const [each, content] of value.entries(space)) put('value', space, each, content);
    for (const space of reducing.namespaces())
      for (const [each, content] of reducing.entries(space)) put('reducing', space, each, content);
    for (const space of list.namespaces())
      for (const each of list.keys(space)) put('list', space, each, list.get(each, space));
    for (const space of map.namespaces())
      for (const each of map.keys(space))
        put('map', space, each, Object.fromEntries(map.entries(each, space).map(([k, n]) => [canonicalText(k), n])));
    for (const space of accumulator.namespaces()) {
      const table = accumulator.table(space);
      for (let slot = 0; slot < table.size; slot++) put('accumulator', space, table.keyAt(slot), table.valuesAt(slot));
    }
  }
  return model;
}

const text = (model: Model): string => canonicalText(Object.fromEntries(model));
const parallelism = fc.integer({ min: 1, max: 8 });
/** Through bytes, as a store has it. */
const stored = (snapshot: KeyedSnapshot): KeyedSnapshot =>
  [...snapshot].map(([group, states]) => [group, decodeJson(encodeJson(states)) as GroupSnapshot] as const);

describe('keyed state', () => {
  it('holds what plain Maps would, before and after a restore at any parallelism', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(step, { maxLength: 20 }),
        parallelism,
        parallelism,
        (history, more, before, after) => {
          const first = new Subtasks(before);
          const model: Model = new Map();
          for (const each of history) apply(each, first, model);
          expect(text(contents(first))).toBe(text(model));
          expect(first.all.reduce((size, state) => size + state.size, 0)).toBe(model.size);
          const snapshot = first.snapshot();
          const second = new Subtasks(after);
          second.restore(stored(snapshot));
          expect(text(contents(second))).toBe(text(model));
          // It also goes on as if nothing had happened.
          for (const each of more) apply(each, second, model);
          expect(text(contents(second))).toBe(text(model));
          // And nothing of that reached the snapshot.
          expect(entriesIn(snapshot.flatMap(([, group]) => group))).toBeLessThanOrEqual(history.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives the same bytes for the same contents, whatever order they came in and how many subtasks there are', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        parallelism,
        parallelism,
        fc.integer(),
        (history, before, after, shift) => {
          const first = new Subtasks(before);
          const model: Model = new Map();
          for (const each of history) apply(each, first, model);
          // The same contents, put in entry by entry in another order.
          const entries = first
            .snapshot()
            .flatMap(([group, states]) =>
              states.flatMap((state) =>
                state.entries.map((entry) => [group, [{ ...state, entries: [entry] }]] as const),
              ),
            );
          const turned = entries.map((_, i) => entries[(i + Math.abs(shift)) % entries.length] as (typeof entries)[0]);
          const second = new Subtasks(after);
          second.restore(turned.toReversed());
          expect(canonicalText(second.snapshot())).toBe(canonicalText(first.snapshot()));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives a snapshot of the moment, however late it is read', () => {
    const subtasks = new Subtasks(1);
    const { value, list, map, accumulator } = subtasks.of('a');
    list.add('a', '', 1);
    map.put('a', '', 'k', 1);
    value.set('a', '', 1);
    accumulator.table('').slot('a');
    const snapshot = (subtasks.all[0] as KeyedState).snapshot();
    const before = canonicalText([...snapshot]);
    list.add('a', '', 2);
    map.put('a', '', 'k', 2);
    value.set('a', '', 2);
    accumulator.table('').setValues(0, [5, 5]);
    expect(canonicalText([...snapshot])).toBe(before);
    expect(canonicalText([...(subtasks.all[0] as KeyedState).snapshot()])).not.toBe(before);
  });

  it('sorts keys as they are, not as text', () => {
    const state = new KeyedState(1, { start: 0, end: 0 }, hash);
    const value = state.value<number>('v');
    for (const each of ['b', '10', '9', 10, 9, -1, true, false, null, 'a', 'ä', 'Z'] as Key[]) value.set(each, '', 0);
    for (const space of [10, 9, -5, 'x'] as Namespace[]) value.set('k', space, 0);
    const [[, [only]]] = [...state.snapshot()] as [[number, GroupSnapshot]];
    const sorted = only?.entries.map(([space, each]) => (space === '' ? each : [space]));
    expect(sorted).toEqual([[-5], [9], [10], null, false, true, -1, 9, 10, '10', '9', 'Z', 'a', 'b', 'ä', ['x']]);
  });

  it('refuses a state that was of another kind', () => {
    const before = new KeyedState(1, { start: 0, end: 0 }, hash);
    before.list('s').add('a', '', 1);
    const after = new KeyedState(1, { start: 0, end: 0 }, hash);
    after.value('s');
    expect(() => after.restore(before.snapshot())).toThrow(
      'State “s” is a list in the snapshot and a value in the job.',
    );
  });

  it('takes only the groups of its own range, and leaves out states that nobody has any more', () => {
    const before = new KeyedState(maxParallelism, { start: 0, end: 15 }, hash);
    for (let i = 0; i < 100; i++) {
      before.value<number>('v').set(i, '', i);
      before.value<number>('gone').set(i, '', i);
    }
    const after = new KeyedState(maxParallelism, { start: 3, end: 5 }, hash);
    const value = after.value<number>('v');
    after.restore(before.snapshot());
    const expected = Array.from({ length: 100 }, (_, i) => i).filter((i) => {
      const group = keyGroupOf(hash(i), maxParallelism);
      return group >= 3 && group <= 5;
    });
    expect([...value.entries('')].map(([each]) => each as number).sort((a, b) => a - b)).toEqual(expected);
    expect(after.size).toBe(expected.length);
  });
});

/** Time to live by the rules of Flink's StateTtlConfig, as tables of what happens when. */
import { describe, expect, it } from 'vitest';
import { duration, processingTime } from '../../base/units.ts';
import type { JsonValue } from '../graph/schema.ts';
import { KeyedState } from './keyed-state.ts';
import { Ttl, ttlUpdates, ttlVisibilities } from './ttl.ts';
import type { TtlConfig, TtlUpdate, TtlVisibility } from './ttl.ts';

const everything = { start: 0, end: 127 };

class Clocked {
  now = 0;
  readonly state = new KeyedState(
    128,
    everything,
    (key) => Number(key),
    () => processingTime(this.now),
  );
}

const config = (update: TtlUpdate, visibility: TtlVisibility, ttlMs = 10, cleanupInBackground = false): TtlConfig => ({
  ttlMs: duration(ttlMs),
  update,
  visibility,
  cleanupInBackground,
});

const both = ttlUpdates.flatMap((update) => ttlVisibilities.map((visibility) => [update, visibility] as const));

describe('a time to live', () => {
  it.each([
    [0, 10, 9, false],
    [0, 10, 10, true],
    [5, 10, 14, false],
    [5, 10, 15, true],
    [-5, 10, 4, false],
    [-5, 10, 5, true],
    // The sum would overflow: never expires but at the end of time (Flink: TtlUtils.getExpirationTimestamp).
    [5, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, false],
    [5, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true],
  ])('touched at %i with %i ms: at %i expired is %s', (at, ttlMs, now, expired) => {
    const ttl = new Ttl(config('on-create-and-write', 'never-return-expired', ttlMs), () => processingTime(now));
    expect(ttl.expired(at, now)).toBe(expired);
  });

  /** What a state of each kind gives for a key that was written once as 'a', and whether there is anything. */
  const kinds = (clocked: Clocked, ttl: TtlConfig) => {
    const value = clocked.state.value<string>('value', ttl);
    const reducing = clocked.state.reducing<string>('reducing', (_, b) => b, ttl);
    const aggregating = clocked.state.aggregating<string>('aggregating', (_, value) => String(value), ttl);
    const map = clocked.state.map<string>('map', ttl);
    const list = clocked.state.list<string>('list', ttl);
    return {
      value: { write: () => value.set(1, '', 'a'), read: () => value.get(1, '') },
      reducing: { write: () => reducing.add(1, '', 'a'), read: () => reducing.get(1, '') },
      aggregating: { write: () => aggregating.add(1, '', 'a'), read: () => aggregating.get(1, '') },
      map: { write: () => map.put(1, '', 'k', 'a'), read: () => map.get(1, '', 'k') },
      'map, as entries': { write: () => map.put(1, '', 'k', 'a'), read: () => map.entries(1, '')[0]?.[1] },
      list: { write: () => list.add(1, '', 'a'), read: () => list.get(1, '')[0] },
    };
  };
  const names = ['value', 'reducing', 'aggregating', 'map', 'map, as entries', 'list'] as const;
  const cases = both.flatMap(([update, visibility]) => names.map((name) => [name, update, visibility] as const));

  it.each(cases)(
    '%s, %s, %s: lives until now ≥ touch + ttl, and a read counts as configured',
    (name, update, visibility) => {
      const clocked = new Clocked();
      const state = kinds(clocked, config(update, visibility))[name];
      state.write();
      clocked.now = 9;
      expect(state.read()).toBe('a');
      clocked.now = 10;
      const renewed = update === 'on-read-and-write';
      expect(state.read()).toBe(renewed || visibility === 'return-expired-if-not-cleaned-up' ? 'a' : undefined);
      // An expired value is given once at most: the read removed it.
      expect(state.read()).toBe(renewed ? 'a' : undefined);
      clocked.now = 20;
      state.write();
      clocked.now = 29;
      expect(state.read()).toBe('a');
    },
  );

  it.each(both)('%s, %s: elements of a list expire one by one', (update, visibility) => {
    const clocked = new Clocked();
    const list = clocked.state.list<string>('list', config(update, visibility));
    list.add(1, '', 'a');
    clocked.now = 5;
    list.add(1, '', 'b');
    clocked.now = 10;
    const relaxed = visibility === 'return-expired-if-not-cleaned-up';
    expect(list.get(1, '')).toEqual(relaxed ? ['a', 'b'] : ['b']);
    clocked.now = 15;
    // Renewed at 10 by the read, which also let 'a' go; or all have expired, and are given once more at most.
    if (update === 'on-read-and-write') expect(list.get(1, '')).toEqual(['b']);
    else expect(list.get(1, '')).toEqual(relaxed ? ['a', 'b'] : []);
    clocked.now = 25;
    expect(list.get(1, '')).toEqual(update === 'on-read-and-write' && relaxed ? ['b'] : []);
    expect(list.get(1, '')).toEqual([]);
    expect(clocked.state.size).toBe(0);
  });

  it('entries of a map expire one by one, the last one takes the map with it', () => {
    const clocked = new Clocked();
    const map = clocked.state.map<number>('map', config('on-create-and-write', 'never-return-expired'));
    map.put(1, '', 'old', 1);
    clocked.now = 5;
    map.put(1, '', 'new', 2);
    clocked.now = 10;
    expect(map.entries(1, '')).toEqual([['new', 2]]);
    expect(map.has(1, '', 'old')).toBe(false);
    expect(clocked.state.size).toBe(1);
    clocked.now = 15;
    expect(map.entries(1, '')).toEqual([]);
    expect(clocked.state.size).toBe(0);
  });

  it.each([
    ['never-return-expired', 'b'],
    ['return-expired-if-not-cleaned-up', 'ab'],
  ] as const)('%s: a value added to a reduced one that has expired gives %s', (visibility, expected) => {
    const clocked = new Clocked();
    const state = clocked.state.reducing<string>('s', (a, b) => a + b, config('on-create-and-write', visibility));
    state.add(1, '', 'a');
    clocked.now = 10;
    state.add(1, '', 'b');
    clocked.now = 19;
    expect(state.get(1, '')).toBe(expected);
  });

  it('a snapshot leaves out what has expired, element by element, and the state itself stays as it is', () => {
    const clocked = new Clocked();
    const ttl = config('on-create-and-write', 'return-expired-if-not-cleaned-up');
    const states = {
      value: clocked.state.value<string>('value', ttl),
      list: clocked.state.list<string>('list', ttl),
      map: clocked.state.map<string>('map', ttl),
      reducing: clocked.state.reducing<string>('reducing', (a, b) => a + b, ttl),
    };
    const write = (key: number, text: string): void => {
      states.value.set(key, '', text);
      states.reducing.add(key, '', text);
      states.list.add(7, '', text);
      states.map.put(7, '', text, text);
    };
    write(1, 'old');
    clocked.now = 5;
    write(2, 'new');
    clocked.now = 10;
    const entries = Object.fromEntries(
      [...clocked.state.snapshot()].flatMap(([, group]) =>
        group.map(({ state, entries: each }): [string, JsonValue] => [state, each as unknown as JsonValue]),
      ),
    );
    expect(entries).toEqual({
      value: [['', 2, ['new', 5]]],
      reducing: [['', 2, ['new', 5]]],
      list: [['', 7, [['new', 5]]]],
      map: [['', 7, [['new', 'new', 5]]]],
    });
    expect(states.value.get(1, '')).toBe('old');
    clocked.now = 15;
    expect([...clocked.state.snapshot()]).toEqual([]);
  });

  it('a restore keeps the time of the last touch', () => {
    const before = new Clocked();
    const ttl = config('on-create-and-write', 'never-return-expired');
    before.state.value<string>('v', ttl).set(1, '', 'a');
    before.state.list<string>('l', ttl).add(1, '', 'a');
    before.now = 6;
    before.state.list<string>('l', ttl).add(1, '', 'b');
    const after = new Clocked();
    after.now = 9;
    const value = after.state.value<string>('v', ttl);
    const list = after.state.list<string>('l', ttl);
    after.state.restore(before.state.snapshot());
    expect([value.get(1, ''), list.get(1, '')]).toEqual(['a', ['a', 'b']]);
    after.now = 10;
    expect([value.get(1, ''), list.get(1, '')]).toEqual([undefined, ['b']]);
  });

  it('may come and go between snapshot and restore: what had none counts as touched then', () => {
    const ttl = config('on-create-and-write', 'never-return-expired');
    const without = new KeyedState(128, everything, Number);
    const fill = (state: KeyedState, given: TtlConfig | null) => ({
      value: state.value<string>('v', given),
      list: state.list<string>('l', given),
      map: state.map<string>('m', given),
      reducing: state.reducing<string>('r', (a, b) => a + b, given),
    });
    const first = fill(without, null);
    first.value.set(1, '', 'a');
    first.list.update(1, '', ['a', 'b']);
    first.map.put(1, '', 'k', 'a');
    first.reducing.add(1, '', 'a');
    const read = (states: ReturnType<typeof fill>): unknown[] => [
      states.value.get(1, ''),
      states.list.get(1, ''),
      states.map.get(1, '', 'k'),
      states.reducing.get(1, ''),
    ];
    const clocked = new Clocked();
    clocked.now = 100;
    const expiring = fill(clocked.state, ttl);
    clocked.state.restore(without.snapshot());
    expect(read(expiring)).toEqual(['a', ['a', 'b'], 'a', 'a']);
    const again = new KeyedState(128, everything, Number);
    const last = fill(again, null);
    again.restore(clocked.state.snapshot());
    expect(read(last)).toEqual(['a', ['a', 'b'], 'a', 'a']);
    clocked.now = 110;
    expect(read(expiring)).toEqual([undefined, [], undefined, undefined]);
  });

  it('does not let keys stay for ever that never come back', () => {
    const clocked = new Clocked();
    const ttl = config('on-create-and-write', 'never-return-expired', 10, true);
    const value = clocked.state.value<number>('v', ttl);
    const list = clocked.state.list<number>('l', ttl);
    const map = clocked.state.map<number>('m', ttl);
    for (let key = 0; key < 1000; key++) {
      value.set(key, key % 7, key);
      list.add(key, key % 7, key);
      map.put(key, key % 7, 'k', key);
    }
    expect(clocked.state.size).toBe(3000);
    clocked.now = 10;
    // Five others per access: two rounds at most.
    for (let i = 0; i < 600; i++) {
      value.set(2000, 0, 1);
      list.update(2000, 0, [1]);
      map.put(2000, 0, 'k', 1);
    }
    expect(clocked.state.size).toBe(3);
  });
});

/** States of a process function by the rules of Flink's ValueState, ListState, MapState and ReducingState. */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import type { DeclaredState } from '../graph/params.ts';
import { harness, played, values } from './testing/process.ts';

describe('state', () => {
  /** Runs the bodies one after the other on key a, the key b in between untouched, and gives what they collect. */
  function steps(state: Partial<DeclaredState>, bodies: readonly string[]): unknown[] {
    const cases = bodies.map((body, i) => `case ${i}: { ${body}; break; }`).join('\n');
    const processElement = `(row, ctx, out) => { const { s } = ctx.state; const give = (v) => out.collect([v]); switch (row.n) { ${cases} } }`;
    const timeline = bodies.map((_, i) => `a=${i}@${i}`).join(' ');
    return values(played({ processElement, states: [{ name: 's', ...state }] }, timeline)).map(
      (value) => (value as unknown[])[0],
    );
  }

  test('value: null when empty, the value after an update, null again when cleared or updated with null', () => {
    const give = 'give(s.value())';
    expect(
      steps({ kind: 'value' }, [
        give,
        's.update({ x: [1, "é"] })',
        give,
        's.clear()',
        give,
        's.update(0)',
        give,
        's.update(null)',
        give,
      ]),
    ).toEqual([null, { x: [1, 'é'] }, null, 0, null]);
  });

  test('list: in order of adding; update replaces, an empty one clears', () => {
    const give = 'give(s.get())';
    expect(
      steps({ kind: 'list' }, [
        give,
        's.add(1)',
        's.addAll([2, { x: 3 }])',
        give,
        's.update([9])',
        give,
        's.update([])',
        give,
        's.add(5); s.clear()',
        give,
      ]),
    ).toEqual([[], [1, 2, { x: 3 }], [9], [], []]);
  });

  test('map: get, contains, keys, values and entries by key; remove and clear', () => {
    const all = 'give([s.keys(), s.values(), s.entries(), s.isEmpty()])';
    expect(
      steps({ kind: 'map' }, [
        all,
        's.put("z", 1); s.put("b", [2]); s.put(7, null)',
        all,
        'give([s.get("z"), s.get("y"), s.contains("z"), s.contains("y"), s.contains(7)])',
        's.remove("z"); s.remove("y")',
        all,
        's.clear()',
        all,
      ]),
    ).toEqual([
      [[], [], [], true],
      [
        [7, 'b', 'z'],
        [null, [2], 1],
        [
          [7, null],
          ['b', [2]],
          ['z', 1],
        ],
        false,
      ],
      [1, null, true, false, true],
      [
        [7, 'b'],
        [null, [2]],
        [
          [7, null],
          ['b', [2]],
        ],
        false,
      ],
      [[], [], [], true],
    ]);
  });

  test('reducing: the first value as it is, then combined in order', () => {
    const give = 'give(s.get())';
    expect(
      steps({ kind: 'reducing', reduce: '(a, b) => a + "-" + b' }, [
        give,
        's.add("x")',
        give,
        's.add("y"); s.add("z")',
        give,
        's.clear()',
        give,
      ]),
    ).toEqual([null, 'x', 'x-y-z', null]);
  });

  // Flink's AggregatingState: the accumulator is kept, and is another thing than what goes in and what comes out.
  const average = `() => ({
    createAccumulator: () => ({ sum: 0, count: 0 }),
    add: (value, a) => ({ sum: a.sum + value, count: a.count + 1 }),
    getResult: (a) => a.sum / a.count,
  })`;

  test('aggregating: the result of the accumulator of all that was added', () => {
    const give = 'give(s.get())';
    expect(
      steps({ kind: 'aggregating', reduce: average }, [
        give,
        's.add(4)',
        give,
        's.add(6); s.add(2)',
        give,
        's.clear()',
        give,
      ]),
    ).toEqual([null, 4, 4, null]);
  });

  test('aggregating: a snapshot has the accumulator', () => {
    const processElement = '(row, ctx, out) => { ctx.state.s.add(row.n); out.collect(ctx.state.s.get()); }';
    const states = [{ name: 's', kind: 'aggregating' as const, reduce: average }];
    const made = played({ processElement, states }, 'a=4@1 a=6@2');
    const entries = [...(made.keyedState?.snapshot() ?? [])].flatMap(([, group]) => group);
    expect(entries).toMatchObject([{ state: 's', kind: 'aggregating', entries: [['', 'a', { sum: 10, count: 2 }]] }]);
  });

  test('aggregating: a function that changes its accumulator in place changes only its own', () => {
    const reduce = `() => ({
      createAccumulator: () => [],
      add: (value, a) => { a.push(value); return a; },
      getResult: (a) => { a.push('seen'); return a.length; },
    })`;
    expect(steps({ kind: 'aggregating', reduce }, ['s.add(1); s.add(2)', 'give(s.get())', 'give(s.get())'])).toEqual([
      3, 3,
    ]);
  });

  test('aggregating: a snapshot that is still to be written keeps what was there', () => {
    const reduce =
      '() => ({ createAccumulator: () => [], add: (value, a) => { a.push(value); return a; }, getResult: (a) => a.length })';
    const states = [{ name: 's', kind: 'aggregating' as const, reduce }];
    const made = played({ processElement: '(row, ctx) => { ctx.state.s.add(row.n); }', states }, 'a=4@1');
    const captured = made.keyedState?.snapshot() ?? [];
    made.play(timelineElements('a=6@2'));
    expect([...captured].flatMap(([, group]) => group)).toMatchObject([{ entries: [['', 'a', [4]]] }]);
  });

  test('aggregating: its functions may be methods that know each other by `this`', () => {
    const reduce =
      '() => new (class { zero = 10; createAccumulator() { return this.zero } add(v, acc) { return this.sum(v, acc) } ' +
      'sum(a, b) { return a + b } getResult(acc) { return acc } })()';
    expect(steps({ kind: 'aggregating', reduce }, ['s.add(1); s.add(2)', 'give(s.get())'])).toEqual([13]);
  });

  test.each(['value', 'list', 'map', 'reducing', 'aggregating'] as const)('%s: each key has its own', (kind) => {
    const puts = { value: 's.update(row.n)', list: 's.add(row.n)', map: 's.put("k", row.n)' };
    const gets = { value: 's.value()', list: 's.get()[0]', map: 's.get("k")' };
    const put = kind in puts ? puts[kind as keyof typeof puts] : 's.add(row.n)';
    const get = kind in gets ? gets[kind as keyof typeof gets] : 's.get()';
    const processElement = `(row, ctx, out) => { const { s } = ctx.state; if (row.n > 0) ${put}; else out.collect(${get}); }`;
    const states = [{ name: 's', kind, reduce: kind === 'aggregating' ? average : '(a, b) => a + b' }];
    expect(values(played({ processElement, states }, 'a=1@1 b=2@1 a=0@2 b=0@2 c=0@2'))).toEqual([1, 2, null]);
  });

  test('in a timer is that of the timer’s key', () => {
    const processElement = '(row, ctx) => { ctx.state.s.add(row.n); ctx.timerService.registerEventTimeTimer(10); }';
    const onTimer = '(timestamp, ctx, out) => out.collect([ctx.currentKey, ...ctx.state.s.get()])';
    const states = [{ name: 's', kind: 'list' as const }];
    expect(values(played({ processElement, onTimer, states }, 'a=1@1 b=2@2 a=3@3 w10'))).toEqual([
      ['a', 1, 3],
      ['b', 2],
    ]);
  });

  test('what the function does to an object later does not reach it', () => {
    expect(
      steps({ kind: 'value' }, [
        'const v = { x: 1 }; s.update(v); v.x = 2',
        'give(s.value())',
        's.value().x = 3',
        'give(s.value())',
      ]),
    ).toEqual([{ x: 1 }, { x: 1 }]);
    expect(steps({ kind: 'list' }, ['s.add([1])', 's.get()[0].push(2); s.get().push(3)', 'give(s.get())'])).toEqual([
      [[1]],
    ]);
    expect(
      steps({ kind: 'map' }, ['s.put("k", [1])', 's.get("k").push(2); s.entries()[0][1].push(3)', 'give(s.get("k"))']),
    ).toEqual([[1]]);
    const reduce = '(a, b) => { a.push(b[0]); return a; }';
    expect(steps({ kind: 'reducing', reduce }, ['s.add([1])', 's.add([2]); s.get().push(3)', 'give(s.get())'])).toEqual(
      [[1, 2]],
    );
  });

  test('a snapshot that is still being written has it as it was', () => {
    const processElement = `(row, ctx) => {
      const { value, sum } = ctx.state;
      value.update({ ...value.value(), [row.n]: true });
      sum.add([row.n]);
    }`;
    const states = [
      { name: 'value', kind: 'value' as const },
      { name: 'sum', kind: 'reducing' as const, reduce: '(a, b) => { a.push(...b); return a; }' },
    ];
    const made = played({ processElement, states }, 'a=1@1 a=2@2');
    const captured = made.keyedState?.snapshot() ?? [];
    made.play(timelineElements('a=3@3'));
    const entries = [...captured].flatMap(([, group]) => group.map(({ state, entries: [one] }) => [state, one?.[2]]));
    expect(Object.fromEntries(entries)).toEqual({ value: { 1: true, 2: true }, sum: [1, 2] });
  });

  test('a row can be kept', () => {
    const processElement = '(row, ctx, out) => { out.collect(ctx.state.last.value()); ctx.state.last.update(row); }';
    const made = played({ processElement, states: [{ name: 'last', kind: 'value' }] }, 'a=1@1 a=2@2');
    expect(values(made)).toEqual([null, { word: 'a', n: 1 }]);
  });

  test.each([
    ['value', 's.update(undefined)', 'State “s”: update(value) was given undefined; a state keeps what JSON can say'],
    ['value', 's.update({ f: [() => 1] })', 'was given a function at .f[0];'],
    ['value', 's.update(new Map())', 'was given an object of class Map;'],
    ['value', 'const ring = {}; ring.me = ring; s.update(ring)', 'an object that contains itself'],
    ['list', 's.add(null)', 'State “s”: add(value) takes no null'],
    ['list', 's.update("ab")', 'State “s”: update(values) takes an array, not "ab" (a string)'],
    ['map', 's.put({}, 1)', 'a key of a map is a string, a number, a boolean or null, not {} (an object)'],
    ['reducing', 's.add(1); s.add(2)', 'its reduce function returned undefined'],
    ['aggregating', 's.add(null)', 'State “s”: add(value) takes no null'],
    ['aggregating', 's.add(1)', 'State “s”: its function must return an object with createAccumulator, add, getResult'],
    ['value', 'ctx.state.other.value()', 'No state “other” is declared. Declared: s'],
    ['value', 'ctx.state.other = 1', '“ctx.state.other” cannot be set'],
  ] as const)('%s: %s is told', (kind, body, message) => {
    expect(() => steps({ kind, reduce: '() => undefined' }, [body])).toThrow(message);
  });

  const write = { value: 's.update(1)', list: 's.add(1)', map: 's.put("k", 1)', reducing: 's.add(1)' };
  const read = { value: 's.value()', list: 's.get()', map: 's.entries()', reducing: 's.get()' };
  const none = { value: null, list: [], map: [], reducing: null };
  const one = { value: 1, list: [1], map: [['k', 1]], reducing: 1 };

  test.each(['value', 'list', 'map', 'reducing'] as const)(
    '%s: lives as long as its time to live after a write; a read does not count',
    (kind) => {
      const processElement = `(row, ctx, out) => { const { s } = ctx.state; if (row.n === 1) ${write[kind]}; else out.collect([${read[kind]}]); }`;
      const made = harness({ processElement, states: [{ name: 's', kind, ttlMs: 100, reduce: '(a, b) => a + b' }] });
      const step = (now: number, n: number) => {
        made.tick(now);
        made.play(timelineElements(`a=${n}@1`));
      };
      step(1000, 1);
      step(1099, 0);
      step(1100, 0);
      expect(values(made)).toEqual([[one[kind]], [none[kind]]]);
      // What has expired takes no part in what comes after it.
      step(1200, 1);
      step(1250, 0);
      expect(values(made).at(-1)).toEqual([one[kind]]);
    },
  );
});

/** The broadcast process function by the rules of Flink's KeyedBroadcastProcessFunction and broadcast state pattern. */
import { describe, expect, test } from 'vitest';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue } from '../graph/schema.ts';
import { broadcastProcessFunction, broadcastProcessFunctionFactory } from './broadcast-process-function.ts';
import { Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';
import { seen, values, words } from './testing/process.ts';
import { playLine } from './testing/play-line.ts';

const rules = plainStream([
  { name: 'id', type: 'string' },
  { name: 'limit', type: 'int' },
]);

/** Rules by their id. */
const keepRule = '(row, ctx) => ctx.broadcast.rules.put(row.id, row.limit)';
const tellRules = '(row, ctx, out) => out.collect(ctx.broadcast.rules.entries())';

function harness(given: object, options: HarnessOptions = {}): Harness {
  const params = { processElement: tellRules, processBroadcastElement: keepRule, ...given };
  return new Harness(broadcastProcessFunction, params, [words, rules], options);
}

function played(given: object, line: string): Harness {
  const made = harness(given);
  playLine(made, line);
  return made;
}

describe('broadcast state', () => {
  test('is what the rules so far have made of it, for the records of every key', () => {
    expect(values(played({}, '1:a=1@1 2:x=5@1 1:a=1@2 2:y=6@2 2:x=7@3 1:b=1@4'))).toEqual([
      [],
      [['x', 5]],
      [
        ['x', 7],
        ['y', 6],
      ],
    ]);
  });

  test('has the methods of a map', () => {
    const made = played(
      {
        processElement: `(row, ctx, out) => {
          const { rules } = ctx.broadcast;
          out.collect([rules.get('x'), rules.contains('x'), rules.keys(), rules.values(), rules.isEmpty()]);
        }`,
        processBroadcastElement: `(row, ctx, out) => {
          const { rules } = ctx.broadcast;
          if (row.id === 'clear') rules.clear();
          else if (row.limit === null) rules.remove(row.id);
          else rules.put(row.id, { limit: row.limit });
        }`,
      },
      '2:y=2 2:x=1 1:a=1 2:x=null 1:a=1 2:clear=0 1:a=1',
    );
    expect(values(made)).toEqual([
      [{ limit: 1 }, true, ['x', 'y'], [{ limit: 1 }, { limit: 2 }], false],
      [null, false, ['y'], [{ limit: 2 }], false],
      [null, false, [], [], true],
    ]);
  });

  test('can be several maps, each by its name; another name is told', () => {
    const given = {
      broadcastStates: 'high, low',
      processElement: '(row, ctx, out) => out.collect([ctx.broadcast.high.keys(), ctx.broadcast.low.keys()])',
      processBroadcastElement: '(row, ctx) => ctx.broadcast[row.limit > 5 ? "high" : "low"].put(row.id, 1)',
    };
    expect(values(played(given, '2:x=9 2:y=1 1:a=1'))).toEqual([[['x'], ['y']]]);
    expect(() => played({ broadcastStates: 'high' }, '2:x=9')).toThrow(
      'No broadcast state “rules” is declared. Declared: high',
    );
  });

  test('is read-only for the keyed side, in processElement and in onTimer', () => {
    const message =
      'Broadcast state “rules” is read-only here: put(key, value) belongs in processBroadcastElement, which alone sees ' +
      'the same records in every subtask, so that all copies stay equal';
    const write = 'ctx.broadcast.rules.put("x", 1)';
    expect(() => played({ processElement: `(row, ctx) => ${write}` }, '1:a=1@1')).toThrow(message);
    const timer = {
      processElement: '(row, ctx) => ctx.timerService.registerEventTimeTimer(5)',
      onTimer: `(timestamp, ctx) => ${write}`,
    };
    expect(() => played(timer, '1:a=1@1 1:w9 2:w9')).toThrow(message);
    for (const call of ['remove("x")', 'clear()'])
      expect(() => played({ processElement: `(row, ctx) => ctx.broadcast.rules.${call}` }, '1:a=1')).toThrow(
        'is read-only here',
      );
  });

  test('changes by its methods alone, not through what was read or put', () => {
    const made = played(
      {
        processElement: `(row, ctx, out) => {
          const rule = ctx.broadcast.rules.get('x');
          rule.limit = 99;
          ctx.broadcast.rules.values()[0].limit = 98;
          out.collect(ctx.broadcast.rules.get('x'));
        }`,
        processBroadcastElement: `(row, ctx) => {
          const rule = { limit: row.limit };
          ctx.broadcast.rules.put(row.id, rule);
          rule.limit = 97;
        }`,
      },
      '2:x=1 1:a=1',
    );
    expect(values(made)).toEqual([{ limit: 1 }]);
    expect(() =>
      played({ processBroadcastElement: '(row, ctx) => ctx.broadcast.rules.put("f", () => 1)' }, '2:x=1'),
    ).toThrow('Broadcast state “rules”: put(key, value) was given a function; a state keeps what JSON can say');
  });
});

describe('the rules’ function', () => {
  test('has time and both outputs', () => {
    const made = played(
      {
        processBroadcastElement: `(row, ctx, out) => {
          out.collect([row.id, ctx.timestamp, ctx.currentWatermark(), ctx.currentProcessingTime()]);
          ctx.output({ word: row.id, n: row.limit });
        }`,
      },
      '1:w3 2:w3 2:x=1@7 2:y=2',
    );
    expect(seen(made)).toEqual(['w3', [['x', 7, 3, 0], 7], [['y', null, 3, 0], null]]);
    expect(seen(made, 'side')).toEqual(['w3', [{ word: 'x', n: 1 }, 7], [{ word: 'y', n: 2 }, null]]);
  });

  test('has no key, hence no keyed state and no timers', () => {
    for (const name of ['currentKey', 'state', 'timerService'])
      expect(() => played({ processBroadcastElement: `(row, ctx) => ctx.${name}` }, '2:x=1')).toThrow(
        `There is no ctx.${name} in processBroadcastElement: its records have no key`,
      );
  });
});

describe('the keyed side', () => {
  test('has state and timers of its own; timers wait for the watermark of the rules, too', () => {
    const made = harness({
      processElement: '(row, ctx) => { ctx.state.sum.add(row.n); ctx.timerService.registerEventTimeTimer(10); }',
      onTimer: `(timestamp, ctx, out) => {
        out.collect([ctx.currentKey, ctx.state.sum.get(), ctx.broadcast.rules.get('x')]);
        ctx.state.sum.clear();
      }`,
      states: [{ name: 'sum', kind: 'reducing', reduce: '(a, b) => a + b' }],
    });
    playLine(made, '1:a=1@1 1:b=5@1 1:a=2@2 1:w15');
    expect(values(made)).toEqual([]);
    playLine(made, '2:x=4@3 2:w12');
    expect(seen(made)).toEqual([[['a', 3, 4], 10], [['b', 5, 4], 10], 'w12']);
    expect(made.keyedState?.size).toBe(0);
  });
});

describe('copies', () => {
  const copyOf = (line: string): JsonValue => played({}, line).snapshot().operator;
  const restored = (operator: JsonValue): unknown[] => {
    const made = harness({});
    made.restore({ keyed: null, timers: [], operator });
    playLine(made, '1:a=1');
    return values(made);
  };
  const { redistribute } = broadcastProcessFunctionFactory;

  test('are equal bytes whatever the order in which rules came', () => {
    expect(JSON.stringify(copyOf('2:x=1 2:y=2'))).toBe(JSON.stringify(copyOf('2:y=2 2:x=1')));
  });

  test('come back, and are not changed by what happens after the snapshot', () => {
    const made = played({}, '2:x=1');
    const { operator } = made.snapshot();
    playLine(made, '2:x=2 2:y=3');
    expect(restored(operator)).toEqual([[['x', 1]]]);
  });

  test('with a greater parallelism: each subtask keeps its own, new ones get those of the old in turn', () => {
    const [one, two] = [copyOf('2:x=1'), copyOf('2:x=1')];
    expect(redistribute?.([one, two], 5)).toEqual([one, two, one, two, one]);
    for (const copy of redistribute?.([one, two], 5) ?? []) expect(restored(copy)).toEqual([[['x', 1]]]);
  });

  test('with a smaller parallelism: each subtask keeps its own', () => {
    const three = [copyOf('2:x=1'), copyOf('2:x=1'), copyOf('2:x=1')];
    expect(redistribute?.(three, 1)).toEqual([three[0]]);
  });

  test('that are empty are copies, too: a rule still in flight to a subtask is not brought forward', () => {
    const [full, empty] = [copyOf('2:x=1'), copyOf('1:a=1')];
    expect(empty).not.toBeNull();
    expect(restored(redistribute?.([full, empty], 4)[3] ?? null)).toEqual([[]]);
  });

  test('of states that are not declared any more are left out', () => {
    expect(restored({ rules: [['x', 1]], gone: [['y', 2]] })).toEqual([[['x', 1]]]);
  });
});

describe('the names of broadcast states', () => {
  test.each([
    ['', 'at least one name is needed'],
    [' , ', 'at least one name is needed'],
    ['a b', '“a b” is not a name of letters, digits and _'],
    ['rules, limits, rules', '“rules” is there twice'],
  ])('“%s” are refused', (broadcastStates, reason) => {
    const derived = broadcastProcessFunction.derive(broadcastProcessFunction.params.parse({ broadcastStates }), [
      words,
      rules,
    ]);
    expect(derived.ok ? [] : derived.error).toEqual([
      { code: 'invalid-param', param: 'broadcastStates', details: { param: 'Broadcast states', reason } },
    ]);
  });
});

describe('applyToKeyedState, of a function that sees a rule', () => {
  const sums = [{ name: 'sum', kind: 'reducing', ttlMs: 0, reduce: '(a, b) => a + b' }];
  const given = {
    processElement: '(row, ctx) => ctx.state.sum.add(row.n)',
    states: sums,
    processBroadcastElement: `(row, ctx, out) => ctx.applyToKeyedState('sum', (key, sum) => {
      out.collect([row.id, key, sum.get()]);
      if (sum.get() > row.limit) sum.clear();
    })`,
  };

  test('is called for each key that has the state, in order of the keys, and may change it', () => {
    expect(seen(played(given, '2:none=9@1 1:b=1@2 1:a=5@3 1:b=2@4 2:x=4@5 2:y=0@6 2:z=0@7'))).toEqual([
      [['x', 'a', 5], 5],
      [['x', 'b', 3], 5],
      [['y', 'b', 3], 6],
    ]);
  });

  test('sees the same after a restore', () => {
    const before = played(given, '1:b=1@2 1:a=5@3');
    const after = harness(given);
    after.restore(before.snapshot());
    playLine(after, '2:x=9@5');
    expect(values(after)).toEqual([
      ['x', 'a', 5],
      ['x', 'b', 1],
    ]);
  });

  test('passes over what has expired', () => {
    const made = harness({ ...given, states: [{ ...sums[0], ttlMs: 100 }] });
    playLine(made, '1:a=1@1');
    made.tick(made.clock + 60);
    playLine(made, '1:b=2@2');
    made.tick(made.clock + 40);
    playLine(made, '2:x=9@3');
    expect(values(made)).toEqual([['x', 'b', 2]]);
  });

  test('leaves the keys of the records behind it alone', () => {
    expect(seen(played(given, '1:b=1@1 2:x=9@2 1:a=5@3 2:y=9@4'))).toEqual([
      [['x', 'b', 1], 2],
      [['y', 'a', 5], 4],
      [['y', 'b', 1], 4],
    ]);
  });

  test.each([
    ["ctx.applyToKeyedState('nope', () => {})", /nope/],
    ["ctx.applyToKeyedState('sum')", /takes the name of a state and a function/],
    ["ctx.applyToKeyedState('sum', () => { throw new Error('of a key'); })", /of a key/],
  ])('says what is wrong: %s', (call, reason) => {
    const made = { ...given, processBroadcastElement: `(row, ctx) => { ${call}; }` };
    expect(() => played(made, '1:a=1@1 2:x=1@2')).toThrow(reason);
  });
});

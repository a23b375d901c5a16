/**
 * Several side outputs of the process functions, by the rules of Flink's OutputTag: each a stream of its own, with columns
 * of its own, fed from any of the functions (ProcessFunction.Context.output, and SideOutputITCase of Flink's suite).
 */
import { describe, expect, test } from 'vitest';
import { plainStream } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { broadcastProcessFunction } from './broadcast-process-function.ts';
import { coProcessFunction } from './co-process-function.ts';
import { processFunction } from './process-function.ts';
import { Harness } from './testing/harness.ts';
import { playLine } from './testing/play-line.ts';
import { seen, words } from './testing/process.ts';

const why = [{ name: 'why', type: 'string' }];
const pair = [
  { name: 'key', type: 'string' },
  { name: 'at', type: 'int' },
];
/** `rows` has the columns of the input. */
const sideOutputs = [
  { tag: 'rows', columns: [] },
  { tag: 'why', columns: why },
  { tag: 'late orders', columns: pair },
];
const rules: StreamType = plainStream([
  { name: 'id', type: 'string' },
  { name: 'limit', type: 'int' },
]);

type Kind = typeof processFunction | typeof coProcessFunction | typeof broadcastProcessFunction;

function played(kind: Kind, given: object, line: string): Harness {
  const second = kind === broadcastProcessFunction ? [rules] : kind === coProcessFunction ? [words] : [];
  const made = new Harness(kind as typeof processFunction, { sideOutputs, ...given }, [words, ...second]);
  playLine(made, line);
  return made;
}

const one = (body: string, line = '1:a=1@5', more: object = {}) =>
  played(processFunction, { processElement: `(row, ctx, out) => { ${body} }`, ...more }, line);

describe('a tag', () => {
  test('names a stream with columns of its own, beside the main one and the others', () => {
    const made = one(
      `if (row.n < 0) ctx.output('rows', row);
       else if (row.n > 9) ctx.output('why', \`\${row.n} is much\`);
       else ctx.output('late orders', { key: row.word, at: ctx.timestamp });
       out.collect(row.n);`,
      '1:a=1@1 1:b=-2@2 1:c=30@3 1:w4',
    );
    expect(seen(made)).toEqual([[1, 1], [-2, 2], [30, 3], 'w4']);
    expect(seen(made, 'rows')).toEqual([[{ word: 'b', n: -2 }, 2], 'w4']);
    expect(seen(made, 'why')).toEqual([[{ why: '30 is much' }, 3], 'w4']);
    expect(seen(made, 'late orders')).toEqual([[{ key: 'a', at: 1 }, 1], 'w4']);
  });

  test('may be used for any number of records of one call, and the record may be any value of a single column', () => {
    const made = one("for (const text of ['x', 'y']) ctx.output('why', text); ctx.output('why', { why: 'z' });");
    expect(seen(made, 'why')).toEqual([
      [{ why: 'x' }, 5],
      [{ why: 'y' }, 5],
      [{ why: 'z' }, 5],
    ]);
  });

  test('that is not declared is an error that names those that are', () => {
    expect(() => one("ctx.output('what', row)")).toThrow(
      'There is no side output with the tag “what”; there are: rows, why, late orders',
    );
    expect(() => one("ctx.output('out', row)")).toThrow('There is no side output with the tag “out”');
    expect(() => one("ctx.output('toString', row)")).toThrow('There is no side output with the tag “toString”');
    expect(() => one("ctx.output('side', row)", '1:a=1', { sideOutputs: [] })).toThrow(
      'There is no side output with the tag “side”; none is declared',
    );
    expect(() => one('ctx.output({ id: 7 }, row)')).toThrow('ctx.output(tag, row) takes a tag, which is a text, not');
  });

  test('may be left out while there is one side output, and only then', () => {
    const single = { sideOutputs: [{ tag: 'why', columns: why }] };
    expect(seen(one("ctx.output('so')", '1:a=1@5', single), 'why')).toEqual([[{ why: 'so' }, 5]]);
    expect(() => one('ctx.output(row)')).toThrow(
      'ctx.output(tag, row) needs the tag of a side output; there are: rows, why, late orders',
    );
    expect(() => one('ctx.output(row)', '1:a=1', { sideOutputs: [] })).toThrow('none is declared');
  });

  test('whose record does not fit its columns is told as one of its stream', () => {
    expect(() => one("ctx.output('late orders', { key: 'a', at: 'noon' })")).toThrow(/at/);
  });
});

describe('all functions of an operator emit to the same streams', () => {
  test('of records and of timers; in event time with the timer’s time, in processing time with its time too', () => {
    const made = one(
      `ctx.output('why', 'element');
       ctx.timerService.registerEventTimeTimer(7);
       ctx.timerService.registerProcessingTimeTimer(50);`,
      '1:a=1@5 1:w9',
      {
        onTimer: `(timestamp, ctx) => {
          ctx.output('why', ctx.timeDomain);
          ctx.output('late orders', { key: ctx.currentKey, at: timestamp });
        }`,
      },
    );
    made.tick(50);
    expect(seen(made, 'why')).toEqual([
      [{ why: 'element' }, 5],
      [{ why: 'event' }, 7],
      'w9',
      [{ why: 'processing' }, 50],
    ]);
    expect(seen(made, 'late orders')).toEqual([[{ key: 'a', at: 7 }, 7], 'w9', [{ key: 'a', at: 50 }, 50]]);
  });

  test('of both inputs and of timers, in a co-process function; each stream gets the smaller watermark', () => {
    const made = played(
      coProcessFunction,
      {
        processElement1: "(row, ctx) => { ctx.output('rows', row); ctx.output('why', 'first'); }",
        processElement2: "(row, ctx) => { ctx.output('why', 'second'); ctx.timerService.registerEventTimeTimer(6); }",
        onTimer: "(timestamp, ctx) => ctx.output('late orders', { key: ctx.currentKey, at: timestamp })",
      },
      '1:a=1@1 2:b=2@2 1:w8 2:w7',
    );
    expect(seen(made, 'rows')).toEqual([[{ word: 'a', n: 1 }, 1], 'w7']);
    expect(seen(made, 'why')).toEqual([[{ why: 'first' }, 1], [{ why: 'second' }, 2], 'w7']);
    expect(seen(made, 'late orders')).toEqual([[{ key: 'b', at: 6 }, 6], 'w7']);
    expect(seen(made)).toEqual(['w7']);
  });

  test('of records, rules and timers, and from within applyToKeyedState, in a broadcast process function', () => {
    const made = played(
      broadcastProcessFunction,
      {
        states: [{ name: 'last', kind: 'value' }],
        processElement: `(row, ctx) => {
          ctx.state.last.update(row.n);
          ctx.output('rows', row);
          ctx.timerService.registerEventTimeTimer(6);
        }`,
        processBroadcastElement: `(row, ctx) => {
          ctx.output('why', row.id);
          ctx.applyToKeyedState('last', (key, state) => ctx.output('late orders', { key, at: state.value() }));
        }`,
        onTimer: "(timestamp, ctx) => ctx.output('why', ctx.currentKey)",
      },
      '1:a=1@1 1:b=2@2 2:limit=9@3 1:w8 2:w7',
    );
    expect(seen(made, 'rows')).toEqual([[{ word: 'a', n: 1 }, 1], [{ word: 'b', n: 2 }, 2], 'w7']);
    expect(seen(made, 'late orders')).toEqual([[{ key: 'a', at: 1 }, 3], [{ key: 'b', at: 2 }, 3], 'w7']);
    expect(seen(made, 'why')).toEqual([[{ why: 'limit' }, 3], [{ why: 'a' }, 6], [{ why: 'b' }, 6], 'w7']);
  });
});

test('a restore changes nothing of what goes to which stream', () => {
  const given = {
    sideOutputs,
    states: [{ name: 'sum', kind: 'reducing', reduce: '(a, b) => a + b' }],
    processElement: '(row, ctx) => { ctx.state.sum.add(row.n); ctx.timerService.registerEventTimeTimer(9); }',
    onTimer:
      "(timestamp, ctx) => ctx.output(ctx.state.sum.get() > 5 ? 'why' : 'late orders', ctx.state.sum.get() > 5 ? ctx.currentKey : { key: ctx.currentKey, at: ctx.state.sum.get() })",
  };
  const before = new Harness(processFunction, given, [words]);
  playLine(before, '1:a=3@1 1:b=1@1');
  const after = new Harness(processFunction, given, [words]);
  after.restore(before.snapshot());
  playLine(after, '1:a=4@2 1:w9');
  expect(seen(after, 'why')).toEqual([[{ why: 'a' }, 9], 'w9']);
  expect(seen(after, 'late orders')).toEqual([[{ key: 'b', at: 1 }, 9], 'w9']);
});

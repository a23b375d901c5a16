/** The co-process function by the rules of Flink's KeyedCoProcessFunction. */
import { describe, expect, test } from 'vitest';
import type { StreamType } from '../graph/schema.ts';
import { coProcessFunction } from './co-process-function.ts';
import { Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';
import { seen, values, words } from './testing/process.ts';
import { playLine } from './testing/play-line.ts';

/** Keyed by a column of another name. */
const visits: StreamType = {
  schema: [
    { name: 'page', type: 'string' },
    { name: 'visitor', type: 'string' },
  ],
  key: ['visitor'],
};

function harness(given: object, options: HarnessOptions = {}, second: StreamType = words): Harness {
  return new Harness(coProcessFunction, given, [words, second], options);
}

function played(given: object, line: string): Harness {
  const made = harness(given);
  playLine(made, line);
  return made;
}

const value = (name: string) => ({ name, kind: 'value' });
const derive = (first: StreamType, second: StreamType, given: object = {}) => {
  const derived = coProcessFunction.derive(coProcessFunction.params.parse(given), [first, second]);
  return derived.ok ? [] : derived.error;
};

describe('both functions', () => {
  test('see the records of their own input, with its columns, and emit with the record’s time', () => {
    const made = harness(
      {
        processElement1: '(row, ctx, out) => out.collect([1, row.word, row.n, ctx.currentKey, ctx.timestamp])',
        processElement2: '(row, ctx, out) => out.collect([2, row.visitor, row.page, ctx.currentKey, ctx.timestamp])',
      },
      {},
      visits,
    );
    playLine(made, '1:a=7@3 2:{"visitor":"b","page":"home"}@4');
    expect(seen(made)).toEqual([
      [[1, 'a', 7, 'a', 3], 3],
      [[2, 'b', 'home', 'b', 4], 4],
    ]);
  });

  test('share the state of the key, and of no other key', () => {
    const made = played(
      {
        processElement1: '(row, ctx) => ctx.state.last.update(row.n)',
        processElement2: '(row, ctx, out) => out.collect([row.word, ctx.state.last.value()])',
        states: [value('last')],
      },
      '1:a=1@1 2:a=0@2 2:b=0@2 1:a=5@3 2:a=0@4',
    );
    expect(values(made)).toEqual([
      ['a', 1],
      ['b', null],
      ['a', 5],
    ]);
  });

  test('share one side output, which has the columns of in1 unless others are declared', () => {
    const outputs = {
      processElement1: '(row, ctx) => ctx.output(row)',
      processElement2: '(row, ctx) => ctx.output({ word: row.visitor, n: 2 })',
    };
    const made = harness(outputs, {}, visits);
    playLine(made, '1:a=1@1 2:{"visitor":"b"}@2');
    expect(seen(made, 'side')).toEqual([
      [{ word: 'a', n: 1 }, 1],
      [{ word: 'b', n: 2 }, 2],
    ]);
  });
});

describe('time', () => {
  const tell = '(timestamp, ctx, out) => out.collect([ctx.currentKey, timestamp, ctx.timerService.currentWatermark()])';
  const timers = {
    processElement1: '(row, ctx) => ctx.timerService.registerEventTimeTimer(row.n)',
    processElement2: '(row, ctx) => ctx.timerService.registerEventTimeTimer(row.n)',
    onTimer: tell,
  };

  test('is the smaller watermark of both inputs: only then timers fire', () => {
    const made = harness(timers);
    playLine(made, '1:a=10@1 1:w15');
    expect(values(made)).toEqual([]);
    playLine(made, '2:w9');
    expect(values(made)).toEqual([]);
    playLine(made, '2:w12');
    expect(seen(made)).toEqual(['w9', [['a', 10, 12], 10], 'w12']);
  });

  test('of a timer that both inputs set for a key is one firing', () => {
    expect(values(played(timers, '1:a=10@1 2:a=10@1 2:b=10@1 1:w20 2:w20'))).toEqual([
      ['a', 10, 20],
      ['b', 10, 20],
    ]);
  });

  test('one input can delete what the other has set', () => {
    const made = played(
      { ...timers, processElement2: '(row, ctx) => ctx.timerService.deleteEventTimeTimer(row.n)' },
      '1:a=10@1 1:b=10@1 2:a=10@2 1:w20 2:w20',
    );
    expect(values(made)).toEqual([['b', 10, 20]]);
  });

  test('an input that has ended does not hold it back; when both have, all timers fire', () => {
    const made = harness(timers);
    playLine(made, '1:a=10@1 1:b=1000@1 1:w3 2:| 1:w11');
    expect(seen(made)).toEqual(['w3', [['a', 10, 11], 10], 'w11']);
    playLine(made, '1:|');
    expect(values(made).map((one) => (one as unknown[]).slice(0, 2))).toEqual([
      ['a', 10],
      ['b', 1000],
    ]);
  });

  test('by the clock fires processing-time timers, without a time for what they emit', () => {
    const made = harness({
      processElement2: '(row, ctx) => ctx.timerService.registerProcessingTimeTimer(50)',
      onTimer: '(timestamp, ctx, out) => out.collect([ctx.timeDomain, timestamp])',
    });
    playLine(made, '2:a=1@1');
    made.tick(50);
    expect(seen(made)).toEqual([[['processing', 50], null]]);
  });
});

describe('a restore', () => {
  test('brings back state and timers that one input left for the other', () => {
    const given = {
      processElement1: '(row, ctx) => { ctx.state.n.update(row.n); ctx.timerService.registerEventTimeTimer(20); }',
      processElement2: '(row, ctx, out) => out.collect(ctx.state.n.value())',
      onTimer: '(timestamp, ctx, out) => { out.collect(-ctx.state.n.value()); ctx.state.n.clear(); }',
      states: [value('n')],
    };
    const before = harness(given);
    playLine(before, '1:a=7@1');
    const after = harness(given);
    after.restore(before.snapshot());
    playLine(after, '2:a=0@2 1:w20 2:w20');
    expect(values(after)).toEqual([7, -7]);
    expect(after.keyedState?.size).toBe(0);
  });
});

describe('the keys of the inputs', () => {
  test('may have other names, but must have the same types in the same order', () => {
    expect(derive(words, visits)).toEqual([]);
    expect(derive(words, { ...words, key: ['n'] })).toEqual([
      { code: 'key-mismatch', details: { left: 'word string', right: 'n int' } },
    ]);
    expect(derive({ ...words, key: ['word', 'n'] }, { ...words, key: ['n', 'word'] })).toEqual([
      { code: 'key-mismatch', details: { left: 'word string, n int', right: 'n int, word string' } },
    ]);
    expect(derive(words, { ...words, key: ['word', 'n'] })[0]?.code).toBe('key-mismatch');
  });

  test('must be there, as must both functions', () => {
    expect(derive(words, { ...words, key: null })).toEqual([{ code: 'not-keyed' }]);
    expect(derive(words, words, { processElement2: ' ' })).toMatchObject([
      { code: 'missing-function', param: 'processElement2' },
    ]);
  });
});

/** The process function by the rules of Flink's KeyedProcessFunction and TimerService. */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { keyGroupOf, subtaskOfGroup } from '../state/key-groups.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { KeyReader } from '../wire/keys.ts';
import type { Harness } from './testing/harness.ts';
import { harness, played, seen, values, words } from './testing/process.ts';
import type { Given } from './testing/process.ts';

/** A function that sets an event-time timer n ms behind the record. */
const timerAfterN = '(row, ctx) => ctx.timerService.registerEventTimeTimer(ctx.timestamp + row.n)';
const tellTimer = '(timestamp, ctx, out) => out.collect([ctx.currentKey, timestamp])';

describe('records', () => {
  test('are handled one by one, any number comes out with their event time, and what is returned is ignored', () => {
    const processElement = '(row, ctx, out) => { for (let i = 0; i < row.n; i++) out.collect(i); return 7; }';
    expect(seen(played({ processElement }, 'a=2@5 b=0@6 c=1@7'))).toEqual([
      [0, 5],
      [1, 5],
      [0, 7],
    ]);
  });

  test('without event time have the timestamp null and emit none', () => {
    const processElement = '(row, ctx, out) => { out.collect([ctx.timestamp]); ctx.output(row); }';
    const made = played({ processElement }, 'a=1');
    expect(seen(made)).toEqual([[[null], null]]);
    expect(seen(made, 'side')).toEqual([[{ word: 'a', n: 1 }, null]]);
  });

  test('have the key’s value for a single column, and an object for several', () => {
    const processElement = '(row, ctx, out) => out.collect([ctx.currentKey])';
    expect(values(played({ processElement }, 'a=1@1'))).toEqual([['a']]);
    const pairs = harness({ processElement, onTimer: tellTimer }, {}, { ...words, key: ['n', 'word'] });
    pairs.play(timelineElements('a=1@1'));
    expect(values(pairs)).toEqual([[{ n: 1, word: 'a' }]]);
  });

  test('that become very many go out in portions', () => {
    const made = played(
      { processElement: '(row, ctx, out) => { for (let i = 0; i < 9000; i++) out.collect(i); }' },
      'a=1',
    );
    expect(values(made)).toHaveLength(9000);
    expect(Math.max(...made.batches.map(({ batch }) => batch.length))).toBeLessThanOrEqual(2048);
  });

  test('sent to the side keep the columns of the input, unless others are declared', () => {
    const some = played(
      { processElement: '(row, ctx, out) => (row.n < 0 ? ctx.output(row) : out.collect(row.n))' },
      'a=1@1 b=-2@2',
    );
    expect(seen(some)).toEqual([[1, 1]]);
    expect(seen(some, 'side')).toEqual([[{ word: 'b', n: -2 }, 2]]);
    const own = {
      processElement: '(row, ctx) => ctx.output({ why: `n is ${row.n}` })',
      sideOutputs: [{ tag: 'side', columns: [{ name: 'why', type: 'string' }] }],
    };
    expect(seen(played(own, 'a=1@1'), 'side')).toEqual([[{ why: 'n is 1' }, 1]]);
  });
});

describe('event-time timers', () => {
  test('fire when the watermark reaches them, in order of time, and emit with their own time before the watermark', () => {
    const made = played({ processElement: timerAfterN, onTimer: tellTimer }, 'a=9@1 b=3@2 c=4@2 w4 w9 w20');
    expect(seen(made)).toEqual(['w4', [['b', 5], 5], [['c', 6], 6], 'w9', [['a', 10], 10], 'w20']);
  });

  test('of one key and time are one timer; of other keys they are others', () => {
    const made = played({ processElement: timerAfterN, onTimer: tellTimer }, 'a=9@1 a=8@2 b=5@5 w10');
    expect(values(made)).toEqual([
      ['a', 10],
      ['b', 10],
    ]);
  });

  test('that are deleted do not fire; deleting one that is not there does nothing', () => {
    const processElement = `(row, ctx) => {
      const { timerService } = ctx;
      if (row.n > 0) timerService.registerEventTimeTimer(row.n);
      else timerService.deleteEventTimeTimer(-row.n);
    }`;
    const made = played({ processElement, onTimer: tellTimer }, 'a=10@1 a=11@1 b=10@1 a=-10@2 a=-12@2 w30');
    expect(values(made)).toEqual([
      ['b', 10],
      ['a', 11],
    ]);
  });

  test('at or before the watermark fire with the next watermark', () => {
    const made = harness({ processElement: timerAfterN, onTimer: tellTimer });
    made.play(timelineElements('w10 a=0@10 b=-5@10'));
    expect(seen(made)).toEqual(['w10']);
    made.play(timelineElements('w11'));
    expect(seen(made)).toEqual(['w10', [['b', 5], 5], [['a', 10], 10], 'w11']);
  });

  test('set in a timer fire in the same advance if they are due', () => {
    const onTimer = `(timestamp, ctx, out) => {
      out.collect([timestamp, ctx.timerService.currentWatermark(), ctx.timestamp, ctx.timeDomain]);
      if (timestamp < 16) ctx.timerService.registerEventTimeTimer(timestamp + 5);
    }`;
    expect(seen(played({ processElement: timerAfterN, onTimer }, 'a=4@1 w12 w16'))).toEqual([
      [[5, 12, 5, 'event'], 5],
      [[10, 12, 10, 'event'], 10],
      'w12',
      [[15, 16, 15, 'event'], 15],
      'w16',
    ]);
  });

  test('all fire with the final watermark', () => {
    const made = played({ processElement: timerAfterN, onTimer: tellTimer }, 'a=1000000@1 b=5@1 w2 |');
    expect(seen(made)).toEqual(['w2', [['b', 6], 6], [['a', 1_000_001], 1_000_001]]);
  });

  test('without an onTimer pass without effect', () => {
    expect(seen(played({ processElement: timerAfterN }, 'a=1@1 w5'))).toEqual(['w5']);
  });

  test('emit to the side with their own time', () => {
    const made = played(
      { processElement: timerAfterN, onTimer: '(timestamp, ctx) => ctx.output({ word: ctx.currentKey, n: 1 })' },
      'a=4@1 w9',
    );
    expect(seen(made, 'side')).toEqual([[{ word: 'a', n: 1 }, 5], 'w9']);
  });

  test('take whole milliseconds, and nothing but numbers', () => {
    const at = (time: string) =>
      played(
        { processElement: `(row, ctx) => ctx.timerService.registerEventTimeTimer(${time})`, onTimer: tellTimer },
        'a=1@1 w9',
      );
    expect(values(at('4.9'))).toEqual([['a', 4]]);
    expect(() => at('undefined')).toThrow('registerEventTimeTimer takes a time in milliseconds, not undefined');
    expect(() => at('NaN')).toThrow('not NaN');
    expect(() => at('"soon"')).toThrow('not "soon" (a string)');
  });
});

describe('processing-time timers', () => {
  const processElement = `(row, ctx) => {
    const { timerService } = ctx;
    timerService.registerProcessingTimeTimer(timerService.currentProcessingTime() + row.n);
  }`;

  test('fire by the clock alone; what they emit has no event time, at the side the timer’s', () => {
    const onTimer = `(timestamp, ctx, out) => {
      out.collect([ctx.currentKey, timestamp, ctx.timestamp, ctx.timeDomain]);
      ctx.output({ word: 'side', n: 0 });
    }`;
    const made = harness({ processElement, onTimer });
    made.tick(100);
    made.play(timelineElements('a=10@1 b=5@1 w5000'));
    made.tick(104);
    expect(values(made)).toEqual([]);
    made.tick(110);
    expect(seen(made)).toEqual(['w5000', [['b', 105, 105, 'processing'], null], [['a', 110, 110, 'processing'], null]]);
    expect(seen(made, 'side').slice(1)).toEqual([
      [{ word: 'side', n: 0 }, 105],
      [{ word: 'side', n: 0 }, 110],
    ]);
  });

  test('are deduplicated and deleted apart from event-time timers', () => {
    const both = `(row, ctx) => {
      ctx.timerService.registerEventTimeTimer(50);
      ctx.timerService.registerProcessingTimeTimer(50);
      ctx.timerService.registerProcessingTimeTimer(50);
      ctx.timerService.deleteEventTimeTimer(50);
    }`;
    const made = harness({ processElement: both, onTimer: '(timestamp, ctx, out) => out.collect(ctx.timeDomain)' });
    made.play(timelineElements('a=1@1 w60'));
    made.tick(60);
    expect(values(made)).toEqual(['processing']);
    const gone = harness({
      processElement:
        '(row, ctx) => { ctx.timerService.registerProcessingTimeTimer(5); ctx.timerService.deleteProcessingTimeTimer(5); }',
      onTimer: tellTimer,
    });
    gone.play(timelineElements('a=1@1'));
    gone.tick(60);
    expect(values(gone)).toEqual([]);
  });
});

describe('a restore', () => {
  /** Each record is kept in all kinds of state, and told of by timers in both domains. */
  const everything: Given = {
    processElement: `(row, ctx) => {
      const { value, list, map, sum } = ctx.state;
      value.update(row.n); list.add(row.n); map.put('n' + row.n, ctx.timestamp); sum.add(row.n);
      ctx.timerService.registerEventTimeTimer(ctx.timestamp + 100);
      ctx.timerService.registerProcessingTimeTimer(ctx.timestamp + 200);
    }`,
    onTimer: `(timestamp, ctx, out) => {
      const { value, list, map, sum } = ctx.state;
      out.collect([ctx.timeDomain, ctx.currentKey, timestamp, value.value(), list.get(), map.entries(), sum.get()]);
    }`,
    states: [
      { name: 'value', kind: 'value' },
      { name: 'list', kind: 'list' },
      { name: 'map', kind: 'map', ttlMs: 10_000 },
      { name: 'sum', kind: 'reducing', reduce: '(a, b) => a + b' },
    ],
  };
  const events = ['a=1@1 b=2@2 c=3@3 a=4@4', 'd=5@5 b=6@6'];
  // By hand: every record at t fires at t + 100 and t + 200, with what its key has by then.
  const stateOf: Record<string, unknown[]> = {
    a: [
      4,
      [1, 4],
      [
        ['n1', 1],
        ['n4', 4],
      ],
      5,
    ],
    b: [
      6,
      [2, 6],
      [
        ['n2', 2],
        ['n6', 6],
      ],
      8,
    ],
    c: [3, [3], [['n3', 3]], 3],
    d: [5, [5], [['n5', 5]], 5],
  };
  const due = [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['a', 4],
    ['d', 5],
    ['b', 6],
  ] as const;
  const expected = (domain: string, delay: number) =>
    due.map(([key, at]) => [domain, key, at + delay, ...(stateOf[key] as unknown[])]);
  const all = [...expected('event', 100), ...expected('processing', 200)];

  const finish = (of: Harness): void => {
    of.advance(150);
    of.tick(250);
  };

  test('has every state and every timer', () => {
    const before = harness(everything);
    before.play(timelineElements(events[0] as string));
    const after = harness(everything, { attempt: 2 });
    after.restore(before.snapshot());
    after.play(timelineElements(events[1] as string));
    finish(after);
    expect(values(after)).toEqual(all);
  });

  test.each([2, 3, 7])('at parallelism %i gives each subtask the states and timers of its keys', (parallelism) => {
    const before = harness(everything);
    before.play(timelineElements(events[0] as string));
    const snapshot = before.snapshot();
    const ownerOf = (word: string): number => {
      const builder = new BatchBuilder(words.schema, 1);
      builder.appendRow({ word, n: 0 }, 0);
      return subtaskOfGroup(
        keyGroupOf(new KeyReader(words.schema, ['word']).hashAt(builder.take(), 0), 128),
        128,
        parallelism,
      );
    };
    const together = Array.from({ length: parallelism }, (_, subtaskIndex) => {
      const part = harness(everything, { parallelism, subtaskIndex });
      const timers = snapshot.timers.filter(({ key }) => ownerOf(String(key)) === subtaskIndex);
      part.restore({ ...snapshot, timers });
      const own = (events[1] as string).split(' ').filter((record) => ownerOf(record[0] as string) === subtaskIndex);
      part.play(timelineElements(own.join(' ')));
      finish(part);
      for (const value of values(part)) expect(ownerOf((value as string[])[1] as string)).toBe(subtaskIndex);
      return values(part);
    });
    const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(together.flat())).toEqual(sorted(all));
  });

  test('keeps the time of the last touch: what has expired meanwhile is gone', () => {
    const given: Given = {
      processElement:
        '(row, ctx, out) => { if (row.n > 0) ctx.state.s.add(row.n); else out.collect([ctx.state.s.get()]); }',
      states: [{ name: 's', kind: 'list', ttlMs: 100 }],
    };
    const before = harness(given);
    before.play(timelineElements('a=1@1'));
    before.tick(60);
    before.play(timelineElements('a=2@1'));
    const after = harness(given);
    after.tick(60);
    after.restore(before.snapshot());
    after.tick(100);
    after.play(timelineElements('a=0@2'));
    expect(values(after)).toEqual([[[2]]]);
  });
});

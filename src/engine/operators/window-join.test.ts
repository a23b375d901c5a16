/**
 * Window joins, one timeline a case: Flink's JoinedStreams and CoGroupedStreams (the window operator over both streams), the
 * outer forms of SQL's window join; and against a plain computation over random streams.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OperatorDefinition } from '../task/operator.ts';
import { joinCases, joinHarness, others, playSides, runJoin } from './testing/join-cases.ts';
import { plainPairs, sidedRecord, sidedText, tens } from './testing/plain-pairs.ts';
import { windowCoGroup } from './window-co-group.ts';
import { windowJoin } from './window-join.ts';
import { words } from './windowing/example.ts';

const ten = { sizeMs: 10 };

joinCases('inner', ten, [
  ['a pair of one window', {}, 'a=1@1 r:a=2@9 w9', '[0,10) a:1+2 w9'],
  ['not of neighbours, however close in time', {}, 'a=1@9 r:a=2@10 |', '|'],
  ['not of two keys', {}, 'a=1@1 r:b=2@1 |', '|'],
  [
    'each with each, by the left first',
    {},
    'a=1@1 a=2@2 r:a=3@1 r:a=4@2 w9',
    '[0,10) a:1+3 [0,10) a:1+4 [0,10) a:2+3 [0,10) a:2+4 w9',
  ],
  ['whichever side comes first', {}, 'r:a=2@1 a=1@2 w9', '[0,10) a:1+2 w9'],
  ['when both watermarks have passed', {}, 'a=1@1 r:a=2@1 l:w9 r:w8 r:w9', 'w8 [0,10) a:1+2 w9'],
  ['below zero', {}, 'a=1@-1 r:a=2@-10 w-1', '[-10,0) a:1+2 w-1'],
  ['with an offset', { offsetMs: 3 }, 'a=1@3 r:a=2@12 w12', '[3,13) a:1+2 w12'],
  ['at the end of both streams', {}, 'a=1@1 r:a=2@1 l:| r:|', '[0,10) a:1+2 |'],
  ['what one side has alone is dropped with its window', {}, 'a=1@1 w9 r:a=2@1', 'w9', 'r:a:-+2'],
  ['without window columns', { windowColumns: false }, 'a=1@1 r:a=2@9 w9', 'a:1+2 w9'],
  ['over a restore', {}, 'a=1@1 / r:a=2@9 / w9', '[0,10) a:1+2 w9'],
]);

joinCases('outer', ten, [
  ['left: the left without a right', { join: 'left' }, 'a=1@1 r:b=2@1 w9', '[0,10) a:1+- w9'],
  ['left: a pair is a pair', { join: 'left' }, 'a=1@1 r:a=2@1 w9', '[0,10) a:1+2 w9'],
  ['right: the right without a left', { join: 'right' }, 'a=1@1 r:b=2@1 w9', '[0,10) b:-+2 w9'],
  ['full: both', { join: 'full' }, 'a=1@1 r:b=2@1 w9', '[0,10) a:1+- [0,10) b:-+2 w9'],
  ['full: in each window alone', { join: 'full' }, 'a=1@9 r:a=2@10 |', '[0,10) a:1+- [10,20) a:-+2 |'],
  [
    'by window and not by pair: of two, none is padded',
    { join: 'left' },
    'a=1@1 a=2@2 r:a=3@3 w9',
    '[0,10) a:1+3 [0,10) a:2+3 w9',
  ],
]);

joinCases('sliding windows', { window: 'sliding', sizeMs: 10, slideMs: 5 }, [
  ['a pair comes once for each window that holds both', {}, 'a=1@6 r:a=2@7 |', '[0,10) a:1+2 [5,15) a:1+2 |'],
  ['one that holds one of them has none', {}, 'a=1@4 r:a=2@7 |', '[0,10) a:1+2 |'],
  ['gaps between windows join nothing', { sizeMs: 5, slideMs: 10 }, 'a=1@7 r:a=2@7 |', '|'],
]);

joinCases('session windows', { window: 'session', gapMs: 10 }, [
  ['are sessions of both streams together', {}, 'a=1@0 r:a=2@8 a=4@16 w25', '[0,26) a:1+2 [0,26) a:4+2 w25'],
  ['merged by a record of the other side', {}, 'a=1@0 a=2@20 r:a=4@10 w29', '[0,30) a:1+4 [0,30) a:2+4 w29'],
  ['apart they do not meet', {}, 'a=1@0 r:a=2@11 |', '|'],
  ['that touch are one', {}, 'a=1@0 r:a=2@10 |', '[0,20) a:1+2 |'],
  ['late on its own, a record joins a live one', {}, 'a=1@12 w14 r:a=2@3 w21', 'w14 [3,22) a:1+2 w21'],
]);

joinCases('lateness', { ...ten, allowedLatenessMs: 10 }, [
  ['a late record joins what is kept, and the pane is fired again', {}, 'a=1@1 w9 r:a=2@1', 'w9 [0,10) a:1+2'],
  ['accumulating, with all pairs again', {}, 'a=1@1 r:a=2@1 w9 r:a=3@1', '[0,10) a:1+2 w9 [0,10) a:1+2 [0,10) a:1+3'],
  ['discarding, with what is new alone', { accumulation: 'discarding' }, 'a=1@1 r:a=2@1 w9 r:a=3@1', '[0,10) a:1+2 w9'],
  ['later than that it goes to the port of its side', {}, 'w19 a=1@1 r:b=2@1', 'w19', 'a:1+- r:b:-+2'],
  ['just before the clean-up it is in time', {}, 'a=1@1 w18 r:a=2@1 w19 r:a=4@1', 'w18 [0,10) a:1+2 w19', 'r:a:-+4'],
]);

joinCases('triggers', { ...ten, panes: true, allowedLatenessMs: 10 }, [
  [
    'count records of both sides',
    { trigger: 'repeatedly(count(2))' },
    'a=1@1 r:a=2@1 r:a=3@1 r:a=4@1',
    '[0,10) a:1+2 early0 [0,10) a:1+2 early1 [0,10) a:1+3 early1 [0,10) a:1+4 early1',
  ],
  [
    'early, on time and late',
    { trigger: 'afterWatermark(early: count(2), late: count(1))' },
    'a=1@1 r:a=2@1 w9 r:a=3@1',
    '[0,10) a:1+2 early0 [0,10) a:1+2 on-time1 w9 [0,10) a:1+2 late2 [0,10) a:1+3 late2',
  ],
  [
    'purging',
    { trigger: 'purging(repeatedly(count(2)))' },
    'a=1@1 r:a=2@1 a=3@1 r:a=4@1',
    '[0,10) a:1+2 early0 [0,10) a:3+4 early1',
  ],
  [
    'an early pane of an outer join may be padded, and a later one not',
    { join: 'left', trigger: 'repeatedly(count(1))' },
    'a=1@1 r:a=2@1',
    '[0,10) a:1+- early0 [0,10) a:1+2 early1',
  ],
]);

joinCases('processing time', { ...ten, time: 'processing' }, [
  ['by when the records come', {}, 'a=1@500 +9 r:a=2@3 +1', '[0,10) a:1+2'],
  ['nothing is late', {}, 'w100 a=1@1 r:a=2@1 +10', 'w100 [0,10) a:1+2'],
  ['sessions of the clock', { window: 'session', gapMs: 5 }, 'a=1 +4 r:a=2 +4 a=3 +5', '[0,13) a:1+2 [0,13) a:3+2'],
]);

describe('results', () => {
  test('may be what a function makes of a pair', () => {
    const params = {
      ...ten,
      join: 'full',
      result: 'function',
      function: '(left, right) => `${left?.n ?? 0} ${right?.m ?? 0}`',
      columns: [{ name: 'value', type: 'string' }],
    };
    const made = joinHarness(params);
    playSides(made, 'a=1@1 r:a=2@1 b=3@1 |');
    const values = made.port('out').flatMap((each) => (each.kind === 'record' ? [each.row['value'], each.time] : []));
    expect(values).toEqual(['1 2', 9, '3 0', 9]);
  });

  test('take the columns of both, as other joins name them', () => {
    const derived = windowJoin.derive(windowJoin.params.parse({ panes: true }), [words, words]);
    const names = derived.ok ? derived.value[0]?.schema.map(({ name }) => name) : [];
    expect(names).toEqual(['windowStart', 'windowEnd', 'paneIndex', 'paneTiming', 'word', 'n', 'right_n']);
  });

  test.each([
    [{ trigger: 'delta(3, n)' }, 'trigger', /one stream, and here are two/],
    [{ trigger: 'sometimes()' }, 'trigger', /a trigger/],
    [{ window: 'sliding', slideMs: 1, sizeMs: 20_000 }, 'slideMs', /more than 10000 windows/],
    [{ sizeMs: 10, offsetMs: 10 }, 'offsetMs', /less than the size/],
    [{ time: 'processing', trigger: 'watermark()' }, 'trigger', /no watermark/],
  ])('are refused with a reason: %o', (params, param, reason) => {
    for (const kind of [windowJoin, windowCoGroup] as unknown as OperatorDefinition[]) {
      const derived = kind.derive(kind.params.parse(params), [words, others]);
      expect(derived.ok ? [] : derived.error).toMatchObject([
        { param, details: { reason: expect.stringMatching(reason) } },
      ]);
    }
  });

  test('are refused when a side has columns of that name', () => {
    const timed = { ...words, schema: [...words.schema, { name: 'windowEnd', type: 'timestamp' as const }] };
    const derive = (params: object) => windowJoin.derive(windowJoin.params.parse(params), [timed, others]);
    expect(derive({})).toMatchObject({ ok: false, error: [{ code: 'duplicate-column' }] });
    expect(derive({ windowColumns: false })).toMatchObject({ ok: true });
  });

  test('are refused of keys of different types', () => {
    const numbers = { schema: [{ name: 'id', type: 'int' as const }], key: ['id'] };
    expect(windowJoin.derive(windowJoin.params.parse({}), [words, numbers])).toMatchObject({
      ok: false,
      error: [{ code: 'key-mismatch' }],
    });
  });
});

describe('coGroup', () => {
  const process = `(key, ctx, left, right, out) => {
    out.collect([key, ctx.window.start, ctx.pane.timing, left.map((row) => row.n), right.map((row) => row.m)]);
  }`;
  const values = (params: object, input: string): unknown[] => {
    const made = joinHarness({ ...ten, process, ...params }, windowCoGroup as unknown as OperatorDefinition);
    playSides(made, input);
    return made.port('out').flatMap((each) => (each.kind === 'record' ? [each.row['value']] : []));
  };

  test('sees the rows of each side in order of arrival', () => {
    expect(values({}, 'a=1@5 r:a=2@1 a=3@1 w9')).toEqual([['a', 0, 'on time', [1, 3], [2]]]);
  });

  test('is called when one side has none', () => {
    expect(values({}, 'a=1@5 r:b=2@1 w9')).toEqual([
      ['a', 0, 'on time', [1], []],
      ['b', 0, 'on time', [], [2]],
    ]);
  });

  test('is not called for a window that nobody came to', () => {
    expect(values({}, 'a=1@5 w9 w19 w29')).toHaveLength(1);
  });

  test('cannot reach what is kept by changing its rows', () => {
    const changing = `(key, ctx, left, right, out) => {
      out.collect(left.map((row) => row.n));
      for (const row of left) row.n = 0;
      left.length = 0;
    }`;
    expect(values({ process: changing, trigger: 'repeatedly(count(1))' }, 'a=1@1 a=2@1')).toEqual([[1], [1, 2]]);
  });

  test('merges sessions of both sides', () => {
    expect(values({ window: 'session', gapMs: 10 }, 'a=1@0 r:a=2@20 a=3@10 w29')).toEqual([
      ['a', 0, 'on time', [1, 3], [2]],
    ]);
  });
});

test('any order of arrival, on either side, with a restore anywhere, gives the pairs of a plain computation', () => {
  const run = fc.tuple(fc.array(sidedRecord, { maxLength: 20 }), fc.constantFrom('inner', 'left', 'full'), fc.nat(20));
  fc.assert(
    fc.property(run, ([records, join, cut]) => {
      const tokens = records.map(sidedText);
      tokens.splice(Math.min(cut, tokens.length), 0, '/');
      const { out, late } = runJoin(() => joinHarness({ ...ten, join }), `${tokens.join(' ')} w100`);
      const results = out.match(/\[\S+ \S+/g) ?? [];
      expect([results.sort(), late]).toEqual([plainPairs(records, join, tens), '']);
    }),
    { numRuns: 200 },
  );
});

/**
 * The temporal join with versions that are taken away, and by the clock: one line a case, by the rules of Flink's
 * TemporalRowTimeJoinOperator and TemporalProcessTimeJoinOperator and of their tests; and against a plain look-up.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime } from '../../base/units.ts';
import type { RowKind, StreamType } from '../graph/schema.ts';
import { schemaText } from '../graph/schema.ts';
import { temporalJoin } from './temporal-join.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import type { Step } from './testing/streams.ts';
import { shownOf, sideType, stepsOf } from './testing/two-inputs.ts';

const versions: StreamType = { schema: [...sideType('r').schema, { name: 'op', type: 'rowkind' }], key: ['key'] };
const types = [sideType('l'), versions];
const made = (params: object): Harness => new Harness(temporalJoin, params, types);

/** Parts between `+5`s, which let the clock go on, and `/`, behind which a restored operator goes on. */
function played(params: object, line: string): string {
  let harness = made(params);
  const shown: string[] = [];
  for (const part of line.split(' ')) {
    if (part.startsWith('+')) harness.tick(harness.clock + Number(part.slice(1)));
    else if (part === '/') {
      shown.push(...shownOf(harness, ['l', 'r']));
      const next = made(params);
      next.restore(harness.snapshot());
      next.tick(harness.clock);
      harness = next;
    } else playSteps(harness, stepsOf(part));
  }
  return [...shown, ...shownOf(harness, ['l', 'r'])].join(' ');
}

const left = { join: 'left' };

describe('versions of a changelog', () => {
  test.each([
    ['hold until they are taken away', {}, 'r:a=1@1 r:-D:a=1@5 l:a=7@4 l:a=8@5 w9', '7+1@4 w9'],
    ['then there is none, for a left outer join', left, 'r:a=1@1 r:-D:a=1@5 l:a=7@4 l:a=8@5 w9', '7+1@4 8+_@5 w9'],
    ['until the next', left, 'r:a=1@1 r:-D:a=1@5 r:a=2@8 l:a=7@7 l:a=8@8 w9', '7+_@7 8+2@8 w9'],
    ['are updated by two halves of one time', {}, 'r:a=1@1 r:-U:a=1@5 r:+U:a=2@5 l:a=7@4 l:a=8@5 w9', '7+1@4 8+2@5 w9'],
    ['of which the first may come alone', left, 'r:a=1@1 r:-U:a=1@5 l:a=8@5 w9', '8+_@5 w9'],
    ['may be an upsert stream without first halves', {}, 'r:a=1@1 r:+U:a=2@5 l:a=7@4 l:a=8@5 w9', '7+1@4 8+2@5 w9'],
    ['are taken away for a record that came before', left, 'l:a=7@6 r:a=1@1 r:-D:a=1@5 w9', '7+_@6 w9'],
    ['of another key stay', {}, 'r:a=1@1 r:b=2@1 r:-D:a=1@5 l:b=8@6 w9', '8+2@6 w9'],
    ['that went stay away behind the watermark', left, 'r:a=1@1 r:-D:a=1@5 w50 l:a=8@51 w60', 'w50 8+_@51 w60'],
    [
      'and a late one from before does not bring them back',
      left,
      'r:a=1@1 r:-D:a=1@5 w50 r:a=9@3 l:a=8@51 w60',
      'w50 8+_@51 w60',
    ],
    ['can be taken away late', left, 'r:a=1@1 w10 r:-D:a=1@5 l:a=8@11 w60', 'w10 8+_@11 w60'],
    ['over a restore', left, 'r:a=1@1 r:-D:a=1@5 / l:a=7@4 l:a=8@5 w9', '7+1@4 8+_@5 w9'],
    // The course of Flink's testRowTimeTemporalJoin; but what is behind the watermark is late here, and not joined.
    [
      'come, go and come back',
      left,
      'w1 l:a=1@1 r:a=12@2 w2 l:a=3@3 r:b=24@4 w5 l:b=6@6 r:-U:b=24@7 r:+U:b=25@7 w8 l:b=9@9 l:b=11@11 r:-D:b=25@9 r:b=26@10 w13',
      'w1 1+_@1 w2 3+12@3 w5 6+24@6 w8 9+_@9 11+26@11 w13',
    ],
  ])('%s', (_, params, line, expected) => {
    expect(played(params, line)).toBe(expected);
  });

  test('give no column for their kind, and no changelog', () => {
    const derived = temporalJoin.derive(temporalJoin.params.parse({}), types);
    expect(derived.ok && derived.value.map(({ schema }) => schemaText(schema))).toEqual([
      'key string, l int, r int',
      'key string, l int',
    ]);
  });

  test('leave nothing behind at the end', () => {
    const harness = made({});
    playSteps(harness, stepsOf('r:a=1@1 r:-D:a=1@5 l:a=7@9 w7 |'));
    expect(harness.keyedState?.size).toBe(0);
  });

  const events = fc.array(
    fc.record({
      input: fc.nat(1),
      key: fc.constantFrom('a', 'b'),
      time: fc.integer({ min: 0, max: 20 }),
      kind: fc.constantFrom<RowKind>('+I', '+U', '-U', '-D'),
    }),
    { maxLength: 30 },
  );
  test('give each record what a plain look-up finds, whenever it comes', () => {
    fc.assert(
      fc.property(events, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }), (all, marks) => {
        const steps = all.map(({ input, key, time, kind }, id): Step => {
          const record = { kind: 'record' as const, key, value: id, time: eventTime(time) };
          return { input, element: input === 1 ? { ...record, rowKind: kind } : record };
        });
        const expected = all.flatMap(({ input, key, time }, id) => {
          if (input === 1) return [];
          const of = all
            .map((one, i) => ({ ...one, i }))
            .filter((one) => one.input === 1 && one.key === key && one.time <= time);
          const newest = of.reduce<(typeof of)[0] | undefined>(
            (best, one) => (best && best.time > one.time ? best : one),
            undefined,
          );
          return [`${id}+${newest === undefined || newest.kind.startsWith('-') ? '_' : newest.i}@${time}`];
        });
        const harness = made(left);
        playSteps(harness, steps);
        for (const mark of marks.toSorted((a, b) => a - b)) playSteps(harness, stepsOf(`w${mark}`));
        playSteps(harness, stepsOf('|'));
        const results = shownOf(harness, ['l', 'r']).filter((text) => text.includes('@'));
        expect(results.toSorted()).toEqual(expected.toSorted());
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

describe('by the clock', () => {
  const now = { time: 'processing' };
  test.each([
    [
      'a record meets what is there, at once, whatever the times',
      now,
      'r:a=1@9 l:a=7@2 r:a=2@1 l:a=8@3',
      '7+1@2 8+2@3',
    ],
    ['and does without times', now, 'r:a=1 l:a=7', '7+1@null'],
    ['inner, gives nothing before the first version', now, 'l:a=7@1 r:a=1@2 l:a=8@3', '8+1@3'],
    ['left outer, gives nulls', { ...now, ...left }, 'l:a=7@1 r:a=1@2 l:a=8@3', '7+_@1 8+1@3'],
    ['keeps keys apart', now, 'r:a=1@1 l:b=8@2', ''],
    ['a version that is taken away is gone', { ...now, ...left }, 'r:a=1@1 r:-D:a=1@2 l:a=7@3', '7+_@3'],
    ['one that is updated is the new one', now, 'r:a=1@1 r:-U:a=1@2 r:+U:a=2@2 l:a=7@3', '7+2@3'],
    ['nothing is late', now, 'r:a=1@1 w50 l:a=7@3 r:a=2@2 l:a=8@4', 'w50 7+1@3 8+2@4'],
    ['over a restore', now, 'r:a=1@1 / l:a=7@2', '7+1@2'],
    ['has an end', now, 'r:a=1@1 l:a=7@2 |', '7+1@2 |'],
    // Flink's testProcTimeTemporalJoinOnChangelog.
    [
      'comes, goes and comes back',
      now,
      'l:a=1@1 +1 r:b=2@2 +1 l:b=3@3 +1 r:a=4@4 r:-U:a=4@4 r:+U:a=7@4 +1 l:a=5@5 r:-D:a=7@5 +1 l:a=6@6',
      '3+2@3 5+7@5',
    ],
  ])('%s', (_, params, line, expected) => {
    expect(played(params, line)).toBe(expected);
  });

  const lives = { ...now, ...left, ttlMs: 10 };
  test.each([
    ['is forgotten so long after it came', 'r:a=1@1 +10 l:a=7@2', '7+_@2'],
    ['and not before', 'r:a=1@1 +9 l:a=7@2', '7+1@2'],
    ['or was met', 'r:a=1@1 +9 l:a=7@2 +9 l:a=8@3 +10 l:a=9@4', '7+1@2 8+1@3 9+_@4'],
    ['or came anew', 'r:a=1@1 +9 r:a=2@2 +9 l:a=8@3', '8+2@3'],
  ])('with a time to live a version %s', (_, line, expected) => {
    expect(played(lives, line)).toBe(expected);
  });

  test('has no output for late records', () => {
    expect(made(now).portNames()).toEqual(['out']);
    expect(made({}).portNames()).toEqual(['out', 'late']);
  });

  test('needs no event time', () => {
    const { needed } = temporalJoin.eventTime ?? {};
    expect([now, {}].map((given) => needed?.(temporalJoin.params.parse(given)))).toEqual([false, true]);
  });
});

/**
 * The interval join against Flink's published rules (IntervalJoinOperator, and SQL's outer forms), and against a plain loop
 * over all pairs.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MIN_EVENT_TIME } from '../../base/units.ts';
import { problemMessage } from '../graph/problems.ts';
import type { StreamType } from '../graph/schema.ts';
import { schemaText } from '../graph/schema.ts';
import type { TaskFailure } from '../wire/failures.ts';
import { intervalJoin } from './interval-join.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import type { Step } from './testing/streams.ts';
import { cutsOf, shownOf, sideType, stepsOf, twoStreams } from './testing/two-inputs.ts';
import type { Streams } from './testing/two-inputs.ts';

const runs = { seed: 20261121, numRuns: 300 };
const types = [sideType('l'), sideType('r')];
const made = (params: object): Harness => new Harness(intervalJoin, params, types);

function played(params: object, line: string): Harness {
  const harness = made(params);
  playSteps(harness, stepsOf(line));
  return harness;
}

const out = (of: Harness): string => shownOf(of, ['l', 'r']).join(' ');

describe('an inner interval join', () => {
  const both = { lowerMs: -2, upperMs: 3 };
  test.each([
    [
      'meets from the lower bound to the upper, both included',
      both,
      'r:a=7@7 r:a=8@8 r:a=13@13 r:a=14@14 l:a=1@10',
      '1+8@10 1+13@13',
    ],
    ['seen from the right, too', both, 'l:a=1@10 r:a=7@7 r:a=8@8 r:a=13@13 r:a=14@14', '1+8@10 1+13@13'],
    [
      'can leave out the lower bound',
      { ...both, lowerExclusive: true },
      'l:a=1@10 r:a=8@8 r:a=9@9 r:a=13@13',
      '1+9@10 1+13@13',
    ],
    [
      'can leave out the upper bound',
      { ...both, upperExclusive: true },
      'l:a=1@10 r:a=8@8 r:a=12@12 r:a=13@13',
      '1+8@10 1+12@12',
    ],
    [
      'can leave out both',
      { ...both, lowerExclusive: true, upperExclusive: true },
      'l:a=1@10 r:a=8@8 r:a=9@9 r:a=12@12 r:a=13@13',
      '1+9@10 1+12@12',
    ],
    ['can look back only', { lowerMs: -5, upperMs: -2 }, 'l:a=1@10 r:a=4@4 r:a=5@5 r:a=8@8 r:a=9@9', '1+5@10 1+8@10'],
    [
      'can look ahead only',
      { lowerMs: 2, upperMs: 5 },
      'l:a=1@10 r:a=11@11 r:a=12@12 r:a=15@15 r:a=16@16',
      '1+12@12 1+15@15',
    ],
    ['can ask for one moment', { lowerMs: 0, upperMs: 0 }, 'l:a=1@10 r:a=9@9 r:a=10@10 r:a=11@11', '1+10@10'],
    ['of equal times gives every pair', both, 'l:a=1@5 l:a=2@5 r:a=3@5 r:a=4@5', '1+3@5 2+3@5 1+4@5 2+4@5'],
    ['meets only its own key', both, 'l:a=1@5 r:b=2@5 r:a=3@5', '1+3@5'],
    ['works before 1970', both, 'w-20 l:a=1@-10 r:a=2@-12 r:a=3@-13 r:a=4@-7', 'w-20 1+2@-10 1+4@-7'],
    ['gives the greater of the two times', both, 'l:a=1@5 r:a=2@3 r:a=3@8', '1+2@5 1+3@8'],
    ['takes a record at the watermark', both, 'l:a=1@10 w10 r:a=2@10', 'w10 1+2@10'],
    [
      'forgets a left record when the watermark reaches its upper bound',
      { lowerMs: 0, upperMs: 3 },
      'l:a=1@5 w7 r:a=2@8 w8 r:a=3@8',
      'w7 1+2@8 w8',
    ],
    [
      'keeps a left record until its own time if the bounds are before it',
      { lowerMs: -5, upperMs: -2 },
      'l:a=1@10 w8 r:a=2@8',
      'w8 1+2@10',
    ],
    [
      'keeps a right record until its own time if the bounds are after it',
      { lowerMs: 2, upperMs: 5 },
      'r:a=2@10 w8 l:a=1@8',
      'w8 1+2@10',
    ],
    ['is as far as the slower input', both, 'l:a=1@5 l:w100 r:a=2@3 r:w9 r:a=3@8', '1+2@5 w9'],
    ['has an end', both, 'l:a=1@5 r:a=2@5 |', '1+2@5 |'],
    ['with one side empty gives nothing', both, 'l:a=1@5 l:| r:w9 r:|', 'w9 |'],
  ])('%s', (_, params, line, expected) => {
    expect(out(played(params, line))).toBe(expected);
  });

  test('sets aside what is behind the watermark, of either side, and counts it', () => {
    const harness = played(both, 'l:a=1@9 r:a=2@9 w10 l:a=3@9 r:a=4@9 l:a=5@10 r:a=6@10 |');
    expect(out(harness)).toBe(
      '1+2@9 w10 1+6@10 5+2@10 5+6@10 |'.replace('1+6@10 5+2@10 5+6@10', '5+2@10 1+6@10 5+6@10'),
    );
    expect(shownOf(harness, ['l'], 'lateLeft')).toEqual(['w10', '3@9', '|']);
    expect(shownOf(harness, ['r'], 'lateRight')).toEqual(['w10', '4@9', '|']);
    expect(harness.late).toBe(2);
  });

  test('cannot place a record without a time, and names it', () => {
    try {
      played(both, 'l:a=1@9 r:a=2');
      expect.unreachable();
    } catch (error) {
      const { failure } = error as TaskFailure;
      expect(failure).toMatchObject({ code: 'missing-timestamp', node: 'n1', record: '{"key":"a","r":2}' });
    }
  });
});

describe('an outer interval join', () => {
  const given = { lowerMs: -2, upperMs: 3 };
  const left = { ...given, join: 'left' };
  const right = { ...given, join: 'right' };
  const full = { ...given, join: 'full' };
  test.each([
    ['pads a left record when the watermark reaches its upper bound', left, 'l:a=1@5 w7 w8', 'w4 1+_@5 w5'],
    ['pads a right record when the watermark reaches its lower bound', right, 'r:a=2@5 w6 w7', 'w3 _+2@5 w4'],
    ['pads both sides, each in its time', full, 'l:a=1@5 r:b=2@5 w7 w8', '_+2@5 w4 1+_@5 w5'],
    ['pads no right record if it is a left one', left, 'r:a=2@5 w99 |', 'w96 |'],
    ['pads no left record if it is a right one', right, 'l:a=2@5 w99 |', 'w96 |'],
    ['pads nothing that met one', full, 'l:a=1@5 r:a=2@8 r:a=3@9 w99', '1+2@8 _+3@9 w96'],
    ['pads what stands beside it', full, 'l:a=1@5 l:a=2@5 l:a=3@9 r:a=4@5 w99', '1+4@5 2+4@5 3+_@9 w96'],
    ['pads at the end what is left', left, 'l:a=1@5 |', '1+_@5 |'],
    [
      'pads a left record at once that can meet nothing any more',
      { lowerMs: -5, upperMs: -2, join: 'left' },
      'w8 l:a=1@10',
      'w3 1+_@10',
    ],
    [
      'pads a right record at once that can meet nothing any more',
      { lowerMs: 2, upperMs: 5, join: 'right' },
      'w8 r:a=2@10',
      'w3 _+2@10',
    ],
    ['meets before it gives up', { lowerMs: -5, upperMs: -2, join: 'left' }, 'r:a=2@8 w8 l:a=1@10 |', 'w3 1+2@10 |'],
    ['of a single moment holds nothing back', { lowerMs: 0, upperMs: 0, join: 'left' }, 'w8 l:a=1@9 w9', 'w8 1+_@9 w9'],
  ])('%s', (_, params, line, expected) => {
    expect(out(played(params, line))).toBe(expected);
  });

  // Flink: TimeIntervalJoin caches a row while the operator time is below its upper bound, however late it is, and looks at
  // the other side's cache in any case; RowTimeIntervalJoinTest has “the late rows … will not be cached, but a null padding”.
  describe('takes a record behind the watermark as SQL does: it', () => {
    test.each([
      ['waits while it can meet one', left, 'w10 l:a=1@9 r:a=2@12 |', 'w7 1+2@12 |'],
      ['is padded when it can meet none any more', left, 'w10 l:a=1@9 w11 w12', 'w7 w8 1+_@9 w9'],
      ['meets what is still kept', left, 'l:a=1@10 w12 r:a=2@11 w13', 'w9 1+2@11 w10'],
      ['meets another late one', left, 'w10 l:a=1@8 r:a=2@9 |', 'w7 1+2@9 |'],
      ['is padded at once, if it is too late for that', left, 'w10 l:a=1@7 l:a=2@6', 'w7 1+_@7 2+_@6'],
      ['is padded on either side', full, 'w10 l:a=1@7 l:a=2@8 r:a=3@8 r:a=4@9 w20', 'w7 1+_@7 2+3@8 2+4@9 w17'],
      ['is padded on the right', right, 'w10 r:a=1@8 r:a=2@9 w11', 'w7 _+1@8 _+2@9 w8'],
      [
        'meets what is kept even if it is not kept itself',
        full,
        'l:a=1@9 w11 r:a=2@7 r:a=3@8 w20',
        'w8 1+2@9 1+3@9 w17',
      ],
    ])('%s', (_, params, line, expected) => {
      const harness = played(params, line);
      expect(out(harness)).toBe(expected);
      expect(harness.late).toBe(0);
    });

    test('is set aside if nothing can come of it, on the side that the join does not keep, where SQL drops it', () => {
      const harness = played(left, 'l:a=1@9 w10 r:a=2@6 r:a=3@7 l:a=4@5 r:a=5@9 |');
      expect(out(harness)).toBe('w7 1+3@9 4+_@5 1+5@9 |');
      expect(shownOf(harness, ['r'], 'lateRight')).toEqual(['w7', '2@6', '|']);
      expect(shownOf(harness, ['l'], 'lateLeft')).toEqual(['w7', '|']);
      expect(harness.late).toBe(1);
    });

    test('is not late with bounds behind it while it is at the watermark, though nothing can come of it', () => {
      const harness = played({ lowerMs: 2, upperMs: 5, join: 'left' }, 'w8 r:a=1@9 r:a=2@8 r:a=3@7');
      expect(shownOf(harness, ['r'], 'lateRight')).toEqual(['w3', '3@7']);
    });
  });

  // The rules of RowTimeIntervalJoinTest, testRowTimeLeftOuterJoin and its siblings, with records of our own.
  describe('of left times between −5 and 9 from the right one, as SQL says it', () => {
    const given = { lowerMs: -9, upperMs: 5 };
    const line =
      'l:a=1@1 r:b=2@1 w10 w20 l:a=3@2 r:b=4@2 ' + 'l:a=5@19 l:a=6@20 r:a=7@28 r:a=8@15 r:b=9@39 r:b=10@40 l:b=11@44 |';
    const pairs = '5+8@19 6+8@20 11+9@44 11+10@44';
    test.each([
      ['left', `1+_@1 w1 w11 3+_@2 ${pairs} |`],
      ['right', `_+2@1 w1 w11 _+4@2 ${pairs} _+7@28 |`],
      ['full', `1+_@1 _+2@1 w1 w11 3+_@2 _+4@2 ${pairs} _+7@28 |`],
    ])('%s', (join, expected) => {
      expect(out(played({ ...given, join }, line))).toBe(expected);
    });
  });

  test('names the key of a padded right record in the column that both share', () => {
    const harness = played({ ...given, join: 'right' }, 'r:a=2@5 |');
    expect(harness.port('out')[0]).toMatchObject({ row: { key: 'a', l: null, r: 2 } });
  });

  test('holds idleness back by nothing: its delay is not a watermark of its own', () => {
    const { transform } = made({ ...given, join: 'full' });
    expect(transform.onWatermarkInterval).toBeUndefined();
    expect(transform.watermarkDelayMs).toBe(3);
    expect(made({ lowerMs: -9, upperMs: 3, join: 'left' }).transform.watermarkDelayMs).toBe(9);
    expect(made({ ...given, join: 'inner' }).transform.watermarkDelayMs).toBe(0);
  });
});

describe('a result by a function', () => {
  const columns = [{ name: 'text', type: 'string' }];
  test('gets both rows', () => {
    const source = '(left, right) => left.key + left.l + right.key + right.r';
    const harness = played({ result: 'function', function: source, columns }, 'l:a=1@5 r:a=2@6');
    expect(harness.port('out')).toEqual([{ kind: 'record', row: { text: 'a1a2' }, time: 6 }]);
  });

  test('gets null for what is not there', () => {
    const source = '(left, right) => `${left?.l} ${right}`';
    const harness = played({ join: 'left', result: 'function', function: source, columns }, 'l:a=1@5 |');
    expect(harness.port('out')[0]).toMatchObject({ row: { text: '1 null' }, time: 5 });
  });
});

describe('what is checked while it is drawn', () => {
  const left: StreamType = { schema: [...types[0]!.schema, { name: 'x', type: 'json' }], key: ['key'] };
  const right: StreamType = { schema: [...types[1]!.schema, { name: 'x', type: 'float' }], key: ['key'] };
  const derive = (params: object, inputs: readonly StreamType[]) =>
    intervalJoin.derive(intervalJoin.params.parse(params), inputs);
  const said = (params: object, inputs: readonly StreamType[]) => {
    const derived = derive(params, inputs);
    return derived.ok ? derived.value.map(({ schema }) => schemaText(schema)) : derived.error.map(problemMessage);
  };

  test('the columns: the left’s, then the right’s, the common key once, other common names with a prefix', () => {
    const late = ['key string, l int, x json', 'key string, r int, x float'];
    expect(said({}, [left, right])).toEqual(['key string, l int, x json, r int, right_x float', ...late]);
    const other = {
      schema: right.schema.map((spec) => ({ ...spec, name: spec.name === 'key' ? 'id' : spec.name })),
      key: ['id'],
    };
    expect(said({ prefix: 'r.' }, [left, other])[0]).toBe('key string, l int, x json, id string, r int, r.x float');
    expect(said({ prefix: '' }, [left, right])).toEqual(['Two output columns are called “x”.']);
  });

  test('the keys: as many columns, of the same types', () => {
    const numbered = { ...right, key: ['r'] };
    expect(said({}, [left, numbered])).toEqual(['The inputs have different keys: key string and r int.']);
    expect(said({}, [left, { ...right, key: ['key', 'r'] }])).toEqual([
      'The inputs have different keys: key string and key string, r int.',
    ]);
    expect(said({}, [left, { ...right, key: null }])).toEqual(['The input needs a keyed stream.']);
  });

  test('the bounds and the function', () => {
    const exclusive = { lowerExclusive: true, upperExclusive: true };
    expect(said({ lowerMs: 5, upperMs: 4 }, [left, right])).toEqual(['Upper bound: it is below the lower bound.']);
    expect(said({ lowerMs: 4, upperMs: 5, ...exclusive }, [left, right])).toEqual([
      'Upper bound: no time is between exclusive bounds so close.',
    ]);
    expect(derive({ lowerMs: 4, upperMs: 6, ...exclusive }, [left, right]).ok).toBe(true);
    expect(said({ result: 'function', function: ' ' }, [left, right])).toEqual(['The function is empty.']);
  });
});

/** Parameters, as a person gives them, that allow at least one moment. */
const given = fc
  .record({
    lowerMs: fc.integer({ min: -8, max: 8 }),
    length: fc.nat({ max: 8 }),
    lowerExclusive: fc.boolean(),
    upperExclusive: fc.boolean(),
    join: fc.constantFrom('inner', 'left', 'right', 'full'),
  })
  .map(({ length, ...rest }) => ({ ...rest, upperMs: rest.lowerMs + length }))
  .filter(({ lowerMs, upperMs, ...without }) =>
    without.lowerExclusive || without.upperExclusive ? upperMs - lowerMs >= 2 : true,
  );
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;
type Arrived = Streams['sent'][number];

function within(params: Given, left: Arrived, right: Arrived): boolean {
  const after = right.time - left.time;
  const low = params.lowerExclusive ? after > params.lowerMs : after >= params.lowerMs;
  return low && (params.upperExclusive ? after < params.upperMs : after <= params.upperMs);
}

/** All pairs that `meet` allows, and what is alone on a side that the join keeps. */
function pairsOf(params: Given, sent: readonly Arrived[], meet: (left: Arrived, right: Arrived) => boolean): string[] {
  const [lefts, rights] = [0, 1].map((side) => sent.filter(({ input }) => input === side)) as [Arrived[], Arrived[]];
  const pairs = lefts.flatMap((left) =>
    rights
      .filter((right) => left.key === right.key && within(params, left, right) && meet(left, right))
      .map((right) => ({ left, right })),
  );
  const alone = (side: Arrived[], met: ReadonlySet<Arrived>) => side.filter((one) => !met.has(one));
  const lonelyLeft = alone(lefts, new Set(pairs.map(({ left }) => left)));
  const lonelyRight = alone(rights, new Set(pairs.map(({ right }) => right)));
  const { join } = params;
  return [
    ...pairs.map(({ left, right }) => `${left.id}+${right.id}@${Math.max(left.time, right.time)}`),
    ...(join === 'left' || join === 'full' ? lonelyLeft.map(({ id, time }) => `${id}+_@${time}`) : []),
    ...(join === 'right' || join === 'full' ? lonelyRight.map(({ id, time }) => `_+${id}@${time}`) : []),
  ].toSorted();
}

function run(params: object, steps: readonly Step[], cuts: readonly boolean[] = [true]): Harness {
  const harness = made(params);
  playSteps(harness, steps, (index) => cuts[index % cuts.length] as boolean);
  return harness;
}

const results = (of: Harness): string[] => shownOf(of, ['l', 'r']).filter((text) => text.includes('@'));

describe('whatever comes', () => {
  test('in time: all pairs of a plain loop, in any interleaving, with any watermarks and batches; no state is left', () => {
    fc.assert(
      fc.property(given, twoStreams(true), cutsOf, (params, { steps, sent }, cuts) => {
        const harness = run(params, steps, cuts);
        expect(results(harness).toSorted()).toEqual(pairsOf(params, sent, () => true));
        expect(harness.late).toBe(0);
        expect(harness.keyedState?.size).toBe(0);
        expect(harness.snapshot().timers).toEqual([]);
      }),
      runs,
    );
  });

  test('in time: no result is behind a watermark that went before it', () => {
    fc.assert(
      fc.property(given, twoStreams(true), (params, { steps }) => {
        let watermark: number = MIN_EVENT_TIME;
        for (const one of run(params, steps).port('out')) {
          if (one.kind === 'watermark') watermark = one.time;
          if (one.kind === 'record') expect(one.time).toBeGreaterThan(watermark);
        }
      }),
      runs,
    );
  });

  test('late or not: the pairs that Flink has not cleaned up, of those in time, or in outer forms of all', () => {
    fc.assert(
      fc.property(given, twoStreams(false), cutsOf, (params, { steps, sent }, cuts) => {
        const lower = params.lowerMs + Number(params.lowerExclusive);
        const upper = params.upperMs - Number(params.upperExclusive);
        const inner = params.join === 'inner';
        const inTime = sent.filter(({ time, watermark }) => time >= watermark);
        const order = new Map(sent.map((one, i) => [one, i]));
        const gone = ({ input, time, watermark }: Arrived, later: number): boolean => {
          const after = input === 0 ? upper : -lower;
          if (!inner) return later >= time + after;
          // A timer that is set in the past waits for the next watermark.
          return later > watermark && later >= time + Math.max(after, 0);
        };
        const meet = (left: Arrived, right: Arrived): boolean => {
          const [first, second] =
            (order.get(left) as number) < (order.get(right) as number) ? [left, right] : [right, left];
          return !gone(first, second.watermark);
        };
        const harness = run(params, steps, cuts);
        const pairs = (left: Arrived, right: Arrived): boolean =>
          left.key === right.key && within(params, left, right) && meet(left, right);
        const nothingComes = ({ input, ...one }: Arrived): boolean => {
          if (inner) return true;
          if (params.join === 'full' || params.join === (input === 0 ? 'left' : 'right')) return false;
          if (one.watermark < one.time + (input === 0 ? upper : -lower)) return false;
          const self = sent.find(({ id }) => id === one.id) as Arrived;
          return !sent.some(
            (other) => other.input !== input && (input === 0 ? pairs(self, other) : pairs(other, self)),
          );
        };
        const late = sent.filter((one) => one.time < one.watermark && nothingComes(one));
        expect(results(harness).toSorted()).toEqual(pairsOf(params, inner ? inTime : sent, meet));
        expect(harness.late).toBe(late.length);
        expect(harness.keyedState?.size).toBe(0);
      }),
      runs,
    );
  });

  test('which side is called left does not matter', () => {
    const turned = { inner: 'inner', left: 'right', right: 'left', full: 'full' } as const;
    fc.assert(
      fc.property(given, twoStreams(false), (params, { steps }) => {
        const other = {
          join: turned[params.join as keyof typeof turned],
          lowerMs: -params.upperMs,
          upperMs: -params.lowerMs,
          lowerExclusive: params.upperExclusive,
          upperExclusive: params.lowerExclusive,
        };
        const harness = run(params, steps);
        const mirrored = run(
          other,
          steps.map((step) => ({ ...step, input: 1 - step.input })),
        );
        expect(shownOf(mirrored, ['r', 'l']).toSorted()).toEqual(shownOf(harness, ['l', 'r']).toSorted());
      }),
      runs,
    );
  });

  test('a snapshot at any point, restored into a new operator, changes nothing', () => {
    fc.assert(
      fc.property(given, twoStreams(true), fc.nat(), (params, { steps }, where) => {
        const at = where % (steps.length + 1);
        const before = run(params, steps.slice(0, at));
        const after = made(params);
        after.restore(before.snapshot());
        after.catchUp(before);
        after.out.clear();
        playSteps(after, steps.slice(at));
        expect([...out(before).split(' '), ...out(after).split(' ')].filter((text) => text !== '')).toEqual(
          shownOf(run(params, steps), ['l', 'r']),
        );
      }),
      runs,
    );
  });
});

test('an interval to the end of time is cleaned up at the final watermark', () => {
  const harness = played(
    { lowerMs: 0, upperMs: Number.MAX_SAFE_INTEGER, join: 'left' },
    'l:a=1@5 l:b=2@6 r:a=3@1000 |',
  );
  expect(out(harness)).toBe('1+3@1000 2+_@6 |');
  expect(harness.keyedState?.size).toBe(0);
});

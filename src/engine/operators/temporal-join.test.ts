/** The temporal join against the rules of Flink SQL's event-time join with a versioned table, and against a plain look-up. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MIN_EVENT_TIME } from '../../base/units.ts';
import { problemMessage } from '../graph/problems.ts';
import { schemaText } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import type { TaskFailure } from '../wire/failures.ts';
import { temporalJoin } from './temporal-join.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import type { Step } from './testing/streams.ts';
import { cutsOf, shownOf, sideType, stepsOf, twoStreams } from './testing/two-inputs.ts';
import type { Streams } from './testing/two-inputs.ts';

const runs = { seed: 20261121, numRuns: 300 };
const types = [sideType('l'), sideType('r')];

function played(params: object, steps: readonly Step[], cuts: readonly boolean[] = [true]): Harness {
  const harness = new Harness(temporalJoin, params, types);
  playSteps(harness, steps, (index) => cuts[index % cuts.length] as boolean);
  return harness;
}

const shown = (of: Harness): string[] => shownOf(of, ['l', 'r']);

describe('a temporal join', () => {
  const left = { join: 'left' };
  test.each([
    ['takes the newest version up to the record’s time', {}, 'r:a=1@1 r:a=2@5 r:a=3@9 l:a=7@7 w9', '7+2@7 w9'],
    ['takes the version of the very time', {}, 'r:a=1@1 r:a=2@5 l:a=7@5 w9', '7+2@5 w9'],
    ['takes no version of another key', {}, 'r:b=1@1 l:a=7@5 w9', 'w9'],
    ['waits until the watermark has come to the record', {}, 'r:a=1@1 l:a=7@5 w4 w5', 'w4 7+1@5 w5'],
    ['waits for both inputs', {}, 'r:a=1@1 l:a=7@5 l:w9 r:w4 r:a=2@5 r:w5', 'w4 7+2@5 w5'],
    ['sees a version that comes after the record', {}, 'l:a=7@5 r:a=1@3 w9', '7+1@5 w9'],
    [
      'is in order of the records’ times, over keys',
      {},
      'r:a=1@0 r:b=2@0 l:a=7@5 l:b=8@3 l:a=9@4 w9',
      '8+2@3 9+1@4 7+1@5 w9',
    ],
    ['keeps records of one time in order of arrival', {}, 'r:a=1@0 l:a=8@3 l:a=7@3 w9', '8+1@3 7+1@3 w9'],
    ['takes the last version of several of one time', {}, 'r:a=1@2 r:a=3@4 r:a=2@2 l:a=7@3 w9', '7+2@3 w9'],
    ['inner, gives nothing without a version', {}, 'r:a=1@6 l:a=7@5 w9', 'w9'],
    ['left outer, gives nulls without a version', left, 'r:a=1@6 l:a=7@5 w9', '7+_@5 w9'],
    ['keeps the version that is still in force', {}, 'r:a=1@1 r:a=2@3 w100 l:a=7@101 w200', 'w100 7+2@101 w200'],
    ['joins a record at the watermark at once', {}, 'r:a=1@1 w5 l:a=7@5 w6', 'w5 7+1@5 w6'],
    ['takes a late version for what comes after it', {}, 'r:a=1@1 l:a=7@12 w10 r:a=2@5 w12', 'w10 7+2@12 w12'],
    ['passes over a late version that is out of force', {}, 'r:a=1@7 l:a=7@12 w10 r:a=2@5 w12', 'w10 7+1@12 w12'],
    ['joins at the end what is left', left, 'r:a=1@1 l:a=7@5 l:b=8@6 |', '7+1@5 8+_@6 |'],
  ])('%s', (_, params, line, expected) => {
    expect(shown(played(params, stepsOf(line))).join(' ')).toBe(expected);
  });

  test('sets aside a record that is behind the watermark, since its version may be gone, and counts it', () => {
    const harness = played(left, stepsOf('r:a=1@1 r:a=2@8 w10 l:a=7@9 |'));
    expect(shown(harness)).toEqual(['w10', '|']);
    expect(shownOf(harness, ['l'], 'late')).toEqual(['w10', '7@9', '|']);
    expect(harness.late).toBe(1);
  });

  test('keeps one version of a key when the watermark has passed them all, and none at the end', () => {
    const harness = played({}, stepsOf('r:a=1@1 r:a=2@2 r:a=3@3 r:b=4@4 w50'));
    const kept = [...(harness.keyedState?.snapshot() ?? [])].flatMap(([, states]) =>
      states.flatMap(({ entries }) => entries),
    );
    expect(new Map(kept.map(([, key, value]) => [key, value]))).toEqual(
      new Map<unknown, unknown>([
        ['a', [[3, ['a', 3]]]],
        ['b', [[4, ['b', 4]]]],
      ]),
    );
    playSteps(harness, stepsOf('|'));
    expect(harness.keyedState?.size).toBe(0);
  });

  test('cannot place a record without a time, of either side, and names it', () => {
    for (const line of ['l:a=2', 'r:a=2']) {
      try {
        played({}, stepsOf(line));
        expect.unreachable();
      } catch (error) {
        expect((error as TaskFailure).failure).toMatchObject({
          code: 'missing-timestamp',
          record: expect.stringContaining('"key":"a"'),
        });
      }
    }
  });

  test('is checked while it is drawn: keys of the same types, names that differ', () => {
    const said = (params: object, inputs: readonly StreamType[]) => {
      const derived = temporalJoin.derive(temporalJoin.params.parse(params), inputs);
      return derived.ok ? derived.value.map(({ schema }) => schemaText(schema)) : derived.error.map(problemMessage);
    };
    const [one, other] = types as [StreamType, StreamType];
    expect(said({}, [one, other])).toEqual(['key string, l int, r int', 'key string, l int']);
    expect(said({}, [one, { ...other, key: ['r'] }])).toEqual([
      'The inputs have different keys: key string and r int.',
    ]);
    expect(said({ prefix: '' }, [one, one])).toEqual(['Two output columns are called “l”.']);
  });
});

type Sent = Streams['sent'][number];

/** The version of a record, by a look at all that ever came. */
function versionOf(record: Sent, sent: readonly Sent[]): Sent | undefined {
  return sent
    .filter(({ input, key, time }) => input === 1 && key === record.key && time <= record.time)
    .reduce<Sent | undefined>((best, one) => (best === undefined || one.time >= best.time ? one : best), undefined);
}

const join = fc.constantFrom('inner', 'left');

describe('whatever comes', () => {
  test('in time: each record has the version that a plain look-up finds, in any interleaving, watermarks and batches', () => {
    fc.assert(
      fc.property(join, twoStreams(true), cutsOf, (join, { steps, sent }, cuts) => {
        const expected = sent.flatMap((one) => {
          const version = one.input === 0 ? versionOf(one, sent) : undefined;
          if (one.input === 1 || (version === undefined && join === 'inner')) return [];
          return [`${one.id}+${version?.id ?? '_'}@${one.time}`];
        });
        const harness = played({ join }, steps, cuts);
        expect(
          shown(harness)
            .filter((text) => text.includes('@'))
            .toSorted(),
        ).toEqual(expected.toSorted());
        expect(harness.late).toBe(0);
        expect(harness.keyedState?.size).toBe(0);
        expect(harness.snapshot().timers).toEqual([]);
      }),
      runs,
    );
  });

  test('in time: results are in order of time, and none is behind a watermark', () => {
    fc.assert(
      fc.property(twoStreams(true), ({ steps }) => {
        let least: number = MIN_EVENT_TIME;
        for (const one of played({ join: 'left' }, steps).port('out')) {
          if (one.kind === 'record') expect(one.time).toBeGreaterThanOrEqual(least);
          if (one.kind === 'record') least = one.time as number;
          if (one.kind === 'watermark') least = one.time + 1;
        }
      }),
      runs,
    );
  });

  test('late or not: a record in time is never joined with an older version than was there', () => {
    fc.assert(
      fc.property(twoStreams(false), ({ steps, sent }) => {
        const harness = played({ join: 'left' }, steps);
        const order = new Map(sent.map((one, i) => [one.id, i]));
        for (const record of sent.filter(({ input, time, watermark }) => input === 0 && time >= watermark)) {
          const before = sent.filter(({ id }) => (order.get(id) as number) < (order.get(record.id) as number));
          const text = shown(harness).find((shownRow) => shownRow.startsWith(`${record.id}+`));
          const version = sent.find(({ id }) => text?.startsWith(`${record.id}+${id}@`) === true);
          const known = versionOf(record, before);
          expect(text).toBeDefined();
          if (known !== undefined) expect(version?.time).toBeGreaterThanOrEqual(known.time);
          if (version !== undefined) expect(version.time).toBeLessThanOrEqual(record.time);
        }
      }),
      runs,
    );
  });

  test('a snapshot at any point, restored into a new operator, changes nothing', () => {
    fc.assert(
      fc.property(join, twoStreams(true), fc.nat(), (join, { steps }, where) => {
        const at = where % (steps.length + 1);
        const before = played({ join }, steps.slice(0, at));
        const after = new Harness(temporalJoin, { join }, types);
        after.restore(before.snapshot());
        after.catchUp(before);
        after.out.clear();
        playSteps(after, steps.slice(at));
        expect([...shown(before), ...shown(after)]).toEqual(shown(played({ join }, steps)));
      }),
      runs,
    );
  });
});

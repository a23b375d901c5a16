/**
 * The regular join against the published rules of Flink's StreamingJoinOperator, and against SQL's join of what is left of
 * both inputs, at every moment.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime } from '../../base/units.ts';
import { problemMessage } from '../graph/problems.ts';
import { schemaText } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { regularJoin } from './regular-join.ts';
import { rowsOut, shownChanges, tableAfter } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import { changelogType, joinOf, sidedStep, twoChangelogs } from './testing/two-changelogs.ts';
import type { JoinKind, SidedChange } from './testing/two-changelogs.ts';
import { cutsOf, sideType, stepsOf } from './testing/two-inputs.ts';

const runs = { seed: 20261121, numRuns: 200 };
const kinds: readonly JoinKind[] = ['inner', 'left', 'right', 'full'];
const appends = [sideType('l'), sideType('r')];
const logs = [changelogType('l'), changelogType('r')];

function made(params: object, types: readonly StreamType[] = logs, options: HarnessOptions = {}): Harness {
  return new Harness(regularJoin, params, types, options);
}

function outcome(join: JoinKind, line: string, types: readonly StreamType[] = logs): string {
  const harness = made({ join }, types);
  playSteps(harness, stepsOf(line));
  return shownChanges(harness);
}

describe('an inner join', () => {
  test.each([
    ['meets each row of the other side', 'l:a=1@1 r:a=2@2 r:a=3@3', '+I:a,1,2@2 +I:a,1,3@3'],
    ['does not care which side is first', 'r:a=2@1 l:a=1@2', '+I:a,1,2@2'],
    ['keeps keys apart', 'l:a=1@1 r:b=2@2 l:b=3@3', '+I:b,3,2@3'],
    ['counts equal rows', 'l:a=1@1 l:a=1@2 r:a=2@3 r:a=2@4', '+I:a,1,2@3 +I:a,1,2@3 +I:a,1,2@4 +I:a,1,2@4'],
    ['hands the kind on: +U', 'l:a=1@1 r:+U:a=2@2', '+U:a,1,2@2'],
    ['hands the kind on: -U and +U', 'l:a=1@1 r:a=2@2 r:-U:a=2@3 r:+U:a=4@3', '+I:a,1,2@2 -U:a,1,2@3 +U:a,1,4@3'],
    ['hands the kind on: -D', 'l:a=1@1 r:a=2@2 l:-D:a=1@3', '+I:a,1,2@2 -D:a,1,2@3'],
    ['takes one of two equal rows away', 'l:a=1@1 l:a=1@2 l:-D:a=1@3 r:a=2@4', '+I:a,1,2@4'],
    ['tells nothing of rows that met none', 'l:a=1@1 l:-D:a=1@2 r:a=2@3', ''],
    [
      'takes a pair away for each row met',
      'r:a=2@1 r:a=3@2 l:a=1@3 l:-D:a=1@4',
      '+I:a,1,2@3 +I:a,1,3@3 -D:a,1,2@4 -D:a,1,3@4',
    ],
    ['gives the greater of both times', 'l:a=1@9 r:a=2@4', '+I:a,1,2@9'],
    ['keeps the greater time of equal rows', 'l:a=1@5 l:a=1@3 r:a=2@1', '+I:a,1,2@5 +I:a,1,2@5'],
    ['does without times', 'l:a=1 r:a=2', '+I:a,1,2'],
    ['takes the time that there is', 'l:a=1@7 r:a=2', '+I:a,1,2@7'],
    ['hands watermarks on, and none is late', 'l:a=1@9 w9 r:a=2@3', 'w9 +I:a,1,2@9'],
    ['of the end has no more to tell', 'l:a=1@1 |', '|'],
  ])('%s', (_, line, expected) => {
    expect(outcome('inner', line)).toBe(expected);
  });

  test('of insertions alone gives insertions alone', () => {
    expect(outcome('inner', 'l:a=1@1 r:a=2@2 l:a=1@3', appends)).toBe('a,1,2@2 a,1,2@3');
  });

  test('of one side that changes is a changelog', () => {
    const types = [sideType('l'), changelogType('r')];
    expect(outcome('inner', 'l:a=1@1 r:a=2@2 r:-D:a=2@3', types)).toBe('+I:a,1,2@2 -D:a,1,2@3');
  });
});

describe('a left join', () => {
  test.each([
    ['pads a row that meets none at once', 'l:a=1@1', '+I:a,1,_@1'],
    ['takes the padding back at the first match', 'l:a=1@1 r:a=2@2', '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2'],
    ['and not at the second', 'l:a=1@1 r:a=2@2 r:a=3@3', '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 +I:a,1,3@3'],
    ['does not pad what has met', 'r:a=2@1 l:a=1@2', '+I:a,1,2@2'],
    ['does not pad the right', 'r:a=2@1 r:-D:a=2@2', ''],
    [
      'puts the padding back when the last match goes',
      'l:a=1@3 r:a=2@2 r:-D:a=2@4',
      '+I:a,1,_@3 -D:a,1,_@3 +I:a,1,2@3 -D:a,1,2@4 +I:a,1,_@4',
    ],
    [
      'and not when one of two goes',
      'r:a=2@1 r:a=3@2 l:a=1@3 r:-D:a=2@4 r:-D:a=3@5',
      '+I:a,1,2@3 +I:a,1,3@3 -D:a,1,2@4 -D:a,1,3@5 +I:a,1,_@5',
    ],
    [
      'counts equal matches',
      'l:a=1@1 r:a=2@2 r:a=2@3 r:-D:a=2@4',
      '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 +I:a,1,2@3 -D:a,1,2@4',
    ],
    [
      'counts equal rows that wait',
      'l:a=1@1 l:a=1@2 r:a=3@3',
      '+I:a,1,_@1 +I:a,1,_@2 -D:a,1,_@3 +I:a,1,3@3 -D:a,1,_@3 +I:a,1,3@3',
    ],
    ['takes a padded row away', 'l:a=1@1 l:-D:a=1@2', '+I:a,1,_@1 -D:a,1,_@2'],
    ['takes a pair away', 'r:a=2@1 l:a=1@2 l:-D:a=1@3', '+I:a,1,2@2 -D:a,1,2@3'],
    // FLINK-17337: outer joins say +I and -D for changes of the outer side, whatever the input says.
    ['says -D for -U and +I for +U of the left', 'l:a=1@1 l:-U:a=1@2 l:+U:a=5@2', '+I:a,1,_@1 -D:a,1,_@2 +I:a,5,_@2'],
    [
      'hands -U of the right on, says +I for +U',
      'l:a=1@1 r:a=2@2 r:-U:a=2@3 r:+U:a=4@3',
      '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 -U:a,1,2@3 +I:a,1,_@3 -D:a,1,_@3 +I:a,1,4@3',
    ],
    ['pads null keys, which meet none', 'l:{"l":1}@1 r:{"r":2}@2', '+I:_,1,_@1'],
    ['takes null keys away', 'l:{"l":1}@1 l:-D:{"l":1}@2', '+I:_,1,_@1 -D:_,1,_@2'],
  ])('%s', (_, line, expected) => {
    expect(outcome('left', line)).toBe(expected);
  });

  test('of insertions alone is a changelog', () => {
    expect(outcome('left', 'l:a=1@1 r:a=2@2', appends)).toBe('+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2');
  });
});

describe('right and full joins', () => {
  test.each<[string, JoinKind, string, string]>([
    ['pads the right with its key', 'right', 'r:a=2@1', '+I:a,_,2@1'],
    ['takes that back', 'right', 'r:a=2@1 l:a=1@2', '+I:a,_,2@1 -D:a,_,2@2 +I:a,1,2@2'],
    ['does not pad the left', 'right', 'l:a=1@1', ''],
    [
      'hands -U of the left on',
      'right',
      'r:a=2@1 l:a=1@2 l:-U:a=1@3',
      '+I:a,_,2@1 -D:a,_,2@2 +I:a,1,2@2 -U:a,1,2@3 +I:a,_,2@3',
    ],
    ['pads both', 'full', 'l:a=1@1 r:b=2@2', '+I:a,1,_@1 +I:b,_,2@2'],
    ['takes the left’s padding back', 'full', 'l:a=1@1 r:a=2@2', '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2'],
    ['takes the right’s padding back', 'full', 'r:a=2@1 l:a=1@2', '+I:a,_,2@1 -D:a,_,2@2 +I:a,1,2@2'],
    [
      'puts the right back when the left goes',
      'full',
      'l:a=1@1 r:a=2@2 l:-D:a=1@3',
      '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 -D:a,1,2@3 +I:a,_,2@3',
    ],
    [
      'puts the left back when the right goes',
      'full',
      'r:a=2@1 l:a=1@2 r:-D:a=2@3',
      '+I:a,_,2@1 -D:a,_,2@2 +I:a,1,2@2 -D:a,1,2@3 +I:a,1,_@3',
    ],
    [
      'says -D for any -U',
      'full',
      'r:a=2@1 l:a=1@2 r:-U:a=2@3',
      '+I:a,_,2@1 -D:a,_,2@2 +I:a,1,2@2 -D:a,1,2@3 +I:a,1,_@3',
    ],
    [
      'ends empty when both go',
      'full',
      'l:a=1@1 r:a=2@2 l:-D:a=1@3 r:-D:a=2@4',
      '+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 -D:a,1,2@3 +I:a,_,2@3 -D:a,_,2@4',
    ],
    ['pads null keys of both', 'full', 'l:{"l":1}@1 r:{"r":2}@2', '+I:_,1,_@1 +I:_,_,2@2'],
  ])('%s: %s', (_, join, line, expected) => {
    expect(outcome(join, line)).toBe(expected);
  });
});

describe('columns', () => {
  const named = (key: string, ...names: string[]): StreamType => ({
    schema: [{ name: key, type: 'string' as const }, ...names.map((name) => ({ name, type: 'int' as const }))],
    key: [key],
  });
  const derive = (params: object, left: StreamType, right: StreamType): string => {
    const derived = regularJoin.derive(regularJoin.params.parse(params), [left, right]);
    if (derived.ok) return derived.value.map(({ schema }) => schemaText(schema)).join(' | ');
    return derived.error.map((issue) => problemMessage({ severity: 'error', ...issue } as never)).join(' ');
  };
  const withKind = ({ schema, key }: StreamType): StreamType => {
    return { schema: [{ name: 'kind', type: 'rowkind' }, ...schema], key };
  };

  test('are those of the left, then of the right, a key of both names once', () => {
    expect(derive({}, named('k', 'n'), named('k', 'n', 'm'))).toBe('k string, n int, right_n int, m int');
    expect(derive({}, named('k', 'n'), named('j', 'm'))).toBe('k string, n int, j string, m int');
  });

  test('end with a row kind if the result changes', () => {
    expect(derive({ join: 'left' }, named('k', 'n'), named('k', 'm'))).toBe('k string, n int, m int, op rowkind');
    expect(derive({}, withKind(named('k', 'n')), named('k', 'm'))).toBe('k string, n int, m int, op rowkind');
    expect(derive({}, named('k', 'op'), withKind(named('k', 'm')))).toBe('k string, op int, m int, _op rowkind');
  });

  test('of keys that do not fit, or come twice, are refused', () => {
    expect(derive({}, named('k', 'n'), { schema: named('k', 'n').schema, key: ['n'] })).toContain('different keys');
    expect(derive({ prefix: '' }, named('k', 'n'), named('k', 'n'))).toContain('“n”');
    expect(derive({}, { ...named('k', 'n'), key: null }, named('k', 'n'))).toContain('keyed stream');
  });

  test('of a row kind in the middle are found', () => {
    const left = withKind(sideType('l'));
    const harness = made({ join: 'inner' }, [left, sideType('r')]);
    playSteps(harness, stepsOf('l:{"kind":"+U","key":"a","l":1}@1 r:a=2@2'));
    expect(shownChanges(harness)).toBe('+I:a,1,2@2');
  });
});

describe('time to live', () => {
  const at = (harness: Harness, now: number, line: string): void => {
    harness.tick(now);
    playSteps(harness, stepsOf(line));
  };

  test('is each side’s own', () => {
    const harness = made({ leftTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 r:b=2@1');
    at(harness, 99, 'r:a=3@2');
    at(harness, 100, 'r:a=4@3 l:b=5@3');
    expect(shownChanges(harness)).toBe('+I:a,1,3@2 +I:b,5,2@3');
  });

  test('counts from the last write: an equal row renews it, being met does not', () => {
    const harness = made({ leftTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 l:b=1@1');
    at(harness, 60, 'l:a=1@2 r:b=7@2');
    at(harness, 120, 'r:a=3@3 r:b=8@3');
    expect(shownChanges(harness)).toBe('+I:b,1,7@2 +I:a,1,3@3 +I:a,1,3@3');
  });

  test('of an outer side is renewed by matches, whose number is written', () => {
    const harness = made({ join: 'left', leftTtlMs: 100 });
    at(harness, 0, 'l:a=1@1');
    at(harness, 60, 'r:a=2@2');
    at(harness, 120, 'r:a=3@3');
    expect(shownChanges(harness)).toBe('+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 +I:a,1,3@3');
  });

  test('that is over takes nothing back: what was told stays', () => {
    const harness = made({ join: 'left', rightTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 r:a=2@2');
    at(harness, 100, 'l:a=5@3');
    expect(shownChanges(harness)).toBe('+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 +I:a,5,_@3');
  });

  test('a retraction of a row that has expired still takes its pairs away', () => {
    const harness = made({ join: 'inner', rightTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 r:a=2@2');
    at(harness, 100, 'r:-D:a=2@3');
    expect(shownChanges(harness)).toBe('+I:a,1,2@2 -D:a,1,2@3');
  });

  test('leaves nothing behind', () => {
    const harness = made({ leftTtlMs: 100, rightTtlMs: 50 });
    at(harness, 0, 'l:a=1@1 r:a=2@2');
    at(harness, 100, '');
    expect(
      [...(harness.snapshot().keyed ?? [])].flatMap(([, states]) => states.flatMap(({ entries }) => entries)),
    ).toEqual([]);
  });
});

test('rows that went leave no state', () => {
  const harness = made({ join: 'full' });
  playSteps(harness, stepsOf('l:a=1@1 r:a=2@2 l:a=1@3 l:-D:a=1@4 r:-D:a=2@5 l:-D:a=1@6 l:{"l":3}@7'));
  expect(harness.keyedState?.size).toBe(0);
});

describe.each(kinds)('a %s join of changelogs', (join) => {
  test('has the table of SQL’s join of what is left of its inputs, at every moment', () => {
    fc.assert(
      fc.property(twoChangelogs(), (all) => {
        const harness = made({ join });
        all.forEach((change, i) => {
          playSteps(harness, [sidedStep(change, i)]);
          expect(tableAfter(rowsOut(harness), 'op')).toEqual(joinOf(all.slice(0, i + 1), join));
        });
      }),
      runs,
    );
  });

  test('of insertions alone, too, in any order of arrival, with the same times if it is inner', () => {
    fc.assert(
      fc.property(twoChangelogs(true), fc.infiniteStream(fc.nat()), (all, random) => {
        // Each row of its own, so that equal rows do not share a time.
        const steps = all.map((change, i) => sidedStep({ ...change, value: i }, i));
        const order = steps.map((step) => ({ step, at: random.next().value })).sort((a, b) => a.at - b.at);
        const [one, other] = [made({ join }, appends), made({ join }, appends)];
        const bare = ({ input, element }: (typeof steps)[0]) => {
          const { rowKind: _, ...record } = element as Extract<typeof element, { kind: 'record' }>;
          return { input, element: record } as (typeof steps)[0];
        };
        playSteps(one, steps.map(bare));
        playSteps(
          other,
          order.map(({ step }) => bare(step)),
        );
        if (join === 'inner') {
          const sorted = (of: Harness) => shownChanges(of).split(' ').sort();
          expect(sorted(other)).toEqual(sorted(one));
        } else expect(tableAfter(rowsOut(other), 'op')).toEqual(tableAfter(rowsOut(one), 'op'));
      }),
      runs,
    );
  });

  test('mirrors the join of its sides swapped, change by change', () => {
    const mirror = { inner: 'inner', left: 'right', right: 'left', full: 'full' } as const;
    fc.assert(
      fc.property(twoChangelogs(), (all) => {
        const one = made({ join });
        const other = made({ join: mirror[join] });
        playSteps(one, all.map(sidedStep));
        playSteps(
          other,
          all.map((change, i) => sidedStep({ ...change, input: 1 - change.input }, i)),
        );
        const swapped = rowsOut(other).map(({ key, l, r, op }) => ({ key, l: r, r: l, op }));
        expect(swapped).toEqual(rowsOut(one));
      }),
      runs,
    );
  });

  test('is the same however records are cut into batches, and after a restore anywhere', () => {
    fc.assert(
      fc.property(twoChangelogs(), cutsOf, fc.nat(), (all, cuts, where) => {
        const steps = all.map(sidedStep);
        const at = where % (steps.length + 1);
        const whole = made({ join });
        playSteps(whole, steps);
        const before = made({ join });
        playSteps(before, steps.slice(0, at), (i) => cuts[i % cuts.length] as boolean);
        const after = made({ join });
        after.restore(before.snapshot());
        playSteps(after, steps.slice(at), (i) => cuts[i % cuts.length] as boolean);
        const bag = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
        expect(bag([...rowsOut(before), ...rowsOut(after)])).toEqual(bag(rowsOut(whole)));
        expect(tableAfter([...rowsOut(before), ...rowsOut(after)], 'op')).toEqual(joinOf(all, join));
      }),
      runs,
    );
  });

  test('with a time to live tells no row twice and takes none away that it did not tell, if nothing is retracted', () => {
    const waits = fc.array(fc.nat({ max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(twoChangelogs(true), waits, (all, gaps) => {
        const harness = made({ join, leftTtlMs: 100, rightTtlMs: 70 });
        const expected = reckonedWithTtl(all, gaps);
        let now = 0;
        all.forEach((change, i) => {
          now += gaps[i % gaps.length] as number;
          harness.tick(now);
          playSteps(harness, [sidedStep({ ...change, value: i }, i)]);
        });
        const pairs = rowsOut(harness).filter(({ l, r }) => l !== null && r !== null);
        if (join === 'inner') expect(pairs.map(({ l, r }) => `${l}+${r}`).sort()).toEqual(expected);
        // Throws if a row goes that was not there.
        expect(tableAfter(rowsOut(harness), 'op').length).toBeGreaterThanOrEqual(pairs.length);
      }),
      runs,
    );
  });
});

/** Pairs of rows that are all different: each meets what of the other side was written less than its time to live ago. */
function reckonedWithTtl(all: readonly SidedChange[], gaps: readonly number[]): string[] {
  let now = 0;
  const sent = all.map((change, i) => ({ ...change, id: i, at: (now += gaps[i % gaps.length] as number) }));
  return sent
    .flatMap((one, i) =>
      sent.slice(0, i).flatMap((other) => {
        if (other.key !== one.key || other.input === one.input) return [];
        if (one.at - other.at >= (other.input === 0 ? 100 : 70)) return [];
        return [one.input === 0 ? `${one.id}+${other.id}` : `${other.id}+${one.id}`];
      }),
    )
    .sort();
}

test('a time is never behind the watermark if the change is not', () => {
  const harness = made({ join: 'full' });
  playSteps(harness, stepsOf('l:a=1@1 r:a=2@2 w5 r:-D:a=2@6 l:a=9@7'));
  harness.advance(eventTime(9));
  expect(shownChanges(harness)).toBe('+I:a,1,_@1 -D:a,1,_@2 +I:a,1,2@2 w5 -D:a,1,2@6 +I:a,1,_@6 +I:a,9,_@7');
});

/**
 * Semi and anti joins of tables, one line a case: the rules of Flink's StreamingSemiAntiJoinOperator and of its tests; and
 * against SQL's IN and NOT EXISTS over what is left of both inputs, at every moment.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamType } from '../graph/schema.ts';
import { schemaText } from '../graph/schema.ts';
import { regularJoin } from './regular-join.ts';
import { remaining, rowsOut, shownChanges, tableAfter } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';
import { playSteps } from './testing/streams.ts';
import { changelogType, sidedStep, twoChangelogs } from './testing/two-changelogs.ts';
import type { SidedChange } from './testing/two-changelogs.ts';
import { cutsOf, sideType, stepsOf } from './testing/two-inputs.ts';

const runs = { seed: 20261122, numRuns: 200 };
const appends = [sideType('l'), sideType('r')];
const logs = [changelogType('l'), changelogType('r')];

const made = (params: object, types: readonly StreamType[] = logs): Harness => new Harness(regularJoin, params, types);

function outcome(params: object, line: string, types: readonly StreamType[] = logs): string {
  const harness = made(params, types);
  playSteps(harness, stepsOf(line));
  return shownChanges(harness);
}

describe('a semi join', () => {
  test.each([
    ['gives a row of the left with its first match', 'l:a=1@1 r:a=2@2', '+I:a,1@2'],
    ['at once, if that is there', 'r:a=2@1 l:a=1@2', '+I:a,1@2'],
    ['once, whatever it meets', 'r:a=2@1 r:a=3@2 l:a=1@3 r:a=4@4', '+I:a,1@3'],
    ['each of equal rows', 'l:a=1@1 l:a=1@2 r:a=2@3 l:a=1@4', '+I:a,1@3 +I:a,1@3 +I:a,1@4'],
    ['and none without a match', 'l:a=1@1 r:b=2@2', ''],
    [
      'takes it back with the last match, and not before',
      'l:a=1@1 r:a=2@2 r:a=3@3 r:-D:a=2@4 r:-D:a=3@5',
      '+I:a,1@2 -D:a,1@5',
    ],
    ['of equal matches, too', 'l:a=1@1 r:a=2@2 r:a=2@3 r:-D:a=2@4 r:-D:a=2@5', '+I:a,1@2 -D:a,1@5'],
    ['which may be there before it', 'r:a=2@1 r:a=2@2 l:a=1@3 r:-D:a=2@4 r:-D:a=2@5', '+I:a,1@3 -D:a,1@5'],
    ['hands the kind of the match on', 'l:a=1@1 r:a=2@2 r:-U:a=2@3 r:+U:a=3@3', '+I:a,1@2 -U:a,1@3 +U:a,1@3'],
    ['and that of the row', 'r:a=2@1 l:a=1@2 l:-U:a=1@3 l:+U:a=5@3', '+I:a,1@2 -U:a,1@3 +U:a,5@3'],
    ['tells nothing of a row that goes and met none', 'l:a=1@1 l:-D:a=1@2 r:a=2@3', ''],
    ['takes no null for equal', 'l:{"l":1}@1 r:{"r":2}@2', ''],
    ['hands watermarks on', 'l:a=1@9 w9 r:a=2@3', 'w9 +I:a,1@9'],
  ])('%s', (_, line, expected) => {
    expect(outcome({ join: 'semi' }, line)).toBe(expected);
  });

  test('of insertions alone gives insertions alone', () => {
    expect(outcome({ join: 'semi' }, 'l:a=1@1 r:a=2@2', appends)).toBe('a,1@2');
  });
});

describe('an anti join', () => {
  test.each([
    ['gives a row that meets none', 'l:a=1@1', '+I:a,1@1'],
    ['takes it back with its first match', 'l:a=1@1 r:a=2@2 r:a=3@3', '+I:a,1@1 -D:a,1@2'],
    ['and puts it back with the last that goes', 'r:a=2@1 r:a=3@2 l:a=1@3 r:-D:a=2@4 r:-U:a=3@5', '+I:a,1@5'],
    ['tells nothing of a row that has met', 'r:a=2@1 l:a=1@2 l:-D:a=1@3', ''],
    ['takes away a row that met none', 'l:a=1@1 l:-D:a=1@2 r:a=2@3', '+I:a,1@1 -D:a,1@2'],
    ['hands the kind of the row on', 'l:+U:a=1@1 l:-U:a=1@2', '+U:a,1@1 -U:a,1@2'],
    ['says +I and -D for changes of the right', 'l:a=1@1 r:+U:a=2@2 r:-U:a=2@3', '+I:a,1@1 -D:a,1@2 +I:a,1@3'],
    ['gives null keys, and takes them away', 'l:{"l":1}@1 r:{"r":2}@2 l:-D:{"l":1}@3', '+I:_,1@1 -D:_,1@3'],
  ])('%s', (_, line, expected) => {
    expect(outcome({ join: 'anti' }, line)).toBe(expected);
  });

  test('of insertions alone is a changelog', () => {
    expect(outcome({ join: 'anti' }, 'l:a=1@1 r:a=2@2', appends)).toBe('+I:a,1@1 -D:a,1@2');
  });
});

describe('time to live', () => {
  const at = (harness: Harness, now: number, line: string): void => {
    harness.tick(now);
    playSteps(harness, stepsOf(line));
  };

  test('a match that has expired is none for what comes, and still one for what it met', () => {
    const harness = made({ join: 'semi', rightTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 r:a=2@2');
    at(harness, 100, 'l:a=3@3 r:-D:a=2@4');
    expect(shownChanges(harness)).toBe('+I:a,1@2 -D:a,1@4');
  });

  test('a row that has expired meets none any more, and being met renews it', () => {
    const harness = made({ join: 'semi', leftTtlMs: 100 });
    at(harness, 0, 'l:a=1@1 l:b=2@1');
    at(harness, 60, 'r:b=9@2');
    at(harness, 120, 'r:a=9@3 r:-D:b=9@4');
    expect(shownChanges(harness)).toBe('+I:b,2@2 -D:b,2@4');
  });

  // The course of testLeftAntiJoinWithDifferentStateRetentionTime.
  test('what an anti join has told of a row that has expired stays', () => {
    const harness = made({ join: 'anti', leftTtlMs: 4000, rightTtlMs: 1000 });
    at(harness, 1, 'l:a=1@1 l:b=1@1');
    at(harness, 3001, 'r:b=5@2');
    at(harness, 4001, 'r:a=6@3');
    at(harness, 5001, 'l:+U:a=2@4');
    expect(shownChanges(harness)).toBe('+I:a,1@1 +I:b,1@1 -D:b,1@2 +U:a,2@4');
  });
});

test('the columns are those of the left', () => {
  const derived = regularJoin.derive(regularJoin.params.parse({ join: 'semi', prefix: '' }), [
    changelogType('l'),
    sideType('l'),
  ]);
  expect(derived.ok && derived.value.map(({ schema }) => schemaText(schema))).toEqual([
    'key string, l int, op rowkind',
  ]);
});

test('rows that went leave no state', () => {
  const harness = made({ join: 'anti' });
  playSteps(harness, stepsOf('l:a=1@1 r:a=2@2 l:-D:a=1@4 r:-D:a=2@5 l:{"l":3}@7 r:{"r":3}@8'));
  expect(harness.keyedState?.size).toBe(0);
});

/** Rows of the left that are left, with or without one of their key on the right. */
function reckoned(all: readonly SidedChange[], anti: boolean): string[] {
  const [left, right] = [0, 1].map((input) => remaining(all.filter((change) => change.input === input)));
  const keys = new Set(right?.map(({ key }) => key));
  return (left ?? [])
    .filter(({ key }) => keys.has(key) !== anti)
    .map(({ key, value }) => JSON.stringify({ key, l: value }))
    .sort();
}

describe.each(['semi', 'anti'])('a %s join of changelogs', (join) => {
  test('has the table of SQL at every moment, and after a restore anywhere', () => {
    fc.assert(
      fc.property(twoChangelogs(), cutsOf, fc.nat(), (all, cuts, where) => {
        const at = where % (all.length + 1);
        let harness = made({ join });
        const told = [];
        for (const [i, change] of all.entries()) {
          if (i === at && cuts[0] === true) {
            told.push(...rowsOut(harness));
            const next = made({ join });
            next.restore(harness.snapshot());
            harness = next;
          }
          playSteps(harness, [sidedStep(change, i)]);
          expect(tableAfter([...told, ...rowsOut(harness)], 'op')).toEqual(
            reckoned(all.slice(0, i + 1), join === 'anti'),
          );
        }
      }),
      runs,
    );
  });
});

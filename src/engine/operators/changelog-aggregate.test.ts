/** Changelogs through the aggregate: the rules of Flink's GroupAggFunction, and a plain computation over what is left. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamType } from '../graph/schema.ts';
import { aggregate } from './aggregate.ts';
import {
  changeElement,
  changelogs,
  changes,
  playChanges,
  remaining,
  rowsOut,
  shownChanges,
  tableAfter,
} from './testing/changelog.ts';
import type { Change } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';

const of = (name: string) => ({ function: name, column: name === 'count' ? '' : 'value', as: name });
const inserts: StreamType = { schema: changes.schema.slice(0, 2), key: ['key'] };

function outcome(names: readonly string[], line: string, type = changes): string {
  const harness = new Harness(aggregate, { aggregates: names.map(of), output: 'changelog' }, [type]);
  playChanges(harness, line);
  return shownChanges(harness);
}

describe('the changelog of an aggregate', () => {
  test.each([
    ['inserts a key’s first row, then updates it', ['sum'], 'a=1@1 a=2@2', '+I:a,1@1 -U:a,1@2 +U:a,3@2'],
    ['keeps keys apart', ['count'], 'a=1@1 b=1@2 a=1@3', '+I:a,1@1 +I:b,1@2 -U:a,1@3 +U:a,2@3'],
    ['does not tell a row that stays as it was', ['max'], 'a=5@1 a=3@2 a=6@3', '+I:a,5@1 -U:a,5@3 +U:a,6@3'],
    ['deletes a key whose last record goes', ['sum'], 'a=1@1 -D:a=1@2', '+I:a,1@1 -D:a,1@2'],
    ['inserts a key again that was deleted', ['sum'], 'a=1@1 -D:a=1@2 a=7@3', '+I:a,1@1 -D:a,1@2 +I:a,7@3'],
    ['passes over a retraction of a key that is not known', ['sum'], '-U:a=1@1 -D:b=2@2 a=3@3', '+I:a,3@3'],
    [
      'takes an update as its two halves',
      ['sum'],
      'a=1@1 a=2@2 -U:a=1@3 +U:a=5@3',
      '+I:a,1@1 -U:a,1@2 +U:a,3@2 -U:a,3@3 +U:a,2@3 -U:a,2@3 +U:a,7@3',
    ],
    [
      'deletes between the halves of an update of the only record',
      ['count'],
      'a=1@1 -U:a=1@2 +U:a=5@2',
      '+I:a,1@1 -D:a,1@2 +I:a,1@2',
    ],
    [
      'finds the next least when the least goes',
      ['min'],
      'a=3@1 a=1@2 a=2@3 -D:a=1@4 -D:a=2@5',
      '+I:a,3@1 -U:a,3@2 +U:a,1@2 -U:a,1@4 +U:a,2@4 -U:a,2@5 +U:a,3@5',
    ],
    [
      'keeps a greatest that is there twice',
      ['max'],
      'a=9@1 a=9@2 a=1@3 -D:a=9@4 -D:a=9@5',
      '+I:a,9@1 -U:a,9@5 +U:a,1@5',
    ],
    ['averages what is left', ['avg'], 'a=1@1 a=3@2 -D:a=1@3', '+I:a,1@1 -U:a,1@2 +U:a,2@2 -U:a,2@3 +U:a,3@3'],
    ['has no sum of nulls alone', ['sum', 'count'], '{"key":"a"}@1 a=2@2', '+I:a,_,1@1 -U:a,_,1@2 +U:a,2,2@2'],
  ])('%s', (_, names, line, expected) => {
    expect(outcome(names, line)).toBe(expected);
  });

  test('of insertions alone, too', () => {
    expect(outcome(['min', 'max'], 'a=2@1 a=1@2 a=3@3', inserts)).toBe(
      '+I:a,2,2@1 -U:a,2,2@2 +U:a,1,2@2 -U:a,1,2@3 +U:a,1,3@3',
    );
  });

  test('is made of a changelog whatever the form says', () => {
    const harness = new Harness(aggregate, { aggregates: [of('count')], output: 'append' }, [changes]);
    playChanges(harness, 'a=1@1 -D:a=1@2');
    expect(shownChanges(harness)).toBe('+I:a,1@1 -D:a,1@2');
  });
});

/** Grouped and reckoned anew from what is left. */
function reckoned(all: readonly Change[]): string[] {
  const groups = new Map<string, number[]>();
  for (const { key, value } of remaining(all)) groups.set(key, [...(groups.get(key) ?? []), value]);
  return [...groups]
    .map(([key, values]) => {
      const sum = values.reduce((total, value) => total + value, 0);
      const row = { key, count: values.length, sum, avg: sum / values.length };
      return JSON.stringify({ ...row, min: Math.min(...values), max: Math.max(...values) }).replaceAll('-0', '0');
    })
    .sort();
}

const all = { aggregates: ['count', 'sum', 'avg', 'min', 'max'].map(of) };

test('its table is the aggregate of what is left of its input, at every moment', () => {
  fc.assert(
    fc.property(changelogs, (given) => {
      const harness = new Harness(aggregate, all, [changes]);
      given.forEach((change, i) => {
        harness.play([changeElement(change, i)]);
        const table = tableAfter(rowsOut(harness), 'op').map((text) => text.replaceAll('-0', '0'));
        expect(table).toEqual(reckoned(given.slice(0, i + 1)));
      });
    }),
    { seed: 20261121, numRuns: 150 },
  );
});

test('a snapshot and a restore anywhere change nothing', () => {
  fc.assert(
    fc.property(changelogs, fc.nat(), (given, cut) => {
      const at = given.length === 0 ? 0 : cut % given.length;
      const whole = new Harness(aggregate, all, [changes]);
      whole.play(given.map(changeElement));
      const before = new Harness(aggregate, all, [changes]);
      before.play(given.slice(0, at).map(changeElement));
      const after = new Harness(aggregate, all, [changes]);
      after.restore(before.snapshot());
      after.play(given.slice(at).map((change, i) => changeElement(change, at + i)));
      expect([...rowsOut(before), ...rowsOut(after)]).toEqual(rowsOut(whole));
    }),
    { seed: 20261121, numRuns: 100 },
  );
});

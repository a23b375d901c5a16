/**
 * Deduplicate that keeps the last, by the rules of Flink's ProcTimeDeduplicateKeepLastRowFunction and
 * RowTimeDeduplicateFunction.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamType } from '../graph/schema.ts';
import { deduplicate } from './deduplicate.ts';
import {
  changeElement,
  changelogs,
  changes,
  playChanges,
  rowsOut,
  shownChanges,
  tableAfter,
} from './testing/changelog.ts';
import type { Change } from './testing/changelog.ts';
import { Harness } from './testing/harness.ts';

const appends: StreamType = { schema: changes.schema.slice(0, 2), key: ['key'] };
const byTime = { first: 'eventTime' };

function made(given: object, type = appends): Harness {
  return new Harness(deduplicate, { keep: 'last', ...given }, [type]);
}

function outcome(given: object, line: string, type = appends): string {
  const harness = made(given, type);
  playChanges(harness, line);
  expect(harness.late).toBe(0);
  return shownChanges(harness);
}

describe('the last to arrive', () => {
  test.each([
    ['is inserted, then updated', 'a=1@1 a=2@2 a=3@3', '+I:a,1@1 -U:a,1@2 +U:a,2@2 -U:a,2@3 +U:a,3@3'],
    ['keeps keys apart', 'a=1@1 b=2@2 a=3@3', '+I:a,1@1 +I:b,2@2 -U:a,1@3 +U:a,3@3'],
    ['is not told again if it is equal', 'a=1@1 a=1@2 a=2@3', '+I:a,1@1 -U:a,1@3 +U:a,2@3'],
    ['does not care for event time', 'a=1@9 w20 a=2@5', '+I:a,1@9 w20 -U:a,1@5 +U:a,2@5'],
    ['needs none', 'a=1 a=2', '+I:a,1 -U:a,1 +U:a,2'],
    ['of null keys is one', '{"value":1}@1 {"value":2}@2', '+I:_,1@1 -U:_,1@2 +U:_,2@2'],
  ])('%s', (_, line, expected) => {
    expect(outcome({}, line)).toBe(expected);
  });

  test.each([
    ['of a changelog is deleted with what is taken away', '+I:a=1@1 -D:a=1@2 +I:a=2@3', '+I:a,1@1 -D:a,1@2 +I:a,2@3'],
    ['is deleted by an update-before, too', '+I:a=1@1 -U:a=1@2 +U:a=2@2', '+I:a,1@1 -D:a,1@2 +I:a,2@2'],
    ['is deleted as it was told, not as it is said', '+I:a=1@1 -D:a=7@2', '+I:a,1@1 -D:a,1@2'],
    ['of a key that is not there is not deleted', '-D:a=1@1 -U:b=2@2', ''],
    ['of an update without its first half is updated', '+I:a=1@1 +U:a=2@2', '+I:a,1@1 -U:a,1@2 +U:a,2@2'],
    ['of an upsert that says the same is not told', '+I:a=1@1 +U:a=1@2', '+I:a,1@1'],
  ])('%s', (_, line, expected) => {
    expect(outcome({}, line, changes)).toBe(expected);
  });

  test('is told again if it is equal and has a time to live, which it renews', () => {
    const harness = made({ ttlMs: 100 });
    playChanges(harness, 'a=1@1');
    harness.tick(60);
    playChanges(harness, 'a=1@2');
    harness.tick(159);
    playChanges(harness, 'a=2@3');
    harness.tick(259);
    playChanges(harness, 'a=3@4');
    expect(shownChanges(harness)).toBe('+I:a,1@1 -U:a,1@2 +U:a,1@2 -U:a,1@3 +U:a,2@3 +I:a,3@4');
  });
});

describe('the last in event time', () => {
  test.each([
    ['is told at once', 'a=1@1 a=2@5', '+I:a,1@1 -U:a,1@5 +U:a,2@5'],
    ['is not changed by an older one', 'a=1@5 a=2@4 a=3@6', '+I:a,1@5 -U:a,1@6 +U:a,3@6'],
    ['of equal times is the last to arrive', 'a=1@5 a=2@5', '+I:a,1@5 -U:a,1@5 +U:a,2@5'],
    ['is told again if it is equal', 'a=1@5 a=1@6', '+I:a,1@5 -U:a,1@6 +U:a,1@6'],
    ['asks no watermark', 'a=1@5 w9 a=2@6 b=3@2', '+I:a,1@5 w9 -U:a,1@6 +U:a,2@6 +I:b,3@2'],
    ['can be before 1970', 'a=1@-5 a=2@-9 a=3@-4', '+I:a,1@-5 -U:a,1@-4 +U:a,3@-4'],
  ])('%s', (_, line, expected) => {
    expect(outcome(byTime, line)).toBe(expected);
  });

  test('cannot be told without event time', () => {
    expect(() => outcome(byTime, 'a=1')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'missing-timestamp' }) }),
    );
  });

  test('that has expired does not hold older ones back', () => {
    const harness = made({ ...byTime, ttlMs: 100 });
    playChanges(harness, 'a=1@9');
    harness.tick(100);
    playChanges(harness, 'a=2@4');
    expect(shownChanges(harness)).toBe('+I:a,1@9 +I:a,2@4');
  });
});

test('a changelog is taken only where the last to arrive is kept', () => {
  const refused = (given: object) => {
    const derived = deduplicate.derive(deduplicate.params.parse(given), [changes]);
    return derived.ok ? [] : derived.error.map(({ code }) => code);
  };
  expect(refused({ keep: 'last' })).toEqual([]);
  for (const given of [{}, byTime, { keep: 'last', ...byTime }]) expect(refused(given)).toEqual(['changelog']);
});

const runs = { seed: 20261121, numRuns: 150 };

/** What came last of each key, taken away with anything of it. */
function lastOf(all: readonly Change[]): string[] {
  const rows = new Map<string, number>();
  for (const { key, value, kind } of all)
    if (kind === '-D' || kind === '-U') rows.delete(key);
    else rows.set(key, value);
  return [...rows].map(([key, value]) => JSON.stringify({ key, value })).sort();
}

test('its table has the last of each key at every moment', () => {
  fc.assert(
    fc.property(changelogs, (given) => {
      const harness = made({}, changes);
      given.forEach((change, i) => {
        harness.play([changeElement(change, i)]);
        expect(tableAfter(rowsOut(harness), 'op')).toEqual(lastOf(given.slice(0, i + 1)));
      });
    }),
    runs,
  );
});

test('in event time its table depends on no order of arrival, if times differ; a restore anywhere changes nothing', () => {
  const records = fc.uniqueArray(
    fc.record({ key: fc.constantFrom('a', 'b'), time: fc.integer({ min: -20, max: 20 }) }),
    { selector: ({ time }) => time },
  );
  fc.assert(
    fc.property(records, fc.nat(), (given, where) => {
      const at = where % (given.length + 1);
      const line = (part: typeof given) => part.map(({ key, time }) => `${key}=${time}@${time}`).join(' ');
      const [whole, before, after] = [made(byTime), made(byTime), made(byTime)];
      playChanges(whole, line(given));
      playChanges(before, line(given.slice(0, at)));
      after.restore(before.snapshot());
      playChanges(after, line(given.slice(at)));
      const all = [...rowsOut(before), ...rowsOut(after)];
      expect(all).toEqual(rowsOut(whole));
      const newest = new Map<string, number>();
      for (const { key, time } of given) newest.set(key, Math.max(time, newest.get(key) ?? -99));
      const expected = [...newest].map(([key, value]) => JSON.stringify({ key, value })).sort();
      expect(tableAfter(all, 'op')).toEqual(expected);
    }),
    runs,
  );
});

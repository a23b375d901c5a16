import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arrivalList,
  arrivedAt,
  ArrivalRuns,
  joinArrivals,
  noArrivals,
  sliceArrivals,
  UNKNOWN_ARRIVAL,
} from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';

/** One time per record, in order; some unknown. */
const times = fc
  .array(fc.oneof(fc.constantFrom(0, 0, 1, 1.5, 7), fc.constant(UNKNOWN_ARRIVAL)), { maxLength: 40 })
  .map((list) => list.sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b)));

function runsOf(list: readonly number[]): Arrivals {
  const runs = new ArrivalRuns();
  for (const time of list) runs.add(time, 1);
  return runs.done();
}

const isTight = ({ times: of, counts }: Arrivals): boolean =>
  counts.every((count) => count > 0) && of.every((time, i) => i === 0 || !Object.is(time, of[i - 1]));

test('runs expand to the plain list of times', () => {
  fc.assert(
    fc.property(times, (list) => {
      const runs = runsOf(list);
      expect([...arrivalList(runs)]).toEqual(list);
      expect(isTight(runs)).toBe(true);
    }),
  );
});

test('runs that are joined expand to both lists, and no two of them are one', () => {
  fc.assert(
    fc.property(times, times, times, (a, b, c) => {
      const joined = joinArrivals(runsOf(a), runsOf(b), runsOf(c));
      expect([...arrivalList(joined)]).toEqual([...a, ...b, ...c]);
      expect(isTight(joined)).toBe(true);
    }),
  );
});

test('runs that are cut expand to the cut list, wherever the cut is', () => {
  fc.assert(
    fc.property(times, fc.nat(45), fc.nat(45), (list, from, to) => {
      const cut = sliceArrivals(runsOf(list), from, to);
      expect([...arrivalList(cut)]).toEqual(list.slice(from, Math.max(from, to)));
      expect(isTight(cut)).toBe(true);
    }),
  );
});

test('records of no run have no runs', () => {
  expect(arrivedAt(5, 0)).toEqual(noArrivals);
  expect(arrivedAt(5, 3)).toEqual({ times: [5], counts: [3] });
});

test('to the tick, an arrival is told at most a tick too early, never out of order, and in at most a run a tick', () => {
  const times01 = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(times01, (given) => {
      const exact = given.sort((a, b) => a - b);
      const runs = new ArrivalRuns(1);
      for (const time of exact) runs.add(time, 1);
      const told = arrivalList(runs.done());
      expect(told.length).toBe(exact.length);
      exact.forEach((time, i) => {
        expect(time - (told[i] as number)).toBeGreaterThanOrEqual(0);
        expect(time - (told[i] as number)).toBeLessThan(1);
        if (i > 0) expect(told[i]).toBeGreaterThanOrEqual(told[i - 1] as number);
      });
      expect(runs.done().times.length).toBeLessThanOrEqual(21);
    }),
  );
});

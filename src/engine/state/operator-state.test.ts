/** Redistribution of operator state by Flink's rules. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastRedistribution, splitRedistribution, unionRedistribution } from './operator-state.ts';

const lists = fc.array(fc.option(fc.array(fc.integer(), { minLength: 1, maxLength: 6 })), {
  minLength: 1,
  maxLength: 6,
});
const parallelism = fc.integer({ min: 1, max: 8 });
const joined = (states: readonly unknown[]): unknown[] => states.flatMap((state) => (state as unknown[] | null) ?? []);

describe('redistribution of operator state', () => {
  it.each([
    // Total 5 over 2: the first gets one more; 2 over 3: the last gets none.
    [[[1, 2, 3, 4], [5]], 2, [[1, 2, 3, 4], [5]]],
    [
      [[1, 2, 3, 4, 5]],
      2,
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    [
      [[1, 2], null, [3, 4, 5]],
      2,
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    [[[1, 2]], 3, [[1], [2], null]],
    [[null, null], 1, [null]],
  ])('split: %j over %i gives %j', (states, target, expected) => {
    expect(splitRedistribution(states, target)).toEqual(expected);
  });

  it('split keeps every element once, in order, in even shares', () => {
    fc.assert(
      fc.property(lists, parallelism, (states, target) => {
        const dealt = splitRedistribution(states, target);
        expect(dealt).toHaveLength(target);
        expect(joined(dealt)).toEqual(joined(states));
        if (target === states.length) return;
        const sizes = dealt.map((state) => (state as unknown[] | null)?.length ?? 0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      }),
    );
  });

  it('union gives everything to everyone', () => {
    fc.assert(
      fc.property(lists, parallelism, (states, target) => {
        const dealt = unionRedistribution(states, target);
        expect(dealt).toHaveLength(target);
        for (const state of dealt) expect(state ?? []).toEqual(joined(states));
      }),
    );
  });

  it('broadcast gives each subtask one copy, its own where it has one', () => {
    expect(broadcastRedistribution(['a', 'a'], 5)).toEqual(['a', 'a', 'a', 'a', 'a']);
    expect(broadcastRedistribution(['a', null, 'a'], 3)).toEqual(['a', 'a', 'a']);
    expect(broadcastRedistribution(['a', 'a', 'a'], 1)).toEqual(['a']);
    expect(broadcastRedistribution([null], 2)).toEqual([null, null]);
  });
});

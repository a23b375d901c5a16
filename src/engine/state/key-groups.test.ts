/** Key groups against published murmur3 vectors and Flink's own formulas. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyGroupOf, murmur, rangeOfSubtask, subtaskOfGroup } from './key-groups.ts';

describe('key groups', () => {
  it.each([
    // MurmurHash3_x86_32, seed 0, of 00 00 00 00 and ff ff ff ff: SMHasher's published values.
    [0, 0x2362f9de],
    [-1, 0x76293b50],
    // Flink's MathUtils.murmurHash run on a JDK.
    [1, 68075478],
    [42, 1134849565],
    [-2147483648, 1718298732],
    [2147483647, 1653689534],
    [99162322, 1715862179],
  ])('murmur(%i) is %i', (code, hash) => expect(murmur(code)).toBe(hash));

  it('puts each key group into the range of exactly the subtask that owns it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (a, b) => {
        const max = Math.max(a, b);
        const parallelism = Math.min(a, b);
        for (let group = 0; group < max; group++) {
          const owner = subtaskOfGroup(group, max, parallelism);
          for (let index = 0; index < parallelism; index++) {
            const range = rangeOfSubtask(index, max, parallelism);
            if ((group >= range.start && group <= range.end) !== (index === owner)) return false;
          }
        }
        return true;
      }),
      { numRuns: 30 },
    );
  });

  it('gives every hash a group below the maximum parallelism', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 32768 }), (hash, max) => {
        const group = keyGroupOf(hash, max);
        return group >= 0 && group < max;
      }),
    );
  });
});

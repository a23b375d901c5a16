/** The fingerprint against SMHasher's own verification value of MurmurHash3_x86_128, and what it is for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, murmur128 } from './fingerprint.ts';

describe('the fingerprint', () => {
  // SMHasher's VerificationTest: the hashes of {0}, {0, 1}, … {0 … 254} with seeds 256 - length, hashed with seed 0.
  it('is MurmurHash3_x86_128 by the verification value of its author', () => {
    const hashes = new Int32Array(4 * 256);
    for (let length = 0; length < 256; length++) {
      const key = Uint8Array.from({ length }, (_, i) => i);
      murmur128(key, 256 - length, hashes.subarray(4 * length, 4 * length + 4));
    }
    const final = new Int32Array(4);
    murmur128(new Uint8Array(hashes.buffer), 0, final);
    expect((final[0] as number) >>> 0).toBe(0xb3ece62a);
  });

  it('is 16 hexadecimal digits, also of nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => /^[0-9a-f]{16}$/.test(fingerprintOf(bytes))));
    expect(fingerprintOf(new Uint8Array(0))).toBe('0000000000000000');
  });

  it('depends on the bytes alone, not on where they lie in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 0, max: 9 }), (bytes, shift) => {
        const moved = new Uint8Array(shift + bytes.length);
        moved.set(bytes, shift);
        return fingerprintOf(moved.subarray(shift)) === fingerprintOf(bytes);
      }),
    );
  });

  it('sees each flipped bit, each byte cut off and each zero added', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(), (bytes, at) => {
        const before = fingerprintOf(bytes);
        const flipped = bytes.slice();
        (flipped[(at >> 3) % bytes.length] as number) ^= 1 << (at & 7);
        const longer = new Uint8Array(bytes.length + 1);
        longer.set(bytes);
        return [flipped, bytes.subarray(1), bytes.subarray(0, -1), longer].every(
          (each) => fingerprintOf(each) !== before,
        );
      }),
      { numRuns: 300 },
    );
  });
});

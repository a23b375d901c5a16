/** Java hash codes against values that a JDK 17 printed. */
import { describe, expect, it } from 'vitest';
import { hashBoolean, hashDouble, hashInt, hashLong, hashString, hashTuple } from './java-hash.ts';

describe('Java hash codes', () => {
  it.each([
    ['', 0],
    ['hello', 99162322],
    ['SFO', 82012],
    ['Zürich', -1482116162],
    ['日本', 835047],
    ['a😀', 1866116],
  ])('String.hashCode of “%s” is %i', (text, hash) => expect(hashString(text)).toBe(hash));

  it.each([
    [0, 0],
    [1, 1],
    [-1, 0],
    [1234567890123, 1912276436],
    [-1234567890123, 1912276437],
    [Number.MAX_SAFE_INTEGER, -2097152],
    [Number.MIN_SAFE_INTEGER, -2097151],
    [2147483648, -2147483648],
    [-2147483649, -2147483648],
  ])('Long.hashCode of %d is %i', (value, hash) => expect(hashLong(value)).toBe(hash));

  it.each([
    [0, 0],
    [-0, -2147483648],
    [1, 1072693248],
    [1.5, 1073217536],
    [-2.25, -1073610752],
    [Math.PI, 340593891],
    [1e300, -164130400],
  ])('Double.hashCode of %d is %i', (value, hash) => expect(hashDouble(value)).toBe(hash));

  it('hashes ints as Integer inside 32 bits and as Long outside', () => {
    expect(hashInt(-1)).toBe(-1);
    expect(hashInt(2147483647)).toBe(2147483647);
    expect(hashInt(2147483648)).toBe(-2147483648);
  });

  it('hashes booleans as 1231 and 1237, and tuples by 31', () => {
    expect([hashBoolean(true), hashBoolean(false)]).toEqual([1231, 1237]);
    // Flink's Tuple2("SFO", 1): 31 * 82012 + 1
    expect(hashTuple([82012, 1])).toBe(31 * 82012 + 1);
  });
});

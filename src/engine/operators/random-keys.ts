/**
 * Randomness as a function of a number, without state: a mixer of 32 bits, and Zipf-distributed picks in constant time.
 * Sources: Austin Appleby's MurmurHash3 finaliser with the constants of Chris Wellons' hash prospector ("lowbias32");
 * A. J. Walker 1977 and M. D. Vose 1991 for the alias method.
 */

/** Arbitrary odd constants that tell the uses of one hash apart. */
export const stream = {
  base: 0x2545f491,
  high: 0x9e3779b1,
  column: 0x6c8e9cf5,
  alias: 0x1b56c4e9,
  value: 0x7f4a7c15,
  disorder: 0x3c6ef372,
} as const;

/** A bijection of 32-bit integers in which each input bit flips each output bit with probability one half. */
export function mix32(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

/** Picks 0 … n-1 where pick k has a probability proportional to 1 / (k + 1)^exponent. */
export class AliasTable {
  private readonly size: number;
  /** Below it (of 2^32) a column keeps its own pick, else it gives its alias. */
  private readonly threshold: Float64Array;
  private readonly alias: Int32Array;

  constructor(size: number, exponent: number) {
    this.size = size;
    this.threshold = new Float64Array(size).fill(0x1_0000_0000);
    this.alias = new Int32Array(size);
    if (exponent > 0) this.balance(zipf(size, exponent));
  }

  /** Two independent 32-bit hashes choose. */
  pick(column: number, coin: number): number {
    const at = (((column >>> 0) * this.size) / 0x1_0000_0000) | 0;
    return coin >>> 0 < (this.threshold[at] as number) ? at : (this.alias[at] as number);
  }

  /** Vose: fill each column below the mean from one above it. `weights` has mean 1 and is used up. */
  private balance(weights: Float64Array): void {
    const small: number[] = [];
    const large: number[] = [];
    weights.forEach((weight, i) => (weight < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const less = small.pop() as number;
      const more = large[large.length - 1] as number;
      const weight = weights[less] as number;
      this.threshold[less] = weight * 0x1_0000_0000;
      this.alias[less] = more;
      weights[more] = (weights[more] as number) - (1 - weight);
      if ((weights[more] as number) < 1) small.push(large.pop() as number);
    }
  }
}

function zipf(size: number, exponent: number): Float64Array {
  const weights = new Float64Array(size).map((_, k) => (k + 1) ** -exponent);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / size;
  return weights.map((weight) => weight / mean);
}

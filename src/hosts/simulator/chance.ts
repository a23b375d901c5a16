/** The simulator's chance: one seeded generator decides every delay, and so every order of delivery. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const warmUp = 64;

export class Chance {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
    // Seeds that differ in few bits give like numbers at first.
    for (let i = 0; i < warmUp; i++) this.generator.next();
  }

  /** 0 (included) … 1 (excluded). */
  next(): number {
    return uniformFloat64(this.generator);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Whole, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  /** Mostly within a fraction of a millisecond; one in `rarity` much longer, as when a thread is not scheduled. */
  delay(usualMs: number, longMs: number, rarity: number): number {
    return this.next() * rarity < 1 ? this.between(usualMs, longMs) : this.between(usualMs / 10, usualMs);
  }
}

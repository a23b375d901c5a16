/** A record of a swarm's job, as plain computations see it. */

export interface Item {
  readonly key: string;
  readonly value: number;
  readonly id: number;
  /** Event time in ms. */
  readonly time: number;
}

/** More than any number that a record has before a join. */
export const idsPerPair = 10_000_019;

/** Covers the disorder of every source, so that no record is ever late. */
export const outOfOrdernessMs = 100;

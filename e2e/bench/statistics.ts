/** Medians and ratios of what was measured in turns. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export interface Comparison {
  readonly ours: number;
  readonly theirs: number;
  /** Median of the ratios of neighbours in time, so that a machine that slows down tilts nothing. */
  readonly ratio: number;
}

/** Takes both in turns, beginning with the other one each time. */
export async function compare(
  repetitions: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Comparison> {
  const pairs: { ours: number; theirs: number }[] = [];
  for (let i = 0; i < repetitions; i++) {
    const oursFirst = i % 2 === 0;
    const early = oursFirst ? await ours() : await theirs();
    const late = oursFirst ? await theirs() : await ours();
    pairs.push(oursFirst ? { ours: early, theirs: late } : { ours: late, theirs: early });
  }
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  };
}

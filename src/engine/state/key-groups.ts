/**
 * Key groups, exactly as in Flink, so that a drawn job shows the distribution that the cluster will have.
 * Source: Flink's KeyGroupRangeAssignment and MathUtils.murmurHash; Austin Appleby, MurmurHash3_x86_32.
 */

/** Inclusive on both ends; empty when `start > end`. */
export interface KeyGroupRange {
  readonly start: number;
  readonly end: number;
}

/** Key group of a key with this Java hash code: `murmur(hash) % maxParallelism`. */
export function keyGroupOf(javaHash: number, maxParallelism: number): number {
  return murmur(javaHash) % maxParallelism;
}

/** Index of the subtask that owns a key group. */
export function subtaskOfGroup(group: number, maxParallelism: number, parallelism: number): number {
  return Math.floor((group * parallelism) / maxParallelism);
}

export function rangeOfSubtask(index: number, maxParallelism: number, parallelism: number): KeyGroupRange {
  return {
    start: Math.ceil((index * maxParallelism) / parallelism),
    end: Math.floor(((index + 1) * maxParallelism - 1) / parallelism),
  };
}

/** MurmurHash3_x86_32 over the four little-endian bytes of `code`, seed 0, made non-negative as Flink does. */
export function murmur(code: number): number {
  let h = Math.imul(code, 0xcc9e2d51);
  h = (h << 15) | (h >>> 17);
  h = Math.imul(h, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  h ^= 4;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  if (h >= 0) return h;
  return h === -0x80000000 ? 0 : -h;
}

/** Partitioners: where each record goes, and that key groups decide it as in Flink. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashString } from '../../base/java-hash.ts';
import type { Partitioner } from '../graph/job.ts';
import type { StreamType } from '../graph/schema.ts';
import { keyGroupOf, subtaskOfGroup } from '../state/key-groups.ts';
import type { Batch } from '../wire/batch.ts';
import { routeFor } from './partition.ts';

const type: StreamType = {
  schema: [
    { name: 'word', type: 'string' },
    { name: 'number', type: 'int' },
  ],
  key: ['word'],
};

function batchOf(words: readonly (string | null)[], numbers: readonly number[]): Batch {
  return {
    schema: type.schema,
    length: words.length,
    timestamps: new Float64Array(words.length),
    columns: [
      {
        kind: 'text',
        codes: Int32Array.from(words, (word, i) => (word === null ? -1 : i)),
        entries: words.map(String),
      },
      { kind: 'number', values: Float64Array.from(numbers) },
    ],
  };
}

function targetsOf(partitioner: Partitioner, channels: number, batch: Batch, key = ['word'], seed = 7): number[] {
  const route = routeFor({ partitioner, type: { ...type, key }, channels, maxParallelism: 128, seed });
  if (route.kind === 'one') return new Array<number>(batch.length).fill(route.channel);
  if (route.kind === 'every') return [];
  const targets = new Int32Array(batch.length);
  route.select(batch, targets);
  return [...targets];
}

const numbered = (count: number): Batch =>
  batchOf(
    Array.from({ length: count }, (_, i) => `w${i}`),
    Array.from({ length: count }, (_, i) => i),
  );

describe('partitioners', () => {
  it('hash sends a string key to the owner of its key group', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string())), fc.integer({ min: 1, max: 8 }), (words, channels) => {
        const owner = (word: string | null): number =>
          subtaskOfGroup(keyGroupOf(word === null ? 0 : hashString(word), 128), 128, channels);
        expect(
          targetsOf(
            'hash',
            channels,
            batchOf(
              words,
              words.map(() => 0),
            ),
          ),
        ).toEqual(words.map(owner));
      }),
    );
  });

  it('hash sends an int key to the owner of its key group, beyond 32 bits too', () => {
    const numbers = [0, -1, 42, 2147483647, 2147483648, -9007199254740991, Number.NaN];
    const words = numbers.map(() => 'x');
    // Key groups of 0, -1, 42 and 2147483647 as Flink computes them: 94, 80, 29, 62 of 128; two subtasks split at 64.
    expect(targetsOf('hash', 2, batchOf(words, numbers), ['number']).slice(0, 4)).toEqual([1, 1, 0, 0]);
    expect(targetsOf('hash', 2, batchOf(words, numbers), ['number']).at(-1)).toBe(subtaskOfGroup(94, 128, 2));
  });

  it('hash keeps records of one composite key together', () => {
    const batch = batchOf(['a', 'b', 'a', 'b'], [1, 2, 1, 2]);
    const [a, b, again, bAgain] = targetsOf('hash', 8, batch, ['word', 'number']);
    expect([a, b]).toEqual([again, bAgain]);
  });

  it('rebalance deals records out in turn, across batches', () => {
    const route = routeFor({ partitioner: 'rebalance', type, channels: 3, maxParallelism: 128, seed: 1 });
    const counts = [0, 0, 0];
    for (const size of [1, 4, 2, 5]) {
      const targets = new Int32Array(size);
      if (route.kind === 'each') route.select(numbered(size), targets);
      for (const target of targets) counts[target] = (counts[target] ?? 0) + 1;
    }
    expect(counts).toEqual([4, 4, 4]);
  });

  it('shuffle spreads records evenly and repeats itself for a seed', () => {
    const first = targetsOf('shuffle', 4, numbered(8000));
    expect(targetsOf('shuffle', 4, numbered(8000))).toEqual(first);
    for (let channel = 0; channel < 4; channel++) {
      const share = first.filter((target) => target === channel).length / 8000;
      expect(share).toBeGreaterThan(0.22);
      expect(share).toBeLessThan(0.28);
    }
  });

  it('global takes the first channel, broadcast every channel', () => {
    expect(targetsOf('global', 3, numbered(2))).toEqual([0, 0]);
    expect(routeFor({ partitioner: 'broadcast', type, channels: 3, maxParallelism: 128, seed: 1 }).kind).toBe('every');
  });
});

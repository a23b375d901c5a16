import { describe, expect, test } from 'vitest';
import type { Row } from '../graph/schema.ts';
import { generator } from './generator.ts';
import { AliasTable, mix32 } from './random-keys.ts';
import { Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';

const fast = { rate: 0, count: 20_000, keys: 50 };

function rows(params: object, options: HarnessOptions = {}, limits: readonly number[] = [4096]): Row[] {
  const harness = new Harness(generator, { ...fast, ...params }, [], options);
  harness.run(limits);
  return harness.port('out').flatMap((one) => (one.kind === 'record' ? [one.row] : []));
}

const share = (records: readonly Row[], key: string): number =>
  records.filter((row) => row['key'] === key).length / records.length;

describe('the generator', () => {
  test('makes the same records at any parallelism, each once', () => {
    const alone = rows({});
    const shared = [0, 1, 2].flatMap((subtaskIndex) => rows({}, { subtaskIndex, parallelism: 3 }, [999]));
    const order = (a: Row, b: Row) => (a['sequence'] as number) - (b['sequence'] as number);
    expect(shared.sort(order)).toEqual(alone);
    expect(alone.map((row) => row['sequence'])).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  test('another seed makes other records', () => {
    const keys = (seed: number) => rows({ count: 100 }, { seed }).map((row) => row['key']);
    expect(keys(1)).not.toEqual(keys(2));
    expect(keys(1)).toEqual(keys(1));
  });

  test('all keys are about equally frequent without skew', () => {
    const records = rows({ keys: 10 });
    for (let key = 0; key < 10; key++) expect(share(records, `k${key}`)).toBeCloseTo(0.1, 1);
    expect(new Set(rows({ keys: 10, keyType: 'int' }).map((row) => row['key']))).toEqual(
      new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
  });

  test.each([0.5, 1, 2])('skew %d is Zipf’s: key k as frequent as 1 / (k + 1)^skew', (skew) => {
    const records = rows({ skew, keys: 20, count: 100_000 });
    const weights = Array.from({ length: 20 }, (_, k) => (k + 1) ** -skew);
    const total = weights.reduce((a, b) => a + b, 0);
    // Chi-square of 19 degrees of freedom: 43.8 is passed once in a thousand seeds.
    const chi = weights.reduce((sum, weight, k) => {
      const due = (weight / total) * records.length;
      return sum + (share(records, `k${k}`) * records.length - due) ** 2 / due;
    }, 0);
    expect(chi).toBeLessThan(43.8);
  });

  test('values are spread over their range, and not a function of the key', () => {
    const records = rows({ minimum: -10, maximum: 30, keys: 2 });
    for (const key of ['k0', 'k1']) {
      const values = records.filter((row) => row['key'] === key).map((row) => row['value'] as number);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-10);
      expect(Math.max(...values)).toBeLessThanOrEqual(30);
      expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(10, 0);
    }
  });

  test('event time steps on, older by at most the disorder, and gives the timestamps', () => {
    const harness = new Harness(generator, { ...fast, count: 1000, startMs: 500, stepMs: 2.5, disorderMs: 40 }, []);
    harness.run();
    const times = harness.port('out').flatMap((one) => (one.kind === 'record' ? [one] : []));
    const delays = times.map((one, i) => 500 + Math.floor(i * 2.5) - (one.row['time'] as number));
    expect(Math.min(...delays)).toBe(0);
    expect(Math.max(...delays)).toBe(40);
    expect(times.every((one) => one.time === one.row['time'])).toBe(true);
  });

  test('keeps its rate in processing time, by any limit of a poll', () => {
    for (const limit of [1, 3, 1000]) {
      const harness = new Harness(generator, { rate: 100, count: 51 }, []);
      harness.run([limit]);
      expect(harness.clock).toBeCloseTo(500, 6);
    }
  });

  test('after a stall it makes up for a second at most', () => {
    const harness = new Harness(generator, { rate: 100 }, []);
    harness.poll(10);
    harness.clock = 10_000 as typeof harness.clock;
    for (let i = 0; i < 50; i++) harness.poll(10);
    const before = harness.port('out').length;
    expect(harness.clock).toBeGreaterThan(10_000);
    expect(before).toBeGreaterThanOrEqual(100);
    expect(before).toBeLessThan(150);
  });

  test('the ranges must be the right way round', () => {
    const wrong = generator.derive(generator.params.parse({ minimum: 2, maximum: 1 }), []);
    expect(!wrong.ok && wrong.error.map((issue) => issue.code)).toEqual(['invalid-param']);
  });
});

describe('the mixer', () => {
  test('flips each output bit in about half the cases when one input bit flips', () => {
    const flips = new Float64Array(32);
    const tries = 32 * 500;
    for (let i = 0; i < tries; i++) {
      const difference = mix32(Math.imul(i, 2654435761)) ^ mix32(Math.imul(i, 2654435761) ^ (1 << (i % 32)));
      for (let bit = 0; bit < 32; bit++) (flips[bit] as number) += (difference >>> bit) & 1;
    }
    for (const count of flips) expect(count / tries).toBeCloseTo(0.5, 1);
  });

  test('an alias table of one key gives that key', () => {
    expect(new AliasTable(1, 2).pick(0xffffffff | 0, 0xffffffff | 0)).toBe(0);
  });
});

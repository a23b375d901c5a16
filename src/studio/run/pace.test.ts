/** The slider's speeds and the link latency that goes with each. */
import { describe, expect, test } from 'vitest';
import { linkLatencyOf, paceOf, rateAt, rateSteps, rateText, stepOf } from './pace.ts';

describe('the steps of the speed', () => {
  test('begin at 1 record/s, rise to a million, and end without bound', () => {
    const numbers = rateSteps.slice(0, -1) as number[];
    expect(numbers[0]).toBe(1);
    expect(numbers.at(-1)).toBe(1_000_000);
    expect(rateSteps.at(-1)).toBeNull();
    expect(numbers.every((rate, i) => i === 0 || rate > (numbers[i - 1] ?? 0))).toBe(true);
    expect(numbers.every(Number.isInteger)).toBe(true);
  });

  test('are logarithmic: from 10 on, each is at most 1.5 times the one before', () => {
    const numbers = (rateSteps.slice(0, -1) as number[]).filter((rate) => rate >= 10);
    for (let i = 1; i < numbers.length; i++) expect((numbers[i] ?? 0) / (numbers[i - 1] ?? 1)).toBeLessThanOrEqual(1.5);
  });

  test('each step is its own nearest', () => {
    rateSteps.forEach((rate, step) => {
      expect(stepOf(rate)).toBe(step);
      expect(rateAt(step)).toBe(rate);
    });
  });

  test('a rate between steps goes to the nearer on the logarithmic scale; positions beyond the ends are the ends', () => {
    expect(rateAt(stepOf(42))).toBe(40);
    expect(rateAt(stepOf(1e9))).toBe(1_000_000);
    expect(rateAt(-3)).toBe(1);
    expect(rateAt(1e6)).toBeNull();
  });
});

describe('the latency of links', () => {
  test('is 700 ms up to 50 records/s and none from 1,000 on or without bound', () => {
    for (const rate of [1, 40, 50]) expect(linkLatencyOf(rate)).toBe(700);
    for (const rate of [1000, 5000, null]) expect(linkLatencyOf(rate)).toBe(0);
  });

  test('falls between the two without a step back', () => {
    const rates = [50, 60, 80, 100, 200, 400, 800, 1000];
    const latencies = rates.map(linkLatencyOf);
    expect(latencies.every((ms, i) => i === 0 || ms < (latencies[i - 1] ?? 0))).toBe(true);
  });
});

test('a speed says its unit', () => {
  expect(rateText(1)).toBe('1 record/s');
  expect(rateText(40)).toBe('40 records/s');
  expect(rateText(1500)).toBe('1,500 records/s');
  expect(rateText(null)).toBe('unbounded');
});

test('a paused pace keeps its speed', () => {
  expect(paceOf(2000, true)).toEqual({ paused: true, recordsPerSecond: 2000, linkLatencyMs: 0 });
});

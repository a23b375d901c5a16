/** The beat of the text that follows a run. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { onBeat } from './beat.ts';
import { runStore } from './run-store.ts';

const commit = (): void => runStore.setState((state) => ({ runNumber: state.runNumber + 1 }));

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

test('of sixty commits a second about three are written, and the last one always', () => {
  vi.advanceTimersByTime(10_000);
  let written = 0;
  let last = 0;
  const stop = onBeat(() => {
    written++;
    last = runStore.getState().runNumber;
  });
  for (let i = 0; i < 120; i++) {
    commit();
    vi.advanceTimersByTime(1000 / 60);
  }
  expect(written).toBeGreaterThanOrEqual(6);
  expect(written).toBeLessThanOrEqual(8);
  vi.advanceTimersByTime(500);
  expect(last).toBe(runStore.getState().runNumber);
  stop();
});

test('a commit after a rest is written at once, and nothing after the end', () => {
  vi.advanceTimersByTime(10_000);
  let written = 0;
  const stop = onBeat(() => void written++);
  commit();
  expect(written).toBe(1);
  commit();
  stop();
  vi.advanceTimersByTime(1000);
  expect(written).toBe(1);
});

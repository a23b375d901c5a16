/** A wall clock that a test moves millisecond by millisecond, with the timers of the page along with it. */
import { afterEach, beforeEach, vi } from 'vitest';

export interface Wall {
  now: number;
  later(ms: number): void;
}

/** Starts anew at `from` for each test of the file that asks for it. */
export function fakeWall(from: number): Wall {
  const wall: Wall = {
    now: from,
    later(ms) {
      for (let passed = 0; passed < ms; passed++) {
        wall.now++;
        vi.advanceTimersByTime(1);
      }
    },
  };
  beforeEach(() => {
    wall.now = from;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return wall;
}

/** The clock of the overlay against a job's clock whose reports come late. */
import { describe, expect, test } from 'vitest';
import { PlayClock } from './play-clock.ts';

const epoch = 1_700_000_000_000;

interface Frame {
  readonly now: number;
  readonly time: number;
}

/** Frames every 16 ms; a commit every `interval` with a report made `lag()` earlier. The job's clock is `now + epoch`. */
function play(clock: PlayClock, from: number, to: number, lag: () => number, interval = 100): Frame[] {
  const frames: Frame[] = [];
  let next = from;
  for (let now = from; now <= to; now += 16) {
    if (now >= next) {
      clock.commit(epoch + now - lag(), false, now);
      clock.arrived(epoch + now - lag() - 90, now);
      next += interval;
    }
    frames.push({ now, time: clock.advance(now) });
  }
  return frames;
}

/** A repeating irregular lag of 5 … 60 ms. */
function lags(): () => number {
  let i = 0;
  return () => 5 + ((i++ * 37) % 56);
}

describe('the clock of the overlay', () => {
  test('never goes back', () => {
    const frames = play(new PlayClock(), 0, 5000, lags());
    frames.slice(1).forEach((frame, i) => expect(frame.time).toBeGreaterThanOrEqual((frames[i] as Frame).time));
  });

  test('runs as fast as the job, behind it by less than a third of a second', () => {
    const frames = play(new PlayClock(), 0, 10_000, lags());
    const late = frames.filter(({ now }) => now > 2000);
    for (const { now, time } of late) {
      expect(epoch + now - time).toBeGreaterThan(0);
      expect(epoch + now - time).toBeLessThan(330);
    }
    const [first, last] = [late[0] as Frame, late.at(-1) as Frame];
    expect((last.time - first.time) / (last.now - first.now)).toBeCloseTo(1, 1);
  });

  test('moves smoothly: no frame jumps although reports come irregularly', () => {
    const frames = play(new PlayClock(), 0, 6000, lags()).filter(({ now }) => now > 1000);
    frames.slice(1).forEach((frame, i) => {
      const step = frame.time - (frames[i] as Frame).time;
      expect(step).toBeGreaterThan(8);
      expect(step).toBeLessThan(26);
    });
  });

  test('stands exactly where the job stands when it is paused, and says that it has settled', () => {
    const clock = new PlayClock();
    play(clock, 0, 3000, lags());
    clock.commit(epoch + 3010, true, 3040);
    for (let now = 3040; now < 4000; now += 16) clock.advance(now);
    expect(clock.advance(4000)).toBe(epoch + 3010);
    expect(clock.advance(9000)).toBe(epoch + 3010);
    expect(clock.settled).toBe(true);
  });

  test('goes on from there when the job does, however long the pause was', () => {
    const clock = new PlayClock();
    play(clock, 0, 3000, lags());
    clock.commit(epoch + 3010, true, 3040);
    for (let now = 3040; now < 63_040; now += 160) clock.advance(now);
    // The job's clock is 60 s behind the page's from here on.
    const times: number[] = [];
    for (let now = 63_040; now < 64_540; now += 16) {
      if (now % 96 === 0 || times.length === 0) clock.commit(epoch + 3010 + (now - 63_040), false, now);
      times.push(clock.advance(now));
    }
    expect(times[0]).toBeGreaterThanOrEqual(epoch + 3010);
    expect(times[0]).toBeLessThan(epoch + 3030);
    expect(times.at(-1)).toBeGreaterThan(epoch + 3010 + 1000);
    expect(times.at(-1)).toBeLessThan(epoch + 3010 + 1500);
  });

  test('jumps ahead after the page has slept', () => {
    const clock = new PlayClock();
    play(clock, 0, 2000, lags());
    clock.commit(epoch + 60_000, false, 60_010);
    expect(clock.advance(60_016)).toBeGreaterThan(epoch + 59_000);
  });

  test('begins anew with another run', () => {
    const clock = new PlayClock();
    play(clock, 0, 1000, lags());
    clock.reset();
    clock.commit(5000, false, 1016);
    expect(clock.advance(1016)).toBeLessThan(5001);
  });
});

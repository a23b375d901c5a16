/** The pace lets through what it says, evenly, and saves up no burst. */
import { describe, expect, it } from 'vitest';
import { processingTime } from '../../base/units.ts';
import { Pacer } from './pacer.ts';

/** Records let through up to each time, polling whenever the pacer says. */
function passed(rate: number, phase: number, untilMs: number): number[] {
  const pacer = new Pacer();
  pacer.setRate(rate, phase, processingTime(0));
  const times: number[] = [];
  for (let now = processingTime(0); now <= untilMs; ) {
    const records = pacer.allowance(100, now);
    for (let i = 0; i < records; i++) times.push(Math.round(now));
    pacer.spend(records);
    now = processingTime(Math.max(now + 0.01, pacer.nextAt(now)));
  }
  return times;
}

describe('pacer', () => {
  it('lets one record a second through at one record per second', () => {
    expect(passed(1, 0, 3500)).toEqual([0, 1000, 2000, 3000]);
  });

  it('shifts a subtask by its phase', () => {
    expect(passed(1, 0.5, 3000)).toEqual([500, 1500, 2500]);
  });

  it('keeps the rate over a long time', () => {
    expect(passed(7, 0, 100_000).length).toBe(701);
  });

  it('saves up at most a tenth of a second while nobody asks', () => {
    const pacer = new Pacer();
    pacer.setRate(1000, 0, processingTime(0));
    expect(pacer.allowance(10_000, processingTime(60_000))).toBe(101);
  });

  it('is unbounded without a rate', () => {
    expect(new Pacer().allowance(2048, processingTime(0))).toBe(2048);
  });
});

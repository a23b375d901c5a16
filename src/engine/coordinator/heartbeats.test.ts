/** Who is asked for a sign of life, and who is overdue. */
import { expect, test } from 'vitest';
import { Heartbeats } from './heartbeats.ts';

/** Rounds as they come due, each answered after 10 ms. */
function overdueWithin(timeoutMs: number, untilMs: number): string[] {
  const heartbeats = new Heartbeats(timeoutMs);
  heartbeats.watch('v1/0', 0);
  const overdue: string[] = [];
  for (let at = heartbeats.nextRound(0); at !== null && at < untilMs; at = heartbeats.nextRound(at)) {
    const round = heartbeats.round(at);
    overdue.push(...round.overdue);
    for (const id of round.ask) heartbeats.beat(id, at + 10);
  }
  return overdue;
}

test.each([100, 400, 1000, 10_000])('a task that answers is alive, with a timeout of %i ms', (timeoutMs) => {
  expect(overdueWithin(timeoutMs, 20_000)).toEqual([]);
});

test('a task that is silent is overdue soon after the timeout', () => {
  const heartbeats = new Heartbeats(400);
  heartbeats.watch('v1/0', 0);
  let at: number | null = heartbeats.nextRound(0);
  while (at !== null && heartbeats.round(at).overdue.length === 0) at = heartbeats.nextRound(at);
  expect(at).toBeGreaterThanOrEqual(400);
  expect(at).toBeLessThan(600);
});

/** Timers in snapshots: by key group, in the order in which they fire, at any parallelism. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../base/canonical-json.ts';
import { eventTime, processingTime } from '../../base/units.ts';
import { TimerQueue } from './timers.ts';
import type { Timer } from './timers.ts';

const groupOf = (key: unknown): number => Number(key) % 8;
const timer = fc.record({
  domain: fc.constantFrom('event' as const, 'processing' as const),
  time: fc.integer({ min: 0, max: 5 }),
  key: fc.integer({ min: 0, max: 20 }),
  namespace: fc.constantFrom('w', 0, 1),
});

function queueOf(timers: readonly Timer[], removed: readonly Timer[] = []): TimerQueue {
  const queue = new TimerQueue();
  for (const each of timers) queue.register(each);
  for (const each of removed) queue.remove(each);
  return queue;
}

/** All timers in the order in which they fire. */
function fired(queue: TimerQueue): Timer[] {
  const all: Timer[] = [];
  for (let next = queue.nextEvent(eventTime(99)); next !== null; next = queue.nextEvent(eventTime(99))) all.push(next);
  for (
    let next = queue.nextProcessing(processingTime(99));
    next !== null;
    next = queue.nextProcessing(processingTime(99))
  )
    all.push(next);
  return all;
}

describe('timers in a snapshot', () => {
  it('fire after a restore as they would have, group by group', () => {
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 40 }), fc.array(timer, { maxLength: 10 }), (timers, removed) => {
        const queue = queueOf(timers, removed);
        const captured = queue.snapshotGroups(groupOf);
        expect(captured.size).toBe(queue.size);
        const expected = fired(queue);
        for (const [group, entries] of captured) {
          const restored = new TimerQueue();
          restored.restoreGroup(entries);
          expect(fired(restored)).toEqual(expected.filter((each) => groupOf(each.key) === group));
        }
        // All in one subtask: the same timers in order of domain and time.
        const all = new TimerQueue();
        for (const [, entries] of captured) all.restoreGroup(entries);
        const again = fired(all);
        expect(again.map(({ domain, time }) => [domain, time])).toEqual(
          expected.map(({ domain, time }) => [domain, time]),
        );
        expect(new Set(again.map(canonicalText))).toEqual(new Set(expected.map(canonicalText)));
      }),
    );
  });

  it('are the same again when they were restored', () => {
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 40 }), (timers) => {
        const first = queueOf(timers).snapshotGroups(groupOf);
        const queue = new TimerQueue();
        for (const [, entries] of first) queue.restoreGroup(entries);
        expect([...queue.snapshotGroups(groupOf)]).toEqual([...first]);
      }),
    );
  });

  it('with different times do not depend on the order of registration; with equal times they keep it', () => {
    const a: Timer = { domain: 'event', time: 1, key: 1, namespace: 'w' };
    const b: Timer = { domain: 'event', time: 2, key: 1, namespace: 'w' };
    const c: Timer = { domain: 'event', time: 2, key: 9, namespace: 'w' };
    const entries = (timers: readonly Timer[]) => [...queueOf(timers).snapshotGroups(groupOf)];
    expect(entries([b, a])).toEqual(entries([a, b]));
    expect(entries([c, b])).toEqual([
      [
        1,
        [
          ['event', 2, 9, 'w'],
          ['event', 2, 1, 'w'],
        ],
      ],
    ]);
    expect(entries([b, c])).toEqual([
      [
        1,
        [
          ['event', 2, 1, 'w'],
          ['event', 2, 9, 'w'],
        ],
      ],
    ]);
  });

  it('do not change with the queue after they were taken', () => {
    const a: Timer = { domain: 'event', time: 1, key: 1, namespace: 'w' };
    const queue = queueOf([a]);
    const captured = queue.snapshotGroups(groupOf);
    queue.remove(a);
    queue.register({ ...a, time: 3 });
    expect([...captured]).toEqual([[1, [['event', 1, 1, 'w']]]]);
  });
});

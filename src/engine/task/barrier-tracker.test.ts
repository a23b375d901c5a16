/** The state machine of at-least-once barriers: several checkpoints pending, each snapshot at its last barrier. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../base/units.ts';
import type { CheckpointOptions } from '../wire/checkpoints.ts';
import { BarrierTracker } from './barrier-tracker.ts';

const options = (checkpoint: number): CheckpointOptions => ({
  checkpoint,
  triggeredAt: processingTime(0),
  mode: 'at-least-once',
  alignmentTimeoutMs: null,
  savepoint: false,
});

function tracker(channels: number, afterFinish = true) {
  const log: string[] = [];
  const machine = new BarrierTracker(channels, afterFinish, {
    arrived: () => {},
    snapshot: ({ options: { checkpoint } }) => {
      log.push(`snapshot ${checkpoint}`);
      return [];
    },
    complete: () => {},
    abort: (checkpoint, failure) => log.push(`abort ${checkpoint} ${failure?.reason ?? 'told'}`),
  });
  const take = (): string[] => log.splice(0);
  const barriers = (...arrivals: readonly [channel: number, checkpoint: number][]): string[] => {
    for (const [channel, checkpoint] of arrivals) machine.barrier(channel, options(checkpoint), processingTime(0));
    return take();
  };
  return { machine, barriers, take };
}

describe('the tracker', () => {
  test('takes the snapshot at the last barrier', () => {
    const { barriers } = tracker(3);
    expect(barriers([0, 1], [2, 1])).toEqual([]);
    expect(barriers([1, 1])).toEqual(['snapshot 1']);
    expect(barriers([1, 1])).toEqual([]);
  });

  test('keeps several checkpoints pending, of which the older can still complete', () => {
    const { barriers } = tracker(2);
    expect(barriers([0, 1], [0, 2], [0, 3])).toEqual([]);
    expect(barriers([1, 1])).toEqual(['snapshot 1']);
    expect(barriers([1, 2])).toEqual(['snapshot 2']);
    expect(barriers([1, 3])).toEqual(['snapshot 3']);
  });

  test('drops older ones silently when a newer completes', () => {
    const { barriers } = tracker(2);
    expect(barriers([0, 1], [0, 2], [1, 2])).toEqual(['snapshot 2']);
    expect(barriers([1, 1])).toEqual([]);
  });

  test('does not count a channel twice', () => {
    const { barriers } = tracker(2);
    expect(barriers([0, 1], [0, 1])).toEqual([]);
    expect(barriers([1, 1])).toEqual(['snapshot 1']);
  });

  test('tracks at most fifty, the oldest goes', () => {
    const { barriers } = tracker(2);
    for (let checkpoint = 1; checkpoint <= 51; checkpoint++) barriers([0, checkpoint]);
    expect(barriers([1, 1])).toEqual([]);
    expect(barriers([1, 2])).toEqual(['snapshot 2']);
  });

  test('a cancellation aborts the older ones and itself, each once', () => {
    const { machine, barriers, take } = tracker(3);
    barriers([0, 1], [0, 2]);
    machine.cancel(2);
    expect(take()).toEqual(['abort 1 declined-cancelled', 'abort 2 declined-cancelled']);
    machine.cancel(2);
    machine.cancel(1);
    expect(barriers([1, 1], [2, 1], [1, 2], [2, 2])).toEqual([]);
    expect(barriers([0, 3], [1, 3], [2, 3])).toEqual(['snapshot 3']);
  });

  test('a cancellation may come before the first barrier', () => {
    const { machine, barriers, take } = tracker(2);
    machine.cancel(4);
    expect(take()).toEqual(['abort 4 declined-cancelled']);
    expect(barriers([0, 4], [1, 4])).toEqual([]);
    expect(barriers([0, 3])).toEqual([]);
  });

  test('an end counts as all barriers that the channel has not brought, oldest first', () => {
    const { machine, barriers, take } = tracker(2);
    barriers([0, 1], [0, 2]);
    machine.end(1);
    expect(take()).toEqual(['snapshot 1', 'snapshot 2']);
    expect(barriers([0, 3])).toEqual(['snapshot 3']);
  });

  test('an end aborts everything pending, without checkpoints after tasks finished', () => {
    const { machine, barriers, take } = tracker(2, false);
    barriers([0, 1], [0, 2]);
    machine.end(1);
    expect(take()).toEqual(['abort 1 declined-end-of-input', 'abort 2 declined-end-of-input']);
  });

  test('an abort by the coordinator is silent', () => {
    const { machine, barriers, take } = tracker(2);
    barriers([0, 1], [0, 2]);
    machine.abort(1);
    expect(take()).toEqual([]);
    expect(barriers([1, 1])).toEqual([]);
    expect(barriers([1, 2])).toEqual(['snapshot 2']);
  });

  test('a trigger of a source takes the snapshot at once', () => {
    const { machine, take } = tracker(0);
    machine.trigger(options(1), processingTime(0));
    expect(take()).toEqual(['snapshot 1']);
  });
});

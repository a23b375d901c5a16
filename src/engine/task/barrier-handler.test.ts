/** The state machine of exactly-once barriers: alignment, subsumption, cancellation, ends, overtaking, timeouts. */
import { describe, expect, test } from 'vitest';
import { duration, processingTime } from '../../base/units.ts';
import type { BarrierMode, CheckpointOptions } from '../wire/checkpoints.ts';
import { BarrierHandler } from './barrier-handler.ts';

const options = (checkpoint: number, mode: BarrierMode = 'aligned', timeoutMs: number | null = null) =>
  ({
    checkpoint,
    triggeredAt: processingTime(100 * checkpoint),
    mode,
    alignmentTimeoutMs: timeoutMs === null ? null : duration(timeoutMs),
    savepoint: false,
  }) satisfies CheckpointOptions;

/** A handler of so many channels whose actions are written down. `found`: barriers that wait in queues at a snapshot. */
function handler(channels: number, { afterFinish = true, found = [] as number[] } = {}) {
  const log: string[] = [];
  const machine = new BarrierHandler(channels, afterFinish, {
    arrived: (channel, checkpoint, blocked) => log.push(`${channel}#${checkpoint}${blocked ? ' waits' : ''}`),
    block: (channel) => log.push(`block ${channel}`),
    release: () => log.push('release'),
    timedOut: (checkpoint) => log.push(`timeout ${checkpoint}`),
    snapshot: ({ options: { checkpoint }, unaligned }) => {
      log.push(`snapshot ${checkpoint}${unaligned ? ' unaligned' : ''}`);
      return unaligned ? found : [];
    },
    complete: ({ options: { checkpoint } }) => log.push(`complete ${checkpoint}`),
    abort: (checkpoint, failure, alignment) =>
      log.push(`abort ${checkpoint} ${failure?.reason ?? 'told'}${alignment?.started === true ? ' late' : ''}`),
  });
  const take = (): string[] => log.splice(0);
  const at = processingTime(1000);
  const barrier = (channel: number, checkpoint: number, mode?: BarrierMode, timeoutMs?: number): string[] => {
    machine.barrier(channel, options(checkpoint, mode, timeoutMs), at);
    return take();
  };
  return { machine, barrier, take, at };
}

describe('aligned', () => {
  test('one channel has nothing to wait for', () => {
    const { barrier } = handler(1);
    expect(barrier(0, 1)).toEqual(['0#1', 'snapshot 1', 'complete 1']);
    expect(barrier(0, 2)).toEqual(['0#2', 'snapshot 2', 'complete 2']);
  });

  test('a channel waits for the others, and all are released behind the snapshot', () => {
    const { barrier } = handler(3);
    expect(barrier(1, 1)).toEqual(['1#1 waits', 'block 1']);
    expect(barrier(0, 1)).toEqual(['0#1 waits', 'block 0']);
    expect(barrier(2, 1)).toEqual(['2#1', 'snapshot 1', 'release', 'complete 1']);
  });

  test('a newer barrier takes the place of a pending checkpoint, whose late barriers block nobody', () => {
    const { barrier } = handler(3);
    barrier(0, 1);
    expect(barrier(1, 2)).toEqual(['release', 'abort 1 declined-subsumed', '1#2 waits', 'block 1']);
    expect(barrier(2, 1)).toEqual([]);
    expect(barrier(0, 2)).toEqual(['0#2 waits', 'block 0']);
    expect(barrier(2, 2)).toEqual(['2#2', 'snapshot 2', 'release', 'complete 2']);
    expect(barrier(2, 1)).toEqual([]);
  });

  test('the same barrier again does nothing', () => {
    const { barrier } = handler(2);
    barrier(0, 1);
    expect(barrier(0, 1)).toEqual([]);
    barrier(1, 1);
    expect(barrier(1, 1)).toEqual([]);
  });

  test('data behind several later barriers is aligned checkpoint by checkpoint', () => {
    const { barrier } = handler(2);
    expect(barrier(0, 1)).toEqual(['0#1 waits', 'block 0']);
    expect(barrier(1, 1)).toEqual(['1#1', 'snapshot 1', 'release', 'complete 1']);
    expect(barrier(0, 2)).toEqual(['0#2 waits', 'block 0']);
    expect(barrier(1, 2)).toEqual(['1#2', 'snapshot 2', 'release', 'complete 2']);
  });

  test('a skipped checkpoint is not waited for', () => {
    const { barrier } = handler(2);
    barrier(0, 1);
    barrier(1, 1);
    expect(barrier(0, 5)).toEqual(['0#5 waits', 'block 0']);
    expect(barrier(1, 5)).toEqual(['1#5', 'snapshot 5', 'release', 'complete 5']);
  });
});

describe('a cancellation', () => {
  test('ends the alignment', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    machine.cancel(1);
    expect(take()).toEqual(['release', 'abort 1 declined-cancelled']);
    expect(barrier(1, 1)).toEqual([]);
    expect(barrier(1, 2)).toEqual(['1#2 waits', 'block 1']);
  });

  test('may come before the first barrier', () => {
    const { machine, barrier, take } = handler(2);
    machine.cancel(3);
    expect(take()).toEqual(['abort 3 declined-cancelled']);
    expect(barrier(0, 3)).toEqual([]);
    expect(barrier(1, 3)).toEqual([]);
    expect(barrier(0, 4)).toEqual(['0#4 waits', 'block 0']);
  });

  test('of a checkpoint counts once, from however many channels it comes', () => {
    const { machine, take } = handler(3);
    machine.cancel(1);
    machine.cancel(1);
    machine.cancel(1);
    expect(take()).toEqual(['abort 1 declined-cancelled']);
  });

  test('of a newer checkpoint also ends the pending one', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    machine.cancel(2);
    expect(take()).toEqual(['release', 'abort 1 declined-subsumed', 'abort 2 declined-cancelled']);
    expect(barrier(1, 1)).toEqual([]);
    expect(barrier(1, 2)).toEqual([]);
  });

  test('of an older checkpoint does nothing', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    barrier(1, 1);
    barrier(0, 3);
    machine.cancel(1);
    machine.cancel(2);
    expect(take()).toEqual([]);
    expect(barrier(1, 3)).toContain('snapshot 3');
  });
});

describe('an abort by the coordinator', () => {
  test('releases the channels at once', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    machine.abort(1);
    expect(take()).toEqual(['release', 'abort 1 told']);
    expect(barrier(1, 1)).toEqual([]);
  });

  test('may come before any barrier, and leaves an older pending checkpoint alone', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    machine.abort(2);
    expect(take()).toEqual([]);
    expect(barrier(1, 1)).toEqual(['1#1', 'snapshot 1', 'release', 'complete 1']);
    expect(barrier(0, 2)).toEqual([]);
    expect(barrier(0, 3)).toEqual(['0#3 waits', 'block 0']);
  });
});

describe('the end of a channel', () => {
  test('counts as its barrier', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1);
    machine.end(1);
    expect(take()).toEqual(['snapshot 1', 'release', 'complete 1']);
    expect(barrier(0, 2)).toEqual(['0#2', 'snapshot 2', 'complete 2']);
  });

  test('of a channel that has brought its barrier changes nothing', () => {
    const { machine, barrier, take } = handler(3);
    barrier(0, 1);
    machine.end(0);
    expect(take()).toEqual([]);
    expect(barrier(1, 1)).toEqual(['1#1 waits', 'block 1']);
  });

  test('without checkpoints after tasks finished aborts what is pending', () => {
    const { machine, barrier, take } = handler(3, { afterFinish: false });
    barrier(0, 1);
    machine.end(1);
    expect(take()).toEqual(['release', 'abort 1 declined-end-of-input']);
    expect(barrier(2, 1)).toEqual([]);
  });

  test('leaves the channel able to bring barriers', () => {
    const { machine, barrier } = handler(2);
    machine.end(0);
    machine.end(1);
    expect(barrier(0, 1)).toEqual(['0#1', 'snapshot 1', 'complete 1']);
    expect(barrier(1, 1)).toEqual([]);
  });
});

describe('a trigger', () => {
  test('of a source takes the snapshot at once', () => {
    const { machine, take, at } = handler(0);
    machine.trigger(options(1), at);
    machine.trigger(options(2, 'unaligned'), at);
    expect(take()).toEqual(['snapshot 1', 'complete 1', 'snapshot 2 unaligned', 'complete 2']);
  });

  test('of a task behind ended channels waits for those that have not ended yet', () => {
    const { machine, take, at } = handler(2);
    machine.end(0);
    machine.trigger(options(1), at);
    expect(take()).toEqual([]);
    machine.end(1);
    expect(take()).toEqual(['snapshot 1', 'complete 1']);
  });

  test('that was aborted before does nothing', () => {
    const { machine, take, at } = handler(0);
    machine.abort(1);
    machine.trigger(options(1), at);
    expect(take()).toEqual([]);
  });
});

describe('unaligned', () => {
  test('the first barrier takes the snapshot, the last completes it, nobody waits', () => {
    const { barrier } = handler(3);
    expect(barrier(1, 1, 'unaligned')).toEqual(['1#1', 'snapshot 1 unaligned']);
    expect(barrier(0, 1, 'unaligned')).toEqual(['0#1']);
    expect(barrier(2, 1, 'unaligned')).toEqual(['2#1', 'complete 1']);
  });

  test('barriers that wait in queues count with the snapshot', () => {
    const { barrier } = handler(2, { found: [0, 1] });
    expect(barrier(1, 1, 'unaligned')).toEqual(['1#1', 'snapshot 1 unaligned', '0#1', 'complete 1']);
    expect(barrier(0, 1)).toEqual([]);
  });

  test('a newer barrier aborts one whose barriers have not all come', () => {
    const { barrier } = handler(2);
    barrier(0, 1, 'unaligned');
    expect(barrier(0, 2, 'unaligned')).toEqual(['abort 1 declined-subsumed late', '0#2', 'snapshot 2 unaligned']);
    expect(barrier(1, 1, 'unaligned')).toEqual([]);
    expect(barrier(1, 2, 'unaligned')).toEqual(['1#2', 'complete 2']);
  });

  test('an end completes it, a cancellation aborts it', () => {
    const { machine, barrier, take } = handler(3);
    barrier(0, 1, 'unaligned');
    barrier(1, 1, 'unaligned');
    machine.end(2);
    expect(take()).toEqual(['complete 1']);
    barrier(0, 2, 'unaligned');
    machine.cancel(2);
    expect(take()).toEqual(['abort 2 declined-cancelled late']);
  });

  test('aligned and unaligned checkpoints take turns', () => {
    const { barrier } = handler(2);
    barrier(0, 1);
    expect(barrier(1, 1)).toEqual(['1#1', 'snapshot 1', 'release', 'complete 1']);
    expect(barrier(0, 2, 'unaligned')).toEqual(['0#2', 'snapshot 2 unaligned']);
    expect(barrier(1, 2, 'unaligned')).toEqual(['1#2', 'complete 2']);
    expect(barrier(0, 3)).toEqual(['0#3 waits', 'block 0']);
  });
});

describe('aligned with a timeout', () => {
  test('goes on unaligned when its time is over, counted from the trigger', () => {
    const { machine, barrier, take } = handler(2);
    expect(barrier(0, 1, 'aligned', 50)).toEqual(['0#1 waits', 'block 0']);
    expect(machine.deadline).toBe(150);
    machine.timeOut(options(1, 'aligned', 50), processingTime(150));
    expect(take()).toEqual(['timeout 1', 'snapshot 1 unaligned', 'release']);
    expect(machine.deadline).toBe(Number.POSITIVE_INFINITY);
    expect(barrier(1, 1, 'aligned', 50)).toEqual(['1#1', 'complete 1']);
  });

  test('is plain alignment in time', () => {
    const { machine, barrier, take } = handler(2);
    barrier(0, 1, 'aligned', 50);
    expect(barrier(1, 1, 'aligned', 50)).toEqual(['1#1', 'snapshot 1', 'release', 'complete 1']);
    machine.timeOut(options(1, 'aligned', 50), processingTime(150));
    expect(take()).toEqual([]);
  });

  test('an overtaking barrier from upstream switches at once', () => {
    const { barrier } = handler(3);
    barrier(0, 1, 'aligned', 50);
    expect(barrier(1, 1, 'unaligned', 50)).toEqual(['1#1', 'snapshot 1 unaligned', 'release']);
    expect(barrier(2, 1, 'unaligned', 50)).toEqual(['2#1', 'complete 1']);
  });

  test('may run out while all its barriers wait in queues', () => {
    const { machine, take, at } = handler(2, { found: [0] });
    machine.timeOut(options(1, 'aligned', 50), at);
    expect(take()).toEqual(['timeout 1', 'snapshot 1 unaligned', '0#1']);
  });

  test('does not run out for a checkpoint that is over, or behind another', () => {
    const { machine, barrier, take, at } = handler(2);
    barrier(0, 1);
    barrier(1, 1);
    machine.timeOut(options(1, 'aligned', 50), at);
    barrier(0, 2, 'aligned', 50);
    machine.timeOut(options(3, 'aligned', 50), at);
    expect([machine.concerns(1), machine.concerns(2), machine.concerns(3)]).toEqual([false, true, false]);
    expect(take()).toEqual([]);
  });
});

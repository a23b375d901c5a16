/** Checkpoints at a subtask that is driven by hand: cut, asynchronous part, notices, failures, the end of input. */
import { describe, expect, it } from 'vitest';
import { duration } from '../../base/units.ts';
import { DrivenSubtask, options } from './testing/driven-subtask.ts';

const unaligned = { mode: 'unaligned' } as const;

describe('an aligned checkpoint', () => {
  it('holds what came before the barriers, and nothing of what came behind them', () => {
    const task = new DrivenSubtask();
    task.data(0, [1, 2], options(1));
    task.data(0, [3]);
    task.data(1, [4], options(1));
    task.settle();
    expect(task.acknowledged).toEqual([1]);
    expect(task.stateOf(1)).toEqual({ sum: 7, counts: { 1: 1, 2: 1, 4: 1 }, timers: 3, input: [], output: [] });
    task.now = 200;
    task.run();
    expect(task.sentThings).toEqual([1, 2, 4, '#1', 3]);
  });

  it('gives no credit back for what waits behind a barrier', () => {
    const task = new DrivenSubtask();
    task.data(0, [1], options(1));
    task.effects = [];
    task.data(0, [2]);
    expect(task.of('credit')).toEqual([]);
    expect(task.task.gauges().inputs.map(({ blocked }) => blocked)).toEqual([true, false]);
    task.barrier(1, options(1));
    expect(task.of('credit').map(({ channel }) => channel)).toEqual(['in:1-0', 'in:0-0']);
  });

  it('tells of its barriers', () => {
    const task = new DrivenSubtask();
    task.barrier(0, options(1));
    task.barrier(1, options(1));
    expect(task.barriers).toEqual([
      { kind: 'arrived', checkpoint: 1, channel: 'in:0-0', blocked: true, overtook: 0 },
      { kind: 'arrived', checkpoint: 1, channel: 'in:1-0', blocked: false, overtook: 0 },
      { kind: 'snapshot', checkpoint: 1, unaligned: false },
    ]);
  });

  it('is written while records are processed, and acknowledged only when it is', () => {
    const task = new DrivenSubtask({ senders: 1 });
    task.data(0, [1, 2], options(1));
    task.now = 10;
    task.run();
    expect(task.requests.map(({ body }) => body.kind)).toEqual(['write-state']);
    task.data(0, [3, 4, 5]);
    expect(task.acknowledged).toEqual([]);
    task.now = 30;
    task.answer();
    expect(task.acknowledged).toEqual([1]);
    const { metrics } = task.snapshot(1);
    expect(metrics).toMatchObject({ asyncMs: 30, recordsDuringAsync: 3, startDelayMs: 0, unaligned: false });
    expect(metrics.writtenBytes).toBe(metrics.stateBytes);
    expect(task.stateOf(1).sum).toBe(3);
  });

  it('measures delay, alignment and the synchronous part', () => {
    const task = new DrivenSubtask();
    task.now = 40;
    task.barrier(0, options(1));
    task.data(1, [1, 2]);
    task.now = 65;
    const message = task.plan.inputs[0]?.channels[1] ?? '';
    task.barrier(1, options(1));
    task.settle();
    expect(message).toBe('in:1-0');
    expect(task.snapshot(1).metrics).toMatchObject({ startDelayMs: 40, alignmentMs: 25, alignedRecords: 2 });
  });

  it('names its chunks by checkpoint, subtask and attempt', () => {
    const task = new DrivenSubtask({ senders: 1 }, { attempt: 3 });
    task.data(0, [1], options(7));
    task.settle();
    expect(task.snapshot(7).handles.map(({ key }) => key)).toEqual(['7/v/0/3/0', '7/v/0/3/1', '7/v/0/3/2']);
  });

  it('may be one of several that are being written', () => {
    const task = new DrivenSubtask({ senders: 1, settings: { maxConcurrentCheckpoints: 3 } });
    task.data(0, [1], options(1));
    task.data(0, [2], options(2));
    task.run();
    expect(task.requests).toHaveLength(2);
    task.answer();
    expect(task.acknowledged).toEqual([1, 2]);
    expect([task.stateOf(1).sum, task.stateOf(2).sum]).toEqual([1, 3]);
  });
});

describe('a subtask', () => {
  it('declines a checkpoint that a newer one has overtaken, and tells its receivers', () => {
    const task = new DrivenSubtask();
    task.barrier(0, options(1));
    task.data(0, [9]);
    task.barrier(1, options(2));
    expect(task.declined).toEqual(['1 declined-subsumed']);
    expect(task.of('decline')[0]?.failure.details).toEqual({ task: 'Test (1/1)', by: 2 });
    expect(task.sentThings).toEqual(['cancel-barrier']);
  });

  it('passes a cancellation on and does not wait for that checkpoint', () => {
    const task = new DrivenSubtask();
    task.barrier(0, options(1));
    task.command({ kind: 'checkpoint-aborted', checkpoint: 1 });
    expect(task.task.gauges().inputs.every(({ blocked }) => !blocked)).toBe(true);
    task.barrier(1, options(1));
    expect([task.declined, task.acknowledged]).toEqual([[], []]);
    expect(task.barriers.at(-1)).toEqual({ kind: 'aborted', checkpoint: 1 });
  });

  it('declines when its snapshot cannot be written', () => {
    const task = new DrivenSubtask({ senders: 1 });
    task.data(0, [1], options(1));
    task.run();
    task.fail('the disk is full.');
    expect(task.declined).toEqual(['1 write-failed']);
    expect(task.of('decline')[0]?.failure.details).toEqual({ task: 'Test (1/1)', detail: 'the disk is full' });
    task.data(0, [2], options(2));
    task.settle();
    expect(task.acknowledged).toEqual([2]);
  });

  it('forgets the snapshot of a checkpoint that is aborted meanwhile', () => {
    const task = new DrivenSubtask({ senders: 1 });
    task.data(0, [1], options(1));
    task.run();
    task.command({ kind: 'checkpoint-aborted', checkpoint: 1 });
    task.settle();
    expect([task.acknowledged, task.declined]).toEqual([[], []]);
  });

  it('declines a trigger while it fetches its state', () => {
    const first = new DrivenSubtask({ senders: 1 });
    first.data(0, [1], options(1));
    first.settle();
    const second = new DrivenSubtask({ senders: 1 }, first.deploymentFrom(1));
    second.command({ kind: 'checkpoint', options: options(2) });
    expect(second.declined).toEqual(['2 declined-not-ready']);
  });

  it('waits until its operators have settled, and declines for them', () => {
    const task = new DrivenSubtask({ kind: 'committing', senders: 1 });
    task.barrier(0, options(1));
    task.run();
    expect(task.requests.map(({ body }) => body.kind)).toEqual(['transaction', 'write-state']);
    expect(task.acknowledged).toEqual([]);
    task.answer();
    expect(task.acknowledged).toEqual([1]);
    const other = new DrivenSubtask({ kind: 'committing', senders: 1 });
    other.barrier(0, options(1));
    other.fail('no room');
    other.settle();
    expect(other.declined).toEqual(['1 declined']);
  });
});

describe('an unaligned checkpoint', () => {
  /** Two credits and two queued buffers of four fill the output; the rest waits at the input. */
  function backpressured(): DrivenSubtask {
    const task = new DrivenSubtask();
    for (let i = 0; i < 4; i++) task.data(0, [i, i, i, i]);
    task.data(0, [8, 8]);
    task.data(1, [9]);
    expect(task.task.occupation).toBe('backpressured');
    return task;
  }

  it('passes a backpressured task at once; what it overtakes is in the snapshot and processed all the same', () => {
    const task = backpressured();
    task.overtaking(1, options(1, unaligned));
    expect(task.sentThings.at(-1)).toBe('!1');
    task.overtaking(0, options(1, unaligned));
    task.settle();
    const state = task.stateOf(1);
    expect(state).toMatchObject({ sum: 24, output: [2, 2, 2, 2, 3, 3, 3, 3] });
    expect(state.input.sort((a, b) => Number(a) - Number(b))).toEqual([8, 8, 9]);
    expect(task.snapshot(1).metrics).toMatchObject({ unaligned: true, inFlightRecords: 11 });
    for (let i = 0; i < 8; i++) {
      task.now += 200;
      task.credit(task.task.gauges().outputs[0]?.credits === 0 ? 1 : 0);
      task.run();
    }
    expect(task.sentThings).toEqual([0, 0, 0, 0, 1, 1, 1, 1, '!1', 2, 2, 2, 2, 3, 3, 3, 3, 8, 8, 9]);
  });

  it('is acknowledged only when all barriers have come, with what came before them', () => {
    const task = backpressured();
    task.overtaking(1, options(1, unaligned));
    task.settle();
    task.data(0, [5]);
    expect(task.acknowledged).toEqual([]);
    task.overtaking(0, options(1, unaligned));
    task.settle();
    expect(task.stateOf(1).input.sort((a, b) => Number(a) - Number(b))).toEqual([5, 8, 8, 9]);
  });

  it('comes back with its in-flight data: sent again first, processed before anything new', () => {
    const first = backpressured();
    first.overtaking(1, options(1, unaligned));
    first.overtaking(0, options(1, unaligned));
    first.settle();
    const second = new DrivenSubtask({}, first.deploymentFrom(1));
    second.data(0, [100]);
    for (const [key, chunk] of first.store) second.store.set(key, chunk);
    second.answer();
    expect(second.of('state').map(({ state }) => state)).toEqual(['initializing', 'running']);
    for (let i = 0; i < 8; i++) {
      second.now += 200;
      second.credit(second.task.gauges().outputs[0]?.credits === 0 ? 1 : 0);
      second.run();
    }
    const things = second.sentThings;
    expect(things.slice(0, 8)).toEqual([2, 2, 2, 2, 3, 3, 3, 3]);
    expect(things.slice(8).sort((a, b) => Number(a) - Number(b))).toEqual([8, 8, 9, 100]);
    expect(things.indexOf(8)).toBeLessThan(things.indexOf(100));
    const restored = second.of('report').find(({ report }) => report.kind === 'recovery')?.report;
    expect(restored).toMatchObject({ event: { kind: 'restored', recovery: 1, attempt: 2, inFlightRecords: 11 } });
    const traces = second.of('report').flatMap(({ report }) => (report.kind === 'traces' ? report.traces : []));
    expect(
      traces.flatMap((trace) => (trace.kind === 'sent' && trace.replayed === true ? [trace.records] : [])),
    ).toEqual([4, 4]);
  });
});

describe('an aligned checkpoint with a timeout', () => {
  const timed = options(1, { alignmentTimeoutMs: duration(50) });

  it('asks to be woken and goes on unaligned when its time is over', () => {
    const task = new DrivenSubtask();
    task.data(0, [1], timed);
    task.data(0, [2]);
    expect(task.of('wake').some(({ at }) => at === 50)).toBe(true);
    task.now = 50;
    task.run();
    expect(task.barriers.map(({ kind }) => kind)).toEqual(['arrived', 'timed-out', 'snapshot']);
    expect(task.task.gauges().inputs[0]?.blocked).toBe(false);
    task.data(1, [3], timed);
    task.settle();
    expect(task.stateOf(1)).toMatchObject({ sum: 1, input: [3], output: [] });
  });

  it('overtakes at the sender what has waited there for so long', () => {
    const task = new DrivenSubtask({ senders: 1 });
    for (let i = 0; i < 3; i++) task.data(0, [i, i, i, i]);
    task.barrier(0, timed);
    task.settle();
    expect(task.acknowledged).toEqual([]);
    task.now = 50;
    task.settle();
    expect(task.sentThings).toEqual([0, 0, 0, 0, 1, 1, 1, 1, '!1']);
    expect(task.acknowledged).toEqual([1]);
    expect(task.stateOf(1)).toMatchObject({ sum: 12, output: [2, 2, 2, 2] });
    expect(task.snapshot(1).metrics.unaligned).toBe(true);
  });

  it('stays aligned when the barrier leaves in time', () => {
    const task = new DrivenSubtask({ senders: 1 });
    for (let i = 0; i < 3; i++) task.data(0, [i, i, i, i]);
    task.barrier(0, timed);
    task.settle();
    task.credit(2);
    task.settle();
    expect(task.snapshot(1).metrics).toMatchObject({ unaligned: false, inFlightRecords: 0 });
  });

  it('runs out also for a barrier that waits in the queue of a backpressured task', () => {
    const task = new DrivenSubtask({ senders: 1 });
    for (let i = 0; i < 4; i++) task.data(0, [i, i, i, i]);
    task.data(0, [7], timed);
    expect(task.barriers).toEqual([]);
    task.now = 50;
    task.settle();
    expect(task.stateOf(1)).toMatchObject({ sum: 24, input: [7], output: [2, 2, 2, 2, 3, 3, 3, 3] });
  });
});

describe('an at-least-once checkpoint', () => {
  it('blocks nobody: what comes behind a barrier is in the snapshot', () => {
    const task = new DrivenSubtask();
    const loose = { mode: 'at-least-once' } as const;
    task.data(0, [1], options(1, loose));
    task.data(0, [2], options(2, loose));
    task.barrier(1, options(1, loose));
    task.settle();
    expect(task.stateOf(1).sum).toBe(3);
    task.barrier(1, options(2, loose));
    task.settle();
    expect(task.acknowledged).toEqual([1, 2]);
  });
});

describe('an incremental checkpoint', () => {
  const settings = { incrementalCheckpoints: true };

  it('names the chunks of the last completed one that did not change', () => {
    const task = new DrivenSubtask({ senders: 1, settings });
    task.data(0, [1, 2], options(1));
    task.settle();
    task.command({ kind: 'checkpoint-complete', checkpoint: 1 });
    task.data(0, [2], options(2));
    task.settle();
    const keys = task.snapshot(2).handles.map(({ key }) => key.split('/')[0]);
    // Both timers and the count of 1 are as they were; the sum and the count of 2 are not.
    expect(keys.filter((key) => key === '1')).toHaveLength(3);
    expect(keys.filter((key) => key === '2')).toHaveLength(2);
    expect(task.snapshot(2).metrics.writtenBytes).toBeLessThan(task.snapshot(2).metrics.stateBytes);
    expect(task.stateOf(2)).toMatchObject({ sum: 5, counts: { 1: 1, 2: 2 }, timers: 2 });
  });

  it('never builds on one that did not complete, nor does a savepoint', () => {
    const task = new DrivenSubtask({ senders: 1, settings });
    task.data(0, [1], options(1));
    task.settle();
    task.barrier(0, options(2));
    task.settle();
    expect(task.snapshot(2).handles.every(({ key }) => key.startsWith('2/'))).toBe(true);
    task.command({ kind: 'checkpoint-complete', checkpoint: 2 });
    task.barrier(0, options(3, { savepoint: true }));
    task.barrier(0, options(4));
    task.settle();
    expect(task.snapshot(3).handles.every(({ key }) => key.startsWith('3/'))).toBe(true);
    expect(task.snapshot(4).handles.every(({ key }) => key.startsWith('2/'))).toBe(true);
  });
});

describe('the end of the input', () => {
  it('counts as the barrier of a channel', () => {
    const task = new DrivenSubtask();
    task.barrier(0, options(1));
    task.end(1);
    task.settle();
    expect(task.acknowledged).toEqual([1]);
  });

  it('is declined as a barrier where finished tasks stop checkpoints', () => {
    const task = new DrivenSubtask({ settings: { checkpointsAfterFinish: false } });
    task.barrier(0, options(1));
    task.end(1);
    expect(task.declined).toEqual(['1 declined-end-of-input']);
  });

  it('waits for a snapshot that is being written', () => {
    const task = new DrivenSubtask({ senders: 1 });
    task.data(0, [1], options(1));
    task.end(0);
    task.run();
    expect(task.of('state').map(({ state }) => state)).toEqual(['running']);
    task.answer();
    expect(task.acknowledged).toEqual([1]);
    expect(task.of('state').map(({ state }) => state)).toEqual(['running', 'finished']);
  });

  it('is said by a task that commits, which finishes with the commit of a checkpoint taken after it', () => {
    const task = new DrivenSubtask({ kind: 'committing', senders: 1 });
    task.barrier(0, options(1));
    task.end(0);
    task.settle();
    expect(task.of('end-of-data')).toHaveLength(1);
    // This one was taken before the end.
    task.command({ kind: 'checkpoint-complete', checkpoint: 1 });
    task.settle();
    task.command({ kind: 'checkpoint', options: options(2) });
    task.settle();
    expect(task.acknowledged).toEqual([1, 2]);
    expect(task.sentThings.slice(-2)).toEqual(['end', '#2']);
    task.command({ kind: 'checkpoint-complete', checkpoint: 2 });
    expect(task.of('state').map(({ state }) => state)).toEqual(['running']);
    task.answer();
    expect(task.of('state').map(({ state }) => state)).toEqual(['running', 'finished']);
    expect(task.of('end-of-data')).toHaveLength(1);
  });

  it('lets a triggered task wait for the ends that are still on their way, behind older barriers', () => {
    const task = new DrivenSubtask();
    task.end(0);
    task.command({ kind: 'checkpoint', options: options(2) });
    task.data(1, [1], options(1));
    task.settle();
    expect(task.acknowledged).toEqual([1]);
    task.end(1);
    task.settle();
    expect(task.acknowledged).toEqual([1, 2]);
    task.credit();
    task.settle();
    expect(task.of('state').at(-1)?.state).toBe('finished');
  });
});

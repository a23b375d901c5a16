/** When checkpoints are triggered, and for whom; cases after Flink's CheckpointCoordinatorTriggeringTest. */
import { describe, expect, test } from 'vitest';
import type { JobSettings } from '../../graph/job.ts';
import { allTasks, broken, Driven, fullSpeed, planOf, smallPlan } from '../testing/driven.ts';
import { byHand, chunks, dropped, interval, running, settings, timeout, told } from '../testing/checkpointing.ts';

describe('periodic triggers', () => {
  const triggered = (job: Driven) =>
    job.reports.flatMap((r) => (r.kind === 'checkpoint' && r.event.kind === 'triggered' ? [r.at as number] : []));

  test('come at every interval once all tasks run', () => {
    const job = new Driven();
    job.run(smallPlan(settings));
    job.now = 400;
    job.deployed(...allTasks);
    job.task('v1/0', 'running');
    job.task('v1/1', 'initializing');
    job.task('v2/0', 'running');
    job.pass(3000);
    expect(job.checkpoints).toEqual([]);
    job.task('v1/1', 'running');
    for (let id = 1; id <= 3; id++) {
      job.pass(3000 + id * interval);
      job.acknowledgeAll(id);
    }
    expect(triggered(job)).toEqual([4000, 5000, 6000]);
  });

  test('stand still while the job is paused, and so do timeouts', () => {
    const job = running();
    job.pass(600);
    job.pace({ ...fullSpeed, paused: true });
    job.pass(60_600);
    expect(triggered(job)).toEqual([]);
    job.pace(fullSpeed);
    job.pass(60_600 + 399);
    expect(triggered(job)).toEqual([]);
    job.pass(60_600 + 400);
    expect(triggered(job)).toEqual([interval]);
    job.pass(61_100);
    job.pace({ ...fullSpeed, paused: true });
    job.pass(200_000);
    expect(job.checkpointLines).toEqual(['triggered 1']);
    job.pace(fullSpeed);
    job.pass(job.now + timeout);
    expect(job.checkpointLines).toContain('failed 1 expired');
  });

  test('wait while too many are pending, and come as soon as there is room', () => {
    const job = running();
    job.pass(2500);
    expect(triggered(job)).toEqual([1000]);
    job.acknowledgeAll(1);
    expect(triggered(job)).toEqual([1000, 2500]);
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1', 'triggered 2']);
  });

  test('that wait for room do so for the end of a pause too', () => {
    const job = running();
    job.pass(2500);
    job.pace({ ...fullSpeed, paused: true });
    job.acknowledgeAll(1);
    expect(triggered(job)).toEqual([1000]);
    job.pace(fullSpeed);
    expect(triggered(job)).toEqual([1000, 2500]);
  });

  test('may overlap up to the number that is set', () => {
    const job = running({ maxConcurrentCheckpoints: 2 });
    job.pass(3500);
    expect(triggered(job)).toEqual([1000, 2000]);
  });

  test.each([
    ['unaligned checkpoints', { checkpointMode: 'unaligned' }],
    ['an alignment timeout', { alignmentTimeoutMs: 10 }],
    ['a minimum pause', { checkpointMinPauseMs: 1 }],
  ] as const)('never overlap with %s', (_, more) => {
    const job = running({ maxConcurrentCheckpoints: 2, ...more });
    job.pass(3500);
    expect(triggered(job)).toEqual([1000]);
  });

  test('keep the minimum pause since the last completion', () => {
    const job = running({ checkpointMinPauseMs: 700 });
    job.pass(1000);
    job.pass(1900);
    job.acknowledgeAll(1);
    job.pass(2599);
    expect(triggered(job)).toEqual([1000]);
    job.pass(2600);
    expect(triggered(job)).toEqual([1000, 2600]);
  });

  test.each([
    ['an interval of 0', { checkpointIntervalMs: 0 }],
    ['mode off', { checkpointMode: 'off' }],
  ] as const)('do not come with %s', (_, more) => {
    const job = running(more);
    job.pass(60_000);
    expect(job.checkpoints).toEqual([]);
    job.checkpointByHand();
    expect(job.checkpoints).toMatchObject([{ kind: 'triggered', options: { mode: 'aligned' } }]);
  });

  test.each([
    [{ checkpointMode: 'aligned' }, { mode: 'aligned', alignmentTimeoutMs: null }],
    [
      { checkpointMode: 'aligned', alignmentTimeoutMs: 50 },
      { mode: 'aligned', alignmentTimeoutMs: 50 },
    ],
    [
      { checkpointMode: 'unaligned', alignmentTimeoutMs: 50 },
      { mode: 'unaligned', alignmentTimeoutMs: null },
    ],
    [{ checkpointMode: 'at-least-once' }, { mode: 'at-least-once', alignmentTimeoutMs: null }],
  ] as const)('with %o ask for %o', (more, options) => {
    const job = running(more);
    job.pass(interval);
    expect(job.checkpoints).toMatchObject([{ options: { ...options, savepoint: false } }]);
    // A savepoint is aligned whatever the mode.
    job.checkpointByHand(true);
    expect(job.checkpoints.at(-1)).toMatchObject({
      options: { mode: 'aligned', alignmentTimeoutMs: null, savepoint: true },
    });
  });
});

describe('by hand', () => {
  test('one that cannot be taken is refused with the reason, and has no number', () => {
    const job = new Driven();
    job.run(smallPlan(settings));
    job.checkpointByHand();
    expect(job.checkpoints).toMatchObject([
      { kind: 'failed', checkpoint: null, failure: { details: { detail: 'Numbers (1/2) is deploying' } } },
    ]);
    const other = byHand();
    other.checkpointByHand();
    other.checkpointByHand();
    other.acknowledgeAll(1);
    other.checkpointByHand();
    expect(other.checkpointLines).toEqual([
      'triggered 1',
      'failed null too-many-pending',
      'completed 1',
      'triggered 2',
    ]);
  });

  test('a savepoint is taken beside a pending checkpoint', () => {
    const job = byHand();
    job.checkpointByHand();
    job.checkpointByHand(true);
    expect(job.checkpointLines).toEqual(['triggered 1', 'triggered 2']);
  });

  test('a savepoint subsumes nothing, is not subsumed, commits nothing and is kept', () => {
    const job = byHand({ retainedCheckpoints: 1, maxConcurrentCheckpoints: 3 });
    job.checkpointByHand();
    job.checkpointByHand(true);
    job.acknowledgeAll(2, chunks(2));
    expect(job.checkpointLines).toEqual(['triggered 1', 'triggered 2', 'completed 2']);
    expect(told(job, 'checkpoint-complete')).toEqual([]);
    job.acknowledgeAll(1);
    job.checkpointByHand(true);
    job.checkpointByHand();
    job.acknowledgeAll(4);
    job.acknowledgeAll(3);
    expect(job.checkpointLines.slice(3)).toEqual([
      'completed 1',
      'triggered 3',
      'triggered 4',
      'completed 4',
      'discarded 1',
      'completed 3',
    ]);
    expect(dropped(job)).toEqual([]);
  });
});

describe('finished tasks', () => {
  const chain = (more: Partial<JobSettings> = {}) =>
    new Driven().running(
      planOf({ a: 1, b: 1, c: 1, d: 1 }, ['a→c', 'b→c', 'c→d'], { ...settings, checkpointIntervalMs: 0, ...more }),
    );

  test('a task is triggered when all upstream of it have finished', () => {
    const job = chain();
    job.task('a/0', 'finished');
    job.checkpointByHand();
    expect(job.checkpoints.at(-1)).toMatchObject({
      triggers: ['b/0'],
      awaits: ['b/0', 'c/0', 'd/0'],
      finished: ['a/0'],
    });
    job.acknowledgeAll(1);
    expect(job.checkpoints.at(-1)).toMatchObject({
      metadata: { subtasks: [{ finished: true, handles: [] }, {}, {}, {}] },
    });
    job.task('b/0', 'finished');
    job.checkpointByHand();
    expect(job.checkpoints.at(-1)).toMatchObject({
      triggers: ['c/0'],
      awaits: ['c/0', 'd/0'],
      finished: ['a/0', 'b/0'],
    });
  });

  test('end checkpoints when the job says so', () => {
    const job = chain({ checkpointsAfterFinish: false });
    job.task('a/0', 'finished');
    job.checkpointByHand();
    expect(job.checkpoints).toMatchObject([
      { checkpoint: null, failure: { reason: 'not-all-running', details: { detail: 'a (1/1) has finished' } } },
    ]);
  });

  test('then a failed trigger is told once an interval', () => {
    const job = running({ checkpointsAfterFinish: false });
    job.task('v1/0', 'finished');
    job.pass(3 * interval + 500);
    expect(job.checkpointLines).toEqual(Array.from({ length: 3 }, () => 'failed null not-all-running'));
  });
});

describe('the end of all data', () => {
  test.each([[0], [interval * 100]])('is followed by a last checkpoint at once, with an interval of %i', (ms) => {
    const job = running({ checkpointIntervalMs: ms });
    job.endOfData('v1/0', 'v2/0');
    expect(job.checkpoints).toEqual([]);
    job.endOfData('v1/1');
    expect(job.checkpoints).toMatchObject([{ triggers: ['v1/0', 'v1/1'], options: { savepoint: false } }]);
    job.acknowledgeAll(1);
    for (const id of allTasks) job.task(id, 'finished');
    expect(job.state).toBe('finished');
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1']);
  });

  test('is followed by one at a time, even where several may be pending', () => {
    const job = byHand({ maxConcurrentCheckpoints: 3 });
    job.endOfData(...allTasks);
    job.pass(job.now + 3000);
    expect(job.checkpointLines).toEqual(['triggered 1']);
  });

  test('counts only tasks that have not finished', () => {
    const job = byHand();
    job.endOfData('v2/0');
    job.task('v1/0', 'finished');
    job.task('v1/1', 'finished');
    expect(job.checkpoints).toMatchObject([{ triggers: ['v2/0'], awaits: ['v2/0'], finished: ['v1/0', 'v1/1'] }]);
  });

  test('waits for a pending checkpoint, which came too early for it', () => {
    const job = byHand();
    job.checkpointByHand();
    job.endOfData(...allTasks);
    expect(job.checkpointLines).toEqual(['triggered 1']);
    job.acknowledgeAll(1);
    job.pass(job.now + 2000);
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1', 'triggered 2']);
  });

  test('a last checkpoint that fails is tried again, without those that finished meanwhile', () => {
    const job = byHand();
    job.endOfData(...allTasks);
    job.task('v1/0', 'finished');
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 task-finished']);
    job.pass(job.now + 1000);
    expect(job.checkpoints.at(-1)).toMatchObject({ kind: 'triggered', awaits: ['v1/1', 'v2/0'] });
  });

  test('is forgotten by a restart', () => {
    const job = byHand();
    job.endOfData(...allTasks);
    job.task('v2/0', 'failed', broken);
    job.recover();
    job.pass(job.now + 3000);
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 task-failed']);
  });

  test('needs none when checkpoints are off, or end with finished tasks', () => {
    for (const more of [{ checkpointMode: 'off' }, { checkpointsAfterFinish: false }] as const) {
      const job = byHand(more);
      job.endOfData(...allTasks);
      expect(job.checkpoints).toEqual([]);
    }
  });
});

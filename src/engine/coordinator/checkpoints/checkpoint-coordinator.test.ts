/** The life of checkpoints, message by message; cases after Flink's CheckpointCoordinatorTest and its siblings. */
import { describe, expect, test } from 'vitest';
import type { JobSettings } from '../../graph/job.ts';
import { checkpointReasons } from '../../wire/checkpoints.ts';
import type { CheckpointFailure, CheckpointReason } from '../../wire/checkpoints.ts';
import { allTasks, broken, chunk, Driven, fullSpeed, planOf, smallPlan } from '../testing/driven.ts';

const { lines } = Driven;
const interval = 1000;
const timeout = 5000;
const settings: Partial<JobSettings> = {
  checkpointMode: 'aligned',
  checkpointIntervalMs: interval,
  checkpointTimeoutMs: timeout,
  restartStrategy: 'fixed-delay',
};
const running = (more: Partial<JobSettings> = {}) => new Driven().running(smallPlan({ ...settings, ...more }));
const byHand = (more: Partial<JobSettings> = {}) => running({ checkpointIntervalMs: 0, ...more });
const declined: CheckpointFailure = { reason: 'declined', details: { task: 'Out (1/1)', detail: 'no' } };
const chunks = (checkpoint: number) => (subtask: string) => [chunk(`${checkpoint}/${subtask}/1/0`)];
const told = (job: Driven, kind: string) => lines(job.effects).filter((line) => line.startsWith(`${kind} `));
const dropped = (job: Driven) =>
  job.requests.flatMap(({ body }) => {
    if (body.kind === 'drop-chunks') return body.keys;
    return body.kind === 'complete-checkpoint' ? body.dropKeys : [];
  });

describe('a checkpoint', () => {
  test('is triggered at the sources, acknowledged by all, stored, and told to all', () => {
    const job = byHand();
    expect(lines(job.checkpointByHand())).toEqual(['checkpoint v1/0', 'checkpoint v1/1']);
    expect(job.checkpoints).toMatchObject([
      { kind: 'triggered', triggers: ['v1/0', 'v1/1'], awaits: allTasks, finished: [] },
    ]);
    job.now = 30;
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.acknowledge('v2/0', 1, chunks(1)('v2/0'));
    expect(job.requests).toEqual([]);
    expect(lines(job.acknowledge('v1/1', 1))).toEqual([
      'complete-checkpoint',
      ...allTasks.map((id) => `checkpoint-complete ${id}`),
    ]);
    expect(job.requests[0]?.body).toMatchObject({ drop: [], dropKeys: [] });
    expect(job.checkpoints.at(-1)).toMatchObject({
      kind: 'completed',
      metadata: {
        version: 1,
        checkpoint: 1,
        savepoint: false,
        mode: 'aligned',
        triggeredAt: 0,
        completedAt: 30,
        maxParallelism: 128,
        stateBytes: 20,
        vertices: [
          { vertex: 'v1', parallelism: 2, nodes: ['v1'] },
          { vertex: 'v2', parallelism: 1, nodes: ['v2'] },
        ],
        subtasks: [
          { subtask: 'v1/0', vertex: 'v1', index: 0, finished: false, handles: [{ key: '1/v1/0/1/0' }] },
          { subtask: 'v1/1', vertex: 'v1', index: 1, finished: false, handles: [] },
          { subtask: 'v2/0', vertex: 'v2', index: 0, finished: false, handles: [{ key: '1/v2/0/1/0' }] },
        ],
      },
    });
  });

  test('is complete only when the store says so', () => {
    const job = byHand();
    job.store = null;
    job.checkpointByHand();
    job.acknowledgeAll(1);
    expect(job.checkpointLines).toEqual(['triggered 1']);
    expect(told(job, 'checkpoint-complete')).toEqual([]);
    job.pass(10 * timeout);
    // Past the point of no return it does not expire.
    expect(job.checkpointLines).toEqual(['triggered 1']);
    job.answer(1, { kind: 'done' });
    job.answer(1, { kind: 'done' });
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1']);
    expect(told(job, 'checkpoint-complete').length).toBe(3);
  });

  test('an acknowledgement that comes twice, or from a stranger, counts once or not at all', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.acknowledge('v9/0', 1);
    job.acknowledge('v1/1', 1);
    expect(job.requests).toEqual([]);
    job.acknowledge('v2/0', 1);
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1']);
    expect(job.checkpoints.filter(({ kind }) => kind === 'acknowledged').length).toBe(3);
    // A repeat that comes after completion must not drop chunks of the completed checkpoint.
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    expect(dropped(job)).toEqual([]);
  });

  test('whose metadata cannot be stored has failed, and its chunks go', () => {
    const job = byHand();
    job.store = () => ({ kind: 'failed', reason: 'the disk is full' });
    job.checkpointByHand();
    job.acknowledgeAll(1, chunks(1));
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 finalize-failed']);
    expect(told(job, 'checkpoint-aborted').length).toBe(3);
    expect(dropped(job)).toEqual(allTasks.map((id) => `1/${id}/1/0`));
  });

  test('a decline aborts it, tells the tasks, and drops what came and what still comes', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    expect(lines(job.decline('v2/0', 1, declined)).filter((line) => !line.startsWith('drop'))).toEqual(
      allTasks.map((id) => `checkpoint-aborted ${id}`),
    );
    expect(job.checkpoints.at(-1)).toMatchObject({ kind: 'failed', checkpoint: 1, failure: { subtask: 'v2/0' } });
    expect(dropped(job)).toEqual(['1/v1/0/1/0']);
    job.acknowledge('v1/1', 1, chunks(1)('v1/1'));
    expect(dropped(job)).toEqual(['1/v1/0/1/0', '1/v1/1/1/0']);
    // A second decline is no news.
    job.decline('v1/1', 1, declined);
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 declined']);
  });

  test('expires, and says who is missing', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v1/0', 1);
    job.pass(timeout - 1);
    expect(job.checkpointLines).toEqual(['triggered 1']);
    job.pass(timeout);
    expect(job.checkpoints.at(-1)).toMatchObject({
      failure: { reason: 'expired', details: { seconds: 5, missing: 'Numbers (2/2), Out (1/1)' } },
    });
  });

  test('a task that finishes before it acknowledges ends it', () => {
    const job = byHand();
    job.checkpointByHand();
    job.task('v1/1', 'finished');
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 task-finished']);
  });

  test('a task that finishes after it acknowledged does not', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v1/1', 1);
    job.task('v1/1', 'finished');
    job.acknowledge('v1/0', 1);
    job.acknowledge('v2/0', 1);
    expect(job.checkpointLines).toEqual(['triggered 1', 'completed 1']);
    expect(told(job, 'checkpoint-complete')).toEqual(['checkpoint-complete v1/0', 'checkpoint-complete v2/0']);
  });

  test('pending ones end with the job', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.command('cancel');
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 job-ended']);
    expect(dropped(job)).toEqual(['1/v1/0/1/0']);
  });

  test('every reason of the table can be written down with the details it is given', () => {
    const job = byHand({ tolerableCheckpointFailures: 1000 });
    for (const reason of Object.keys(checkpointReasons) as CheckpointReason[]) {
      job.checkpointByHand();
      const [id] = job.checkpoints.flatMap((e) => (e.kind === 'triggered' ? [e.options.checkpoint] : [])).slice(-1);
      job.decline('v2/0', id ?? 0, { reason, details: {} });
    }
    expect(job.checkpointLines.filter((line) => line.startsWith('failed')).length).toBe(
      Object.keys(checkpointReasons).length,
    );
  });
});

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

describe('several pending', () => {
  const several = () => {
    const job = byHand({ maxConcurrentCheckpoints: 3 });
    for (let i = 0; i < 3; i++) job.checkpointByHand();
    return job;
  };

  test('a newer one that completes subsumes the older', () => {
    const job = several();
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.acknowledgeAll(2);
    expect(job.checkpointLines.slice(3)).toEqual(['completed 2', 'failed 1 subsumed']);
    expect(job.checkpoints.at(-1)).toMatchObject({ failure: { details: { by: 2 } } });
    expect(dropped(job)).toEqual(['1/v1/0/1/0']);
    // The newer one goes on.
    job.acknowledgeAll(3);
    expect(job.checkpointLines.at(-1)).toBe('completed 3');
  });

  test('are stored one at a time; what was subsumed meanwhile is not stored at all', () => {
    const job = several();
    job.store = null;
    job.acknowledgeAll(2);
    job.acknowledgeAll(1);
    job.acknowledgeAll(3);
    expect(lines(job.effects).filter((line) => line === 'complete-checkpoint').length).toBe(1);
    job.answer(1, { kind: 'done' });
    expect(job.checkpointLines.slice(3)).toEqual(['completed 2', 'failed 1 subsumed']);
    expect(
      job.requests.flatMap(({ body }) => (body.kind === 'complete-checkpoint' ? body.metadata.checkpoint : [])),
    ).toEqual([2, 3]);
  });

  test('completing in order subsumes nothing', () => {
    const job = several();
    for (const id of [1, 2, 3]) job.acknowledgeAll(id);
    expect(job.checkpointLines.slice(3)).toEqual(['completed 1', 'completed 2', 'completed 3']);
  });
});

describe('tolerable failures', () => {
  const fail = (job: Driven, times: number, reason: CheckpointReason = 'declined') => {
    for (let i = 0; i < times; i++) {
      job.checkpointByHand();
      const id = job.checkpoints.filter(({ kind }) => kind === 'triggered').length;
      job.decline('v2/0', id, { ...declined, reason });
    }
  };

  test('in a row are tolerated up to the limit; one more restarts the whole job', () => {
    const job = byHand({ tolerableCheckpointFailures: 2 });
    fail(job, 2);
    expect(job.state).toBe('running');
    fail(job, 1);
    expect(job.state).toBe('restarting');
    expect(job.recoveries[0]).toMatchObject({
      scope: 'job',
      subtasks: allTasks,
      failure: { code: 'tolerable-failures', details: { count: 3, limit: 2 } },
    });
  });

  test('fail the job when it does not restart', () => {
    const job = byHand({ tolerableCheckpointFailures: 0, restartStrategy: 'none' });
    fail(job, 1);
    expect(job.failure).toMatchObject({ code: 'tolerable-failures' });
  });

  test('are counted anew after a success', () => {
    const job = byHand({ tolerableCheckpointFailures: 2 });
    fail(job, 2);
    job.checkpointByHand();
    job.acknowledgeAll(3);
    fail(job, 2);
    expect(job.state).toBe('running');
  });

  const counted = ['expired', 'declined', 'snapshot-failed', 'write-failed', 'finalize-failed'];
  test.each(Object.keys(checkpointReasons) as CheckpointReason[])('%s', (reason) => {
    const job = byHand({ tolerableCheckpointFailures: 0 });
    fail(job, 1, reason);
    expect(job.state).toBe(counted.includes(reason) ? 'restarting' : 'running');
  });

  test('a savepoint that fails is not counted', () => {
    const job = byHand({ tolerableCheckpointFailures: 0 });
    job.checkpointByHand(true);
    job.decline('v2/0', 1, declined);
    expect(job.checkpointLines.at(-1)).toBe('failed 1 declined');
    expect(job.state).toBe('running');
  });

  test('several that expire at once are too many only once', () => {
    const job = byHand({ tolerableCheckpointFailures: 0, maxConcurrentCheckpoints: 3 });
    for (let i = 0; i < 3; i++) job.checkpointByHand();
    job.pass(timeout);
    expect(job.checkpointLines.slice(3)).toEqual([
      'failed 1 expired',
      'failed 2 job-failover',
      'failed 3 job-failover',
    ]);
    expect(job.recoveries.filter(({ kind }) => kind === 'detected').length).toBe(1);
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

describe('retention', () => {
  const complete = (job: Driven, id: number, handles = chunks(id)) => {
    job.checkpointByHand();
    job.acknowledgeAll(id, handles);
  };

  test('the newest are kept, and the chunks of the others go', () => {
    const job = byHand({ retainedCheckpoints: 2 });
    for (const id of [1, 2, 3]) complete(job, id);
    expect(job.checkpointLines.slice(-2)).toEqual(['completed 3', 'discarded 1']);
    expect(job.requests.at(-1)?.body).toMatchObject({ drop: [1], dropKeys: allTasks.map((id) => `1/${id}/1/0`) });
  });

  test('a chunk that a kept checkpoint builds on stays until none does', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    const shared = (subtask: string) => [chunk(`1/${subtask}/1/0`)];
    complete(job, 1);
    complete(job, 2, (subtask) => [...shared(subtask), ...chunks(2)(subtask)]);
    complete(job, 3, shared);
    expect(dropped(job)).toEqual([]);
    complete(job, 4, shared);
    expect(dropped(job)).toEqual(allTasks.map((id) => `2/${id}/1/0`));
    complete(job, 5);
    complete(job, 6);
    expect(dropped(job).slice(3)).toEqual(allTasks.map((id) => `1/${id}/1/0`));
  });

  test('a chunk stays as long as any kept checkpoint names it, not only the newest', () => {
    const job = byHand({ retainedCheckpoints: 3, incrementalCheckpoints: true });
    complete(job, 1);
    complete(job, 2, (subtask) => [chunk(`1/${subtask}/1/0`)]);
    for (const id of [3, 4, 5]) complete(job, id);
    // 2 was kept up to here.
    expect(job.checkpointLines.slice(-2)).toEqual(['completed 5', 'discarded 2']);
    expect(dropped(job)).toEqual([]);
    complete(job, 6);
    expect(dropped(job)).toEqual(allTasks.map((id) => `1/${id}/1/0`));
  });

  test('a chunk that a pending checkpoint names stays', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true, maxConcurrentCheckpoints: 3 });
    complete(job, 1);
    for (let i = 2; i <= 4; i++) job.checkpointByHand();
    job.acknowledge('v1/0', 4, [chunk('1/v1/0/1/0')]);
    job.acknowledgeAll(2, chunks(2));
    job.acknowledgeAll(3, chunks(3));
    expect(dropped(job)).toEqual(['1/v1/1/1/0', '1/v2/0/1/0']);
  });

  test('a task that had not heard of the newest may still build on the one before', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    complete(job, 1);
    complete(job, 2);
    // 1 is no longer kept, but this snapshot was taken before the notice of 2 came.
    complete(job, 3, (subtask) => [chunk(`1/${subtask}/1/0`)]);
    expect(job.checkpointLines.at(-2)).toBe('completed 3');
    complete(job, 4, chunks(4));
    complete(job, 5, chunks(5));
    expect(dropped(job)).toEqual(
      [...allTasks.map((id) => `2/${id}/1/0`), ...allTasks.map((id) => `1/${id}/1/0`)].slice(0, 6),
    );
  });

  test('a checkpoint that builds on a chunk that is gone is not completed', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    for (const id of [1, 2, 3]) complete(job, id);
    complete(job, 4, () => [chunk('1/v1/0/1/0')]);
    expect(job.checkpointLines.at(-1)).toBe('failed 4 finalize-failed');
  });
});

describe('a failure', () => {
  test('aborts what is pending; the next one comes an interval after the restart', () => {
    const job = running();
    job.pass(interval);
    job.acknowledge('v1/0', 1, chunks(1)('v1/0'));
    job.task('v2/0', 'failed', broken);
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 task-failed']);
    expect(dropped(job)).toEqual(['1/v1/0/1/0']);
    job.pass(1400);
    job.checkpointByHand();
    expect(job.checkpointLines.at(-1)).toBe('failed null not-all-running');
    job.recover();
    const since = job.now;
    job.pass(since + interval - 1);
    expect(job.checkpointLines.length).toBe(3);
    job.pass(since + interval);
    // Numbers are never used again.
    expect(job.checkpointLines.at(-1)).toBe('triggered 2');
  });

  test('of a task that had acknowledged aborts it as the job’s restart', () => {
    const job = byHand();
    job.checkpointByHand();
    job.acknowledge('v2/0', 1);
    job.task('v2/0', 'failed', broken);
    expect(job.checkpointLines).toEqual(['triggered 1', 'failed 1 job-failover']);
  });

  test('a late acknowledgement of an old attempt drops its chunks and counts for nothing', () => {
    const job = byHand();
    job.checkpointByHand();
    job.task('v2/0', 'failed', broken);
    job.recover();
    job.checkpointByHand();
    const snapshot = { handles: [chunk('1/v1/0/1/0')], metrics: {} as never };
    job.take({ kind: 'acknowledge', subtask: 'v1/0', attempt: 1, checkpoint: 1, snapshot });
    job.take({ kind: 'acknowledge', subtask: 'v1/0', attempt: 1, checkpoint: 2, snapshot });
    expect(dropped(job)).toEqual(['1/v1/0/1/0']);
    job.acknowledge('v1/1', 2);
    job.acknowledge('v2/0', 2);
    expect(job.checkpointLines.at(-1)).toBe('triggered 2');
  });
});

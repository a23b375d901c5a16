/** The life of checkpoints, message by message; cases after Flink's CheckpointCoordinatorTest and its siblings. */
import { describe, expect, test } from 'vitest';
import { checkpointReasons } from '../../wire/checkpoints.ts';
import type { CheckpointReason } from '../../wire/checkpoints.ts';
import { allTasks, broken, chunk, Driven } from '../testing/driven.ts';
import { byHand, chunks, declined, dropped, interval, running, timeout, told } from '../testing/checkpointing.ts';

const { lines } = Driven;

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

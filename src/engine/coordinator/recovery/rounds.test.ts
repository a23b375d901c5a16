/** Failures and what follows, message by message; cases after Flink's DefaultSchedulerTest and CheckpointCoordinator tests. */
import { describe, expect, test } from 'vitest';
import { cancelTimeoutMs, deploymentTimeoutMs, storeTimeoutMs } from '../limits.ts';
import { allTasks, broken, Driven, fullSpeed, planOf } from '../testing/driven.ts';
import { cancelAll, checkpointed, delay, quiet, regions, restored, running, settings } from '../testing/restarting.ts';

const { lines } = Driven;

describe('a recovery', () => {
  test('cancels, waits, chooses the newest checkpoint, deploys new attempts and starts them together', () => {
    const job = checkpointed(running(), 1, 2);
    job.now = 1000;
    expect(quiet(job.task('v2/0', 'failed', broken))).toEqual(['cancel v1/0', 'cancel v1/1']);
    expect(job.state).toBe('restarting');
    job.now = 1100;
    expect(quiet(job.task('v1/0', 'cancelled'))).toEqual([]);
    expect(quiet(job.task('v1/1', 'cancelled'))).toEqual(allTasks.map((id) => `terminate ${id}`));
    const before = job.effects.length;
    job.pass(1000 + delay - 1);
    expect(quiet(job.effects.slice(before))).toEqual([]);
    job.pass(1000 + delay);
    expect(quiet(job.effects.slice(before))).toEqual([`deploy ${allTasks.join(' ')}`]);
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 2`));
    job.deployed('v1/0', 'v1/1');
    expect(job.state).toBe('restarting');
    const started = quiet(job.take({ kind: 'deployed', subtask: 'v2/0', attempt: 2 }));
    expect(started).toEqual(allTasks.flatMap((id) => [`pace ${id}`, `start ${id}`]));
    expect(job.state).toBe('running');
    for (const id of allTasks) job.task(id, 'initializing');
    expect(job.recoveryLines.at(-1)).toBe('deployed 1');
    for (const id of allTasks) job.task(id, 'running');
    expect(job.recoveryLines).toEqual([
      'detected 1',
      'cancelled 1',
      'chosen 1 checkpoint 2',
      'deployed 1',
      'running 1',
    ]);
    expect(job.recoveries[0]).toEqual({
      kind: 'detected',
      recovery: 1,
      failure: { ...broken, subtask: 'v2/0' },
      subtasks: allTasks,
      scope: 'job',
      strategy: 'fixed delay, attempt 1 of 3',
      delayMs: delay,
    });
    expect(job.deployments.at(-1)).toMatchObject({ recovery: 1, restore: { checkpoint: 2, finished: false } });
    expect(job.jobStates).toEqual(['deploying', 'running', 'restarting', 'running']);
  });

  test('without a checkpoint starts from the beginning', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(job.recoveryLines).toContain('chosen 1 checkpoint null');
    expect(job.log.filter((text) => text.startsWith('The job finished'))).toEqual([]);
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 anew`));
  });

  test('does not use savepoints that were taken meanwhile', () => {
    const job = checkpointed(running(), 1);
    job.checkpointByHand(true);
    job.acknowledgeAll(2);
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(job.recoveryLines).toContain('chosen 1 checkpoint 1');
  });

  test('ends tasks that do not answer the cancel', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    job.task('v1/0', 'cancelled');
    job.pass(cancelTimeoutMs - 1);
    expect(lines(job.effects)).not.toContain('terminate v1/1');
    job.pass(cancelTimeoutMs);
    expect(lines(job.effects).filter((line) => line.startsWith('terminate'))).toEqual([
      'terminate v1/1',
      'terminate v1/0',
      'terminate v2/0',
    ]);
    expect(job.recoveryLines).toContain('cancelled 1');
    // The delay ran while the tasks ended.
    expect(restored(job)?.length).toBe(3);
  });

  test('hears nothing more of old attempts', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    job.recover();
    const { length } = job.effects;
    job.take({ kind: 'task-state', subtask: 'v1/0', attempt: 1, state: 'failed', failure: broken });
    job.take({ kind: 'lost', subtask: 'v1/1', attempt: 1, failure: broken });
    job.take({ kind: 'end-of-data', subtask: 'v1/1', attempt: 1 });
    expect(job.effects.slice(length).filter(({ kind }) => kind !== 'wake' && kind !== 'ping')).toEqual([]);
    expect(job.state).toBe('running');
  });

  test('does not hang on a task that ends by itself while it is cancelled', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    job.task('v1/0', 'finished');
    job.task('v1/1', 'failed', broken);
    job.pass(delay);
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 anew`));
    // All of that was one failure.
    expect(job.recoveryLines.filter((line) => line.startsWith('detected'))).toEqual(['detected 1']);
  });

  test('takes finished tasks of the region along', () => {
    const job = running();
    job.checkpointByHand();
    job.acknowledgeAll(1);
    job.task('v1/0', 'finished');
    job.checkpointByHand();
    job.acknowledgeAll(2);
    job.task('v1/1', 'finished');
    expect(job.state).toBe('finishing');
    job.task('v2/0', 'failed', broken);
    expect(job.state).toBe('restarting');
    job.recover();
    expect(job.deployments.slice(-3).map(({ restore }) => restore?.finished)).toEqual([true, false, false]);
    for (const id of allTasks) job.task(id, 'finished');
    expect(job.jobStates.slice(-3)).toEqual(['running', 'finishing', 'finished']);
  });

  test('waits for a checkpoint that is with the store: it may be the newest', () => {
    const job = checkpointed(running(), 1);
    job.store = null;
    job.checkpointByHand();
    job.acknowledgeAll(2);
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    job.pass(job.now + delay);
    expect(job.recoveryLines).toEqual(['detected 1', 'cancelled 1']);
    job.answer(2, { kind: 'done' });
    expect(job.recoveryLines.at(-1)).toBe('chosen 1 checkpoint 2');
    expect(job.checkpointLines).not.toContain('failed 2 job-failover');
  });

  test('does not wait for ever', () => {
    const job = running();
    job.store = null;
    job.checkpointByHand();
    job.acknowledgeAll(1);
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    job.pass(delay + storeTimeoutMs);
    expect(job.failure).toMatchObject({ code: 'no-checkpoint' });
    expect(job.state).toBe('failed');
  });

  test('goes on with the pace as it is now, and stands still while paused', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    job.now = 100;
    job.pace({ ...fullSpeed, paused: true });
    job.pass(60_000);
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#1 anew`));
    job.pace({ ...fullSpeed, recordsPerSecond: 5 });
    job.pass(60_000 + delay - 100);
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 anew`));
    job.comeUp();
    const paces = job.effects.flatMap((e) =>
      e.kind === 'command' && e.command.kind === 'pace' ? [e.command.pace] : [],
    );
    expect(paces.slice(-3).map(({ recordsPerSecond }) => recordsPerSecond)).toEqual([5, 5, 5]);
  });

  test('tells a stop that was asked before to the new attempts', () => {
    const job = running();
    job.command('stop');
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(lines(job.effects).filter((line) => line === 'stop v1/0').length).toBe(2);
    expect(job.jobStates.slice(-3)).toEqual(['restarting', 'running', 'finishing']);
  });

  test('tells a stop asked meanwhile once they have started', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    expect(quiet(job.command('stop'))).toEqual([]);
    job.recover();
    expect(lines(job.effects).filter((line) => line.startsWith('stop'))).toEqual(allTasks.map((id) => `stop ${id}`));
    expect(job.state).toBe('finishing');
  });

  test('is ended by a cancel', () => {
    const job = running();
    job.task('v2/0', 'failed', broken);
    job.command('cancel');
    cancelAll(job, 'v1/0', 'v1/1');
    expect(job.state).toBe('cancelled');
    const waiting = running();
    waiting.task('v2/0', 'failed', broken);
    cancelAll(waiting, 'v1/0', 'v1/1');
    waiting.command('cancel');
    expect(waiting.state).toBe('cancelled');
    expect(waiting.failure).toBeUndefined();
  });
});

describe('regions', () => {
  test('only the region of the failed task restarts', () => {
    const job = regions();
    expect(quiet(job.task('a/1', 'failed', broken))).toEqual(['cancel a/0', 'cancel b/0']);
    expect(job.recoveries[0]).toMatchObject({ scope: 'region', subtasks: ['a/0', 'a/1', 'b/0'] });
    job.recover();
    expect(restored(job)).toEqual(['a/0#2 anew', 'a/1#2 anew', 'b/0#2 anew']);
    expect(job.recoveryLines.at(-1)).toBe('running 1');
    expect(
      lines(job.effects)
        .filter((line) => /^\w+ [xy]\/0$/.test(line) && !line.startsWith('ping'))
        .sort(),
    ).toEqual(['pace x/0', 'pace y/0', 'start x/0', 'start y/0']);
  });

  test('all restart when the job says so', () => {
    const job = regions({ failover: 'full' });
    job.task('a/1', 'failed', broken);
    expect(job.recoveries[0]).toMatchObject({ scope: 'job', subtasks: ['a/0', 'a/1', 'b/0', 'x/0', 'y/0'] });
  });

  test('a failure elsewhere begins another recovery, which takes the first one over', () => {
    const job = regions();
    job.task('a/1', 'failed', broken);
    job.task('a/0', 'cancelled');
    job.task('x/0', 'failed', broken);
    expect(job.recoveries.at(-1)).toMatchObject({ kind: 'detected', recovery: 2, scope: 'job' });
    cancelAll(job, 'b/0', 'y/0');
    job.pass(delay);
    expect(restored(job)?.length).toBe(5);
    job.comeUp();
    expect(job.recoveryLines).toEqual([
      'detected 1',
      'detected 2',
      'cancelled 2',
      'chosen 2 checkpoint null',
      'deployed 2',
      'running 2',
    ]);
    expect(lines(job.effects).filter((line) => line === 'terminate a/0').length).toBe(1);
  });

  test('a stop is told once to each attempt', () => {
    const job = regions();
    job.command('stop');
    job.task('a/1', 'failed', broken);
    job.recover();
    const stops = lines(job.effects).filter((line) => line.startsWith('stop'));
    expect(stops.filter((line) => line === 'stop x/0').length).toBe(1);
    expect(stops.filter((line) => line === 'stop a/0').length).toBe(2);
  });

  test('the other region finishing meanwhile ends nothing too early', () => {
    const job = regions();
    job.task('a/1', 'failed', broken);
    job.task('x/0', 'finished');
    job.task('y/0', 'finished');
    job.recover();
    expect(job.state).toBe('running');
    for (const id of ['a/0', 'a/1', 'b/0']) job.task(id, 'finished');
    expect(job.state).toBe('finished');
  });
});

describe('failures during a recovery', () => {
  const restarting = () => {
    const job = checkpointed(running(), 1);
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    job.pass(delay);
    return job;
  };

  test('a Worker that does not come up', () => {
    const job = restarting();
    job.deployed('v1/0', 'v1/1');
    job.pass(delay + deploymentTimeoutMs);
    expect(lines(job.effects).slice(-4)).toContain('terminate v2/0');
    expect(job.recoveries.at(-1)).toMatchObject({ recovery: 2, failure: { code: 'worker-unavailable' } });
    job.recover();
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#3 1`));
  });

  test('a task that fails while it restores', () => {
    const job = restarting();
    job.deployed(...allTasks);
    job.task('v1/0', 'initializing');
    job.take({ kind: 'lost', subtask: 'v1/0', attempt: 2, failure: broken });
    expect(job.recoveryLines.at(-1)).toBe('detected 2');
    job.recover();
    expect(job.recoveryLines.at(-1)).toBe('running 2');
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#3 1`));
  });

  test('one before the first start restarts all that has not started', () => {
    const job = new Driven();
    job.run(planOf({ a: 2, b: 1, x: 1, y: 1 }, ['a→b', 'x→y'], settings));
    job.deployed('a/0', 'a/1', 'b/0', 'x/0');
    job.take({ kind: 'lost', subtask: 'a/0', attempt: 1, failure: broken });
    expect(job.recoveries[0]).toMatchObject({ scope: 'job' });
    expect(job.jobStates).toEqual(['deploying', 'restarting']);
    job.recover();
    expect(job.state).toBe('running');
    expect(restored(job)?.length).toBe(5);
  });
});

describe('the restart strategy', () => {
  test('gives the job up with the last failure', () => {
    const job = running({ restartAttempts: 1 });
    job.task('v2/0', 'failed', broken);
    job.recover();
    job.task('v1/0', 'failed', broken);
    expect(job.state).toBe('failing');
    expect(job.failure).toMatchObject({ ...broken, subtask: 'v1/0' });
  });

  test.each(['function-compile', 'resource-missing', 'sink-full', 'internal'] as const)(
    'is not asked for %s: it would come again',
    (code) => {
      const job = running();
      job.task('v2/0', 'failed', { ...broken, code });
      expect(job.state).toBe('failing');
    },
  );
});

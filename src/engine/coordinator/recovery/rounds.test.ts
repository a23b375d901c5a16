/** Failures and what follows, message by message; cases after Flink's DefaultSchedulerTest and CheckpointCoordinator tests. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../graph/faults.ts';
import type { JobSettings } from '../../graph/job.ts';
import type { CheckpointMetadata } from '../../wire/checkpoints.ts';
import type { Failure } from '../../wire/failures.ts';
import type { CoordinatorRequest } from '../../wire/requests.ts';
import { cancelTimeoutMs, deploymentTimeoutMs, storeTimeoutMs } from '../limits.ts';
import { allTasks, broken, chunk, Driven, fullSpeed, planOf, smallPlan } from '../testing/driven.ts';

const { lines } = Driven;
const delay = 300;
const settings: Partial<JobSettings> = {
  checkpointMode: 'aligned',
  checkpointIntervalMs: 0,
  restartStrategy: 'fixed-delay',
  restartAttempts: 3,
  restartDelayMs: delay,
};
const running = (more: Partial<JobSettings> = {}) => new Driven().running(smallPlan({ ...settings, ...more }));
/** Two regions: a→b and x→y. */
const regions = (more: Partial<JobSettings> = {}) =>
  new Driven().running(planOf({ a: 2, b: 1, x: 1, y: 1 }, ['a→b', 'x→y'], { ...settings, ...more }));
const quiet = (effects: Parameters<typeof lines>[0]) => lines(effects).filter((line) => !line.startsWith('ping'));
const checkpointed = (job: Driven, ...ids: readonly number[]): Driven => {
  for (const id of ids) {
    job.checkpointByHand();
    job.acknowledgeAll(id, (subtask) => [chunk(`${id}/${subtask}/1/0`)]);
  }
  return job;
};
const damaged = (subtask: string, checkpoint: number): Failure => {
  return { code: 'state-missing', details: { subtask, checkpoint, reason: 'a chunk is gone' } };
};
/** The restores of the last deployment: checkpoint by subtask. */
const restored = (job: Driven) => {
  const last = job.effects.findLast((effect) => effect.kind === 'deploy');
  return last?.tasks.map(({ plan, attempt, restore }) => `${plan.id}#${attempt} ${restore?.checkpoint ?? 'anew'}`);
};
const cancelAll = (job: Driven, ...ids: readonly string[]) => ids.forEach((id) => void job.task(id, 'cancelled'));

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

describe('a damaged checkpoint', () => {
  test('is marked, and the one before is used, at no cost of an attempt', () => {
    const job = checkpointed(running({ restartAttempts: 1 }), 1, 2);
    job.task('v2/0', 'failed', broken);
    cancelAll(job, 'v1/0', 'v1/1');
    job.pass(delay);
    job.deployed(...allTasks);
    job.task('v1/0', 'failed', damaged('v1/0', 2));
    expect(job.checkpoints.at(-1)).toEqual({ kind: 'unusable', checkpoint: 2, reason: 'a chunk is gone' });
    expect(job.recoveries.at(-1)).toMatchObject({ delayMs: 0, strategy: 'an older checkpoint is used' });
    job.recover();
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#3 1`));
    // It is not used later either, and goes with the next one that completes.
    job.checkpointByHand();
    job.acknowledgeAll(3);
    expect(job.requests.at(-1)?.body).toMatchObject({ drop: [2] });
  });

  test('and none before it: the job fails', () => {
    const job = checkpointed(running(), 1);
    job.task('v2/0', 'failed', broken);
    job.recover();
    job.task('v1/0', 'failed', damaged('v1/0', 1));
    cancelAll(job, 'v1/1', 'v2/0');
    job.pass(job.now + delay);
    expect(job.state).toBe('failed');
    expect(job.failure).toMatchObject({ code: 'no-checkpoint' });
  });

  test('said to be so a second time counts as a failure', () => {
    const job = checkpointed(running({ restartAttempts: 1 }), 1, 2);
    for (let i = 0; i < 2; i++) {
      job.task('v1/0', 'failed', damaged('v1/0', 2));
      job.recover();
    }
    job.task('v1/0', 'failed', damaged('v1/0', 2));
    expect(job.state).toBe('failing');
  });
});

describe('from what was left', () => {
  const left = (id: number, savepoint = false): CheckpointMetadata => {
    const job = running({ retainedCheckpoints: 20 });
    for (let i = 1; i <= id; i++) {
      job.checkpointByHand(savepoint && i === id);
      job.acknowledgeAll(i, (subtask) => [chunk(`${i}/${subtask}/1/0`)]);
    }
    const last = job.checkpoints.findLast((event) => event.kind === 'completed');
    if (last?.kind !== 'completed') throw new Error('none completed');
    return last.metadata;
  };
  const holding =
    (...checkpoints: readonly CheckpointMetadata[]) =>
    (body: CoordinatorRequest) =>
      body.kind === 'list-checkpoints' ? ({ kind: 'checkpoints', checkpoints } as const) : ({ kind: 'done' } as const);

  test('another coordinator goes on from the newest checkpoint, with attempts and numbers above the old ones', () => {
    const job = new Driven();
    job.store = holding(left(6, true), left(5), left(4));
    job.running(smallPlan(settings), fullSpeed, { from: 'latest', firstAttempt: 9 });
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#9 5`));
    expect(job.deployments[0]?.recovery).toBeNull();
    expect(job.state).toBe('running');
    job.checkpointByHand();
    expect(job.checkpointLines).toEqual(['triggered 7']);
    job.acknowledgeAll(7);
    expect(job.requests.at(-1)?.body).toMatchObject({ drop: [] });
  });

  test('of a damaged one it uses the one before', () => {
    const job = new Driven();
    job.store = holding(left(5), left(4));
    job.run(smallPlan(settings), fullSpeed, { from: 'latest' });
    job.deployed(...allTasks);
    job.task('v1/0', 'failed', damaged('v1/0', 5));
    job.recover();
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 4`));
  });

  test('nothing left: from the beginning, or from the savepoint that the run began with', () => {
    const job = new Driven();
    job.store = holding();
    job.running(smallPlan(settings), fullSpeed, { from: 'latest' });
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#1 anew`));
    const other = new Driven();
    other.store = holding();
    other.running(smallPlan(settings), fullSpeed, { from: 'latest', fallback: left(3, true) });
    expect(restored(other)).toEqual(allTasks.map((id) => `${id}#1 3`));
  });

  test('the job waits for the list, and fails when there is none', () => {
    const job = new Driven();
    job.store = null;
    job.run(smallPlan(settings), fullSpeed, { from: 'latest' });
    expect(lines(job.effects)).toEqual(['list-checkpoints']);
    job.answer(1, { kind: 'failed', reason: 'no database' });
    expect(job.state).toBe('failed');
    expect(job.failure).toMatchObject({ code: 'no-checkpoint' });
    const silent = new Driven();
    silent.store = null;
    silent.run(smallPlan(settings), fullSpeed, { from: 'latest' });
    silent.pass(storeTimeoutMs);
    expect(silent.state).toBe('failed');
  });

  test('a savepoint is where the run begins and begins again, until it has a checkpoint of its own', () => {
    const job = new Driven().running(smallPlan(settings), fullSpeed, { from: left(3, true) });
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#1 3`));
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 3`));
    job.checkpointByHand();
    job.acknowledgeAll(4);
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(restored(job)).toEqual(allTasks.map((id) => `${id}#3 4`));
  });

  test('a savepoint that is damaged fails the job', () => {
    const job = new Driven().running(smallPlan(settings), fullSpeed, { from: left(3, true) });
    job.task('v1/0', 'failed', damaged('v1/0', 3));
    cancelAll(job, 'v1/1', 'v2/0');
    expect(job.failure).toMatchObject({ code: 'no-checkpoint' });
  });

  test('a savepoint that is said to be damaged a second time counts as a failure', () => {
    const job = new Driven().running(smallPlan({ ...settings, restartAttempts: 0 }), fullSpeed, {
      from: left(3, true),
    });
    job.checkpointByHand();
    job.acknowledgeAll(4);
    job.task('v1/0', 'failed', damaged('v1/0', 3));
    job.recover();
    expect(job.state).toBe('running');
    job.task('v1/0', 'failed', damaged('v1/0', 3));
    expect(job.state).toBe('failing');
  });

  test('a savepoint that does not fit fails the job with the reason', () => {
    const job = new Driven();
    job.run(smallPlan({ ...settings, maxParallelism: 64 }), fullSpeed, { from: left(3, true) });
    expect(job.state).toBe('failed');
    expect(job.failure).toEqual({
      code: 'restore-mismatch',
      details: { checkpoint: 3, reason: 'max parallelism was 128 and is 64' },
    });
  });
});

describe('without checkpoints', () => {
  test('sources go on at their last offsets, everything else empty', () => {
    const job = running({ checkpointMode: 'off' });
    job.take({ kind: 'offsets', subtask: 'v1/0', attempt: 1, offsets: 10 });
    job.take({ kind: 'offsets', subtask: 'v1/0', attempt: 1, offsets: 20 });
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(job.deployments.slice(-3).map(({ offsets, restore }) => [offsets, restore])).toEqual([
      [20, null],
      [null, null],
      [null, null],
    ]);
  });
});

test('without periodic checkpoints, offsets go before one that was taken by hand: loss, and nothing twice', () => {
  const job = checkpointed(running({ checkpointMode: 'off' }), 1);
  job.take({ kind: 'offsets', subtask: 'v1/0', attempt: 1, offsets: 20 });
  job.task('v2/0', 'failed', broken);
  job.recover();
  expect(restored(job)).toEqual(allTasks.map((id) => `${id}#2 anew`));
  expect(job.log).toContain('Without checkpoints, sources go on where they are: what was in flight is lost.');
});

describe('faults', () => {
  const fault = (id: string, target: Fault['target']): Fault => {
    return { id, kind: 'slow', target, when: { kind: 'now' }, params: {}, times: 1 };
  };
  const onSource = fault('f', { kind: 'subtask', subtask: 'v1/0' });
  const onNode = fault('g', { kind: 'node', node: 'v1' });
  const armed = (job: Driven) => job.deployments.slice(-3).map(({ faults }) => faults.map(({ id }) => id));

  test('of the script go to the subtasks that they concern', () => {
    const job = new Driven();
    job.run(smallPlan(settings), fullSpeed, { faults: [onSource, onNode] });
    expect(armed(job)).toEqual([['f', 'g'], ['g'], []]);
  });

  test('that come later are passed on, and kept for later attempts until they are taken away', () => {
    const job = running();
    const inject = (each: Fault) => job.take({ kind: 'command', command: { kind: 'inject', fault: each } });
    expect(quiet(inject(onSource))).toEqual(['inject v1/0']);
    expect(quiet(inject(onNode))).toEqual(['inject v1/0', 'inject v1/1']);
    job.take({ kind: 'command', command: { kind: 'remove-fault', fault: 'g' } });
    job.task('v2/0', 'failed', broken);
    job.recover();
    expect(armed(job)).toEqual([['f'], [], []]);
  });
});

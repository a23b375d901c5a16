/** What new attempts are given: which checkpoint, offsets or savepoint, and which faults. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../graph/faults.ts';
import type { CheckpointMetadata } from '../../wire/checkpoints.ts';
import type { CoordinatorRequest } from '../../wire/requests.ts';
import { storeTimeoutMs } from '../limits.ts';
import { allTasks, broken, chunk, Driven, fullSpeed, smallPlan } from '../testing/driven.ts';
import { cancelAll, checkpointed, damaged, delay, quiet, restored, running, settings } from '../testing/restarting.ts';

const { lines } = Driven;

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

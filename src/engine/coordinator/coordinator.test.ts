/** The coordinator, message by message. */
import { describe, expect, test } from 'vitest';
import type { JobState } from '../wire/reports.ts';
import { jobMoves } from './job-states.ts';
import { cancelTimeoutMs, deploymentTimeoutMs, pingIntervalMs } from './limits.ts';
import { allTasks, broken, Driven, fullSpeed, smallPlan } from './testing/driven.ts';

const { lines } = Driven;
const emptyPlan = { ...smallPlan(), subtasks: [], channels: [], jobGraph: { ...smallPlan().jobGraph, vertices: [] } };

describe('deploying', () => {
  test('deploys all subtasks at once and starts them once all are up', () => {
    const job = new Driven();
    expect(lines(job.run())).toEqual(['deploy v1/0 v1/1 v2/0']);
    expect(lines(job.take({ kind: 'deployed', subtask: 'v2/0', attempt: 1 }))).toEqual([]);
    expect(lines(job.take({ kind: 'deployed', subtask: 'v1/0', attempt: 1 }))).toEqual([]);
    // A repeated message is no news.
    expect(lines(job.take({ kind: 'deployed', subtask: 'v1/0', attempt: 1 }))).toEqual([]);
    const started = lines(job.take({ kind: 'deployed', subtask: 'v1/1', attempt: 1 })).filter(
      (line) => !line.startsWith('ping'),
    );
    expect(started).toEqual(allTasks.flatMap((id) => [`pace ${id}`, `start ${id}`]));
    expect(job.jobStates).toEqual(['deploying', 'running']);
  });

  test('fails as worker-unavailable when a Worker does not come up', () => {
    const job = new Driven();
    job.run();
    job.deployed('v1/0', 'v2/0');
    job.pass(deploymentTimeoutMs - 1);
    expect(job.state).toBe('deploying');
    job.pass(deploymentTimeoutMs);
    expect(job.state).toBe('failing');
    expect(job.failure).toMatchObject({ code: 'worker-unavailable', subtask: 'v1/1' });
    expect(lines(job.effects)).toEqual(['deploy v1/0 v1/1 v2/0', 'terminate v1/1', 'cancel v1/0', 'cancel v2/0']);
  });

  test('asks nobody for a heartbeat before all are up', () => {
    const job = new Driven();
    job.run(smallPlan({ heartbeatTimeoutMs: 1000 }));
    job.deployed('v1/0');
    job.pass(deploymentTimeoutMs - 1);
    expect(lines(job.effects)).toEqual(['deploy v1/0 v1/1 v2/0']);
  });

  test('a job without subtasks is finished at once', () => {
    const job = new Driven();
    job.run(emptyPlan);
    expect(job.jobStates).toEqual(['deploying', 'running', 'finishing', 'finished']);
  });

  test('a second run command is ignored', () => {
    const job = new Driven().running();
    expect(job.run()).toEqual(expect.not.arrayContaining([expect.objectContaining({ kind: 'deploy' })]));
    expect(job.state).toBe('running');
  });
});

describe('finishing', () => {
  test('is when every source has ended, and finished is when every task has', () => {
    const job = new Driven().running();
    job.task('v1/0', 'finished');
    expect(job.state).toBe('running');
    job.task('v1/1', 'finished');
    expect(job.state).toBe('finishing');
    job.task('v2/0', 'finished');
    expect(job.jobStates).toEqual(['deploying', 'running', 'finishing', 'finished']);
    expect(job.log.at(-1)).toBe('The job finished after 0.0 s.');
  });

  test('stop is told to every task, once', () => {
    const job = new Driven().running();
    expect(lines(job.command('stop'))).toEqual(allTasks.map((id) => `stop ${id}`));
    expect(job.state).toBe('finishing');
    expect(lines(job.command('stop'))).toEqual([]);
  });

  test('a stop while deploying is kept until the job runs', () => {
    const job = new Driven();
    job.run();
    expect(lines(job.command('stop'))).toEqual([]);
    job.deployed(...allTasks);
    expect(lines(job.effects).filter((line) => line.startsWith('stop'))).toEqual(allTasks.map((id) => `stop ${id}`));
    expect(job.jobStates).toEqual(['deploying', 'running', 'finishing']);
  });

  test('a stop while paused resumes first, or nothing could drain', () => {
    const job = new Driven().running(smallPlan(), { ...fullSpeed, paused: true });
    const told = lines(job.command('stop'));
    expect(told).toEqual([...allTasks.map((id) => `pace ${id}`), ...allTasks.map((id) => `stop ${id}`)]);
    expect(job.reports.findLast((report) => report.kind === 'pace')).toMatchObject({ paused: false });
  });
});

describe('cancelling', () => {
  test('tells every task, and ends when all have ended', () => {
    const job = new Driven().running();
    expect(lines(job.command('cancel'))).toEqual(allTasks.map((id) => `cancel ${id}`));
    for (const id of allTasks) job.task(id, 'cancelled');
    expect(job.jobStates).toEqual(['deploying', 'running', 'cancelling', 'cancelled']);
  });

  test('ends Workers that are not up yet without asking them', () => {
    const job = new Driven();
    job.run();
    job.deployed('v1/0');
    expect(lines(job.command('cancel'))).toEqual(['cancel v1/0', 'terminate v1/1', 'terminate v2/0']);
    job.task('v1/0', 'cancelled');
    expect(job.state).toBe('cancelled');
  });

  test('ends a task that does not answer', () => {
    const job = new Driven().running();
    job.command('cancel');
    job.task('v1/0', 'cancelled');
    job.task('v2/0', 'finished');
    job.pass(cancelTimeoutMs - 1);
    expect(job.state).toBe('cancelling');
    job.pass(cancelTimeoutMs);
    expect(lines(job.effects).slice(-1)).toEqual(['terminate v1/1']);
    expect(job.state).toBe('cancelled');
  });

  test('stays cancelling when a task fails on its way out', () => {
    const job = new Driven().running();
    job.command('cancel');
    job.task('v1/0', 'failed', broken);
    job.task('v1/1', 'cancelled');
    job.task('v2/0', 'cancelled');
    expect(job.state).toBe('cancelled');
    expect(job.failure).toBeUndefined();
  });

  test('a job that never ran is cancelled at once', () => {
    const job = new Driven();
    job.command('cancel');
    expect(job.jobStates).toEqual(['cancelled']);
    expect(job.run()).toEqual([]);
  });
});

describe('failing', () => {
  test('cancels the others and keeps the first failure', () => {
    const job = new Driven().running();
    expect(lines(job.task('v1/1', 'failed', { ...broken, record: '{"n":1}', stack: 'at f' }))).toEqual([
      'cancel v1/0',
      'cancel v2/0',
    ]);
    job.task('v2/0', 'failed', { code: 'internal', details: { reason: 'later', seed: 1 } });
    job.task('v1/0', 'cancelled');
    expect(job.jobStates).toEqual(['deploying', 'running', 'failing', 'failed']);
    expect(job.failure).toEqual({ ...broken, subtask: 'v1/1', record: '{"n":1}', stack: 'at f' });
    expect(job.log).toContain('Numbers (2/2) failed: The function of “map” threw: oh.');
  });

  test('a lost Worker fails the job', () => {
    const job = new Driven().running();
    const failure = { code: 'worker-crashed', details: { subtask: 'v1/0', reason: 'out of memory' } } as const;
    job.take({ kind: 'lost', subtask: 'v1/0', attempt: 1, failure });
    expect(job.state).toBe('failing');
    expect(job.failure).toMatchObject({ code: 'worker-crashed', subtask: 'v1/0' });
  });

  test('is not undone by a cancel or a stop', () => {
    const job = new Driven().running();
    job.task('v1/0', 'failed', broken);
    job.command('cancel');
    job.command('stop');
    job.pass(cancelTimeoutMs);
    expect(job.jobStates.slice(-2)).toEqual(['failing', 'failed']);
  });

  test('a task that has ended cannot fail any more, and says nothing twice', () => {
    const job = new Driven().running();
    job.task('v1/0', 'finished');
    const heard = job.log.length;
    job.task('v1/0', 'failed', broken);
    job.task('v1/0', 'finished');
    expect(job.state).toBe('running');
    expect(job.log.length).toBe(heard);
  });

  test('a task that ends without having been told to is a failure', () => {
    const job = new Driven().running();
    job.task('v2/0', 'cancelled');
    expect(job.failure).toMatchObject({ code: 'internal', subtask: 'v2/0' });
  });
});

describe('heartbeats', () => {
  const timeoutMs = 3000;

  test('are asked for every second and keep the job alive', () => {
    const job = new Driven().running(smallPlan({ heartbeatTimeoutMs: timeoutMs }));
    job.pass(10 * timeoutMs);
    expect(job.state).toBe('running');
    expect(lines(job.effects).filter((line) => line === 'ping v2/0').length).toBe(
      (10 * timeoutMs) / pingIntervalMs + 1,
    );
  });

  test('find a Worker that does not answer, and end it', () => {
    const job = new Driven().running(smallPlan({ heartbeatTimeoutMs: timeoutMs }));
    job.pass(10_000);
    const silentSince = job.now;
    job.pass(silentSince + timeoutMs - pingIntervalMs - 1, (id) => id !== 'v1/1');
    expect(job.state).toBe('running');
    job.pass(silentSince + timeoutMs + pingIntervalMs, (id) => id !== 'v1/1');
    expect(job.state).toBe('failing');
    expect(job.failure).toMatchObject({ code: 'heartbeat-timeout', subtask: 'v1/1', details: { seconds: 3 } });
    expect(lines(job.effects)).toContain('terminate v1/1');
  });

  test('go on while the job is paused', () => {
    const job = new Driven().running(smallPlan({ heartbeatTimeoutMs: timeoutMs }));
    job.pace({ ...fullSpeed, paused: true });
    job.pass(60_000);
    expect(job.state).toBe('running');
    job.pass(70_000, (id) => id !== 'v2/0');
    expect(job.failure).toMatchObject({ code: 'heartbeat-timeout', subtask: 'v2/0' });
  });

  test('do not blame the Workers when the coordinator itself slept', () => {
    const job = new Driven().running(smallPlan({ heartbeatTimeoutMs: timeoutMs }));
    job.pass(5000);
    // A closed lid: no tick for an hour.
    job.now += 3_600_000;
    job.pass(job.now + 10_000);
    expect(job.state).toBe('running');
    job.pass(job.now + 10_000, () => false);
    expect(job.state).toBe('failed');
  });
});

describe('pace', () => {
  test('is passed on to every task and reported', () => {
    const job = new Driven().running();
    const pace = { ...fullSpeed, recordsPerSecond: 5 };
    expect(lines(job.pace(pace))).toEqual(allTasks.map((id) => `pace ${id}`));
    expect(job.reports.findLast((report) => report.kind === 'pace')).toMatchObject({ recordsPerSecond: 5 });
    expect(job.log.at(-1)).toBe('Each source runs at 5 records per second.');
  });

  test('set while deploying is the pace that the tasks start with', () => {
    const job = new Driven();
    job.run();
    const pace = { ...fullSpeed, recordsPerSecond: 7 };
    job.pace(pace);
    job.deployed(...allTasks);
    const paces = job.effects.flatMap((e) => (e.kind === 'command' && e.command.kind === 'pace' ? [e.command] : []));
    expect(paces).toEqual(allTasks.map(() => ({ kind: 'pace', pace })));
  });

  test('a pause stops the time that reports carry', () => {
    const job = new Driven().running();
    job.now = 1000;
    job.pace({ ...fullSpeed, paused: true });
    job.now = 61_000;
    job.pace(fullSpeed);
    job.now = 61_500;
    job.task('v1/0', 'finished');
    expect(job.reports.at(-1)).toMatchObject({ kind: 'log', at: 1500 });
  });
});

describe('every state and every message', () => {
  const paths: Record<JobState, (job: Driven) => void> = {
    created: () => undefined,
    deploying: (job) => void job.run(),
    running: (job) => void job.running(),
    finishing: (job) => void job.running().command('stop'),
    restarting: (job) => void job.running(smallPlan({ restartStrategy: 'fixed-delay' })).task('v1/0', 'failed', broken),
    cancelling: (job) => void job.running().command('cancel'),
    failing: (job) => void job.running().task('v1/0', 'failed', broken),
    finished: (job) => {
      job.running();
      for (const id of allTasks) job.task(id, 'finished');
    },
    cancelled: (job) => {
      job.running().command('cancel');
      for (const id of allTasks) job.task(id, 'cancelled');
    },
    failed: (job) => {
      job.running().task('v1/0', 'failed', broken);
      for (const id of allTasks) job.task(id, 'cancelled');
    },
  };
  const events: Record<string, (job: Driven) => void> = {
    stop: (job) => void job.command('stop'),
    cancel: (job) => void job.command('cancel'),
    'a task fails': (job) => void job.task('v2/0', 'failed', broken),
    'a Worker is lost': (job) => void job.take({ kind: 'lost', subtask: 'v1/1', attempt: 1, failure: broken }),
    'all sources finish': (job) => ['v1/0', 'v1/1'].forEach((id) => void job.task(id, 'finished')),
    'all tasks finish': (job) => allTasks.forEach((id) => void job.task(id, 'finished')),
    'all tasks are cancelled': (job) => allTasks.forEach((id) => void job.task(id, 'cancelled')),
    'time runs out': (job) => job.pass(job.now + 60_000, () => false),
    'an unknown subtask speaks': (job) => void job.task('v9/9', 'failed', broken),
  };
  /** What follows, written down from Flink's job states; a state that is not named stays as it is. */
  const follows: Record<string, Partial<Record<JobState, JobState>>> = {
    stop: { running: 'finishing' },
    cancel: {
      created: 'cancelled',
      deploying: 'cancelled',
      running: 'cancelling',
      finishing: 'cancelling',
      restarting: 'cancelling',
    },
    'a task fails': { deploying: 'failed', running: 'failing', finishing: 'failing' },
    'a Worker is lost': { deploying: 'failed', running: 'failing', finishing: 'failing' },
    'all sources finish': { running: 'finishing' },
    // A region that restarts does so even if what is left of it came to its end meanwhile.
    'all tasks finish': {
      deploying: 'finished',
      running: 'finished',
      finishing: 'finished',
      cancelling: 'cancelled',
      failing: 'failed',
    },
    'all tasks are cancelled': {
      // Nobody had told them to end.
      deploying: 'failed',
      running: 'failed',
      finishing: 'failed',
      cancelling: 'cancelled',
      failing: 'failed',
    },
    'time runs out': {
      deploying: 'failed',
      // No attempt comes up, and the allowed ones are not used up yet.
      restarting: 'restarting',
      running: 'failed',
      finishing: 'failed',
      cancelling: 'cancelled',
      failing: 'failed',
    },
    'an unknown subtask speaks': {},
  };
  const cases = Object.keys(paths).flatMap((state) => Object.keys(events).map((event) => [state as JobState, event]));

  test.each(cases as [JobState, string][])('%s: %s', (state, event) => {
    const job = new Driven();
    paths[state](job);
    expect(job.state).toBe(state);
    (events[event] as (job: Driven) => void)(job);
    expect(job.state).toBe(follows[event]?.[state] ?? state);
    const states = ['created' as const, ...job.jobStates];
    for (let i = 1; i < states.length; i++) {
      expect(jobMoves[states[i - 1] as JobState], `${states[i - 1]} → ${states[i]}`).toContain(states[i]);
    }
  });
});

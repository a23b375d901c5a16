/** The coordinator under any sequence of messages: it comes to exactly one end, and keeps its promises on the way. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobSettings } from '../graph/job.ts';
import type { CheckpointMetadata } from '../wire/checkpoints.ts';
import type { Failure } from '../wire/failures.ts';
import type { CoordinatorEffect } from '../wire/messages.ts';
import { isTerminal } from '../wire/reports.ts';
import { jobMoves } from './job-states.ts';
import { noMetrics } from '../wire/testing/no-metrics.ts';
import { broken, chunk, Driven, fullSpeed, planOf } from './testing/driven.ts';

/** Two regions: a→b with three subtasks, x alone. */
const plan = (settings: Partial<JobSettings>) => planOf({ a: 2, b: 1, x: 1 }, ['a→b'], settings);
const allTasks = plan({}).subtasks.map(({ id }) => id);

/** Something that happens; it looks at the job, since attempts and numbers are the coordinator's choice. */
type Step = (job: Driven) => void;

const subtask = fc.constantFrom(...allTasks, 'v7/0');
/** Of the present attempt, now and then of the one before. */
const age = fc.constantFrom(0, 0, 0, 0, 1);
const pace = fc.record({
  paused: fc.boolean(),
  recordsPerSecond: fc.option(fc.integer({ min: 1, max: 100 })),
  linkLatencyMs: fc.constant(fullSpeed.linkLatencyMs),
});
const lastTriggered = (job: Driven): number =>
  job.checkpoints.reduce((last, event) => (event.kind === 'triggered' ? event.options.checkpoint : last), 0);

/** State that was restored turns out damaged, as a task would say of the checkpoint that it got. */
function damage(job: Driven, id: string): Failure {
  const checkpoint = job.deployments.findLast((each) => each.plan.id === id)?.restore?.checkpoint;
  return checkpoint === undefined
    ? broken
    : { code: 'state-missing', details: { subtask: id, checkpoint, reason: 'gone' } };
}

/** Acknowledges with a chunk of its own, and one that an earlier checkpoint wrote if `back` reaches one. */
function acknowledge(job: Driven, id: string, attempt: number, back: number): void {
  const checkpoint = lastTriggered(job) - (back % 3 === 2 ? 1 : 0);
  const completed = job.checkpoints.filter((event) => event.kind === 'completed' && !event.metadata.savepoint);
  const base = completed.at(-1 - (back % 2));
  const shared = base?.kind === 'completed' ? base.metadata.subtasks.find((entry) => entry.subtask === id) : undefined;
  const handles = [...(shared?.handles ?? []).slice(0, back), chunk(`${checkpoint}/${id}/${attempt}/0`)];
  job.take({ kind: 'acknowledge', subtask: id, attempt, checkpoint, snapshot: { handles, metrics: noMetrics } });
}

const ofTask = (weight: number, act: (job: Driven, id: string, attempt: number) => void) => ({
  weight,
  arbitrary: fc.tuple(subtask, age).map(([id, old]): Step => {
    return (job) => act(job, id, Math.max(1, job.attempt(id) - old));
  }),
});
const plain = (weight: number, act: Step) => ({ weight, arbitrary: fc.constant(act) });

const happening: fc.Arbitrary<Step> = fc.oneof(
  plain(1, (job) => void job.command('stop')),
  plain(1, (job) => void job.command('cancel')),
  plain(2, (job) => void job.take({ kind: 'tick' })),
  plain(3, (job) => void job.checkpointByHand()),
  plain(1, (job) => void job.checkpointByHand(true)),
  plain(4, (job) => job.comeUp()),
  plain(4, (job) => {
    for (const id of allTasks) job.task(id, 'cancelled');
  }),
  {
    weight: 2,
    arbitrary: pace.map(
      (given): Step =>
        (job) =>
          void job.pace(given),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(8), fc.boolean()).map(([request, done]): Step => {
      return (job) => void job.answer(request, done ? { kind: 'done' } : { kind: 'failed', reason: 'full' });
    }),
  },
  ofTask(6, (job, id, attempt) => void job.take({ kind: 'deployed', subtask: id, attempt })),
  ofTask(3, (job, id, attempt) => void job.take({ kind: 'heartbeat', subtask: id, attempt })),
  ofTask(2, (job, id, attempt) => void job.take({ kind: 'lost', subtask: id, attempt, failure: broken })),
  ofTask(1, (job, id, attempt) => void job.take({ kind: 'lost', subtask: id, attempt, failure: damage(job, id) })),
  ofTask(1, (job, id, attempt) => void job.take({ kind: 'end-of-data', subtask: id, attempt })),
  ofTask(1, (job, id, attempt) => void job.take({ kind: 'offsets', subtask: id, attempt, offsets: 1 })),
  ofTask(1, (job, id, attempt) => {
    const failure = { reason: 'declined', details: {} } as const;
    job.take({ kind: 'decline', subtask: id, attempt, checkpoint: lastTriggered(job), failure });
  }),
  {
    weight: 4,
    arbitrary: fc.tuple(subtask, age, fc.nat(5)).map(([id, old, back]): Step => {
      return (job) => acknowledge(job, id, Math.max(1, job.attempt(id) - old), back);
    }),
  },
  {
    weight: 6,
    arbitrary: fc.nat(5).map((back): Step => {
      return (job) => {
        for (const id of allTasks) acknowledge(job, id, job.attempt(id), back);
      };
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('initializing' as const, 'running' as const, 'finished' as const)
      .chain(
        (state) =>
          ofTask(1, (job, id, attempt) => void job.take({ kind: 'task-state', subtask: id, attempt, state })).arbitrary,
      ),
  },
);

const story = fc.array(fc.tuple(happening, fc.constantFrom(0, 0, 0, 10, 600, 2500, 30_000)), { maxLength: 80 });
const settings = fc.record({
  checkpointMode: fc.constantFrom('off' as const, 'aligned' as const, 'unaligned' as const),
  checkpointIntervalMs: fc.constantFrom(0, 500, 5000),
  checkpointTimeoutMs: fc.constantFrom(1000, 60_000),
  maxConcurrentCheckpoints: fc.constantFrom(1, 3),
  incrementalCheckpoints: fc.boolean(),
  retainedCheckpoints: fc.constantFrom(1, 2, 3),
  tolerableCheckpointFailures: fc.constantFrom(0, 3),
  checkpointsAfterFinish: fc.boolean(),
  restartStrategy: fc.constantFrom('none' as const, 'fixed-delay' as const, 'failure-rate' as const),
  restartAttempts: fc.constantFrom(1, 4),
  restartDelayMs: fc.constantFrom(0, 500),
  restartWindowMs: fc.constant(100_000),
  failover: fc.constantFrom('region' as const, 'full' as const),
});
const cases = fc.tuple(settings, fc.boolean(), story);

/** Plays the story; the store answers at once, or only when the story says so. */
function play([given, answers, steps]: [Partial<JobSettings>, boolean, readonly [Step, number][]]): Driven {
  const job = new Driven();
  if (!answers) job.store = null;
  job.run(plan(given));
  for (const [act, waitMs] of steps) {
    job.pass(job.now + waitMs);
    act(job);
  }
  return job;
}

/** Nobody says anything any more. */
function silence(job: Driven): void {
  job.pace(fullSpeed);
  job.pass(job.now + 600_000, () => false);
}

test('whatever it hears, it ends once messages stop and time passes', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const job = play(given);
      silence(job);
      expect(isTerminal(job.state)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('whatever it hears, it reports one end, moves as its diagram says, and is silent afterwards', () => {
  fc.assert(
    fc.property(cases, story, (given, more) => {
      const job = play(given);
      silence(job);
      const effects = job.effects.length;
      for (const [act] of more) act(job);
      expect(job.effects.length).toBe(effects);
      const states = ['created' as const, ...job.jobStates];
      expect(states.filter(isTerminal).length).toBe(1);
      states.slice(1).forEach((state, i) => expect(jobMoves[states[i] ?? 'created']).toContain(state));
      // A failed job says why, others do not.
      expect(job.failure !== undefined).toBe(states.at(-1) === 'failed');
    }),
    { numRuns: 400 },
  );
});

test('whatever it hears, attempts follow each other: deployed, ended by itself or by force, its Worker gone', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const job = play(given);
      silence(job);
      checkAttempts(job.effects);
      for (const id of allTasks) {
        const last = job.reports.findLast((report) => report.kind === 'task-state' && report.subtask === id);
        expect(['finished', 'cancelled', 'failed']).toContain(last?.kind === 'task-state' && last.state);
      }
    }),
    { numRuns: 400 },
  );
});

function checkAttempts(effects: readonly CoordinatorEffect[]): void {
  const attempts = new Map<string, number>();
  const up = new Set<string>();
  for (const effect of effects) {
    if (effect.kind === 'terminate') up.delete(effect.subtask);
    if (effect.kind === 'command' || effect.kind === 'ping') expect(up).toContain(effect.subtask);
    if (effect.kind !== 'deploy') continue;
    for (const { plan: task, attempt } of effect.tasks) {
      expect(up).not.toContain(task.id);
      expect(attempt).toBe((attempts.get(task.id) ?? 0) + 1);
      attempts.set(task.id, attempt);
      up.add(task.id);
    }
  }
}

test('whatever it hears, a checkpoint is triggered once and ends once, and recoveries go through their phases', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const job = play(given);
      silence(job);
      const open = new Set<number>();
      let last = 0;
      for (const event of job.checkpoints) {
        if (event.kind === 'triggered') {
          expect(event.options.checkpoint).toBe(last + 1);
          last = event.options.checkpoint;
          open.add(last);
        } else if (event.kind === 'completed') expect(open.delete(event.metadata.checkpoint)).toBe(true);
        else if (event.kind === 'failed' && event.checkpoint !== null) expect(open.delete(event.checkpoint)).toBe(true);
      }
      // What the store never answered to is the only one whose end is not known.
      const asked = job.requests.flatMap(({ body }) =>
        body.kind === 'complete-checkpoint' ? body.metadata.checkpoint : [],
      );
      for (const id of open) expect(asked).toContain(id);
      checkPhases(job);
    }),
    { numRuns: 400 },
  );
});

const phases = ['detected', 'cancelled', 'chosen', 'deployed', 'running'];

function checkPhases(job: Driven): void {
  let [recovery, phase] = [0, phases.length];
  for (const event of job.recoveries) {
    if (event.kind === 'detected') [recovery, phase] = [recovery + 1, 0];
    else phase += 1;
    expect([event.recovery, event.kind]).toEqual([recovery, phases[phase]]);
  }
}

test('whatever it hears, it restores the newest checkpoint that is complete and usable, whose chunks are all there', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const job = play(given);
      silence(job);
      checkStore(job.effects, given[0].checkpointMode === 'off');
    }),
    { numRuns: 600 },
  );
});

/** Follows what the store holds, by the coordinator's own reports and requests. */
function checkStore(effects: readonly CoordinatorEffect[], off: boolean): void {
  const held = new Map<number, CheckpointMetadata>();
  const unusable = new Set<number>();
  const gone = new Set<string>();
  const requested: string[][] = [];
  const whole = () => {
    for (const { subtasks } of held.values()) {
      for (const { handles } of subtasks) for (const { key } of handles) expect(gone).not.toContain(key);
    }
  };
  for (const effect of effects) {
    if (effect.kind === 'request' && effect.body.kind === 'drop-chunks')
      effect.body.keys.forEach((key) => gone.add(key));
    if (effect.kind === 'request' && effect.body.kind === 'complete-checkpoint')
      requested.push([...effect.body.dropKeys]);
    if (effect.kind !== 'report') continue;
    const { report } = effect;
    if (report.kind === 'checkpoint') {
      const { event } = report;
      if (event.kind === 'unusable') unusable.add(event.checkpoint);
      if (event.kind === 'discarded') held.delete(event.checkpoint);
      if (event.kind === 'completed') {
        held.set(event.metadata.checkpoint, event.metadata);
        requested.at(-1)?.forEach((key) => gone.add(key));
      }
      if (event.kind !== 'completed') whole();
    }
    if (report.kind !== 'recovery' || report.event.kind !== 'chosen' || off) continue;
    const candidates = [...held.values()].filter(
      ({ savepoint, checkpoint }) => !savepoint && !unusable.has(checkpoint),
    );
    const newest = candidates.reduce<number | null>((most, { checkpoint }) => Math.max(most ?? 0, checkpoint), null);
    expect(report.event.checkpoint).toBe(newest);
  }
}

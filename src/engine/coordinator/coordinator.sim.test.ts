/** The coordinator under any sequence of messages: it comes to exactly one end. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CoordinatorMessage } from '../wire/messages.ts';
import { isTerminal } from '../wire/reports.ts';
import { jobMoves } from './job-states.ts';
import { allTasks, broken, Driven, fullSpeed, smallPlan } from './testing/driven.ts';

const subtask = fc.constantFrom(...allTasks, 'v7/0');
const pace = fc.record({
  paused: fc.boolean(),
  recordsPerSecond: fc.option(fc.integer({ min: 1, max: 100 })),
  linkLatencyMs: fc.constant(fullSpeed.linkLatencyMs),
});
const message: fc.Arbitrary<CoordinatorMessage> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'command', command: { kind: 'stop' } } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'command', command: { kind: 'cancel' } } as const) },
  { weight: 1, arbitrary: pace.map((given) => ({ kind: 'command', command: { kind: 'pace', pace: given } }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tick' } as const) },
  { weight: 6, arbitrary: subtask.map((id) => ({ kind: 'deployed', subtask: id, attempt: 1 }) as const) },
  { weight: 3, arbitrary: subtask.map((id) => ({ kind: 'heartbeat', subtask: id, attempt: 1 }) as const) },
  { weight: 1, arbitrary: subtask.map((id) => ({ kind: 'lost', subtask: id, attempt: 1, failure: broken }) as const) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(subtask, fc.constantFrom('running' as const, 'finished' as const, 'cancelled' as const))
      .map(([id, state]) => ({ kind: 'task-state', subtask: id, attempt: 1, state }) as const),
  },
  {
    weight: 1,
    arbitrary: subtask.map(
      (id) => ({ kind: 'task-state', subtask: id, attempt: 1, state: 'failed', failure: broken }) as const,
    ),
  },
);
const story = fc.array(fc.record({ message, waitMs: fc.constantFrom(0, 0, 0, 10, 900, 2500, 30_000) }), {
  maxLength: 60,
});

function play(job: Driven, steps: readonly { message: CoordinatorMessage; waitMs: number }[]): void {
  for (const { message: next, waitMs } of steps) {
    job.pass(job.now + waitMs);
    job.take(next);
  }
}

test('whatever it hears, it ends once messages stop and time passes', () => {
  fc.assert(
    fc.property(story, fc.boolean(), (steps, early) => {
      const job = new Driven();
      if (early) job.run(smallPlan());
      play(job, steps);
      if (!early) job.run(smallPlan());
      job.pass(job.now + 60_000, () => false);
      expect(isTerminal(job.state)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('whatever it hears, it reports one end, moves as its diagram says, and is silent afterwards', () => {
  fc.assert(
    fc.property(story, story, (steps, more) => {
      const job = new Driven();
      job.run(smallPlan());
      play(job, steps);
      job.pass(job.now + 60_000, () => false);
      const effects = job.effects.length;
      play(job, more);
      expect(job.effects.length).toBe(effects);
      const states = ['created' as const, ...job.jobStates];
      expect(states.filter(isTerminal).length).toBe(1);
      states.slice(1).forEach((state, i) => expect(jobMoves[states[i] ?? 'created']).toContain(state));
      // A failed job says why, others do not.
      expect(job.failure !== undefined).toBe(states.at(-1) === 'failed');
    }),
    { numRuns: 500 },
  );
});

test('whatever it hears, every task that was started is ended: by itself, by a cancel, or by force', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const job = new Driven();
      job.run(smallPlan());
      play(job, steps);
      job.pass(job.now + 60_000, () => false);
      for (const id of allTasks) {
        const last = job.reports.findLast((report) => report.kind === 'task-state' && report.subtask === id);
        expect(['finished', 'cancelled', 'failed']).toContain(last?.kind === 'task-state' && last.state);
      }
    }),
    { numRuns: 300 },
  );
});

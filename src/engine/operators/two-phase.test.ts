/** Two-phase sinks at the points where something fails, after Flink's TwoPhaseCommitSinkFunction. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { Operator } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { Answer, TransactionRequest } from '../wire/requests.ts';
import { postgres } from './postgres.ts';
import { Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';
import { TestSystem } from './testing/system.ts';
import { transactionalTable } from './transactional-table.ts';
import { spreadTransactions } from './two-phase.ts';

const word = plainStream([{ name: 'word', type: 'string' }]);

const sink = (options: HarnessOptions = {}): Harness => new Harness(transactionalTable, {}, [word], options);
const play = (harness: Harness, timeline: string): void => harness.play(timelineElements(timeline));
const words = (system: TestSystem): unknown[] => system.rows().map((row) => row['word']);
const shown = (harness: Harness): unknown[] =>
  harness.port('results').flatMap((element) => (element.kind === 'record' ? [element.row['word']] : []));

const refusal = (code: 'system-failed' | 'storage-full' = 'system-failed'): Answer => ({
  kind: 'failed',
  code,
  reason: 'the disk is on fire',
});

function caught(body: () => void): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The sink alone, with a system that answers when the test says so. */
function byHand(options: HarnessOptions = {}) {
  const system = new TestSystem();
  const harness = sink(options);
  const operator: Operator = harness.transform;
  const builder = new BatchBuilder(word.schema, 4);
  let told = 0;
  const transactions = (): { number: number; body: TransactionRequest }[] =>
    harness.requests.map(({ number, body }) => ({ number, body: body as TransactionRequest }));
  return {
    system,
    operator,
    put(...texts: string[]) {
      for (const text of texts) builder.appendRow({ word: text }, 0);
      operator.process(builder.take(), 0);
    },
    /** Steps asked for since the last look. */
    asked(): string[] {
      const fresh = transactions().slice(told);
      told += fresh.length;
      return fresh.map(({ body }) => `${body.step.kind} ${body.transaction}`);
    },
    /** Answers the open requests whose step is of this kind. */
    answer(kind: TransactionRequest['step']['kind'], answer?: Answer) {
      for (const { number, body } of transactions())
        if (body.step.kind === kind) operator.onAnswer?.(number, answer ?? system.answer(body));
    },
  };
}

describe('a completion notice', () => {
  test('commits what its checkpoint and all before it cover, also those whose notice was missed', () => {
    const system = new TestSystem();
    const harness = sink({ system });
    play(harness, 'a@1');
    harness.snapshot(1);
    play(harness, 'b@2');
    harness.snapshot(2);
    play(harness, 'c@3');
    expect(words(system)).toEqual([]);
    play(harness, '#3');
    expect(words(system)).toEqual(['a', 'b', 'c']);
    expect(shown(harness)).toEqual(['a', 'b', 'c']);
  });

  test('that is late or comes again does nothing', () => {
    const { operator, put, answer, asked } = byHand();
    put('a');
    operator.beforeBarrier?.(1);
    answer('abort-others');
    answer('write');
    answer('prepare');
    put('b');
    operator.beforeBarrier?.(2);
    answer('write');
    asked();
    operator.onCheckpointComplete?.(0);
    expect(asked()).toEqual([]);
    operator.onCheckpointComplete?.(1);
    expect(asked()).toEqual(['commit n1/0/1-1']);
    operator.onCheckpointComplete?.(1);
    expect(asked()).toEqual([]);
    // The transaction of checkpoint 2 is not prepared, so this notice cannot be about it.
    operator.onCheckpointComplete?.(2);
    expect(asked()).toEqual([]);
  });
});

describe('a checkpoint', () => {
  test('is settled only when every write and the prepare are answered', () => {
    const { operator, put, asked, answer } = byHand();
    put('a');
    expect(asked()).toEqual(['abort-others n1/0/']);
    operator.beforeBarrier?.(1);
    expect(operator.settled?.(1)).toBe(false);
    expect(asked()).toEqual([]);
    answer('abort-others');
    expect(asked()).toEqual(['write n1/0/1-1']);
    expect(operator.settled?.(1)).toBe(false);
    answer('write');
    expect(asked()).toEqual(['prepare n1/0/1-1']);
    expect(operator.settled?.(1)).toBe(false);
    answer('prepare');
    expect(operator.settled?.(1)).toBe(true);
  });

  test('without records has nothing to prepare', () => {
    const harness = sink();
    expect(harness.snapshot(1).operator).toEqual({ sequence: 0, pending: [] });
    expect(harness.transform.settled?.(1)).toBe(true);
  });

  test('does not wait for what came behind its barrier', () => {
    const { operator, put, answer } = byHand();
    put('a');
    answer('abort-others');
    operator.beforeBarrier?.(1);
    answer('write');
    answer('prepare');
    put('b');
    operator.beforeBarrier?.(2);
    expect([operator.settled?.(1), operator.settled?.(2)]).toEqual([true, false]);
  });

  test('lists what is being committed until that is answered, since the commit may be lost with the Worker', () => {
    const { operator, put, answer } = byHand();
    put('a');
    operator.beforeBarrier?.(1);
    for (const kind of ['abort-others', 'write', 'prepare'] as const) answer(kind);
    operator.onCheckpointComplete?.(1);
    operator.beforeBarrier?.(2);
    expect(operator.settled?.(2)).toBe(true);
    expect(operator.snapshot?.(2)).toEqual({ sequence: 1, pending: [{ transaction: 'n1/0/1-1', records: 1 }] });
    answer('commit');
    operator.beforeBarrier?.(3);
    expect(operator.snapshot?.(3)).toEqual({ sequence: 1, pending: [] });
  });

  test('that was aborted keeps its transaction for the next one', () => {
    const system = new TestSystem();
    const harness = sink({ system });
    play(harness, 'a@1');
    harness.snapshot(1);
    harness.transform.onCheckpointAborted?.(1);
    play(harness, 'b@2 #2');
    expect(words(system)).toEqual(['a', 'b']);
    expect(system.steps.filter((step) => step.startsWith('abort '))).toEqual([]);
  });

  test('is declined when the system does not prepare, and the next one prepares all', () => {
    const system = new TestSystem();
    const harness = sink({ system });
    system.refuse = ({ step }) => (step.kind === 'prepare' ? refusal() : null);
    play(harness, 'a@1');
    expect(() => harness.snapshot(1)).toThrow('the table did not prepare: the disk is on fire');
    system.refuse = () => null;
    play(harness, 'b@2 #2');
    expect(words(system)).toEqual(['a', 'b']);
  });
});

describe('a restore', () => {
  test('commits what its snapshot lists, aborts the rest, and uses no name again', () => {
    const system = new TestSystem();
    const before = sink({ system });
    play(before, 'a@1 #1 b@2');
    const snapshot = before.snapshot(2);
    play(before, 'lost@3');
    before.snapshot(3);
    play(before, 'open@4');
    const after = sink({ system, attempt: 2 });
    after.restore(snapshot);
    expect(words(system)).toEqual(['a', 'b']);
    expect([...system.staged.keys()]).toEqual([]);
    play(after, 'lost@3 open@4 #4 |');
    expect(words(system)).toEqual(['a', 'b', 'lost', 'open']);
    expect([...system.committed.keys()]).toEqual(['n1/0/1-1', 'n1/0/1-2', 'n1/0/2-3']);
  });

  test('of a snapshot whose transactions were committed already commits them again, which changes nothing', () => {
    const system = new TestSystem();
    const before = sink({ system });
    play(before, 'a@1');
    const snapshot = before.barrier(1);
    const after = sink({ system, attempt: 2 });
    after.restore(snapshot);
    expect(words(system)).toEqual(['a']);
    expect(shown(after)).toEqual(['a']);
  });

  test('of a savepoint of another run goes on without what that run committed, and says so', () => {
    const before = sink();
    play(before, 'a@1');
    const snapshot = before.barrier(1);
    const system = new TestSystem();
    const after = sink({ system });
    after.restore(snapshot);
    play(after, 'b@2 #2');
    expect(words(system)).toEqual(['b']);
    expect([...system.committed.keys()]).toEqual(['n1/0/1-2']);
    expect(after.logs).toEqual(['Transaction n1/0/1-1 is of another run; its records are not here.']);
    expect(after.transform.transactions?.()).toEqual({ open: 0, prepared: 0 });
  });

  test('without a snapshot aborts all that earlier attempts left before it writes', () => {
    const system = new TestSystem();
    const before = sink({ system });
    play(before, 'a@1');
    before.snapshot(1);
    const after = sink({ system, attempt: 2 });
    play(after, 'a@1 #1');
    expect(words(system)).toEqual(['a']);
    expect(system.staged.size).toBe(0);
  });
});

describe('a failure of the system', () => {
  test('at a commit is tried three times, then fails the task', () => {
    const system = new TestSystem();
    const harness = sink({ system });
    let failures = 2;
    system.refuse = ({ step }) => (step.kind === 'commit' && failures-- > 0 ? refusal() : null);
    play(harness, 'a@1 #1');
    expect(words(system)).toEqual(['a']);
    failures = 3;
    play(harness, 'b@2');
    const thrown = caught(() => play(harness, '#2'));
    expect(thrown).toBeInstanceOf(TaskFailure);
    expect((thrown as TaskFailure).failure).toMatchObject({ code: 'commit-failed', node: 'n1' });
  });

  test.each(['sink-failed', 'storage-full'] as const)(
    'at a write fails the task as %s, since its records are gone',
    (code) => {
      const { put, answer } = byHand();
      put(...Array.from({ length: 1024 }, () => 'a'));
      answer('abort-others');
      const given = refusal(code === 'storage-full' ? code : 'system-failed');
      const thrown = caught(() => answer('write', given));
      expect((thrown as TaskFailure).failure.code).toBe(code);
    },
  );
});

test('input is held back while many writes are under way', () => {
  const { operator, put, answer } = byHand();
  const many = Array.from({ length: 1024 }, (_, i) => `w${i}`);
  put('first');
  answer('abort-others');
  let puts = 0;
  for (; !operator.blocked?.(); puts++) put(...many);
  expect(puts).toBeLessThanOrEqual(10);
  answer('write');
  expect(operator.blocked?.()).toBe(false);
});

test('gauges count the records that are open and those that wait to be committed', () => {
  const { operator, put, answer } = byHand();
  put('a', 'b');
  expect(operator.transactions?.()).toEqual({ open: 2, prepared: 0 });
  operator.beforeBarrier?.(1);
  put('c');
  expect(operator.transactions?.()).toEqual({ open: 1, prepared: 2 });
  for (const kind of ['abort-others', 'write', 'prepare'] as const) answer(kind);
  operator.onCheckpointComplete?.(1);
  answer('commit');
  expect(operator.transactions?.()).toEqual({ open: 1, prepared: 0 });
});

test('without checkpoints everything is committed at the end of the input, and it says so before', () => {
  const system = new TestSystem();
  const harness = sink({ system, checkpoints: false });
  play(harness, 'a@1 b@2');
  expect(harness.logs).toEqual(['Checkpoints are off, so “Transactional table” commits only at the end of its input.']);
  expect(words(system)).toEqual([]);
  expect(harness.transform.ended?.()).toBe(false);
  play(harness, '|');
  expect(words(system)).toEqual(['a', 'b']);
  expect(harness.transform.ended?.()).toBe(true);
});

test('Postgres is told table and key, and the schema with each portion', () => {
  const harness = new Harness(postgres, { table: 'words', keys: ['word'] }, [word]);
  play(harness, 'a@1 #1');
  const written = harness.requests.map(({ body }) => body as TransactionRequest);
  expect(written.find(({ step }) => step.kind === 'write')).toMatchObject({
    system: 'postgres',
    step: { table: 'words', key: ['word'], portion: 0, schema: word.schema },
  });
});

describe('rescaled', () => {
  test('every pending transaction is with exactly one subtask, and its own if that is still there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.nat({ max: 3 }), { freq: 4 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (counts, parallelism) => {
          const names = counts.map((count, i) =>
            Array.from({ length: count ?? 0 }, (_, n) => ({ transaction: `s/${i}/1-${n + 1}`, records: 1 })),
          );
          const states = counts.map((count, i): JsonValue | null =>
            count === null ? null : { sequence: 10 * i, pending: names[i] ?? [] },
          );
          const spread = spreadTransactions(states, parallelism);
          expect(spread).toHaveLength(parallelism);
          if (counts.every((count) => count === null)) return;
          const given = spread.map((state) => state as { sequence: number; pending: { transaction: string }[] });
          expect(
            given
              .flatMap(({ pending }) => pending)
              .map(({ transaction }) => transaction)
              .sort(),
          ).toEqual(
            names
              .flat()
              .map(({ transaction }) => transaction)
              .sort(),
          );
          for (const [i, { sequence, pending }] of given.entries()) {
            for (const { transaction } of names[i] ?? []) expect(JSON.stringify(pending)).toContain(`"${transaction}"`);
            for (const [from, count] of counts.entries())
              if (count !== null) expect(sequence).toBeGreaterThanOrEqual(10 * from);
          }
        },
      ),
    );
  });
});

describe('however often and wherever it fails', () => {
  /** A source that rewinds to the last completed checkpoint; the sink dies at any point. */
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant('record' as const) },
    { weight: 2, arbitrary: fc.constantFrom('complete' as const, 'missed notice' as const, 'aborted' as const) },
    { weight: 1, arbitrary: fc.constantFrom('crash' as const, 'crash after barrier' as const) },
  );

  test('each record is committed exactly once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const system = new TestSystem();
        let attempt = 1;
        let harness = sink({ system, attempt });
        let position = 0;
        let checkpoint = 0;
        let last: { readonly snapshot: ReturnType<Harness['snapshot']>; readonly position: number } | null = null;
        const crash = (): void => {
          harness = sink({ system, attempt: ++attempt });
          if (last !== null) harness.restore(last.snapshot);
          position = last?.position ?? 0;
        };
        for (const one of steps) {
          if (one === 'record') play(harness, `r${position++}@1`);
          else if (one === 'crash') crash();
          else {
            const snapshot = harness.snapshot(++checkpoint);
            if (one === 'complete' || one === 'missed notice') last = { snapshot, position };
            if (one === 'complete') harness.transform.onCheckpointComplete?.(checkpoint);
            if (one === 'complete') play(harness, '');
            if (one === 'crash after barrier') crash();
          }
        }
        crash();
        play(harness, `#${checkpoint + 1} |`);
        expect(words(system)).toEqual(Array.from({ length: position }, (_, i) => `r${i}`));
        expect(system.staged.size).toBe(0);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });
});

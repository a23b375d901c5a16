/**
 * The task's side of a two-phase commit, shared by all sinks that commit with checkpoints. As Flink's
 * TwoPhaseCommitSinkFunction: records go into the open transaction; a barrier closes it and asks the system outside to
 * prepare it; the checkpoint is acknowledged once that is done, and its snapshot lists what waits to be committed; the
 * completion notice commits all of them, those of missed notices too. A restore commits what the snapshot lists and
 * aborts everything else that this subtask ever began.
 *
 * A checkpoint that is aborted changes nothing: its transaction stays prepared and is committed with the next one.
 */
import { present } from '../../base/assert.ts';
import type { JsonValue, Schema } from '../graph/schema.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { copyBatch } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import { TaskFailure } from '../wire/failures.ts';
import { operatorHeld, shortJson } from '../wire/inspect.ts';
import type { OperatorHeld } from '../wire/inspect.ts';
import type { Answer, FailedAnswer, TransactionalSystem, TransactionRequest } from '../wire/requests.ts';

/** Where the records go. `key`: columns of an upsert; none for plain inserts. */
export interface TwoPhaseTarget {
  readonly system: TransactionalSystem;
  /** As people call it. */
  readonly systemName: string;
  readonly table: string;
  readonly key: readonly string[];
  /** Which of the records are written; left out: all. */
  readonly shown?: (batch: Batch) => Batch;
}

/** Records that one `write` carries, about. */
const portionRecords = 1024;
/** Writes under way before input is held back. */
const writesAhead = 8;
/** How often a commit is tried before the task fails; the restart tries again. */
const commitTries = 3;

/**
 * `open` takes records; `closed` waits for its writes; a prepare that failed makes it `closed` again at the next barrier.
 */
interface Transaction {
  readonly name: string;
  /** It comes from a snapshot. */
  readonly restored: boolean;
  stage: 'open' | 'closed' | 'preparing' | 'prepared' | 'refused' | 'committing';
  /** The first checkpoint that covers all of it; null while it is open. */
  checkpoint: CheckpointId | null;
  records: number;
  portions: number;
  /** Writes not answered, or not sent. */
  writing: number;
  tries: number;
  reason: string;
}

interface Write {
  readonly transaction: Transaction;
  readonly portion: number;
  readonly records: Batch;
}

/** What a snapshot holds. JSON. */
interface TwoPhaseState {
  /** Names begun so far: a restore goes on behind, so that no name is used twice. */
  readonly sequence: number;
  readonly pending: readonly { readonly transaction: string; readonly records: number }[];
}

type Step = TransactionRequest['step'];

export class TwoPhaseSink implements Operator {
  private readonly context: OperatorContext;
  private readonly target: TwoPhaseTarget;
  private readonly schema: Schema;
  /** Small batches are gathered here into a portion. */
  private readonly staging: BatchBuilder;
  private sequence = 0;
  private open: Transaction | null = null;
  /** Closed, oldest first, until committed. */
  private pending: Transaction[] = [];
  /** What the answer to a request is about; null: aborting what older attempts left. */
  private readonly asked = new Map<number, { readonly step: Step['kind']; readonly transaction: Transaction | null }>();
  /** `clean`: what older attempts left is aborted, so that writes cannot meet it. */
  private beginning: 'not-asked' | 'asked' | 'clean' = 'not-asked';
  /** Writes that wait for `clean`. */
  private waiting: Write[] = [];
  private writesUnderWay = 0;
  private finished = false;

  constructor(context: OperatorContext, target: TwoPhaseTarget) {
    this.context = context;
    this.target = target;
    this.schema = present(context.inputs[0], 'the input of a sink').schema;
    this.staging = new BatchBuilder(this.schema, portionRecords);
  }

  process(arrived: Batch): void {
    const batch = this.target.shown?.(arrived) ?? arrived;
    if (batch.length === 0) return;
    this.begin();
    const transaction = this.openTransaction();
    transaction.records += batch.length;
    if (this.staging.length === 0 && batch.length * 2 >= portionRecords) {
      this.write(transaction, copyBatch(batch));
      return;
    }
    for (let row = 0; row < batch.length; row++) {
      this.staging.copyRow(batch, row);
      if (this.staging.length >= portionRecords) this.flush();
    }
  }

  blocked(): boolean {
    return this.writesUnderWay + this.waiting.length >= writesAhead;
  }

  beforeBarrier(checkpoint: CheckpointId): void {
    this.begin();
    this.close(checkpoint);
    for (const transaction of this.pending) {
      if (transaction.stage === 'refused') transaction.stage = 'closed';
      this.prepareIfWritten(transaction);
    }
  }

  snapshot(): JsonValue {
    const pending = this.pending.map(({ name, records }) => ({ transaction: name, records }));
    return { sequence: this.sequence, pending } satisfies TwoPhaseState;
  }

  holdsBeside(): OperatorHeld {
    const note =
      'Transactions whose records are not visible yet. A checkpoint keeps the names of those it covers; a restore commits them and ' +
      'aborts all others.';
    const all = this.open === null ? this.pending : [...this.pending, this.open];
    return operatorHeld(note, all, (transaction) => {
      const { name, records } = transaction;
      return { what: `Transaction ${name}`, window: null, value: shortJson({ records }), note: stageText(transaction) };
    });
  }

  settled(checkpoint: CheckpointId): boolean {
    let all = true;
    for (const { stage, checkpoint: closedAt, reason } of this.pending) {
      if (closedAt === null || closedAt > checkpoint) continue;
      if (stage === 'refused') throw new Error(`${this.target.systemName} did not prepare: ${reason}`);
      if (stage !== 'prepared' && stage !== 'committing') all = false;
    }
    return all;
  }

  restore(state: JsonValue): void {
    const { sequence, pending } = state as unknown as TwoPhaseState;
    this.sequence = sequence;
    this.pending = pending.map(({ transaction, records }) => ({
      ...newTransaction(transaction, true),
      stage: 'prepared',
      records,
    }));
    this.begin();
    for (const transaction of this.pending) this.commit(transaction);
  }

  onCheckpointComplete(checkpoint: CheckpointId): void {
    for (const transaction of this.pending) {
      // One that is not prepared is not covered: a notice that is late or of another attempt does nothing.
      const { stage, checkpoint: closedAt } = transaction;
      if (stage === 'prepared' && closedAt !== null && closedAt <= checkpoint) this.commit(transaction);
    }
  }

  onAnswer(request: number, answer: Answer): void {
    const asked = this.asked.get(request);
    if (asked === undefined) return;
    this.asked.delete(request);
    const { step, transaction } = asked;
    if (transaction === null) this.begun(answer);
    else if (step === 'write') this.written(transaction, answer);
    else if (step === 'prepare') this.prepared(transaction, answer);
    else this.committed(transaction, answer);
  }

  /** With checkpoints the last one commits; without, nothing else ever will. */
  finish(): void {
    this.finished = true;
    this.begin();
    if (this.context.checkpoints !== false) return;
    this.close(0);
    for (const transaction of this.pending) this.prepareIfWritten(transaction);
  }

  ended(): boolean {
    return this.context.checkpoints !== false || (this.finished && this.open === null && this.pending.length === 0);
  }

  transactions(): { readonly open: number; readonly prepared: number } {
    return {
      open: this.open?.records ?? 0,
      prepared: this.pending.reduce((sum, { records }) => sum + records, 0),
    };
  }

  /** Before the first write, and after a restore: nothing that older attempts left may stay. */
  private begin(): void {
    if (this.beginning !== 'not-asked') return;
    this.beginning = 'asked';
    const { node, subtaskIndex } = this.context;
    this.ask(`${node}/${subtaskIndex}/`, null, {
      kind: 'abort-others',
      keep: this.pending.map(({ name }) => name),
    });
    if (this.context.checkpoints !== false) return;
    this.context.log('warning', `Checkpoints are off, so “${this.context.name}” commits only at the end of its input.`);
  }

  private begun(answer: Answer): void {
    if (answer.kind === 'failed') throw this.failure('sink-failed', answer);
    this.beginning = 'clean';
    const { waiting } = this;
    this.waiting = [];
    for (const write of waiting) this.send(write);
  }

  private openTransaction(): Transaction {
    if (this.open !== null) return this.open;
    const { node, subtaskIndex, attempt } = this.context;
    this.open = newTransaction(`${node}/${subtaskIndex}/${attempt}-${++this.sequence}`, false);
    return this.open;
  }

  /** What is open now belongs to this checkpoint. */
  private close(checkpoint: CheckpointId): void {
    this.flush();
    const { open } = this;
    if (open === null) return;
    open.stage = 'closed';
    open.checkpoint = checkpoint;
    this.pending.push(open);
    this.open = null;
  }

  private flush(): void {
    if (this.staging.length > 0) this.write(this.openTransaction(), this.staging.take());
  }

  private write(transaction: Transaction, records: Batch): void {
    transaction.writing++;
    const write = { transaction, portion: transaction.portions++, records };
    if (this.beginning === 'clean') this.send(write);
    else this.waiting.push(write);
  }

  private send({ transaction, portion, records }: Write): void {
    const { table, key } = this.target;
    this.writesUnderWay++;
    this.ask(transaction.name, transaction, { kind: 'write', portion, table, key, schema: this.schema, records });
  }

  /** What is lost here only a restart brings back. */
  private written(transaction: Transaction, answer: Answer): void {
    if (answer.kind === 'failed') throw this.failure('sink-failed', answer);
    this.writesUnderWay--;
    transaction.writing--;
    this.prepareIfWritten(transaction);
  }

  private prepareIfWritten(transaction: Transaction): void {
    if (transaction.stage !== 'closed' || transaction.writing > 0) return;
    transaction.stage = 'preparing';
    this.ask(transaction.name, transaction, { kind: 'prepare', portions: transaction.portions });
  }

  private prepared(transaction: Transaction, answer: Answer): void {
    if (answer.kind === 'failed') {
      if (this.context.checkpoints === false) throw this.failure('sink-failed', answer);
      transaction.stage = 'refused';
      transaction.reason = answer.reason;
      return;
    }
    transaction.stage = 'prepared';
    if (this.context.checkpoints === false) this.commit(transaction);
  }

  private commit(transaction: Transaction): void {
    transaction.stage = 'committing';
    transaction.tries++;
    this.ask(transaction.name, transaction, { kind: 'commit' });
  }

  private committed(transaction: Transaction, answer: Answer): void {
    if (answer.kind === 'failed') {
      this.notCommitted(transaction, answer);
      return;
    }
    this.pending = this.pending.filter((one) => one !== transaction);
    if (answer.kind !== 'committed') return;
    const records = joined(this.schema, answer.records);
    if (records.length > 0) this.context.result(records, transaction.name);
  }

  private notCommitted(transaction: Transaction, answer: FailedAnswer): void {
    if (answer.code === 'transaction-unknown' && transaction.restored) {
      // As Flink's XA sink: what another run prepared, and committed, is unknown to this one.
      this.pending = this.pending.filter((one) => one !== transaction);
      this.context.log('warning', `Transaction ${transaction.name} is of another run; its records are not here.`);
      return;
    }
    if (transaction.tries >= commitTries) throw this.failure('commit-failed', answer);
    this.commit(transaction);
  }

  private ask(name: string, transaction: Transaction | null, step: Step): void {
    const { system } = this.target;
    const request = this.context.request({
      kind: 'transaction',
      system,
      sink: this.context.node,
      transaction: name,
      step,
    });
    this.asked.set(request, { step: step.kind, transaction });
  }

  private failure(code: 'sink-failed' | 'commit-failed', { code: cause, reason }: FailedAnswer): TaskFailure {
    const { node, name } = this.context;
    const details = { node: name, system: this.target.systemName, reason };
    return new TaskFailure({ code: cause === 'storage-full' ? cause : code, details, node });
  }
}

/**
 * The pending transactions of all old subtasks, spread over the new ones (list state). Those of subtask i go to i modulo
 * the parallelism, so that nobody aborts what another is about to commit.
 */
export function spreadTransactions(
  states: readonly (JsonValue | null)[],
  parallelism: number,
): readonly (JsonValue | null)[] {
  const known = states.map((state) => state as unknown as TwoPhaseState | null);
  if (known.every((state) => state === null)) return Array.from({ length: parallelism }, () => null);
  const sequence = Math.max(...known.map((state) => state?.sequence ?? 0));
  return Array.from({ length: parallelism }, (_, index): JsonValue => {
    const pending = known.flatMap((state, from) => (from % parallelism === index ? (state?.pending ?? []) : []));
    return { sequence, pending } satisfies TwoPhaseState;
  });
}

/** What it waits for, as a sentence. */
function stageText({ stage, checkpoint, restored, reason }: Transaction): string {
  const covered = checkpoint === null || checkpoint === 0 ? '' : ` of checkpoint ${checkpoint}`;
  switch (stage) {
    case 'open':
      return 'Open: the next barrier closes it.';
    case 'closed':
      return `Closed by the barrier${covered}: the system outside takes its last records.`;
    case 'preparing':
      return `Being prepared for the snapshot${covered}.`;
    case 'prepared':
      return `Prepared: it commits when the checkpoint completes${covered === '' ? '' : ` (the first is ${checkpoint})`}.`;
    case 'refused':
      return `Not prepared: ${reason}. The next barrier tries again.`;
    case 'committing':
      return restored ? 'Of a restored checkpoint: being committed.' : 'Being committed.';
  }
}

function newTransaction(name: string, restored: boolean): Transaction {
  return {
    name,
    restored,
    stage: 'open',
    checkpoint: null,
    records: 0,
    portions: 0,
    writing: 0,
    tries: 0,
    reason: '',
  };
}

function joined(schema: Schema, batches: readonly Batch[]): Batch {
  if (batches.length === 1) return batches[0] as Batch;
  const builder = new BatchBuilder(
    schema,
    Math.max(
      1,
      batches.reduce((sum, { length }) => sum + length, 0),
    ),
  );
  for (const batch of batches) for (let row = 0; row < batch.length; row++) builder.copyRow(batch, row);
  return builder.take();
}

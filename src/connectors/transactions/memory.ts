/**
 * A transactional system in memory, for the simulator and for tests: as durable as the object is, and each step takes
 * effect at once.
 */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import { done, isOther, refused, Staging, transactionKey, unknown } from './staging.ts';
import type { StagedTransaction } from './staging.ts';
import { recordsIn } from './system.ts';
import type { CommittedTransaction, TransactionalStore } from './system.ts';

export class MemoryTransactions implements TransactionalStore {
  private readonly staging = new Staging();
  private readonly prepared = new Map<string, StagedTransaction>();
  /** In the order of commit. */
  private readonly committedOnes = new Map<string, StagedTransaction>();

  async answer(run: RunId, request: TransactionRequest): Promise<Answer> {
    return this.answerNow(run, request);
  }

  /** The same without a promise, for virtual time. */
  answerNow(run: RunId, request: TransactionRequest): Answer {
    const { sink, transaction, step } = request;
    const key = transactionKey(run, sink, transaction);
    switch (step.kind) {
      case 'write':
        if (!this.prepared.has(key) && !this.committedOnes.has(key)) return this.staging.write(run, request, step);
        return refused(`transaction ${transaction} takes no records any more`);
      case 'prepare':
        return this.prepare(run, request, step.portions);
      case 'commit':
        return this.commit(key, transaction);
      case 'abort':
        if (this.committedOnes.has(key)) return refused(`transaction ${transaction} is committed`);
        this.staging.drop(run, sink, transaction);
        this.prepared.delete(key);
        return done;
      case 'abort-others':
        this.staging.dropOthers(run, sink, transaction, step.keep);
        for (const [other, one] of this.prepared)
          if (one.run === run && one.sink === sink && isOther(one.transaction, transaction, step.keep))
            this.prepared.delete(other);
        return done;
    }
  }

  async committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]> {
    return this.committedNow(run, sink);
  }

  committedNow(run: RunId, sink: NodeId): readonly CommittedTransaction[] {
    return [...this.committedOnes.values()]
      .filter((one) => one.run === run && one.sink === sink)
      .map(({ transaction, records }) => ({ transaction, records, count: recordsIn(records) }));
  }

  /** Names of what is prepared and not committed: what a job that ended should not leave. */
  preparedNow(run: RunId): readonly string[] {
    return [...this.prepared.values()].filter((one) => one.run === run).map(({ transaction }) => transaction);
  }

  async removeRun(run: RunId): Promise<void> {
    this.staging.dropRun(run);
    for (const map of [this.prepared, this.committedOnes])
      for (const [key, one] of map) if (one.run === run) map.delete(key);
  }

  private prepare(run: RunId, request: TransactionRequest, portions: number): Answer {
    const key = transactionKey(run, request.sink, request.transaction);
    if (this.prepared.has(key) || this.committedOnes.has(key)) return done;
    const found = this.staging.find(run, request, portions);
    if ('kind' in found) return found;
    this.prepared.set(key, found);
    this.staging.drop(run, request.sink, request.transaction);
    return done;
  }

  private commit(key: string, transaction: string): Answer {
    const prepared = this.prepared.get(key);
    if (prepared !== undefined) {
      this.committedOnes.set(key, prepared);
      this.prepared.delete(key);
    }
    const one = this.committedOnes.get(key);
    return one === undefined ? unknown(transaction) : { kind: 'committed', records: one.records };
  }
}

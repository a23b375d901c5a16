/**
 * Open transactions, in memory until they are prepared: what is lost with the page was never promised. Portions may
 * come twice and in any order.
 */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';

export type WriteStep = Extract<TransactionRequest['step'], { kind: 'write' }>;

/** Records that wait for a checkpoint, of all runs; more would fill the memory of the page. */
const recordsMax = 4_000_000;

/** A transaction with all its portions, in order. */
export interface StagedTransaction {
  readonly run: RunId;
  readonly sink: NodeId;
  readonly transaction: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly schema: Schema;
  readonly records: readonly Batch[];
}

interface Open extends Omit<StagedTransaction, 'records'> {
  readonly portions: Map<number, Batch>;
}

export const done: Answer = { kind: 'done' };
export const refused = (reason: string): Answer => ({ kind: 'failed', code: 'system-failed', reason });
export const unknown = (transaction: string): Answer => ({
  kind: 'failed',
  code: 'transaction-unknown',
  reason: `transaction ${transaction} was never prepared`,
});

export class Staging {
  private readonly open = new Map<string, Open>();
  private records = 0;

  write(run: RunId, { sink, transaction }: TransactionRequest, step: WriteStep): Answer {
    const key = transactionKey(run, sink, transaction);
    let open = this.open.get(key);
    if (open === undefined) {
      const { table, key: columns, schema } = step;
      open = { run, sink, transaction, table, key: columns, schema, portions: new Map() };
      this.open.set(key, open);
    }
    if (open.portions.has(step.portion)) return done;
    if (this.records + step.records.length > recordsMax)
      return refused(`${recordsMax.toLocaleString('en')} records wait for a checkpoint; take them more often`);
    this.records += step.records.length;
    open.portions.set(step.portion, step.records);
    return done;
  }

  /** What there is to prepare; an answer if there is not all of it. */
  find(run: RunId, { sink, transaction }: TransactionRequest, portions: number): StagedTransaction | Answer {
    const open = this.open.get(transactionKey(run, sink, transaction));
    if (open === undefined || open.portions.size !== portions)
      return refused(`transaction ${transaction} has ${open?.portions.size ?? 0} of its ${portions} portions`);
    const records = [...open.portions].sort(([a], [b]) => a - b).map(([, batch]) => batch);
    return { ...open, records };
  }

  drop(run: RunId, sink: NodeId, transaction: string): void {
    const key = transactionKey(run, sink, transaction);
    for (const batch of this.open.get(key)?.portions.values() ?? []) this.records -= batch.length;
    this.open.delete(key);
  }

  dropOthers(run: RunId, sink: NodeId, prefix: string, keep: readonly string[]): void {
    for (const open of this.open.values())
      if (open.run === run && open.sink === sink && isOther(open.transaction, prefix, keep))
        this.drop(run, sink, open.transaction);
  }

  dropRun(run: RunId): void {
    for (const open of this.open.values()) if (open.run === run) this.drop(run, open.sink, open.transaction);
  }
}

/** Whether `abort-others` is about this transaction. */
export const isOther = (transaction: string, prefix: string, keep: readonly string[]): boolean =>
  transaction.startsWith(prefix) && !keep.includes(transaction);

export const transactionKey = (run: RunId, sink: NodeId, transaction: string): string =>
  JSON.stringify([run, sink, transaction]);

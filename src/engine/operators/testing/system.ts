/**
 * A system outside for tests of two-phase sinks: it keeps to the contract of the requests and answers at once. It is
 * written apart from the real ones, so that what it shows does not depend on them.
 */
import type { Row } from '../../graph/schema.ts';
import { rowsOf } from '../../wire/batch.ts';
import type { Batch } from '../../wire/batch.ts';
import type { Answer, TransactionRequest } from '../../wire/requests.ts';

interface Staged {
  readonly portions: Map<number, Batch>;
  prepared: boolean;
}

export class TestSystem {
  readonly staged = new Map<string, Staged>();
  readonly committed = new Map<string, readonly Batch[]>();
  /** Steps that came, as `prepare n1/0/1-1`. */
  readonly steps: string[] = [];
  /** Asked first: an answer given here is the answer. */
  refuse: (request: TransactionRequest) => Answer | null = () => null;

  answer(request: TransactionRequest): Answer {
    const { transaction, step } = request;
    this.steps.push(`${step.kind} ${transaction}`);
    return this.refuse(request) ?? this.take(transaction, step);
  }

  /** Of all that is committed, in the order of commit. */
  rows(): Row[] {
    return [...this.committed.values()].flat().flatMap(rowsOf);
  }

  private take(name: string, step: TransactionRequest['step']): Answer {
    if (step.kind === 'write') return this.write(name, step.portion, step.records);
    if (step.kind === 'prepare') return this.prepare(name, step.portions);
    if (step.kind === 'commit') return this.commit(name);
    if (step.kind === 'abort') this.staged.delete(name);
    else
      for (const other of this.staged.keys())
        if (other.startsWith(name) && !step.keep.includes(other)) this.staged.delete(other);
    return { kind: 'done' };
  }

  private write(name: string, portion: number, records: Batch): Answer {
    const staged = this.staged.get(name) ?? { portions: new Map<number, Batch>(), prepared: false };
    this.staged.set(name, staged);
    if (staged.prepared || this.committed.has(name)) return failed(`${name} takes nothing any more`);
    staged.portions.set(portion, records);
    return { kind: 'done' };
  }

  private prepare(name: string, portions: number): Answer {
    const staged = this.staged.get(name);
    if (staged?.portions.size !== portions) return failed(`${name} has not got its ${portions} portions`);
    staged.prepared = true;
    return { kind: 'done' };
  }

  private commit(name: string): Answer {
    const staged = this.staged.get(name);
    if (staged?.prepared) {
      this.staged.delete(name);
      this.committed.set(
        name,
        [...staged.portions].sort(([a], [b]) => a - b).map(([, batch]) => batch),
      );
    }
    const records = this.committed.get(name);
    if (records !== undefined) return { kind: 'committed', records };
    return { kind: 'failed', code: 'transaction-unknown', reason: `${name} was never prepared` };
  }
}

const failed = (reason: string): Answer => ({ kind: 'failed', code: 'system-failed', reason });

/** The database's Worker as its clients see it, through a port: a transactional system, and a place to send SQL to. */
import type { RunId } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import type { Answered, Asked, PostgresAnswers, PostgresQuestion, SqlAnswer } from './postgres-protocol.ts';
import { refused } from './staging.ts';
import type { CommittedTransaction, TransactionalStore } from './system.ts';

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class PostgresPort implements TransactionalStore {
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, Waiting>();
  private questions = 0;
  /** Why there will be no more answers. */
  private closed: string | null = null;

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<Answered>) => this.answered(data);
  }

  answer(run: RunId, request: TransactionRequest): Promise<Answer> {
    return this.ask({ kind: 'transaction', run, request }).catch((error: Error) => refused(error.message));
  }

  committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]> {
    return this.ask({ kind: 'committed', run, sink });
  }

  async removeRun(run: RunId): Promise<void> {
    await this.ask({ kind: 'remove-run', run });
  }

  sql(text: string): Promise<SqlAnswer> {
    return this.ask({ kind: 'sql', text });
  }

  /** What is not answered yet never will be. */
  close(reason: string): void {
    this.closed ??= reason;
    this.port.close();
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }

  private ask<Q extends PostgresQuestion>(question: Q): Promise<PostgresAnswers[Q['kind']]> {
    if (this.closed !== null) return Promise.reject(new Error(this.closed));
    const number = ++this.questions;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.port.postMessage({ number, question } satisfies Asked);
    });
  }

  private answered(data: Answered): void {
    const waiting = this.waiting.get(data.number);
    this.waiting.delete(data.number);
    if ('error' in data) waiting?.reject(new Error(data.error));
    else waiting?.resolve(data.answer as never);
  }
}

/** For a subtask. Without a port nobody there writes to Postgres, and a request is answered as failed. */
export const postgresThrough = (port: MessagePort | null): TransactionalStore =>
  port === null ? noPostgres : new PostgresPort(port);

const noPostgres: TransactionalStore = {
  answer: async () => refused('there is no way to the database here'),
  committed: async () => [],
  removeRun: async () => {},
};

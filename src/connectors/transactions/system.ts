/**
 * The contract of a system outside that takes part in two-phase commits (DESIGN: reached by requests alone). `memory.ts`
 * serves the simulator, `indexed-db.ts` is the durable table of the browser, `postgres.ts` a real database in the page.
 * Every step may come twice; a transaction that was prepared survives everything until it is committed or aborted.
 */
import type { RunId } from '../checkpoints/store.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Batch } from '../../engine/wire/batch.ts';

export interface CommittedTransaction {
  readonly transaction: string;
  /** Its records. Of an old transaction a system may have kept only their number; it gives an empty batch then. */
  readonly records: readonly Batch[];
  readonly count: number;
}

export const recordsIn = (batches: readonly Batch[]): number => batches.reduce((sum, { length }) => sum + length, 0);

export interface TransactionalStore {
  /** Never rejects: what fails is an answer. */
  answer(run: RunId, request: TransactionRequest): Promise<Answer>;
  /** All that is committed for a sink of a run, in the order of commit: for the page that comes back. */
  committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]>;
  removeRun(run: RunId): Promise<void>;
}

/**
 * The outside world as effects: what a task asks its host to do, and the answers that come back as messages. The
 * simulator can delay, repeat or lose any of them; the engine never touches a file, a socket or a store itself.
 */
import type { TimelineElement } from '../../base/timeline.ts';
import type { Batch } from './batch.ts';
import type { CheckpointId, CheckpointMetadata, StateChunk } from './checkpoints.ts';
import type { NodeId } from '../graph/job.ts';
import type { Schema } from '../graph/schema.ts';

/**
 * The next records of a resource: those whose position p satisfies p ≥ `position` and p % of === split. `schema` says
 * which columns, by name, and how to read them.
 */
export interface ReadRequest {
  readonly kind: 'read';
  readonly resource: string;
  readonly schema: Schema;
  readonly split: number;
  readonly of: number;
  readonly position: number;
  readonly limit: number;
}

/** Answer: `state`, in the order of `keys`. */
export interface ReadStateRequest {
  readonly kind: 'read-state';
  readonly keys: readonly string[];
}

/** The next element of a source whose script is in other hands: answered when it is its turn, perhaps never. */
export interface ElementRequest {
  readonly kind: 'element';
  readonly node: NodeId;
  readonly split: number;
  /** Elements of this split before it. */
  readonly position: number;
}

export type Request =
  | ReadRequest
  | ElementRequest
  /** Writes chunks of a snapshot durably. Answer: `done` or `failed`. */
  | { readonly kind: 'write-state'; readonly checkpoint: CheckpointId; readonly chunks: readonly StateChunk[] }
  | ReadStateRequest
  | TransactionRequest;

/** Systems outside that take part in a two-phase commit. Each is a connector. */
export const transactionalSystems = ['results', 'postgres'] as const;
export type TransactionalSystem = (typeof transactionalSystems)[number];

/**
 * One step of a transaction in a system outside; `transaction` is unique over all attempts and names its sink, subtask
 * and checkpoint. Every step may be repeated: a second `prepare`, `commit` or `abort` of the same transaction changes
 * nothing. After `prepare` it survives everything until it is committed or aborted.
 */
export interface TransactionRequest {
  readonly kind: 'transaction';
  readonly system: TransactionalSystem;
  readonly sink: NodeId;
  readonly transaction: string;
  readonly step: /**
   * Stages records; the transaction begins with its first. `table`, `key` and schema: what they go into; with a key,
   * the newest record of each key replaces the one before. Portions count from 0 within the transaction; one that came
   * before changes nothing. Answer: `done` or `failed`.
   */
    | {
        readonly kind: 'write';
        readonly portion: number;
        readonly table: string;
        readonly key: readonly string[];
        readonly schema: Schema;
        readonly records: Batch;
      }
    /** Pre-commit of a transaction with so many portions. Answer: `done` or `failed`. */
    | { readonly kind: 'prepare'; readonly portions: number }
    /** Answer: `committed`, with the records, also when it was committed before; `failed` if it was never prepared. */
    | { readonly kind: 'commit' }
    /** Answer: `done`, also when there is no such transaction; `failed` if it was committed. */
    | { readonly kind: 'abort' }
    /** Aborts all transactions of this sink whose name starts with `transaction` and is not in `keep`. Answer: `done`. */
    | { readonly kind: 'abort-others'; readonly keep: readonly string[] };
}

/** What the coordinator asks of the checkpoint store; answers come back as messages too. */
export type CoordinatorRequest =
  /** One atomic step: the checkpoint is complete from here on, and chunks that nobody needs any more may go. */
  | {
      readonly kind: 'complete-checkpoint';
      readonly metadata: CheckpointMetadata;
      readonly drop: readonly CheckpointId[];
      readonly dropKeys: readonly string[];
    }
  /** Chunks of a checkpoint that was aborted. */
  | { readonly kind: 'drop-chunks'; readonly keys: readonly string[] }
  /** Completed checkpoints of the run, newest first. Answer: `checkpoints`. */
  | { readonly kind: 'list-checkpoints' };

export type CoordinatorAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'checkpoints'; readonly checkpoints: readonly CheckpointMetadata[] }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * `next` is the position to ask for after these records. `rejected` lists broken rows that were left out (at most 20 a
 * read; `rejectedCount` counts all), with their place in the file.
 */
export interface RecordsAnswer {
  readonly kind: 'records';
  readonly batch: Batch;
  readonly next: number;
  readonly end: boolean;
  readonly rejectedCount: number;
  readonly rejected: readonly string[];
}

export interface FailedAnswer {
  readonly kind: 'failed';
  readonly code:
    | 'resource-missing'
    | 'resource-unreadable'
    | 'storage-full'
    | 'storage-failed'
    | 'system-failed'
    /** A commit of what this system, for this run, has neither prepared nor committed. */
    | 'transaction-unknown'
    /** This host runs no script that several sources share. */
    | 'no-script';
  readonly reason: string;
}

export type Answer =
  | RecordsAnswer
  | FailedAnswer
  | { readonly kind: 'element'; readonly element: TimelineElement }
  | { readonly kind: 'done' }
  /** Null: the store does not have this chunk. */
  | { readonly kind: 'state'; readonly data: readonly (Uint8Array<ArrayBuffer> | null)[] }
  /** `records`: what the transaction holds, oldest first. */
  | { readonly kind: 'committed'; readonly records: readonly Batch[] };

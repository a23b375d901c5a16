/**
 * The contract of a checkpoint store: chunks of snapshots and the metadata of completed checkpoints, by run. `memory.ts`
 * is for the simulator and for tests, `indexed-db.ts` is durable in the browser. Calls reject with a StoreError.
 */
import type { CheckpointId, CheckpointMetadata, StateChunk } from '../../engine/wire/checkpoints.ts';

export type RunId = string;

/**
 * A run that begins from a savepoint of run `r` is called `r~…`. Systems outside know all of them as `r`: a table outlives
 * the job that fills it, and what the savepoint had prepared is there under that name.
 */
export const lineageOf = (run: RunId): RunId => run.split('~')[0] as string;

export interface SavepointRef {
  readonly run: RunId;
  readonly checkpoint: CheckpointId;
}

/** `full`: the quota of this origin or the disk; the reason is a sentence. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'full' | 'failed';
  constructor(code: 'full' | 'failed', reason: string) {
    super(reason);
    this.code = code;
  }
}

/** A run that left something behind. */
export interface StoredRun {
  readonly run: RunId;
  /** The document that it belongs to, and the job file's text as it was run. */
  readonly document: string;
  readonly job: string;
  readonly startedAt: number;
  /** Null: it was left while it ran (page closed, crashed), so it can be resumed. */
  readonly endedAt: number | null;
}

/** Metadata that is there and cannot be used. */
export interface DamagedCheckpoint {
  /** Null: not even that can be read. */
  readonly checkpoint: CheckpointId | null;
  readonly reason: string;
}

export interface CheckpointStore {
  /** Durable when it resolves. A key that is there already is overwritten. */
  write(run: RunId, chunks: readonly StateChunk[]): Promise<void>;
  /** In the order of `keys`; null for what is not there. Fingerprints are for the reader to check. */
  read(run: RunId, keys: readonly string[]): Promise<readonly (Uint8Array<ArrayBuffer> | null)[]>;
  /** One atomic, durable step: adds the metadata, removes the metadata of `drop` and the chunks `dropKeys`. */
  complete(
    run: RunId,
    metadata: CheckpointMetadata,
    drop: readonly CheckpointId[],
    dropKeys: readonly string[],
  ): Promise<void>;
  /** Removes chunks of a checkpoint that was aborted. */
  drop(run: RunId, keys: readonly string[]): Promise<void>;
  /** Completed checkpoints and savepoints, newest first. Metadata that cannot be read is left out. */
  list(run: RunId): Promise<readonly CheckpointMetadata[]>;
  /** What `list` leaves out. */
  damaged(run: RunId): Promise<readonly DamagedCheckpoint[]>;
  /**
   * Deletes one completed checkpoint or savepoint, with the chunks that no other one of the run names. While the run
   * goes on, its coordinator must not build upon these chunks any more.
   */
  remove(run: RunId, checkpoint: CheckpointId): Promise<void>;
  /**
   * Deletes chunks that no completed checkpoint names: what a page left that closed in mid-checkpoint. Only before the
   * run goes on, while nobody writes. Returns how many.
   */
  sweep(run: RunId): Promise<number>;

  putRun(run: StoredRun): Promise<void>;
  /** Newest first. */
  runs(): Promise<readonly StoredRun[]>;
  /** With all that it left behind. */
  removeRun(run: RunId): Promise<void>;
}

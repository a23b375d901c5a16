/**
 * The world outside of the cluster: files, the checkpoint store and the systems that take part in two-phase commits.
 * All of it survives every crash. Never rejects for what a store says: that is an answer.
 */
import type { CheckpointStore, RunId, SavepointRef } from '../../connectors/checkpoints/store.ts';
import { lineageOf, StoreError } from '../../connectors/checkpoints/store.ts';
import { MemoryCheckpointStore } from '../../connectors/checkpoints/memory.ts';
import { ResourceReaders } from '../../connectors/reader.ts';
import type { Resource } from '../../connectors/resource.ts';
import { MemoryTransactions } from '../../connectors/transactions/memory.ts';
import type { TransactionalStore } from '../../connectors/transactions/system.ts';
import type { CheckpointMetadata } from '../../engine/wire/checkpoints.ts';
import type { RunRequest } from '../host.ts';
import type { Answer, CoordinatorAnswer, CoordinatorRequest, Request } from '../../engine/wire/requests.ts';

/** What outlives a run; hand the same to a later run to go on from it. */
export interface Stores {
  readonly checkpoints: CheckpointStore;
  readonly transactions: TransactionalStore;
}

/** Stores that can be looked into while virtual time stands still. */
export interface MemoryStores extends Stores {
  readonly checkpoints: MemoryCheckpointStore;
  readonly transactions: MemoryTransactions;
}

export const memoryStores = (): MemoryStores => ({
  checkpoints: new MemoryCheckpointStore(),
  transactions: new MemoryTransactions(),
});

export interface Origin {
  readonly origin: 'latest' | CheckpointMetadata;
  readonly highestAttempt: number;
}

/** Keys of chunks are `<checkpoint>/<subtask>/<attempt>/<number>`; a subtask's id has a slash too. */
function attemptIn(checkpoints: readonly CheckpointMetadata[]): number {
  const handles = checkpoints.flatMap((one) => one.subtasks).flatMap((entry) => entry.handles);
  return handles.reduce((highest, { key }) => Math.max(highest, Number(key.split('/').at(-2)) || 0), 0);
}

export class Outside {
  private readonly readers: ResourceReaders;
  private readonly stores: Stores;
  private readonly run: RunId;
  /** Chunks may be those of the savepoint that the run began with. */
  private readonly older: RunId | null;

  constructor(resources: readonly Resource[], stores: Stores, run: RunId, savepoint: SavepointRef | null) {
    this.readers = new ResourceReaders(resources);
    this.stores = stores;
    this.run = run;
    this.older = savepoint?.run ?? null;
  }

  async answer(body: Request): Promise<Answer> {
    switch (body.kind) {
      case 'read':
        return await this.readers.answer(body);
      case 'element':
        return { kind: 'failed', code: 'no-script', reason: 'there is no script to take elements from' };
      case 'transaction':
        return await this.stores.transactions.answer(lineageOf(this.run), body);
      case 'write-state':
        return await this.guarded(async () => {
          await this.stores.checkpoints.write(this.run, body.chunks);
          return { kind: 'done' };
        });
      case 'read-state':
        return await this.guarded(async () => ({ kind: 'state', data: await this.chunks(body.keys) }));
    }
  }

  async answerCoordinator(body: CoordinatorRequest): Promise<CoordinatorAnswer> {
    const { checkpoints } = this.stores;
    try {
      switch (body.kind) {
        case 'complete-checkpoint':
          await checkpoints.complete(this.run, body.metadata, body.drop, body.dropKeys);
          return { kind: 'done' };
        case 'drop-chunks':
          await checkpoints.drop(this.run, body.keys);
          return { kind: 'done' };
        case 'list-checkpoints':
          return { kind: 'checkpoints', checkpoints: await checkpoints.list(this.run) };
      }
    } catch (error) {
      if (error instanceof StoreError) return { kind: 'failed', reason: error.message };
      throw error;
    }
  }

  /**
   * Where a new coordinator begins: at what this run has stored, else at the savepoint that it was begun with. With it
   * the highest attempt that the stored checkpoints name.
   */
  async origin(from: RunRequest['from']): Promise<Origin> {
    const own = await this.stores.checkpoints.list(this.run);
    // Recovery uses no savepoint unasked: with savepoints alone, the run begins again at its own.
    const recoverable = own.some((one) => !one.savepoint);
    if (recoverable || typeof from === 'string') return { origin: 'latest', highestAttempt: attemptIn(own) };
    const { run, checkpoint } = from.savepoint;
    const found = (await this.stores.checkpoints.list(run)).find((one) => one.checkpoint === checkpoint);
    return { origin: found ?? 'latest', highestAttempt: attemptIn(found === undefined ? own : [...own, found]) };
  }

  async chunks(keys: readonly string[]): Promise<readonly (Uint8Array<ArrayBuffer> | null)[]> {
    const found = await this.stores.checkpoints.read(this.run, keys);
    if (this.older === null || this.older === this.run || found.every((data) => data !== null)) return found;
    const older = await this.stores.checkpoints.read(this.older, keys);
    return found.map((data, i) => data ?? older[i] ?? null);
  }

  /**
   * Damages or removes one chunk of the newest completed checkpoint, as a bad disk would. `choice`, 0 … 1, says which.
   * Its key, or null if there is none.
   */
  async corruptLatest(choice: number, how: 'damage' | 'remove'): Promise<string | null> {
    const [newest] = await this.stores.checkpoints.list(this.run);
    const handles = newest?.subtasks.flatMap((entry) => entry.handles) ?? [];
    const handle = handles[Math.floor(choice * handles.length)];
    if (handle === undefined) return null;
    if (how === 'remove') {
      await this.stores.checkpoints.drop(this.run, [handle.key]);
      return handle.key;
    }
    const [data] = await this.stores.checkpoints.read(this.run, [handle.key]);
    if (data === null || data === undefined || data.length === 0) return null;
    const damaged = data.slice();
    const at = Math.floor(((choice * 1009) % 1) * damaged.length);
    damaged[at] = (damaged[at] as number) ^ 0x55;
    await this.stores.checkpoints.write(this.run, [{ handle, data: damaged }]);
    return handle.key;
  }

  dispose(): void {
    this.readers.dispose();
  }

  private async guarded(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { kind: 'failed', code: error.code === 'full' ? 'storage-full' : 'storage-failed', reason: error.message };
    }
  }
}

/** Checkpoints in memory: for the simulator and for tests. They last as long as the object. */
import type { CheckpointId, CheckpointMetadata, StateChunk } from '../../engine/wire/checkpoints.ts';
import { checkMetadata, keysOf, latestRunFirst, newestFirst, ownKeys } from './metadata.ts';
import type { CheckpointStore, DamagedCheckpoint, RunId, StoredRun } from './store.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Kept {
  readonly chunks: Map<string, Bytes>;
  readonly checkpoints: Map<CheckpointId, CheckpointMetadata>;
}

export class MemoryCheckpointStore implements CheckpointStore {
  private readonly kept = new Map<RunId, Kept>();
  private readonly rows = new Map<RunId, StoredRun>();

  /** Bytes go in and out as copies, as with a disk. */
  async write(run: RunId, chunks: readonly StateChunk[]): Promise<void> {
    const kept = this.of(run);
    for (const { handle, data } of chunks) kept.chunks.set(handle.key, data.slice());
  }

  async read(run: RunId, keys: readonly string[]): Promise<readonly (Bytes | null)[]> {
    const chunks = this.kept.get(run)?.chunks;
    return keys.map((key) => chunks?.get(key)?.slice() ?? null);
  }

  async complete(
    run: RunId,
    metadata: CheckpointMetadata,
    drop: readonly CheckpointId[],
    dropKeys: readonly string[],
  ): Promise<void> {
    const kept = this.of(run);
    for (const checkpoint of drop) kept.checkpoints.delete(checkpoint);
    for (const key of dropKeys) kept.chunks.delete(key);
    kept.checkpoints.set(metadata.checkpoint, structuredClone(metadata));
  }

  async drop(run: RunId, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.kept.get(run)?.chunks.delete(key);
  }

  async list(run: RunId): Promise<readonly CheckpointMetadata[]> {
    return this.completed(run)
      .filter((metadata) => checkMetadata(metadata).ok)
      .sort(newestFirst);
  }

  async damaged(run: RunId): Promise<readonly DamagedCheckpoint[]> {
    return this.completed(run).flatMap((metadata) => {
      const checked = checkMetadata(metadata);
      return checked.ok ? [] : [{ checkpoint: metadata.checkpoint, reason: checked.reason }];
    });
  }

  async remove(run: RunId, checkpoint: CheckpointId): Promise<void> {
    const kept = this.kept.get(run);
    for (const key of ownKeys(this.completed(run), checkpoint)) kept?.chunks.delete(key);
    kept?.checkpoints.delete(checkpoint);
  }

  async sweep(run: RunId): Promise<number> {
    const named = keysOf(this.completed(run));
    const { chunks } = this.of(run);
    const orphans = [...chunks.keys()].filter((key) => !named.has(key));
    for (const key of orphans) chunks.delete(key);
    return orphans.length;
  }

  async putRun(run: StoredRun): Promise<void> {
    this.rows.set(run.run, { ...run });
  }

  async runs(): Promise<readonly StoredRun[]> {
    return [...this.rows.values()].sort(latestRunFirst);
  }

  async removeRun(run: RunId): Promise<void> {
    this.rows.delete(run);
    this.kept.delete(run);
  }

  /** What is there under this key, itself and without a promise: for who looks on in virtual time. Not to be changed. */
  chunkNow(run: RunId, key: string): Bytes | null {
    return this.kept.get(run)?.chunks.get(key) ?? null;
  }

  /** Completed checkpoints and savepoints, without a promise. */
  completedNow(run: RunId): readonly CheckpointMetadata[] {
    return this.completed(run);
  }

  private completed(run: RunId): CheckpointMetadata[] {
    return [...(this.kept.get(run)?.checkpoints.values() ?? [])];
  }

  private of(run: RunId): Kept {
    let kept = this.kept.get(run);
    if (kept === undefined) {
      kept = { chunks: new Map(), checkpoints: new Map() };
      this.kept.set(run, kept);
    }
    return kept;
  }
}

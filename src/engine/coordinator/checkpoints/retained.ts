/**
 * The completed checkpoints that are kept, and which chunks may go when one is no longer kept. Incremental checkpoints
 * name chunks of earlier ones, so a chunk goes only when no kept checkpoint or savepoint names it (Flink:
 * SharedStateRegistry).
 *
 * A task learns of a completion after the coordinator, and may until then build on the checkpoint before. So with
 * incremental checkpoints the chunks of a dropped one stay until one more has completed.
 */
import type { CheckpointId, CheckpointMetadata, StateHandle } from '../../wire/checkpoints.ts';
import { wroteChunk } from './pending.ts';

/** What is to go in the step that completes a checkpoint. */
export interface Drops {
  readonly checkpoints: readonly CheckpointId[];
  readonly keys: readonly string[];
  /** Keys that go with the next one. */
  readonly later: readonly string[];
}

export class RetainedCheckpoints {
  private readonly limit: number;
  private readonly incremental: boolean;
  /** Oldest first, without savepoints. */
  private checkpoints: CheckpointMetadata[] = [];
  private savepoints: CheckpointMetadata[] = [];
  private readonly unusable = new Set<CheckpointId>();
  private doomed = new Set<string>();
  /** Something was once there to restore from. */
  private any = false;

  constructor(limit: number, incremental: boolean) {
    this.limit = limit;
    this.incremental = incremental;
  }

  /** What the store already holds of this run. */
  adopt(listed: readonly CheckpointMetadata[]): void {
    const sorted = [...listed].sort((a, b) => a.checkpoint - b.checkpoint);
    this.checkpoints = sorted.filter(({ savepoint }) => !savepoint);
    this.savepoints = sorted.filter(({ savepoint }) => savepoint);
    this.any ||= this.checkpoints.length > 0;
  }

  get hadAny(): boolean {
    return this.any;
  }

  /** The newest one to recover from. Savepoints are for people: recovery does not use them (Flink, FLINK-25191). */
  latest(): CheckpointMetadata | null {
    return this.checkpoints.findLast(({ checkpoint }) => !this.unusable.has(checkpoint)) ?? null;
  }

  /** Whether this is news. It stays listed until newer ones take its place. */
  markUnusable(checkpoint: CheckpointId): boolean {
    if (this.unusable.has(checkpoint)) return false;
    this.unusable.add(checkpoint);
    return true;
  }

  /** The chunks that this one builds on and that are gone, or never were. */
  missing(metadata: CheckpointMetadata): string[] {
    const known = keysOf([...this.checkpoints, ...this.savepoints]);
    return metadata.subtasks
      .flatMap(({ handles }) => handles.map(({ key }) => key))
      .filter((key) => !wroteChunk(metadata.checkpoint, key) && !known.has(key) && !this.doomed.has(key));
  }

  /** What can go once this one is complete. `pending`: named by checkpoints that are not complete yet. */
  dropsFor(metadata: CheckpointMetadata, pending: readonly StateHandle[]): Drops {
    if (metadata.savepoint) return { checkpoints: [], keys: [], later: [...this.doomed] };
    const all = [...this.checkpoints, metadata].sort((a, b) => a.checkpoint - b.checkpoint);
    const usable = all.filter(({ checkpoint }) => !this.unusable.has(checkpoint));
    const kept = usable.slice(-this.limit);
    const dropped = all.filter((each) => !kept.includes(each));
    const named = keysOf([...kept, ...this.savepoints]);
    for (const { key } of pending) named.add(key);
    const free = (key: string) => !named.has(key);
    const now = [...this.doomed].filter(free);
    const freed = [...keysOf(dropped)].filter((key) => free(key) && !this.doomed.has(key));
    const ids = dropped.map(({ checkpoint }) => checkpoint);
    if (this.incremental) return { checkpoints: ids, keys: now, later: freed };
    return { checkpoints: ids, keys: [...now, ...freed], later: [] };
  }

  /** It is complete in the store, and the drops are done. */
  add(metadata: CheckpointMetadata, drops: Drops): void {
    if (metadata.savepoint) {
      this.savepoints.push(metadata);
      return;
    }
    this.any = true;
    this.checkpoints = [...this.checkpoints, metadata]
      .filter(({ checkpoint }) => !drops.checkpoints.includes(checkpoint))
      .sort((a, b) => a.checkpoint - b.checkpoint);
    for (const checkpoint of drops.checkpoints) this.unusable.delete(checkpoint);
    this.doomed = new Set(drops.later);
  }

  /** Of the chunks that an aborted checkpoint wrote, those that nobody else names: all, unless ids were confused. */
  orphans(checkpoint: CheckpointId, handles: readonly StateHandle[]): string[] {
    const named = keysOf([...this.checkpoints, ...this.savepoints]);
    return handles.map(({ key }) => key).filter((key) => wroteChunk(checkpoint, key) && !named.has(key));
  }
}

function keysOf(checkpoints: readonly CheckpointMetadata[]): Set<string> {
  return new Set(
    checkpoints.flatMap(({ subtasks }) => subtasks.flatMap(({ handles }) => handles.map(({ key }) => key))),
  );
}

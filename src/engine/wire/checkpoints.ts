/**
 * What coordinator, subtasks, stores and views say to each other about checkpoints. The protocol is asynchronous barrier
 * snapshotting (Carbone et al., "Lightweight Asynchronous Snapshots for Distributed Dataflows", 2015), with unaligned
 * checkpoints as in Flink (FLIP-76) and checkpoints after tasks finished (FLIP-147).
 *
 * A snapshot of a subtask is a set of chunks, each with a place, bytes and a fingerprint. A checkpoint is its metadata:
 * one entry per subtask, which names the chunks, also such as an earlier checkpoint wrote (incremental).
 */
import type { DurationMs, ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ChannelId, SubtaskId, VertexId } from '../graph/plan.ts';

/** From 1, never used twice in a run, also over failures and reloads. */
export type CheckpointId = number;

/** How barriers pass. `aligned` with a timeout becomes unaligned when a barrier has waited for so long. */
export const barrierModes = ['at-least-once', 'aligned', 'unaligned'] as const;
export type BarrierMode = (typeof barrierModes)[number];

/** What a trigger asks of the sources, and a barrier carries. */
export interface CheckpointOptions {
  readonly checkpoint: CheckpointId;
  /** When the coordinator triggered it, in job time. */
  readonly triggeredAt: ProcessingTimeMs;
  readonly mode: BarrierMode;
  /** Aligned: a barrier that has been under way or waited for so long overtakes from here on. Null: never. */
  readonly alignmentTimeoutMs: DurationMs | null;
  /** A savepoint: always aligned, always full, never discarded by itself. */
  readonly savepoint: boolean;
}

/** Where in a subtask a chunk of state belongs. Chunks of key groups can move to another subtask. */
export type ChunkPlace =
  /** Operator state of one operator in the chain: what `Operator.snapshot()` or the source gave, as canonical JSON. */
  | { readonly kind: 'operator'; readonly node: NodeId }
  | { readonly kind: 'keyed'; readonly group: number }
  | { readonly kind: 'timers'; readonly group: number }
  /** In-flight data of an input channel, or of an output channel: what an unaligned barrier overtook. */
  | { readonly kind: 'input'; readonly channel: ChannelId }
  | { readonly kind: 'output'; readonly channel: ChannelId };

/** Where the bytes of a chunk are, and how to know that they are whole. */
export interface StateHandle {
  readonly place: ChunkPlace;
  /** Unique in the store of the run: `<checkpoint>/<subtask>/<attempt>/<number>`. */
  readonly key: string;
  readonly bytes: number;
  /** Of the bytes; 16 hexadecimal digits (see base/fingerprint.ts). Equal states have equal fingerprints. */
  readonly fingerprint: string;
  /** Entries or records in it, for people. */
  readonly entries: number;
}

export interface StateChunk {
  readonly handle: StateHandle;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** How one subtask's part of a checkpoint went; times in ms of job time. */
export interface SnapshotMetrics {
  /** From the trigger to the first barrier (or trigger) that the subtask saw. */
  readonly startDelayMs: number;
  /** From the first barrier to the last. */
  readonly alignmentMs: number;
  readonly syncMs: number;
  /** From the end of the synchronous part until all was written and pre-committed. */
  readonly asyncMs: number;
  /** Records processed between the first barrier and the last. */
  readonly alignedRecords: number;
  /** Records processed while the asynchronous part ran: the proof that it is asynchronous. */
  readonly recordsDuringAsync: number;
  readonly inFlightBytes: number;
  readonly inFlightRecords: number;
  /** Bytes of all state in this snapshot, and of it what had to be written. */
  readonly stateBytes: number;
  readonly writtenBytes: number;
  /** How the barrier ended up passing here. */
  readonly unaligned: boolean;
}

/** A subtask's acknowledgement. */
export interface SubtaskSnapshot {
  readonly handles: readonly StateHandle[];
  readonly metrics: SnapshotMetrics;
}

/** One subtask in a completed checkpoint. */
export interface SnapshotEntry {
  readonly subtask: SubtaskId;
  readonly vertex: VertexId;
  readonly index: number;
  /** It had finished before the checkpoint: nothing to restore, nothing to run. */
  readonly finished: boolean;
  readonly handles: readonly StateHandle[];
}

/** What the store keeps of a completed checkpoint beside its chunks. JSON. */
export interface CheckpointMetadata {
  readonly version: 1;
  readonly checkpoint: CheckpointId;
  readonly savepoint: boolean;
  readonly mode: BarrierMode;
  readonly triggeredAt: ProcessingTimeMs;
  readonly completedAt: ProcessingTimeMs;
  readonly maxParallelism: number;
  /** Parallelism and operators per vertex at that time: what a restore with another parallelism needs. */
  readonly vertices: readonly {
    readonly vertex: VertexId;
    readonly parallelism: number;
    readonly nodes: readonly NodeId[];
  }[];
  readonly subtasks: readonly SnapshotEntry[];
  readonly stateBytes: number;
}

/** What a subtask is restored from; it fetches the chunks itself. */
export interface Restore {
  readonly checkpoint: CheckpointId;
  readonly finished: boolean;
  readonly handles: readonly (StateHandle & {
    /** Index of the subtask that wrote it, of so many. Other than now: the state of its operator is redistributed. */
    readonly from: number;
    readonly of: number;
  })[];
  /** Parallelism of the head of the chain when the snapshot was taken: of whom in-flight data was for. */
  readonly parallelism: number;
  /**
   * From a savepoint: its chunks are not the run's own and may be deleted, so no later snapshot may name them; the next
   * one writes everything (Flink: no-claim mode).
   */
  readonly borrowed?: true;
}

export const checkpointReasons = {
  'not-all-running': {
    message: 'Not all tasks are running: {detail}.',
    advice: 'It is tried again at the next interval.',
  },
  'too-many-pending': {
    message: 'Already {count} checkpoints are pending.',
    advice: 'Raise “Concurrent checkpoints”, or the interval.',
  },
  'minimum-pause': {
    message: 'The minimum pause since the last checkpoint has not passed.',
    advice: 'It is tried again when it has.',
  },
  expired: {
    message: 'It did not complete within {seconds} s; {missing} had not acknowledged.',
    advice:
      'Look for backpressure between the sources and these tasks, use unaligned checkpoints, or raise the timeout.',
  },
  subsumed: {
    message: 'A newer checkpoint, {by}, completed before it.',
    advice: 'Nothing is lost: the newer one holds more.',
  },
  declined: {
    message: '{task} declined: {detail}.',
    advice: 'It is tried again at the next interval.',
  },
  'declined-not-ready': {
    message: '{task} was not ready: {detail}.',
    advice: 'It is tried again at the next interval.',
  },
  'declined-subsumed': {
    message: '{task} got the barrier of checkpoint {by} first.',
    advice: 'Nothing is lost: the newer one goes on.',
  },
  'declined-cancelled': {
    message: '{task} got a cancellation barrier from upstream.',
    advice: 'Look at the task upstream that declined first.',
  },
  'declined-end-of-input': {
    message: 'A channel into {task} ended before its barrier came.',
    advice: 'Allow checkpoints after tasks finished in the settings of the job.',
  },
  'task-failed': {
    message: '{task} failed meanwhile.',
    advice: 'Look at the failure of the task.',
  },
  'task-finished': {
    message: '{task} finished before it could acknowledge.',
    advice: 'It is tried again without that task.',
  },
  'job-failover': {
    message: 'The job was restarted meanwhile.',
    advice: 'It is tried again after the restart.',
  },
  'job-ended': {
    message: 'The job ended meanwhile.',
    advice: 'Nothing needs to be done.',
  },
  'snapshot-failed': {
    message: '{task} could not take its snapshot: {detail}.',
    advice: 'Look at the operator named; its state may not be JSON.',
  },
  'write-failed': {
    message: '{task} could not write its snapshot: {detail}.',
    advice: 'Free disk space, or delete old checkpoints and savepoints of this browser.',
  },
  'finalize-failed': {
    message: 'Its metadata could not be written: {detail}.',
    advice: 'Free disk space, or delete old checkpoints and savepoints of this browser.',
  },
} as const satisfies Record<string, { message: string; advice: string }>;

/** Why a checkpoint was not taken or did not complete: a closed table, after Flink's CheckpointFailureReason. */
export type CheckpointReason = keyof typeof checkpointReasons;

export interface CheckpointFailure {
  readonly reason: CheckpointReason;
  readonly details: Readonly<Record<string, string | number>>;
  readonly subtask?: SubtaskId;
}

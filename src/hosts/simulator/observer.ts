/** What can be watched of a cluster from outside: everything that is said, before chance and faults have their way. */
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { WireBuffer } from '../../engine/wire/buffer.ts';
import type { CheckpointMetadata } from '../../engine/wire/checkpoints.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { CoordinatorMessage, Deployment, SubtaskEffect, SubtaskMessage } from '../../engine/wire/messages.ts';

/** One attempt of one subtask. */
export interface AttemptOf {
  readonly id: SubtaskId;
  readonly attempt: number;
}

/** Looks on. Buffers are to be read at once: their memory goes on with them. */
export interface ClusterObserver {
  onDeploy?(deployment: Deployment): void;
  /** A message is about to be taken in. */
  onMessage?(to: AttemptOf, message: SubtaskMessage): void;
  /** All effects of one step, in order. */
  onEffects?(from: AttemptOf, effects: readonly SubtaskEffect[]): void;
  /** A buffer reaches a live attempt. */
  onArrival?(from: AttemptOf, to: AttemptOf, channel: ChannelId, buffer: WireBuffer): void;
  onCoordinator?(message: CoordinatorMessage): void;
  /** The coordinator says something to whoever watches the job. */
  onReport?(report: Report): void;
  /** The checkpoint is durable, and what it drops is gone. */
  onCompleted?(metadata: CheckpointMetadata): void;
  /** Chunks were removed from the store because the coordinator asked for it. */
  onDropped?(keys: readonly string[]): void;
  /** A fault has damaged or removed this chunk. */
  onDamaged?(key: string): void;
}

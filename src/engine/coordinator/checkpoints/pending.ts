/** A checkpoint between its trigger and its end: who has acknowledged, and with what. */
import { present } from '../../../base/assert.ts';
import type { ProcessingTimeMs } from '../../../base/units.ts';
import type { ExecutionGraph, SubtaskId } from '../../graph/plan.ts';
import type {
  CheckpointMetadata,
  CheckpointOptions,
  SnapshotEntry,
  StateHandle,
  SubtaskSnapshot,
} from '../../wire/checkpoints.ts';
import type { CheckpointPlan } from './plan.ts';

export class PendingCheckpoint {
  readonly options: CheckpointOptions;
  readonly plan: CheckpointPlan;
  /** Job time at which it expires. */
  readonly deadline: number;
  /** Triggered when all tasks had come to the end of their data: it commits what is left. */
  readonly final: boolean;
  /** Its metadata is with the store: the point of no return, only the store's answer decides. */
  completing = false;
  private readonly snapshots = new Map<SubtaskId, SubtaskSnapshot>();

  constructor(options: CheckpointOptions, plan: CheckpointPlan, deadline: number, final: boolean) {
    this.options = options;
    this.plan = plan;
    this.deadline = deadline;
    this.final = final;
  }

  get id(): number {
    return this.options.checkpoint;
  }

  awaits(subtask: SubtaskId): boolean {
    return this.plan.awaits.includes(subtask) && !this.snapshots.has(subtask);
  }

  acknowledge(subtask: SubtaskId, snapshot: SubtaskSnapshot): void {
    this.snapshots.set(subtask, snapshot);
  }

  get missing(): SubtaskId[] {
    return this.plan.awaits.filter((id) => !this.snapshots.has(id));
  }

  get acknowledged(): boolean {
    return this.snapshots.size === this.plan.awaits.length;
  }

  handles(): StateHandle[] {
    return [...this.snapshots.values()].flatMap(({ handles }) => handles);
  }

  metadata(graph: ExecutionGraph, completedAt: ProcessingTimeMs): CheckpointMetadata {
    const { checkpoint, savepoint, mode, triggeredAt } = this.options;
    return {
      version: 1,
      checkpoint,
      savepoint,
      mode,
      triggeredAt,
      completedAt,
      maxParallelism: graph.jobGraph.settings.maxParallelism,
      vertices: graph.jobGraph.vertices.map(({ id, parallelism, operators }) => {
        return { vertex: id, parallelism, nodes: operators.map(({ node }) => node) };
      }),
      subtasks: graph.subtasks.map(({ id, vertex, index }): SnapshotEntry => {
        const finished = this.plan.finished.includes(id);
        const handles = finished ? [] : present(this.snapshots.get(id), `the snapshot of ${id}`).handles;
        return { subtask: id, vertex, index, finished, handles };
      }),
      stateBytes: this.handles().reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}

/** Whether this checkpoint wrote the chunk; otherwise an earlier one did, which it builds on (see StateHandle.key). */
export const wroteChunk = (checkpoint: number, key: string): boolean => key.startsWith(`${checkpoint}/`);

/**
 * The messages and effects of the two step functions, `subtask.step` and `coordinator.step`. A host's only work is to
 * bring messages in and carry effects out.
 */
import type { DurationMs, EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, ExecutionGraph, SubtaskId, SubtaskPlan } from '../graph/plan.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { CreditGrant, WireBuffer } from './buffer.ts';
import type {
  CheckpointFailure,
  CheckpointId,
  CheckpointMetadata,
  CheckpointOptions,
  Restore,
  SubtaskSnapshot,
} from './checkpoints.ts';
import type { Failure } from './failures.ts';
import type { Fault, FaultId } from '../graph/faults.ts';
import type { Report, TaskState } from './reports.ts';
import type { Answer, CoordinatorAnswer, CoordinatorRequest, Request } from './requests.ts';

export type { SubtaskPlan } from '../graph/plan.ts';

/** The run's pace, changeable while it runs. */
export interface Pace {
  readonly paused: boolean;
  /** Records per second and source operator, shared evenly by its subtasks; null: unbounded. */
  readonly recordsPerSecond: number | null;
  /** Delay of every link, so that records in flight can be seen at teaching speed. 0 for full speed. */
  readonly linkLatencyMs: DurationMs;
}

export type SubtaskCommand =
  | { readonly kind: 'start' }
  | { readonly kind: 'pace'; readonly pace: Pace }
  /** Sources stop reading and end their stream; everything drains to the sinks. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' }
  /** To sources, and to tasks whose inputs have all ended: take a snapshot and let a barrier out. */
  | { readonly kind: 'checkpoint'; readonly options: CheckpointOptions }
  /** All have acknowledged and the metadata is durable: commit. */
  | { readonly kind: 'checkpoint-complete'; readonly checkpoint: CheckpointId }
  | { readonly kind: 'checkpoint-aborted'; readonly checkpoint: CheckpointId }
  /** To sources that are aligned with others: those whose watermark is above the limit stop reading until it is not. */
  | { readonly kind: 'align'; readonly limit: EventTimeMs }
  /** A fault that acts inside the task: exception, poison record, slow, stall. */
  | { readonly kind: 'inject'; readonly fault: Fault };

/** One attempt to run a subtask. Whatever it says carries its attempt; what older attempts say is not heard. */
export interface Deployment {
  readonly plan: SubtaskPlan;
  /** From 1; rises with each restart of this subtask. */
  readonly attempt: number;
  /** Null: from the beginning. */
  readonly restore: Restore | null;
  /** A source without a checkpoint to restore: where it goes on; null: from the beginning. */
  readonly offsets: JsonValue | null;
  /** Number of the recovery that this is part of; null: the first deployment of a run. */
  readonly recovery: number | null;
  /** Faults that are not used up and concern this subtask, its channels, or its writes. */
  readonly faults: readonly Fault[];
}

export type SubtaskMessage =
  | { readonly kind: 'command'; readonly command: SubtaskCommand }
  | { readonly kind: 'buffer'; readonly channel: ChannelId; readonly buffer: WireBuffer }
  | { readonly kind: 'credit'; readonly channel: ChannelId; readonly grant: CreditGrant }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: Answer }
  /** Go on with what is left to do: after a `continue` effect, or when a wake-up time has come. */
  | { readonly kind: 'run' };

export type SubtaskEffect =
  | { readonly kind: 'send'; readonly channel: ChannelId; readonly buffer: WireBuffer }
  | { readonly kind: 'credit'; readonly channel: ChannelId; readonly grant: CreditGrant }
  | { readonly kind: 'request'; readonly request: number; readonly body: Request }
  /** There is more to do: bring a `run` message as soon as waiting messages have been taken in. */
  | { readonly kind: 'continue' }
  /** Bring a `run` message at this time; replaces the wake-up asked for before. */
  | { readonly kind: 'wake'; readonly at: ProcessingTimeMs }
  | { readonly kind: 'report'; readonly report: Report }
  /** Also a report, but the coordinator must not lose it. */
  | { readonly kind: 'state'; readonly state: TaskState; readonly failure?: Failure }
  /**
   * Without checkpoints: how far the source has read (its driver's state), at most ten times a second, like the offsets
   * that a consumer commits by itself. A restart goes on from there, and what was in flight is lost.
   */
  | { readonly kind: 'offsets'; readonly offsets: JsonValue }
  /**
   * A source that is aligned with others: its watermark, each alignment interval if it changed; the greatest while it is
   * idle and when it has ended (Flink: ReportedWatermarkEvent).
   */
  | { readonly kind: 'report-watermark'; readonly watermark: EventTimeMs }
  /** The input is used up and everything is sent; it waits for a last checkpoint to commit with. */
  | { readonly kind: 'end-of-data' }
  | { readonly kind: 'acknowledge'; readonly checkpoint: CheckpointId; readonly snapshot: SubtaskSnapshot }
  | { readonly kind: 'decline'; readonly checkpoint: CheckpointId; readonly failure: CheckpointFailure };

/**
 * Between two steps a subtask is in one of these; hosts account the time to them. `aligning`: a source that has records and
 * does not read them, since it is ahead of the group that it is aligned with.
 */
export type Occupation = 'busy' | 'idle' | 'backpressured' | 'aligning';

export type CoordinatorCommand =
  | {
      readonly kind: 'run';
      readonly plan: ExecutionGraph;
      readonly pace: Pace;
      readonly faults: readonly Fault[];
      /**
       * `anew`: from the beginning. `latest`: from the newest usable checkpoint in the run's store, if there is one: after
       * the coordinator or the page was lost. Metadata: from a savepoint, perhaps with another parallelism.
       */
      readonly from: 'anew' | 'latest' | CheckpointMetadata;
      /** With `latest`: the savepoint that the run began from, for as long as it has no checkpoint of its own. */
      readonly fallback?: CheckpointMetadata;
      /**
       * Number of the first attempts; absent: 1. A host that starts another coordinator for a run (after a crash or a
       * reload) gives a number above all that were used, so that names of transactions and chunks never repeat.
       */
      readonly firstAttempt?: number;
    }
  | { readonly kind: 'pace'; readonly pace: Pace }
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' }
  /** By hand. Stop-with-savepoint is not this: the job goes on. */
  | { readonly kind: 'checkpoint'; readonly savepoint: boolean }
  /** Faults that act inside tasks are passed on; the others the host carries out. Kept for later deployments. */
  | { readonly kind: 'inject'; readonly fault: Fault }
  /** The host used a fault up, or a person took it away. */
  | { readonly kind: 'remove-fault'; readonly fault: FaultId };

/** Messages from a subtask carry its attempt: those of an older one are not heard. */
export type CoordinatorMessage =
  | { readonly kind: 'command'; readonly command: CoordinatorCommand }
  /** The Worker of this subtask is up and has its plan, its ports and nothing to do yet. */
  | { readonly kind: 'deployed'; readonly subtask: SubtaskId; readonly attempt: number }
  | {
      readonly kind: 'task-state';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly state: TaskState;
      readonly failure?: Failure;
    }
  | { readonly kind: 'end-of-data'; readonly subtask: SubtaskId; readonly attempt: number }
  | {
      readonly kind: 'offsets';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly offsets: JsonValue;
    }
  | {
      readonly kind: 'report-watermark';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly watermark: EventTimeMs;
    }
  | {
      readonly kind: 'acknowledge';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly checkpoint: CheckpointId;
      readonly snapshot: SubtaskSnapshot;
    }
  | {
      readonly kind: 'decline';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly checkpoint: CheckpointId;
      readonly failure: CheckpointFailure;
    }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: CoordinatorAnswer }
  /** A sign of life: its host answers the heartbeat from the event loop that runs the task. */
  | { readonly kind: 'heartbeat'; readonly subtask: SubtaskId; readonly attempt: number }
  /** The host saw the Worker die. */
  | { readonly kind: 'lost'; readonly subtask: SubtaskId; readonly attempt: number; readonly failure: Failure }
  | { readonly kind: 'tick' };

export type CoordinatorEffect =
  /** New attempts of these subtasks. The host makes new channels between them: a channel never serves two attempts. */
  | { readonly kind: 'deploy'; readonly tasks: readonly Deployment[] }
  | { readonly kind: 'command'; readonly subtask: SubtaskId; readonly command: SubtaskCommand }
  | { readonly kind: 'request'; readonly request: number; readonly body: CoordinatorRequest }
  /** Ask for a sign of life. */
  | { readonly kind: 'ping'; readonly subtask: SubtaskId }
  /** End the Worker without asking it. Follows also a task's own end, before it is deployed again. */
  | { readonly kind: 'terminate'; readonly subtask: SubtaskId }
  /** Bring a `tick` at this time; replaces the one asked for before. */
  | { readonly kind: 'wake'; readonly at: ProcessingTimeMs }
  | { readonly kind: 'report'; readonly report: Report };

/**
 * Reports: the one thing that subtasks and coordinator tell about themselves. `telemetry/` folds them into the
 * ClusterView. Totals rather than deltas, so that a lost or merged report distorts nothing.
 *
 * Sizes are bounded: one gauges report per subtask and interval; traces only while few buffers move.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { TableRule } from '../graph/kind.ts';
import type { ChannelId, SubtaskId } from '../graph/plan.ts';
import type { Arrivals } from './arrivals.ts';
import type { Batch } from './batch.ts';
import type {
  CheckpointFailure,
  CheckpointId,
  CheckpointMetadata,
  CheckpointOptions,
  SubtaskSnapshot,
} from './checkpoints.ts';
import type { Failure } from './failures.ts';
import type { Part } from './table-fold.ts';
import type { Fault, FaultId } from '../graph/faults.ts';
import type { TimesSkipped, TimeTrace } from './time-traces.ts';

/** As in Flink. */
export type JobState =
  | 'created'
  /** A task failed; the tasks of its region (or all) are cancelled, and deployed again after the delay. */
  | 'restarting'
  | 'deploying'
  | 'running'
  | 'finishing'
  | 'finished'
  | 'cancelling'
  | 'cancelled'
  | 'failing'
  | 'failed';

/** `initializing`: the Worker is up and the task fetches its state. */
export type TaskState = 'created' | 'deploying' | 'initializing' | 'running' | 'finished' | 'cancelled' | 'failed';

export const isTerminal = (state: JobState): boolean =>
  state === 'finished' || state === 'cancelled' || state === 'failed';

export interface OperatorGauges {
  readonly node: NodeId;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly watermark: EventTimeMs;
  /** Keyed entries held, and timers; 0 for stateless operators. */
  readonly stateEntries: number;
  readonly timers: number;
  /** Records dropped because they came late. */
  readonly lateDropped: number;
  /** What the watermark means to this operator in words, e.g. open windows; at most 20. */
  readonly notes?: readonly string[];
  /** Its watermarks go out so many ms behind those that come in, but for the final one; absent: none. */
  readonly watermarkDelayMs?: number;
  /** Two-phase sinks: records in the open transaction, and in those that are prepared and not committed. */
  readonly openRecords?: number;
  readonly preparedRecords?: number;
  /** Sources: records emitted since the job began, by the restored offsets: it goes back when the source is rewound. */
  readonly position?: number;
}

export interface InputChannelGauges {
  readonly channel: ChannelId;
  readonly receivedBuffers: number;
  readonly receivedRecords: number;
  readonly consumedBuffers: number;
  readonly consumedRecords: number;
  readonly queuedBuffers: number;
  readonly queuedRecords: number;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  /** It came back from idleness behind the operator's watermark, which waits for it: the other input's go no further. */
  readonly holdsBehind?: boolean;
  readonly ended: boolean;
  /** An aligned barrier came and the others have not: what queues here waits behind it. */
  readonly blocked: boolean;
}

export interface OutputChannelGauges {
  readonly channel: ChannelId;
  readonly credits: number;
  readonly sentBuffers: number;
  readonly sentRecords: number;
  /** Filled or filling at the sender, waiting for credit. */
  readonly queuedBuffers: number;
  readonly queuedRecords: number;
}

/** Where the watermark of a source subtask comes from. */
export interface SourceGauges {
  /** Event time of the last record emitted; null: there was none, or it had none. */
  readonly lastEventTime: EventTimeMs | null;
  /** When it was emitted, or for what reason other than idleness none was; null: nothing yet. */
  readonly lastRecordAt: ProcessingTimeMs | null;
  /** Name of the watermark strategy; `own`: the source emits watermarks itself. */
  readonly strategy: string;
  /** Counts only for `bounded`. */
  readonly outOfOrdernessMs: number;
  /** 0: never idle. */
  readonly idleTimeoutMs: number;
  /** Of a source that is divided into splits: those that this subtask reads and that have not ended. */
  readonly splits?: readonly SplitGauges[];
  /** Of a source that is aligned with others. */
  readonly alignment?: AlignmentGauges;
}

export interface AlignmentGauges {
  readonly group: string;
  /** It may read as long as its watermark is not above; the greatest before the coordinator has said one. */
  readonly limit: EventTimeMs;
  /** It is above, and does not read. */
  readonly waiting: boolean;
}

export interface SplitGauges {
  readonly split: number;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  /** It is ahead of what alignment allows and is not read, though other splits may be. */
  readonly held: boolean;
}

/** Cumulative since the subtask was deployed. */
export interface SubtaskGauges {
  readonly busyMs: number;
  readonly idleMs: number;
  readonly backpressuredMs: number;
  /** Sources: not reading, to let the others of the alignment group catch up. */
  readonly aligningMs?: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  readonly operators: readonly OperatorGauges[];
  readonly inputs: readonly InputChannelGauges[];
  readonly outputs: readonly OutputChannelGauges[];
  /** Of subtasks whose head is a source. */
  readonly source?: SourceGauges;
}

/** One buffer's passage, at teaching speed. */
export type Trace =
  | {
      readonly kind: 'sent';
      readonly channel: ChannelId;
      readonly sequence: number;
      readonly at: ProcessingTimeMs;
      readonly records: number;
      /** Hash of the key (or of the first column) of the first 32 records, 0 … 255: the dot's colour. */
      readonly hues: readonly number[];
      /** The first 32 records in short, for the pointer: `JFK +12`. At most 40 characters each. */
      readonly labels: readonly string[];
      readonly watermark: EventTimeMs | null;
      readonly end: boolean;
      /** The checkpoint whose barrier the buffer carries. */
      readonly barrier?: CheckpointId;
      /** The barrier overtook: these many records waited at the sender and come behind it. */
      readonly overtook?: number;
      /** In-flight data of a checkpoint, sent again after a restore. */
      readonly replayed?: true;
    }
  | {
      readonly kind: 'consumed';
      readonly channel: ChannelId;
      readonly sequence: number;
      readonly at: ProcessingTimeMs;
    };

export type LogLevel = 'info' | 'warning' | 'error';

export type Report =
  | { readonly kind: 'job-state'; readonly at: ProcessingTimeMs; readonly state: JobState; readonly failure?: Failure }
  | {
      readonly kind: 'pace';
      readonly at: ProcessingTimeMs;
      readonly paused: boolean;
      readonly recordsPerSecond: number | null;
      readonly linkLatencyMs: number;
    }
  | {
      readonly kind: 'task-state';
      readonly at: ProcessingTimeMs;
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly state: TaskState;
      readonly failure?: Failure;
    }
  | {
      readonly kind: 'gauges';
      readonly at: ProcessingTimeMs;
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly gauges: SubtaskGauges;
    }
  | {
      readonly kind: 'traces';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly traces: readonly Trace[];
    }
  /** What happened to event time at an operator; `skipped` counts, since the attempt began, what was not told. */
  | {
      readonly kind: 'times';
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly node: NodeId;
      readonly traces: readonly TimeTrace[];
      readonly skipped: TimesSkipped;
    }
  | {
      readonly kind: 'log';
      readonly at: ProcessingTimeMs;
      readonly level: LogLevel;
      readonly text: string;
      readonly node?: NodeId;
      readonly subtask?: SubtaskId;
      /** The text is that of a problem with the node as it is drawn, which shows only now. Each subtask says it. */
      readonly issue?: ParamIssue;
    }
  /**
   * Records that reached a sink. `total` counts all so far in this attempt of the subtask; `records` may hold only the
   * newest. A transactional sink says so once per committed transaction, with its name, so that a transaction that is
   * committed again after a restore counts once; then `total` counts the records of this transaction.
   */
  | {
      readonly kind: 'results';
      readonly at: ProcessingTimeMs;
      readonly node: NodeId;
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly total: number;
      readonly records: Batch;
      /** Of `records`: when they reached the sink; of a transaction: when its commit was known. */
      readonly arrivals: Arrivals;
      readonly transaction?: string;
      /** The sink shows a table: how its records amount to it. */
      readonly table?: TableRule;
      /** Of a table: what the records that came before these and are not told amount to. */
      readonly missed?: Missed;
    }
  | { readonly kind: 'checkpoint'; readonly at: ProcessingTimeMs; readonly event: CheckpointEvent }
  | {
      readonly kind: 'barrier';
      readonly at: ProcessingTimeMs;
      readonly subtask: SubtaskId;
      readonly event: BarrierEvent;
    }
  | { readonly kind: 'recovery'; readonly at: ProcessingTimeMs; readonly event: RecoveryEvent }
  | { readonly kind: 'fault'; readonly at: ProcessingTimeMs; readonly event: FaultEvent };

/** The fewest changes that do the same as those that are left out; `lost`: changes that not even these tell of. */
export interface Missed {
  readonly changes: Part | null;
  readonly lost: number;
}

/** What the coordinator tells of checkpoints, in this order for each. */
export type CheckpointEvent =
  | {
      readonly kind: 'triggered';
      readonly options: CheckpointOptions;
      /** Who gets the trigger, who must acknowledge, and who had finished. */
      readonly triggers: readonly SubtaskId[];
      readonly awaits: readonly SubtaskId[];
      readonly finished: readonly SubtaskId[];
    }
  | {
      readonly kind: 'acknowledged';
      readonly checkpoint: CheckpointId;
      readonly subtask: SubtaskId;
      readonly snapshot: SubtaskSnapshot;
    }
  | { readonly kind: 'completed'; readonly metadata: CheckpointMetadata }
  /** Also for one that could not be triggered; then `checkpoint` is null. */
  | { readonly kind: 'failed'; readonly checkpoint: CheckpointId | null; readonly failure: CheckpointFailure }
  /** No longer kept: newer ones are. */
  | { readonly kind: 'discarded'; readonly checkpoint: CheckpointId }
  /** Found damaged or incomplete when it was to be restored. */
  | { readonly kind: 'unusable'; readonly checkpoint: CheckpointId; readonly reason: string };

/** What happens to barriers at a subtask. */
export type BarrierEvent =
  /** `blocked`: the channel waits now for the others. */
  | {
      readonly kind: 'arrived';
      readonly checkpoint: CheckpointId;
      readonly channel: ChannelId;
      readonly blocked: boolean;
      /** The barrier overtook these many records that waited at this input. */
      readonly overtook: number;
    }
  /** The alignment took too long: from here on the barrier overtakes. */
  | { readonly kind: 'timed-out'; readonly checkpoint: CheckpointId }
  /** Its snapshot is taken and its barriers are out; `channels` are released. */
  | { readonly kind: 'snapshot'; readonly checkpoint: CheckpointId; readonly unaligned: boolean }
  /** The last barrier came. */
  | { readonly kind: 'aligned'; readonly checkpoint: CheckpointId }
  | { readonly kind: 'aborted'; readonly checkpoint: CheckpointId };

/** The phases of a recovery, in this order; `recovery` numbers them from 1. */
export type RecoveryEvent =
  | {
      readonly kind: 'detected';
      readonly recovery: number;
      readonly failure: Failure;
      /** These are cancelled and deployed again. */
      readonly subtasks: readonly SubtaskId[];
      /** The whole job, or the region of the failed task. */
      readonly scope: 'job' | 'region';
      /** What the restart strategy said, e.g. `fixed delay, attempt 2 of 3`. */
      readonly strategy: string;
      readonly delayMs: number;
    }
  /** The last of them has ended. */
  | { readonly kind: 'cancelled'; readonly recovery: number }
  /** Null: there is none, the job starts from the beginning. */
  | { readonly kind: 'chosen'; readonly recovery: number; readonly checkpoint: CheckpointId | null }
  | { readonly kind: 'deployed'; readonly recovery: number }
  /** By each subtask: its state is in place. Sources: the positions that they were rewound to, as text. */
  | {
      readonly kind: 'restored';
      /** Null: a restore that no failure caused: a savepoint, or after a reload. */
      readonly recovery: number | null;
      readonly subtask: SubtaskId;
      readonly attempt: number;
      readonly bytes: number;
      readonly inFlightRecords: number;
      readonly offsets: string | null;
      /** Sources: records emitted by the restored offsets, as in the gauges. */
      readonly position?: number;
    }
  | { readonly kind: 'running'; readonly recovery: number };

export type FaultEvent =
  | { readonly kind: 'armed'; readonly fault: Fault }
  /** It struck. `subtask`: where, if it was one. */
  | { readonly kind: 'struck'; readonly fault: FaultId; readonly subtask?: SubtaskId; readonly text: string }
  | { readonly kind: 'removed'; readonly fault: FaultId };

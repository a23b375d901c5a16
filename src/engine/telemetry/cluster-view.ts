/**
 * ClusterView: the one picture of a run that every view, test, lesson and the CLI reads. Immutable; a fold of reports
 * makes the next from the last (`fold.ts`), sharing what did not change, so that selectors compare by reference.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { EdgeId, NodeId } from '../graph/job.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { ChannelId, ExecutionGraph, SubtaskId, VertexId } from '../graph/plan.ts';
import type { Fault, FaultId } from '../graph/faults.ts';
import type { Part } from '../wire/table-fold.ts';
import type { TableRule } from '../graph/kind.ts';
import type { Arrivals } from '../wire/arrivals.ts';
import type { Batch } from '../wire/batch.ts';
import type {
  CheckpointFailure,
  CheckpointId,
  CheckpointMetadata,
  CheckpointOptions,
  SubtaskSnapshot,
} from '../wire/checkpoints.ts';
import type { Failure } from '../wire/failures.ts';
import type {
  BarrierEvent,
  InputChannelGauges,
  JobState,
  LogLevel,
  OperatorGauges,
  OutputChannelGauges,
  SubtaskGauges,
  TaskState,
  Trace,
} from '../wire/reports.ts';
import type { RecordTrace, TimesSkipped, TimeTrace } from '../wire/time-traces.ts';

export interface ClusterView {
  readonly graph: ExecutionGraph;
  readonly job: JobView;
  readonly subtasks: ReadonlyMap<SubtaskId, SubtaskView>;
  readonly channels: ReadonlyMap<ChannelId, ChannelView>;
  readonly nodes: ReadonlyMap<NodeId, NodeView>;
  readonly vertices: ReadonlyMap<VertexId, VertexView>;
  readonly edges: ReadonlyMap<EdgeId, EdgeView>;
  /** Newest last, at most `logLimit`. */
  readonly log: readonly LogEntry[];
  /** What is wrong with operators as they are drawn and showed only while they ran; each code once. */
  readonly found: ReadonlyMap<NodeId, readonly ParamIssue[]>;
  /** Newest last, at most `traceLimit`; `number` rises by one, so that a reader can go on where it stopped. */
  readonly traces: readonly NumberedTrace[];
  readonly results: ReadonlyMap<NodeId, ResultView>;
  /** What happened to event time, by operator. */
  readonly times: ReadonlyMap<NodeId, TimeView>;
  readonly checkpoints: CheckpointsView;
  /** Oldest first, at most `recoveryLimit`. */
  readonly recoveries: readonly RecoveryView[];
  /** Barriers' doings at subtasks, newest last, at most `barrierLimit`; numbers rise by one. */
  readonly barriers: readonly NumberedBarrier[];
  readonly faults: ReadonlyMap<FaultId, FaultView>;
  /** Time of the newest report. */
  readonly at: ProcessingTimeMs;
}

export const logLimit = 2000;
export const traceLimit = 4000;
/** Records of one sink that the page keeps: the newest. */
export const resultLimit = 100_000;

/** Checkpoints whose details are kept, and counts of the rest. */
export const checkpointLimit = 100;
export const recoveryLimit = 100;
export const barrierLimit = 2000;
export const timeLimit = 4000;
/** Faults that are told; those that are used up or removed are forgotten first. */
export const faultLimit = 1000;
/** Strikes of one fault that are told one by one. */
export const strikeLimit = 100;

export interface CheckpointsView {
  /** Oldest first, at most `checkpointLimit`; the one under way is among them. */
  readonly history: readonly CheckpointView[];
  readonly triggered: number;
  readonly completed: number;
  readonly failed: number;
  /** Completed and still kept, newest first. */
  readonly retained: readonly CheckpointMetadata[];
}

export interface CheckpointView {
  /** Null: it could not even be triggered. */
  readonly id: CheckpointId | null;
  readonly options: CheckpointOptions | null;
  readonly state: 'in-progress' | 'completed' | 'failed' | 'discarded' | 'unusable';
  readonly triggeredAt: ProcessingTimeMs;
  /** When it completed or failed. */
  readonly endedAt: ProcessingTimeMs | null;
  readonly failure: CheckpointFailure | null;
  /** Why it cannot be restored from, if that was found. */
  readonly unusable?: string;
  readonly awaits: readonly SubtaskId[];
  readonly finished: readonly SubtaskId[];
  readonly acknowledged: ReadonlyMap<SubtaskId, Acknowledged>;
  readonly metadata: CheckpointMetadata | null;
}

export interface Acknowledged extends SubtaskSnapshot {
  readonly at: ProcessingTimeMs;
}

export interface RecoveryView {
  readonly number: number;
  readonly failure: Failure;
  readonly scope: 'job' | 'region';
  readonly strategy: string;
  readonly delayMs: number;
  readonly subtasks: readonly SubtaskId[];
  /** Null until it has come. */
  readonly checkpoint: CheckpointId | null;
  readonly detectedAt: ProcessingTimeMs;
  readonly cancelledAt: ProcessingTimeMs | null;
  readonly chosenAt: ProcessingTimeMs | null;
  readonly deployedAt: ProcessingTimeMs | null;
  readonly runningAt: ProcessingTimeMs | null;
  /** All sources are past the position that they had before the failure. */
  readonly caughtUpAt: ProcessingTimeMs | null;
  readonly restored: ReadonlyMap<SubtaskId, RestoredView>;
  /** Positions before the failure, by source subtask: up to there records are replayed. */
  readonly replayTo: ReadonlyMap<SubtaskId, number>;
}

export interface RestoredView {
  readonly at: ProcessingTimeMs;
  readonly bytes: number;
  readonly inFlightRecords: number;
  readonly offsets: string | null;
  /** Sources: the position that they were rewound to. */
  readonly position?: number;
}

export interface NumberedBarrier {
  readonly number: number;
  readonly at: ProcessingTimeMs;
  readonly subtask: SubtaskId;
  readonly event: BarrierEvent;
}

export interface FaultView {
  readonly fault: Fault;
  /** How often it has struck since this page was loaded. */
  readonly struck: number;
  /** The newest strikes, at most `strikeLimit`. */
  readonly strikes: readonly { readonly at: ProcessingTimeMs; readonly text: string; readonly subtask?: SubtaskId }[];
  readonly removed: boolean;
}

export interface JobView {
  readonly state: JobState;
  readonly failure: Failure | null;
  readonly paused: boolean;
  readonly recordsPerSecond: number | null;
  readonly linkLatencyMs: number;
  readonly startedAt: ProcessingTimeMs | null;
  readonly endedAt: ProcessingTimeMs | null;
}

/** Shares of the time since the report before; they add up to 1. */
export interface Shares {
  readonly busy: number;
  readonly idle: number;
  readonly backpressured: number;
  /** Of a source that did not read, to let the others of its alignment group catch up; left out: 0. */
  readonly aligning?: number;
}

export interface SubtaskView {
  readonly id: SubtaskId;
  readonly attempt: number;
  /** A source that emits again what it had emitted before a failure. */
  readonly replaying: boolean;
  readonly state: TaskState;
  readonly failure: Failure | null;
  readonly shares: Shares;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly recordsInPerSecond: number;
  readonly recordsOutPerSecond: number;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  readonly operators: ReadonlyMap<NodeId, OperatorView>;
  /** What shares and rates are the difference to; null before the first gauges. */
  readonly gauges: SubtaskGauges | null;
  readonly gaugesAt: ProcessingTimeMs | null;
  /** Beginning of the time that the rates look back on. */
  readonly countedSince: ProcessingTimeMs | null;
}

export interface OperatorView extends OperatorGauges {
  readonly recordsInPerSecond: number;
  readonly recordsOutPerSecond: number;
}

export interface ChannelView {
  readonly id: ChannelId;
  /** Null before the first report of that side. */
  readonly input: InputChannelGauges | null;
  readonly output: OutputChannelGauges | null;
  /** Sent and not yet received. */
  readonly inFlightRecords: number;
  readonly inFlightBuffers: number;
  readonly recordsPerSecond: number;
  /** Share of the channel's buffers that wait at the receiver, 0 … 1: how full the pipe is. */
  readonly fill: number;
}

/** Sums and minima over a logical operator's subtasks; shares are those of the worst subtask (least idle). */
export interface NodeView {
  readonly id: NodeId;
  readonly subtasks: readonly SubtaskId[];
  readonly shares: Shares;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly recordsInPerSecond: number;
  readonly recordsOutPerSecond: number;
  /** Least watermark of its subtasks that are not idle. */
  readonly watermark: EventTimeMs;
  readonly lateDropped: number;
  readonly stateEntries: number;
  readonly timers: number;
  /** Two-phase sinks: in open transactions, and prepared but not committed. */
  readonly openRecords: number;
  readonly preparedRecords: number;
}

export interface VertexView {
  readonly id: VertexId;
  readonly subtasks: readonly SubtaskId[];
  readonly shares: Shares;
  readonly recordsInPerSecond: number;
  readonly recordsOutPerSecond: number;
  readonly watermark: EventTimeMs;
}

/** Sums over the edge's channels; `fill` is the fullest channel's. */
export interface EdgeView {
  readonly id: EdgeId;
  readonly channels: readonly ChannelId[];
  readonly recordsPerSecond: number;
  readonly inFlightRecords: number;
  readonly queuedBuffers: number;
  readonly queuedRecords: number;
  readonly credits: number;
  readonly fill: number;
}

export interface LogEntry {
  readonly number: number;
  readonly at: ProcessingTimeMs;
  readonly level: LogLevel;
  readonly text: string;
  readonly node?: NodeId;
  readonly subtask?: SubtaskId;
}

export interface NumberedTrace {
  readonly number: number;
  readonly subtask: SubtaskId;
  /** Of the subtask; sequence numbers begin anew with each. */
  readonly attempt: number;
  readonly trace: Trace;
}

/** Each list: newest last, at most `timeLimit`. */
export interface TimeView {
  readonly node: NodeId;
  readonly records: readonly NumberedTime<RecordTrace>[];
  /** Watermarks and idleness, by channel. */
  readonly watermarks: readonly NumberedTime<WatermarkTrace>[];
  /** Panes, and what else becomes of windows; timers. */
  readonly windows: readonly NumberedTime<WindowTrace>[];
  /** Of each attempt, what was not told; in sum what the lists lack, beside what was before them. */
  readonly skipped: ReadonlyMap<string, TimesSkipped>;
  /** Told, in all lists and before them. */
  readonly told: number;
}

export type WatermarkTrace = Extract<TimeTrace, { kind: 'watermark' | 'status' }>;
export type WindowTrace = Exclude<TimeTrace, { kind: 'record' | 'watermark' | 'status' }>;

/** `number` rises by one within an operator, over its subtasks and over the lists. */
export interface NumberedTime<T extends TimeTrace> {
  readonly number: number;
  readonly subtask: SubtaskId;
  readonly attempt: number;
  readonly trace: T;
}

export interface ResultView {
  readonly node: NodeId;
  /** All records that reached the sink, from all attempts; of a transactional sink: that are committed. */
  readonly total: number;
  /** Plain records of each subtask's newest attempt. */
  readonly totals: ReadonlyMap<SubtaskId, { readonly attempt: number; readonly total: number }>;
  /** Names of committed transactions, newest last, a bounded number. */
  readonly transactions: ReadonlySet<string>;
  /** The newest, oldest first; all of them while `total` ≤ `resultLimit` and nothing was skipped. */
  readonly chunks: readonly ResultChunk[];
  readonly kept: number;
  /** Where the sink shows a table: that table, of all changes that came. */
  readonly table: TableView | null;
}

/**
 * A table as it was at one moment, and the changes since: fold them to have it as it is (`wire/table-fold.ts`). Only
 * changes are added as they come, and folded in once they are more than the table; so adding one costs the same always.
 */
export interface TableView {
  readonly rule: TableRule;
  /** Null: it was empty. */
  readonly base: Part | null;
  /** Since then, oldest first. While `era` is the same, rows are only added behind those that are there. */
  readonly changes: readonly Part[];
  readonly era: object;
  /** Rows in `changes`. */
  readonly changed: number;
  /** Rows that were left out, the oldest, because there were more than `resultLimit`. */
  readonly leftOut: number;
  /** Changes that are missing in it. */
  readonly lost: number;
}

export interface ResultChunk {
  readonly subtask: SubtaskId;
  /** Attempt of the subtask that wrote it; 0: committed before this page was opened. */
  readonly attempt: number;
  /** When each of the records reached the sink; of a transaction: when its commit was known. */
  readonly arrivals: Arrivals;
  readonly records: Batch;
}

/**
 * Reports: the one thing that subtasks and coordinator tell about themselves. `telemetry/` folds them into the
 * ClusterView. Totals rather than deltas, so that a lost or merged report distorts nothing.
 *
 * Sizes are bounded: one gauges report per subtask and interval; traces only while few buffers move.
 */
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ChannelId, SubtaskId } from '../graph/plan.ts';
import type { Batch } from './batch.ts';
import type { Failure } from './failures.ts';

/** As in Flink, without the states of restarts. */
export type JobState =
  | 'created'
  | 'deploying'
  | 'running'
  | 'finishing'
  | 'finished'
  | 'cancelling'
  | 'cancelled'
  | 'failing'
  | 'failed';

export type TaskState = 'created' | 'deploying' | 'running' | 'finished' | 'cancelled' | 'failed';

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
  readonly ended: boolean;
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

/** Cumulative since the subtask was deployed. */
export interface SubtaskGauges {
  readonly busyMs: number;
  readonly idleMs: number;
  readonly backpressuredMs: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  readonly operators: readonly OperatorGauges[];
  readonly inputs: readonly InputChannelGauges[];
  readonly outputs: readonly OutputChannelGauges[];
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
      readonly state: TaskState;
      readonly failure?: Failure;
    }
  | {
      readonly kind: 'gauges';
      readonly at: ProcessingTimeMs;
      readonly subtask: SubtaskId;
      readonly gauges: SubtaskGauges;
    }
  | { readonly kind: 'traces'; readonly subtask: SubtaskId; readonly traces: readonly Trace[] }
  | {
      readonly kind: 'log';
      readonly at: ProcessingTimeMs;
      readonly level: LogLevel;
      readonly text: string;
      readonly node?: NodeId;
      readonly subtask?: SubtaskId;
    }
  /** Records that reached a sink. `total` counts all so far in this subtask; `records` may hold only the newest. */
  | {
      readonly kind: 'results';
      readonly at: ProcessingTimeMs;
      readonly node: NodeId;
      readonly subtask: SubtaskId;
      readonly total: number;
      readonly records: Batch;
    };

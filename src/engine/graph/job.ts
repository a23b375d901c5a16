/**
 * The job as a person draws it: the logical graph with its parameters and settings. This is exactly what a job file
 * holds, what undo steps over, and what every host is given to run. Plain data, no methods, no derived fields.
 */

import type { Fault } from './faults.ts';
import type { EdgeId, NodeId } from './ids.ts';

export type { EdgeId, NodeId } from './ids.ts';

export interface Job {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly JobNode[];
  readonly edges: readonly JobEdge[];
  readonly settings: JobSettings;
  /** The fault script: what is to break in every run of this job. */
  readonly faults: readonly Fault[];
  /** What its scripted sources are given, step by step, where the job is played (cli/SCRIPT.md); '' for none. */
  readonly script: string;
}

export interface JobNode {
  readonly id: NodeId;
  /** Name of an operator kind in the registry. A kind that this version does not know is kept, and is a problem. */
  readonly kind: string;
  /** What the person called it; unique names are not required. */
  readonly name: string;
  /** Validated against the kind's parameter schema; kept as written even while invalid. */
  readonly params: Readonly<Record<string, unknown>>;
  /** null: the job's default. */
  readonly parallelism: number | null;
  /** `never`: neither to the one before nor to the one after. `head`: starts a new chain. As in Flink. */
  readonly chaining: ChainingChoice;
  /**
   * Simulated work per record in milliseconds of processing time (0: none). Makes an operator slow on purpose, so
   * that backpressure can be seen and taught. The subtask counts as busy meanwhile.
   */
  readonly costMs: number;
  /** Where the node stands on the canvas, in canvas pixels. */
  readonly position: Readonly<{ x: number; y: number }>;
}

export type ChainingChoice = 'always' | 'head' | 'never';

export interface JobEdge {
  readonly id: EdgeId;
  readonly from: Readonly<{ node: NodeId; port: string }>;
  readonly to: Readonly<{ node: NodeId; port: string }>;
  readonly partitioner: PartitionerChoice;
}

export const partitioners = ['forward', 'hash', 'rebalance', 'rescale', 'broadcast', 'global', 'shuffle'] as const;
export type Partitioner = (typeof partitioners)[number];
/** `auto`: hash after a Key by, else forward when both sides have equal parallelism, else rebalance. As in Flink. */
export type PartitionerChoice = 'auto' | Exclude<Partitioner, 'hash'>;

export interface JobSettings {
  /** Default parallelism of operators that set none. 1 … 16. */
  readonly parallelism: number;
  /** Number of key groups; the bound of any later rescale. At least the largest parallelism, at most 32768. */
  readonly maxParallelism: number;
  /** Records that fill a network buffer. Flink counts bytes; records can be seen on the canvas. 1 … 8192. */
  readonly bufferRecords: number;
  /** A buffer that is not full is sent after this time. 0: after every record. */
  readonly bufferTimeoutMs: number;
  /** Exclusive buffers (initial credits) per channel. 1 … 64. */
  readonly buffersPerChannel: number;
  /** How often sources emit a watermark, in processing time. Flink: pipeline.auto-watermark-interval. */
  readonly watermarkIntervalMs: number;
  /** false: every operator is a vertex of its own. */
  readonly chaining: boolean;
  /** No sign of life from a subtask for this long fails the job. */
  readonly heartbeatTimeoutMs: number;
  /** Seeds generators and the simulator. */
  readonly seed: number;
  readonly checkpointMode: CheckpointMode;
  /** From one trigger to the next. 0: only by hand. Flink: execution.checkpointing.interval. */
  readonly checkpointIntervalMs: number;
  /** From the end of one checkpoint to the trigger of the next, at least. */
  readonly checkpointMinPauseMs: number;
  /** A checkpoint that is not complete by then is aborted. */
  readonly checkpointTimeoutMs: number;
  /** Failed checkpoints in a row that the job survives. */
  readonly tolerableCheckpointFailures: number;
  readonly maxConcurrentCheckpoints: number;
  /** Aligned barriers overtake after this time. 0: never. Flink: aligned-checkpoint-timeout. */
  readonly alignmentTimeoutMs: number;
  /** Write only chunks that changed since the last completed checkpoint. */
  readonly incrementalCheckpoints: boolean;
  /** Completed checkpoints that are kept. */
  readonly retainedCheckpoints: number;
  /** false: a finished task ends checkpointing, as before FLIP-147. */
  readonly checkpointsAfterFinish: boolean;
  readonly restartStrategy: RestartStrategy;
  /** fixed-delay: restarts before the job fails; failure-rate: failures within the interval before it fails. */
  readonly restartAttempts: number;
  /** Before each restart; exponential-delay: before the first. */
  readonly restartDelayMs: number;
  /** failure-rate: the interval. exponential-delay: the greatest delay. */
  readonly restartWindowMs: number;
  readonly failover: 'region' | 'full';
}

/** `off`: no checkpoints; after a failure the job starts from where its sources are: what was in flight is lost. */
export const checkpointModes = ['off', 'at-least-once', 'aligned', 'unaligned'] as const;
export type CheckpointMode = (typeof checkpointModes)[number];

export const restartStrategies = ['none', 'fixed-delay', 'exponential-delay', 'failure-rate'] as const;
export type RestartStrategy = (typeof restartStrategies)[number];

/** Subtasks of one operator: each is a Worker, so the bound is the browser's and not Flink's. */
export const highestParallelism = 16;
/** Key groups: Flink's upper bound, 2^15. */
export const highestMaxParallelism = 32_768;

/** Bounds of a whole job; edits refuse to pass them and the job file reader rejects what does. */
export const jobLimits = { nodes: 1_000, edges: 5_000, faults: 1_000 } as const;

/**
 * Flink's defaults where Flink has the setting (buffer timeout 100 ms, watermark interval 200 ms, 128 key groups);
 * 2,048 records a buffer is where transferred columns stop gaining.
 */
export const defaultSettings: JobSettings = {
  parallelism: 2,
  maxParallelism: 128,
  bufferRecords: 2048,
  bufferTimeoutMs: 100,
  buffersPerChannel: 4,
  watermarkIntervalMs: 200,
  chaining: true,
  heartbeatTimeoutMs: 10_000,
  seed: 1,
  checkpointMode: 'aligned',
  checkpointIntervalMs: 5_000,
  checkpointMinPauseMs: 0,
  checkpointTimeoutMs: 60_000,
  tolerableCheckpointFailures: 3,
  maxConcurrentCheckpoints: 1,
  alignmentTimeoutMs: 0,
  incrementalCheckpoints: false,
  retainedCheckpoints: 3,
  checkpointsAfterFinish: true,
  restartStrategy: 'fixed-delay',
  restartAttempts: 3,
  restartDelayMs: 500,
  restartWindowMs: 60_000,
  failover: 'region',
};

export const emptyJob: Job = {
  name: 'Untitled job',
  description: '',
  nodes: [],
  edges: [],
  settings: defaultSettings,
  faults: [],
  script: '',
};

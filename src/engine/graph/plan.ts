/**
 * Job graph and execution graph: what the translation of a logical graph gives. `translate.ts` makes them; coordinator,
 * hosts and the canvas read them.
 *
 *   logical graph (job.ts)  --chain-->  JobGraph of vertices  --expand-->  ExecutionGraph of subtasks and channels
 */
import type { ChannelId, SubtaskId, VertexId } from './ids.ts';
import type { EdgeId, JobSettings, NodeId, Partitioner } from './job.ts';
import type { StreamType } from './schema.ts';

export type { ChannelId, SubtaskId, VertexId } from './ids.ts';

/** One operator inside a vertex, with all that is known of it before it runs. */
export interface PlannedOperator {
  readonly node: NodeId;
  readonly kind: string;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly costMs: number;
  readonly inputs: readonly StreamType[];
  /** In the order of the kind's output ports. */
  readonly outputs: readonly StreamType[];
}

/** A chained edge: a function call inside the vertex. */
export interface ChainedEdge {
  readonly edge: EdgeId;
  readonly from: NodeId;
  readonly fromPort: number;
  readonly to: NodeId;
}

export interface JobVertex {
  readonly id: VertexId;
  /** `Flights -> Key by`, as in Flink's UI. */
  readonly name: string;
  readonly parallelism: number;
  /** Operators in topological order; the first is the head, the only one with inputs from outside. */
  readonly operators: readonly PlannedOperator[];
  readonly chained: readonly ChainedEdge[];
}

/** An edge between vertices, which becomes channels. */
export interface JobGraphEdge {
  readonly edge: EdgeId;
  readonly from: VertexId;
  readonly fromNode: NodeId;
  readonly fromPort: number;
  readonly to: VertexId;
  readonly toNode: NodeId;
  /** Index of the head operator's input port that this edge feeds. */
  readonly toPort: number;
  readonly partitioner: Partitioner;
  readonly type: StreamType;
}

export const chainReasons = {
  chained: 'Chained: forward, equal parallelism, one input. Records pass by a function call.',
  'chaining-off': 'Not chained: chaining is switched off for the job.',
  keyless: 'Not chained: “{node}” has state and timers, for which it must be the first of its chain.',
  'head-only': 'Not chained: “{node}” starts a new chain by its own setting.',
  never: 'Not chained: “{node}” is never chained by its own setting.',
  partitioner: 'Not chained: the partitioner is {partitioner}, so records may change subtask.',
  parallelism: 'Not chained: the parallelism differs ({from} and {to}).',
  'several-inputs': 'Not chained: “{node}” has several inputs.',
} as const;
export type ChainReason = keyof typeof chainReasons;

/** Why a logical edge was, or was not, chained. */
export interface ChainDecision {
  readonly edge: EdgeId;
  readonly reason: ChainReason;
  readonly details: Readonly<Record<string, string | number>>;
  readonly partitioner: Partitioner;
}

export interface JobGraph {
  readonly vertices: readonly JobVertex[];
  readonly edges: readonly JobGraphEdge[];
  readonly decisions: ReadonlyMap<EdgeId, ChainDecision>;
  readonly settings: JobSettings;
}

export interface Subtask {
  readonly id: SubtaskId;
  readonly vertex: VertexId;
  readonly index: number;
}

export interface Channel {
  readonly id: ChannelId;
  readonly edge: EdgeId;
  readonly from: SubtaskId;
  readonly to: SubtaskId;
  /** Position among the sender's channels of this edge. */
  readonly fromIndex: number;
  /** Position among the receiver's channels of this edge. */
  readonly toIndex: number;
}

export interface ExecutionGraph {
  readonly jobGraph: JobGraph;
  readonly subtasks: readonly Subtask[];
  readonly channels: readonly Channel[];
}

/** One logical edge at one subtask. */
export interface InputPlan {
  readonly edge: JobGraphEdge;
  /** In order of the sending subtask. */
  readonly channels: readonly ChannelId[];
}

export interface OutputPlan {
  readonly edge: JobGraphEdge;
  /** In order of the receiving subtask. */
  readonly channels: readonly ChannelId[];
  /** Of the whole receiving vertex: more than there are channels where the edge is pointwise. */
  readonly receiverParallelism: number;
}

/** All that a subtask needs to know to be built; structured-cloneable. */
export interface SubtaskPlan {
  readonly id: SubtaskId;
  readonly index: number;
  readonly vertex: JobVertex;
  /** Edges into the head, by its input port, then in the job's order. */
  readonly inputs: readonly InputPlan[];
  /** Edges out of the vertex, in the job's order. */
  readonly outputs: readonly OutputPlan[];
  readonly settings: JobSettings;
}

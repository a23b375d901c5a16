/**
 * The parts of a scene: what stands where on the canvas, as plain data, and what all levels share in making it. Nothing
 * here knows of React, the DOM or a run; live numbers are looked up later by the ids.
 */
import type { EdgeId, Job, JobNode, NodeId } from '../../engine/graph/job.ts';
import type { Family, KindTable, OperatorKind } from '../../engine/graph/kind.ts';
import type { ChainDecision, ChannelId, ExecutionGraph, SubtaskId } from '../../engine/graph/plan.ts';
import { chainReasons } from '../../engine/graph/plan.ts';
import { fill, type Problem } from '../../engine/graph/problems.ts';
import type { StreamType } from '../../engine/graph/schema.ts';
import { laneHeight, type Point } from './metrics.ts';

export type SceneLevel = 'logical' | 'job' | 'execution';

export interface SceneInput {
  readonly job: Job;
  readonly kinds: KindTable;
  readonly problems: readonly Problem[];
  /** Subtasks that each operator will have. */
  readonly parallelism: ReadonlyMap<NodeId, number>;
  /** Operators that are not parallel for want of a key: their windows are of all records. */
  readonly keyless: ReadonlySet<NodeId>;
  /** Output stream types by operator, in the order of its ports; what is not known is missing. */
  readonly outputs: ReadonlyMap<NodeId, readonly StreamType[]>;
  /** Null while problems keep the job from being planned. */
  readonly graph: ExecutionGraph | null;
  readonly level: SceneLevel;
  /** Operators whose lanes differ from the default, see `isExpanded`. */
  readonly toggled: ReadonlySet<NodeId>;
}

export interface Scene {
  readonly level: SceneLevel;
  /** In topological order where there is one: the order of the Tab key. */
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
}

export interface SceneNode {
  /** Unique in the scene. */
  readonly id: string;
  readonly shape: 'operator' | 'vertex' | 'subtask';
  /** The operator it stands for; of a vertex or a subtask the first. */
  readonly node: NodeId;
  readonly subtask: SubtaskId | null;
  readonly position: Point;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
  readonly icon: string;
  readonly family: Family;
  readonly parallelism: number;
  /** Why it is what it is, where there is no choice. */
  readonly parallelismNote: string;
  readonly expandable: boolean;
  readonly expanded: boolean;
  readonly lanes: readonly SceneLane[];
  readonly inputs: readonly ScenePort[];
  readonly outputs: readonly ScenePort[];
  /** Why a vertex is not chained to those that send to it; empty for other shapes. */
  readonly entries: readonly SceneEntry[];
  /** The operators inside a vertex, in order; empty for other shapes. */
  readonly rows: readonly SceneRow[];
  readonly problems: readonly Problem[];
}

/** A subtask, or, collapsed, the worst of all. */
export interface SceneLane {
  /** Null: the worst of all subtasks. */
  readonly index: number | null;
  /** Whose watermark and which side's rate it shows. */
  readonly node: NodeId;
  readonly rate: 'in' | 'out';
  /** From the node's top to the middle of the lane. */
  readonly y: number;
}

export interface ScenePort {
  readonly name: string;
  readonly y: number;
  readonly side: boolean;
  /** A side output that the job declares: its name is told as soon as the operator is looked at. */
  readonly tag: boolean;
  readonly keyed: boolean;
  readonly many: boolean;
  readonly connected: boolean;
  /** What flows here, as far as it is known: `origin string, delay int · by origin`. */
  readonly type: string;
}

/** One reason, of all edges into a vertex that share it. */
export interface SceneEntry {
  readonly partitioner: string;
  /** Names of the vertices that send. */
  readonly from: readonly string[];
  readonly reason: string;
}

export interface SceneRow {
  readonly node: NodeId;
  readonly title: string;
  readonly subtitle: string;
  readonly icon: string;
  readonly family: Family;
  /** Why it is in one vertex with the row before; empty for the first. */
  readonly chained: string;
}

export interface SceneEdge {
  readonly id: string;
  readonly edge: EdgeId;
  /** Scene nodes. */
  readonly from: string;
  readonly to: string;
  /** The operators at both ends. */
  readonly fromNode: NodeId;
  readonly toNode: NodeId;
  readonly fromPort: string;
  readonly toPort: string;
  /** `Edge from Flights to Hourly window`. */
  readonly label: string;
  readonly side: boolean;
  /** Passed by a function call; has no channels. */
  readonly chained: boolean;
  /** One or two words on the edge; empty if there is nothing to say. */
  readonly tag: string;
  /** The whole sentence behind the tag. */
  readonly note: string;
  readonly pipes: readonly Pipe[];
  readonly problems: readonly Problem[];
}

export interface Pipe {
  readonly id: string;
  /** The channel, or all channels of an edge that is drawn as one pipe; empty before a plan exists. */
  readonly channels: readonly ChannelId[];
  readonly edge: EdgeId;
  /** Scene nodes, and where on them. */
  readonly from: string;
  readonly to: string;
  readonly start: Point;
  readonly end: Point;
  readonly width: number;
}

/** Up to this parallelism a node shows every subtask unless the person collapsed it. */
export const expandedParallelismMax = 4;

export const isExpanded = (parallelism: number, toggled: boolean): boolean =>
  parallelism <= expandedParallelismMax !== toggled;

/** `count` lanes, or the one lane of a collapsed node for null. */
export function lanesOf(node: NodeId, count: number | null, rate: SceneLane['rate'], top: number): SceneLane[] {
  const indexes: (number | null)[] = count === null ? [null] : Array.from({ length: count }, (_, index) => index);
  return indexes.map((index, row) => ({ index, node, rate, y: top + (row + 0.5) * laneHeight }));
}

/** What the kind says of the parameters; a kind may trip over parameters that do not fit it. */
export function subtitleOf(
  node: Pick<JobNode, 'kind' | 'params'>,
  kind: OperatorKind | undefined,
  keyless: boolean,
): string {
  if (kind === undefined) return `unknown kind “${node.kind}”`;
  const parsed = kind.params.safeParse(node.params);
  const text = parsed.success ? kind.describe(parsed.data) : kind.title;
  return keyless ? `all records · ${text}` : text;
}

export const decisionText = (decision: ChainDecision): string => fill(chainReasons[decision.reason], decision.details);

export const problemsOfEdge = (input: SceneInput, edge: EdgeId): Problem[] =>
  input.problems.filter((problem) => problem.edge === edge);

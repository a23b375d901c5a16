/**
 * From a drawn job to what runs: logical graph → job graph (chaining.ts) → execution graph of subtasks and channels,
 * and what each subtask must know of it. Deterministic: one job, one plan, the same ids.
 */
import { failed, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { analyse, isRunnable } from './analyse.ts';
import { chain } from './chaining.ts';
import type { CheckOptions } from './check-params.ts';
import type { Job } from './job.ts';
import type { KindTable } from './kind.ts';
import { allPairs, isPointwise, pointwisePairs } from './partitioning.ts';
import type { Channel, ExecutionGraph, InputPlan, JobGraph, JobGraphEdge, OutputPlan, Subtask } from './plan.ts';
import type { SubtaskId, SubtaskPlan, VertexId } from './plan.ts';
import type { Problem } from './problems.ts';

/** The plan of a job, or all its problems if one of them is an error. */
export function planJob(
  job: Job,
  kinds: KindTable,
  options: CheckOptions = {},
): Result<ExecutionGraph, readonly Problem[]> {
  const analysis = analyse(job, kinds, options);
  if (!isRunnable(analysis)) return failed(analysis.problems);
  return ok(expand(chain(job, kinds, analysis)));
}

/** Subtasks in order of vertex and index; channels in order of edge, sender and receiver. */
export function expand(jobGraph: JobGraph): ExecutionGraph {
  const parallelism = new Map(jobGraph.vertices.map((vertex) => [vertex.id, vertex.parallelism]));
  const subtasks = jobGraph.vertices.flatMap((vertex) =>
    Array.from({ length: vertex.parallelism }, (_, index): Subtask => {
      return { id: subtaskId(vertex.id, index), vertex: vertex.id, index };
    }),
  );
  const channels = jobGraph.edges.flatMap((edge) =>
    channelsOf(edge, parallelism.get(edge.from) ?? 0, parallelism.get(edge.to) ?? 0),
  );
  return { jobGraph, subtasks, channels };
}

const subtaskId = (vertex: VertexId, index: number): SubtaskId => `${vertex}/${index}`;

function channelsOf(edge: JobGraphEdge, senders: number, receivers: number): Channel[] {
  const pairs = isPointwise(edge.partitioner) ? pointwisePairs(senders, receivers) : allPairs(senders, receivers);
  const sent = new Map<number, number>();
  const received = new Map<number, number>();
  return pairs.map(([from, to]) => ({
    id: `${edge.edge}:${from}-${to}`,
    edge: edge.edge,
    from: subtaskId(edge.from, from),
    to: subtaskId(edge.to, to),
    fromIndex: countUp(sent, from),
    toIndex: countUp(received, to),
  }));
}

/** How often `key` was counted before. */
function countUp(counts: Map<number, number>, key: number): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}

/** What each subtask must know, in the order of the graph's subtasks. */
export function subtaskPlans(graph: ExecutionGraph): SubtaskPlan[] {
  const { vertices, edges, settings } = graph.jobGraph;
  const vertexOf = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const channelsFrom = channelIndex(graph.channels, 'from');
  const channelsTo = channelIndex(graph.channels, 'to');
  const inputs = new Map<VertexId, JobGraphEdge[]>();
  const outputs = new Map<VertexId, JobGraphEdge[]>();
  for (const vertex of vertices) {
    inputs.set(vertex.id, []);
    outputs.set(vertex.id, []);
  }
  for (const edge of edges) {
    inputs.get(edge.to)?.push(edge);
    outputs.get(edge.from)?.push(edge);
  }
  for (const list of inputs.values()) list.sort((a, b) => a.toPort - b.toPort);
  return graph.subtasks.map(({ id, vertex, index }) => ({
    id,
    index,
    vertex: vertexOf.get(vertex) as SubtaskPlan['vertex'],
    inputs: (inputs.get(vertex) ?? []).map((edge): InputPlan => {
      return { edge, channels: channelsTo.get(`${edge.edge} ${id}`) ?? [] };
    }),
    outputs: (outputs.get(vertex) ?? []).map((edge): OutputPlan => {
      const channels = channelsFrom.get(`${edge.edge} ${id}`) ?? [];
      return { edge, channels, receiverParallelism: vertexOf.get(edge.to)?.parallelism ?? 0 };
    }),
    settings,
  }));
}

/** Channel ids by edge and subtask; channels come in order, so the lists are in order of the other side. */
function channelIndex(channels: readonly Channel[], side: 'from' | 'to'): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const channel of channels) {
    const key = `${channel.edge} ${channel[side]}`;
    const list = index.get(key);
    if (list) list.push(channel.id);
    else index.set(key, [channel.id]);
  }
  return index;
}

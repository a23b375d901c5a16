/** The view of a run of which nothing has been reported yet. */
import { groupBy } from '../../base/group.ts';
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { EdgeId } from '../graph/job.ts';
import type { Channel, ChannelId, ExecutionGraph, JobVertex, Subtask } from '../graph/plan.ts';
import type { OperatorGauges } from '../wire/reports.ts';
import type {
  ChannelView,
  ClusterView,
  EdgeView,
  NodeView,
  OperatorView,
  SubtaskView,
  VertexView,
} from './cluster-view.ts';
import { allIdle } from './rates.ts';

export function emptyView(graph: ExecutionGraph, at: ProcessingTimeMs): ClusterView {
  const { vertices } = graph.jobGraph;
  const byVertex = groupBy(graph.subtasks, (subtask) => subtask.vertex);
  return {
    graph,
    job: {
      state: 'created',
      failure: null,
      paused: false,
      recordsPerSecond: null,
      linkLatencyMs: 0,
      startedAt: null,
      endedAt: null,
    },
    subtasks: new Map(
      vertices.flatMap((vertex) => (byVertex.get(vertex.id) ?? []).map((one) => [one.id, emptySubtask(one, vertex)])),
    ),
    channels: new Map(graph.channels.map((channel) => [channel.id, emptyChannel(channel.id)])),
    nodes: new Map(
      vertices.flatMap((vertex) =>
        vertex.operators.map(({ node }) => [node, emptyNode(node, byVertex.get(vertex.id) ?? [])]),
      ),
    ),
    vertices: new Map(vertices.map((vertex) => [vertex.id, emptyVertex(vertex, byVertex.get(vertex.id) ?? [])])),
    edges: emptyEdges(graph),
    log: [],
    traces: [],
    results: new Map(),
    at,
  };
}

function emptySubtask(subtask: Subtask, vertex: JobVertex): SubtaskView {
  return {
    id: subtask.id,
    state: 'created',
    failure: null,
    shares: allIdle,
    recordsIn: 0,
    recordsOut: 0,
    recordsInPerSecond: 0,
    recordsOutPerSecond: 0,
    watermark: MIN_EVENT_TIME,
    idle: false,
    operators: new Map(vertex.operators.map(({ node }) => [node, emptyOperator(node)])),
    gauges: null,
    gaugesAt: null,
    countedSince: null,
  };
}

function emptyOperator(node: string): OperatorView {
  const gauges: OperatorGauges = {
    node,
    recordsIn: 0,
    recordsOut: 0,
    watermark: MIN_EVENT_TIME,
    stateEntries: 0,
    timers: 0,
    lateDropped: 0,
  };
  return { ...gauges, recordsInPerSecond: 0, recordsOutPerSecond: 0 };
}

function emptyChannel(id: ChannelId): ChannelView {
  return { id, input: null, output: null, inFlightRecords: 0, inFlightBuffers: 0, recordsPerSecond: 0, fill: 0 };
}

function emptyNode(id: string, subtasks: readonly Subtask[]): NodeView {
  return {
    id,
    subtasks: subtasks.map((subtask) => subtask.id),
    shares: allIdle,
    recordsIn: 0,
    recordsOut: 0,
    recordsInPerSecond: 0,
    recordsOutPerSecond: 0,
    watermark: MIN_EVENT_TIME,
    lateDropped: 0,
    stateEntries: 0,
  };
}

function emptyVertex(vertex: JobVertex, subtasks: readonly Subtask[]): VertexView {
  return {
    id: vertex.id,
    subtasks: subtasks.map((subtask) => subtask.id),
    shares: allIdle,
    recordsInPerSecond: 0,
    recordsOutPerSecond: 0,
    watermark: MIN_EVENT_TIME,
  };
}

/** Every logical edge: those between vertices with their channels, chained ones with none. */
function emptyEdges(graph: ExecutionGraph): Map<EdgeId, EdgeView> {
  const channels = groupBy(graph.channels, (channel) => channel.edge);
  const between = graph.jobGraph.edges.map((edge) => edge.edge);
  const chained = graph.jobGraph.vertices.flatMap((vertex) => vertex.chained.map((edge) => edge.edge));
  return new Map([...between, ...chained].map((id) => [id, emptyEdge(id, channels.get(id) ?? [])]));
}

function emptyEdge(id: EdgeId, channels: readonly Channel[]): EdgeView {
  return {
    id,
    channels: channels.map((channel) => channel.id),
    recordsPerSecond: 0,
    inFlightRecords: 0,
    queuedBuffers: 0,
    queuedRecords: 0,
    credits: 0,
    fill: 0,
  };
}

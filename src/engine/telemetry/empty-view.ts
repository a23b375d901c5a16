/** The view of a run of which nothing has been reported yet. */
import { groupBy } from '../../base/group.ts';
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { EdgeId } from '../graph/job.ts';
import type { Channel, ExecutionGraph, JobVertex, Subtask } from '../graph/plan.ts';
import { freshChannel } from './channel-view.ts';
import type { ClusterView, EdgeView, NodeView, SubtaskView, VertexView } from './cluster-view.ts';
import { noCheckpoints } from './fold-checkpoints.ts';
import { allIdle } from './rates.ts';
import { emptyOperator, emptySubtask } from './subtask-view.ts';

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
      vertices.flatMap((vertex) => (byVertex.get(vertex.id) ?? []).map((one) => [one.id, newSubtask(one.id, vertex)])),
    ),
    channels: new Map(graph.channels.map((channel) => [channel.id, freshChannel(channel.id)])),
    nodes: new Map(
      vertices.flatMap((vertex) =>
        vertex.operators.map(({ node }) => [node, emptyNode(node, byVertex.get(vertex.id) ?? [])]),
      ),
    ),
    vertices: new Map(vertices.map((vertex) => [vertex.id, emptyVertex(vertex, byVertex.get(vertex.id) ?? [])])),
    edges: emptyEdges(graph),
    log: [],
    found: new Map(),
    traces: [],
    results: new Map(),
    times: new Map(),
    checkpoints: noCheckpoints,
    recoveries: [],
    barriers: [],
    faults: new Map(),
    at,
  };
}

function newSubtask(id: string, vertex: JobVertex): SubtaskView {
  return emptySubtask(id, new Map(vertex.operators.map(({ node }) => [node, emptyOperator(node)])));
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
    timers: 0,
    openRecords: 0,
    preparedRecords: 0,
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

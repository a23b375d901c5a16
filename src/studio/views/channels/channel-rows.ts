/** The rows of the table of channels: one per channel, with its edge in words, in the order of a chosen figure. */
import type { EdgeId, NodeId } from '../../../engine/graph/job.ts';
import type { ChannelId, ExecutionGraph } from '../../../engine/graph/plan.ts';
import type { ChannelView, ClusterView, EdgeView } from '../../../engine/telemetry/cluster-view.ts';

export interface ChannelFigures {
  /** Buffers at the receiver, not yet consumed. */
  readonly received: number;
  readonly receivedRecords: number;
  /** Sent and not yet received. */
  readonly inFlight: number;
  readonly inFlightRecords: number;
  /** Buffers at the sender, which wait for credit or to be filled. */
  readonly waiting: number;
  readonly waitingRecords: number;
  readonly credits: number;
  readonly recordsPerSecond: number;
  readonly sentRecords: number;
  /** 0 … 1. */
  readonly fill: number;
}

export interface ChannelRow extends ChannelFigures {
  readonly channel: ChannelId;
  readonly edge: EdgeId;
  /** `0 → 2`: the subtasks. */
  readonly ends: string;
}

export interface EdgeRows {
  readonly edge: EdgeId;
  /** `Flights → Hourly`. */
  readonly name: string;
  /** `hash`; `chained` where records pass by a function call and there is no channel. */
  readonly partitioner: string;
  /** Sums over its channels; `fill` is the fullest's. */
  readonly total: ChannelFigures;
  readonly channels: readonly ChannelRow[];
}

export type Figure = 'fill' | 'received' | 'inFlight' | 'waiting' | 'credits' | 'recordsPerSecond';

/** Edges in the order of the job graph, then the chained ones. */
export function edgeRows(view: ClusterView): readonly EdgeRows[] {
  const { jobGraph } = view.graph;
  const names = nodeNames(view.graph);
  const nameOf = (from: NodeId, to: NodeId) => `${names.get(from) ?? from} → ${names.get(to) ?? to}`;
  const sent = jobGraph.edges.map((edge) => {
    const ids = view.edges.get(edge.edge)?.channels ?? [];
    const channels = ids.flatMap((id) => rowOf(view.channels.get(id), edge.edge));
    return {
      edge: edge.edge,
      name: nameOf(edge.fromNode, edge.toNode),
      partitioner: edge.partitioner,
      total: totalOf(channels),
      channels,
    };
  });
  const chained = jobGraph.vertices.flatMap((vertex) =>
    vertex.chained.map(({ edge, from, to }) => ({
      edge,
      name: nameOf(from, to),
      partitioner: 'chained',
      total: { ...totalOf([]), recordsPerSecond: rateOf(view.edges.get(edge)) },
      channels: [],
    })),
  );
  return [...sent, ...chained];
}

const rateOf = (edge: EdgeView | undefined): number => edge?.recordsPerSecond ?? 0;

const nodeNames = ({ jobGraph }: ExecutionGraph): ReadonlyMap<NodeId, string> =>
  new Map(jobGraph.vertices.flatMap(({ operators }) => operators.map((each) => [each.node, each.name] as const)));

function rowOf(channel: ChannelView | undefined, edge: EdgeId): ChannelRow[] {
  if (channel === undefined) return [];
  const { id, input, output } = channel;
  return [
    {
      channel: id,
      edge,
      ends: id.slice(id.lastIndexOf(':') + 1).replace('-', ' → '),
      received: input?.queuedBuffers ?? 0,
      receivedRecords: input?.queuedRecords ?? 0,
      inFlight: channel.inFlightBuffers,
      inFlightRecords: channel.inFlightRecords,
      waiting: output?.queuedBuffers ?? 0,
      waitingRecords: output?.queuedRecords ?? 0,
      credits: output?.credits ?? 0,
      recordsPerSecond: channel.recordsPerSecond,
      sentRecords: output?.sentRecords ?? 0,
      fill: channel.fill,
    },
  ];
}

function totalOf(rows: readonly ChannelRow[]): ChannelFigures {
  const sum = (of: (row: ChannelRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    received: sum((row) => row.received),
    receivedRecords: sum((row) => row.receivedRecords),
    inFlight: sum((row) => row.inFlight),
    inFlightRecords: sum((row) => row.inFlightRecords),
    waiting: sum((row) => row.waiting),
    waitingRecords: sum((row) => row.waitingRecords),
    credits: sum((row) => row.credits),
    recordsPerSecond: sum((row) => row.recordsPerSecond),
    sentRecords: sum((row) => row.sentRecords),
    fill: rows.reduce((most, row) => Math.max(most, row.fill), 0),
  };
}

/** Edges by their total and channels within each by their own; equal ones keep the order of the graph. */
export function sortedRows(edges: readonly EdgeRows[], figure: Figure, descending: boolean): readonly EdgeRows[] {
  const sign = descending ? -1 : 1;
  const by = (a: ChannelFigures, b: ChannelFigures) => sign * (a[figure] - b[figure]);
  return edges.map((edge) => ({ ...edge, channels: [...edge.channels].sort(by) })).sort((a, b) => by(a.total, b.total));
}

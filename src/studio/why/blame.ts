/**
 * Who holds a watermark: from a subtask down through the channels that hold it, to the source subtask where it comes from.
 * Pure, from the ClusterView. The rule is that of engine/time/input-watermarks.ts: a subtask's watermark is the least of its
 * channels that are neither idle nor ended nor catching up; what came back to an input of its own holds it, however far behind.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import type { ExecutionGraph, PlannedOperator, SubtaskId } from '../../engine/graph/plan.ts';
import type { ClusterView, SubtaskView } from '../../engine/telemetry/cluster-view.ts';
import type { InputChannelGauges, SourceGauges } from '../../engine/wire/reports.ts';
import { channelRungs } from '../views/watermarks/ladder.ts';
import type { ChannelPart } from '../views/watermarks/ladder.ts';

export interface BlameChannel {
  /** Position among the subtask's channels. */
  readonly index: number;
  readonly id: string;
  readonly edge: EdgeId;
  readonly from: SubtaskId;
  readonly watermark: EventTimeMs;
  readonly part: ChannelPart;
  /** A barrier came over it and the others' have not: what queues there waits. */
  readonly blocked: boolean;
  readonly queuedRecords: number;
}

/** One subtask on the way down. */
export interface BlameLink {
  readonly subtask: SubtaskId;
  readonly index: number;
  /** The operator that the link is about: the head of the chain, or an operator that makes watermarks of its own. */
  readonly node: NodeId;
  readonly name: string;
  readonly watermark: EventTimeMs;
  readonly idle: boolean;
  readonly view: SubtaskView | null;
  /** None of a source, and of an operator that makes its own watermarks. */
  readonly channels: readonly BlameChannel[];
  /** The first that holds; null at the end of the way. */
  readonly holder: BlameChannel | null;
  readonly source: SourceGauges | null;
  /** It puts watermarks of its own in the place of those that come in. */
  readonly assigner: boolean;
  /** On the way out to whom the path comes from, or in the chain to the operator asked about: held back by so many ms. */
  readonly delayMs: number;
  /** Who holds it back. */
  readonly delayedBy: string | null;
}

/** More links are no chain of causes that anybody reads. */
const linksMost = 24;

/** From the operator in this subtask to where its watermark comes from, nearest first. */
export function blamePath(view: ClusterView, node: NodeId, subtask: SubtaskId): readonly BlameLink[] {
  const path: BlameLink[] = [];
  let next: { readonly node: NodeId | null; readonly subtask: SubtaskId } | null = { node, subtask };
  while (next !== null && path.length < linksMost) {
    const link: BlameLink | null = linkOf(view, next.node, next.subtask, path.length > 0);
    if (link === null) break;
    path.push(link);
    const from: BlameChannel | null = link.holder;
    next = from === null ? null : { node: senderOf(view.graph, from.edge), subtask: from.from };
  }
  return path;
}

/** `sends`: the link is about what the node sends, not about what it gets. */
function linkOf(view: ClusterView, node: NodeId | null, subtask: SubtaskId, sends: boolean): BlameLink | null {
  const planned = view.graph.subtasks.find((each) => each.id === subtask);
  const vertex = view.graph.jobGraph.vertices.find((each) => each.id === planned?.vertex);
  const head = vertex?.operators[0];
  if (planned === undefined || vertex === undefined || head === undefined) return null;
  const place = vertex.operators.findIndex((each) => each.node === node);
  const about = assignerOf(vertex.operators.slice(0, place < 0 ? vertex.operators.length : place + 1)) ?? head;
  const seen = view.subtasks.get(subtask) ?? null;
  const assigner = about.kind === 'watermarks';
  const from = vertex.operators.indexOf(about) + Number(assigner);
  const passed = vertex.operators.slice(from, (place < 0 ? vertex.operators.length : place) + Number(sends));
  const delays = passed.map((each) => seen?.operators.get(each.node)?.watermarkDelayMs ?? 0);
  const gauges = seen?.gauges ?? null;
  const channels = assigner ? [] : channelsOf(view, subtask);
  const link = {
    subtask,
    index: planned.index,
    node: about.node,
    name: about.name,
    idle: gauges?.idle ?? false,
    view: seen,
    channels,
    holder: channels.find(({ part }) => part === 'holds') ?? null,
    assigner,
    delayMs: delays.reduce((sum, delay) => sum + delay, 0),
    delayedBy: passed[delays.findIndex((delay) => delay > 0)]?.name ?? null,
  };
  const own = seen?.operators.get(about.node)?.watermark;
  const source = about === head ? (gauges?.source ?? null) : null;
  const watermark = (assigner ? own : gauges?.watermark) ?? own ?? MIN_EVENT_TIME;
  return { ...link, source, watermark };
}

/** The last operator that makes watermarks of its own. */
const assignerOf = (chain: readonly PlannedOperator[]): PlannedOperator | undefined =>
  chain.findLast((operator) => operator.kind === 'watermarks');

const senderOf = ({ jobGraph }: ExecutionGraph, edge: EdgeId): NodeId | null =>
  jobGraph.edges.find((each) => each.edge === edge)?.fromNode ?? null;

function channelsOf(view: ClusterView, subtask: SubtaskId): readonly BlameChannel[] {
  const mine = view.graph.channels.filter((channel) => channel.to === subtask);
  const inputs = view.subtasks.get(subtask)?.gauges?.inputs ?? [];
  const order = new Map(inputs.map((input, index) => [input.channel, index]));
  const parts = new Map(channelRungs(mine, view, new Map()).map((rung) => [rung.channel, rung]));
  return mine
    .map((channel, i): BlameChannel => {
      const input: InputChannelGauges | null = view.channels.get(channel.id)?.input ?? null;
      const rung = parts.get(channel.id);
      return {
        index: order.get(channel.id) ?? i,
        id: channel.id,
        edge: channel.edge,
        from: channel.from,
        watermark: rung?.watermark ?? MIN_EVENT_TIME,
        part: rung?.part ?? 'ahead',
        blocked: input?.blocked ?? false,
        queuedRecords: input?.queuedRecords ?? 0,
      };
    })
    .sort((a, b) => a.index - b.index);
}

export const isFinal = (time: number): boolean => time >= MAX_EVENT_TIME;

/** Views of nodes, vertices and edges: sums, minima and worst cases over their subtasks and channels. */
import { present } from '../../base/assert.ts';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { ChannelId, SubtaskId } from '../graph/plan.ts';
import type { ChannelView, EdgeView, NodeView, OperatorView, Shares, SubtaskView, VertexView } from './cluster-view.ts';
import { allIdle } from './rates.ts';

type Subtasks = ReadonlyMap<SubtaskId, SubtaskView>;

export function aggregateNode(node: NodeView, subtasks: Subtasks): NodeView {
  const members = node.subtasks.map((id) => present(subtasks.get(id), `the view of ${id}`));
  const operators = members.map((member) => present(member.operators.get(node.id), `${node.id} in ${member.id}`));
  return {
    id: node.id,
    subtasks: node.subtasks,
    shares: worstShares(members),
    recordsIn: sum(operators, (operator) => operator.recordsIn),
    recordsOut: sum(operators, (operator) => operator.recordsOut),
    recordsInPerSecond: sum(operators, (operator) => operator.recordsInPerSecond),
    recordsOutPerSecond: sum(operators, (operator) => operator.recordsOutPerSecond),
    watermark: leastWatermark(members, (member) => (member.operators.get(node.id) as OperatorView).watermark),
    lateDropped: sum(operators, (operator) => operator.lateDropped),
    stateEntries: sum(operators, (operator) => operator.stateEntries),
    timers: sum(operators, (operator) => operator.timers),
    openRecords: sum(operators, (operator) => operator.openRecords ?? 0),
    preparedRecords: sum(operators, (operator) => operator.preparedRecords ?? 0),
  };
}

export function aggregateVertex(vertex: VertexView, subtasks: Subtasks): VertexView {
  const members = vertex.subtasks.map((id) => present(subtasks.get(id), `the view of ${id}`));
  return {
    id: vertex.id,
    subtasks: vertex.subtasks,
    shares: worstShares(members),
    recordsInPerSecond: sum(members, (member) => member.recordsInPerSecond),
    recordsOutPerSecond: sum(members, (member) => member.recordsOutPerSecond),
    watermark: leastWatermark(members, (member) => member.watermark),
  };
}

export function aggregateEdge(edge: EdgeView, channels: ReadonlyMap<ChannelId, ChannelView>): EdgeView {
  const members = edge.channels.map((id) => present(channels.get(id), `the view of ${id}`));
  return {
    id: edge.id,
    channels: edge.channels,
    recordsPerSecond: sum(members, (member) => member.recordsPerSecond),
    inFlightRecords: sum(members, (member) => member.inFlightRecords),
    queuedBuffers: sum(members, queuedBuffers),
    queuedRecords: sum(members, queuedRecords),
    credits: sum(members, (member) => member.output?.credits ?? 0),
    fill: members.reduce((most, member) => Math.max(most, member.fill), 0),
  };
}

/** At both ends of the channel. */
const queuedBuffers = ({ input, output }: ChannelView): number =>
  (input?.queuedBuffers ?? 0) + (output?.queuedBuffers ?? 0);
const queuedRecords = ({ input, output }: ChannelView): number =>
  (input?.queuedRecords ?? 0) + (output?.queuedRecords ?? 0);

/** Those of the least idle member. */
function worstShares(members: readonly SubtaskView[]): Shares {
  let worst = members[0]?.shares ?? allIdle;
  for (const { shares } of members) if (atRest(shares) < atRest(worst)) worst = shares;
  return worst;
}

/** A source that lets others catch up is in no trouble either. */
const atRest = ({ idle, aligning = 0 }: Shares): number => idle + aligning;

/** Least over members that are not idle; the greatest of all when every member is idle, as Flink forwards it. */
function leastWatermark(members: readonly SubtaskView[], of: (member: SubtaskView) => EventTimeMs): EventTimeMs {
  if (members.length === 0) return MIN_EVENT_TIME;
  const active = members.filter((member) => !member.idle);
  if (active.length > 0) return eventTime(Math.min(MAX_EVENT_TIME, ...active.map(of)));
  return eventTime(Math.max(MIN_EVENT_TIME, ...members.map(of)));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}

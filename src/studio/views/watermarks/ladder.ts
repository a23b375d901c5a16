/**
 * The ladder of watermarks: every operator and subtask in the order of the graph, how far each has come, and which
 * channel holds it back. A subtask's watermark is the least of its channels that are neither idle nor ended; see
 * engine/time/watermark-valve.ts for the rule and Flink's StatusWatermarkValve for its origin.
 */
import { assert } from '../../../base/assert.ts';
import { groupBy } from '../../../base/group.ts';
import { type EventTimeMs, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { Channel, ChannelId, ExecutionGraph, JobVertex, SubtaskId, VertexId } from '../../../engine/graph/plan.ts';
import type { ClusterView, SubtaskView } from '../../../engine/telemetry/cluster-view.ts';
import { watermarkText } from '../../canvas/watermark-text.ts';
import { durationText } from '../../ui/duration.ts';
import { alignmentText, splitsText } from './source-text.ts';

export interface Ladder {
  readonly operators: readonly LadderOperator[];
  /** Least and greatest watermark shown that are points in time; null before the first. */
  readonly span: { readonly least: number; readonly greatest: number } | null;
}

export interface LadderOperator {
  readonly node: NodeId;
  readonly name: string;
  /** It is called by the operator before it, in the same subtasks. */
  readonly chained: boolean;
  readonly rungs: readonly Rung[];
}

export interface Rung {
  readonly subtask: SubtaskId;
  readonly node: NodeId;
  readonly index: number;
  readonly watermark: EventTimeMs;
  /** Behind the newest watermark in the job; null where either is no point in time. */
  readonly lagMs: number | null;
  readonly idle: boolean;
  readonly ended: boolean;
  /** Of the head of a chain; empty for sources and for chained operators. */
  readonly channels: readonly ChannelRung[];
  readonly notes: readonly string[];
  /** Sources: what their splits and the alignment with other sources make of the watermark; empty: nothing. */
  readonly origin: readonly string[];
}

/**
 * - `holds`: its watermark is the least that counts, so it is the operator's; or it is behind that, and the next waits.
 * - `ahead`: counts, and is further.
 * - `catching-up`: was idle and came back behind the watermark of its input; counts again when it has caught up.
 * - `idle`, `ended`: do not hold back anything.
 */
export type ChannelPart = 'holds' | 'ahead' | 'catching-up' | 'idle' | 'ended';

export interface ChannelRung {
  readonly channel: ChannelId;
  /** `Flights 0`. */
  readonly from: string;
  readonly watermark: EventTimeMs;
  readonly part: ChannelPart;
}

export const isPoint = (time: EventTimeMs): boolean => time > MIN_EVENT_TIME && time < MAX_EVENT_TIME;

export function ladderOf(view: ClusterView): Ladder {
  const { graph } = view;
  const senders = sendersOf(graph);
  const byReceiver = groupBy(graph.channels, (channel) => channel.to);
  const raw = verticesInOrder(graph).flatMap((vertex) => operatorsOf(vertex, view, byReceiver, senders));
  const points = raw
    .flatMap(({ rungs }) => rungs.flatMap((rung) => [rung.watermark, ...rung.channels.map((each) => each.watermark)]))
    .filter(isPoint);
  if (points.length === 0) return { operators: raw, span: null };
  const span = { least: Math.min(...points), greatest: Math.max(...points) };
  const withLag = (rung: Rung): Rung => ({
    ...rung,
    lagMs: isPoint(rung.watermark) ? span.greatest - rung.watermark : null,
  });
  return { operators: raw.map((operator) => ({ ...operator, rungs: operator.rungs.map(withLag) })), span };
}

/** Vertices such that each comes after all that feed it. */
export function verticesInOrder({ jobGraph }: ExecutionGraph): readonly JobVertex[] {
  const { vertices, edges } = jobGraph;
  const order = new Set<VertexId>();
  const rest = new Set(vertices);
  while (rest.size > 0) {
    const ready = [...rest].find((vertex) => edges.every((edge) => edge.to !== vertex.id || order.has(edge.from)));
    assert(ready !== undefined, 'a planned job has no cycle');
    order.add(ready.id);
    rest.delete(ready);
  }
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  return [...order].flatMap((id) => byId.get(id) ?? []);
}

/** Name of the operator that sends over an edge. */
function sendersOf({ jobGraph }: ExecutionGraph): ReadonlyMap<string, string> {
  const names = new Map(
    jobGraph.vertices.flatMap((vertex) => vertex.operators.map((each) => [each.node, each.name] as const)),
  );
  return new Map(jobGraph.edges.map((edge) => [edge.edge, names.get(edge.fromNode) ?? edge.fromNode]));
}

type ByReceiver = ReadonlyMap<SubtaskId, readonly Channel[]>;

function operatorsOf(
  vertex: JobVertex,
  view: ClusterView,
  byReceiver: ByReceiver,
  senders: ReadonlyMap<string, string>,
): LadderOperator[] {
  const subtasks = view.graph.subtasks.filter((subtask) => subtask.vertex === vertex.id);
  return vertex.operators.map(({ node, name }, place) => ({
    node,
    name,
    chained: place > 0,
    rungs: subtasks.flatMap(({ id, index }) => {
      const subtask = view.subtasks.get(id);
      if (subtask === undefined) return [];
      const channels = place > 0 ? [] : (byReceiver.get(id) ?? []);
      return [rungOf(subtask, { node, index, head: place === 0, channels, view, senders })];
    }),
  }));
}

interface RungContext {
  readonly node: NodeId;
  readonly index: number;
  readonly head: boolean;
  readonly channels: readonly Channel[];
  readonly view: ClusterView;
  readonly senders: ReadonlyMap<string, string>;
}

function rungOf(subtask: SubtaskView, { node, index, head, channels, view, senders }: RungContext): Rung {
  const operator = subtask.operators.get(node);
  const isSource = head && channels.length === 0;
  const watermark = isSource ? subtask.watermark : (operator?.watermark ?? subtask.watermark);
  return {
    subtask: subtask.id,
    node,
    index,
    watermark,
    lagMs: null,
    idle: subtask.idle,
    ended: watermark >= MAX_EVENT_TIME || subtask.state === 'finished',
    channels: channelRungs(channels, view, senders),
    notes: [...delayNotes(operator?.watermarkDelayMs), ...(operator?.notes ?? [])],
    origin: isSource ? originOf(subtask, view) : [],
  };
}

const delayNotes = (delayMs = 0): readonly string[] =>
  delayMs === 0
    ? []
    : [`Sends its watermarks on ${durationText(delayMs)} back, since rows without a match are still to come.`];

function originOf(subtask: SubtaskView, view: ClusterView): readonly string[] {
  const source = subtask.gauges?.source;
  if (source === undefined) return [];
  const aligned = subtask.state === 'running' ? alignmentText(view, subtask.id) : null;
  return [splitsText(source, (time) => watermarkText(time, null)), aligned].filter((text) => text !== null);
}

/** What each channel does to the watermark; those that hold it first, then by watermark. */
export function channelRungs(
  channels: readonly Channel[],
  view: ClusterView,
  senders: ReadonlyMap<string, string>,
): readonly ChannelRung[] {
  const inputs = channels.map((channel) => ({ channel, input: view.channels.get(channel.id)?.input ?? null }));
  const counting = inputs.flatMap(({ input }) =>
    input === null || input.idle || input.ended || input.watermark >= MAX_EVENT_TIME ? [] : [input.watermark],
  );
  const through = throughOf(channels, view, counting);
  const behind = inputs.flatMap(({ input }) => (input?.holdsBehind === true ? [input.watermark] : []));
  const held = behind.length > 0 ? Math.min(...behind) : least(counting, through);
  const rungs = inputs.map(({ channel, input }): ChannelRung => {
    const watermark = input?.watermark ?? MIN_EVENT_TIME;
    const from = `${senders.get(channel.edge) ?? channel.edge} ${channel.from.slice(channel.from.lastIndexOf('/') + 1)}`;
    const rung = { channel: channel.id, from, watermark };
    if (input?.ended === true || watermark >= MAX_EVENT_TIME) return { ...rung, part: 'ended' };
    if (input?.idle === true) return { ...rung, part: 'idle' };
    if (watermark < through && input?.holdsBehind !== true) return { ...rung, part: 'catching-up' };
    return { ...rung, part: watermark === held ? 'holds' : 'ahead' };
  });
  return rungs.sort((a, b) => rank[a.part] - rank[b.part] || a.watermark - b.watermark);
}

const rank: Readonly<Record<ChannelPart, number>> = { holds: 0, 'catching-up': 1, ahead: 2, idle: 3, ended: 4 };

/** The watermark that the valve has let through: the head's, unless it makes its own. */
function throughOf(channels: readonly Channel[], view: ClusterView, counting: readonly EventTimeMs[]): EventTimeMs {
  const receiver = view.subtasks.get(channels[0]?.to ?? '');
  const through = receiver?.gauges?.watermark ?? MIN_EVENT_TIME;
  // An assigner's own watermark may be ahead of every channel; then the channels alone decide.
  return counting.some((time) => time >= through) ? through : MIN_EVENT_TIME;
}

const least = (times: readonly EventTimeMs[], from: EventTimeMs): number =>
  Math.min(...times.filter((time) => time >= from));

/** Who holds the rung, in words: `Hourly 1 is held by the channel from Flights 0 at 10:42.` */
export function holderSentence(name: string, rung: Rung, timeText: (time: EventTimeMs) => string): string {
  const who = `${name} ${rung.index}`;
  if (rung.ended) return `${who} has had its last record.`;
  if (rung.idle) return `${who} is idle: it holds back nobody.`;
  if (rung.channels.length === 0) return '';
  const holders = rung.channels.filter((channel) => channel.part === 'holds');
  const [first] = holders;
  if (first === undefined) return `${who} is held by no channel: all are idle, ended or catching up.`;
  if (!isPoint(first.watermark))
    return `${who} waits for a first watermark from ${names(holders.map((holder) => holder.from))}.`;
  const channel = holders.length === 1 ? 'the channel' : 'the channels';
  return `${who} is held by ${channel} from ${names(holders.map((holder) => holder.from))} at ${timeText(first.watermark)}.`;
}

function names(all: readonly string[]): string {
  if (all.length > 3) return `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

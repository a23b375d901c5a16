/**
 * Which chunks of a checkpoint each subtask gets. The graph may be another one than then. State belongs to operators, as
 * in Flink, whatever they were or are chained with: keyed state and timers move with their key groups, operator state goes
 * to all new subtasks when their number changed, and so does in-flight data of a connection; the tasks redistribute both.
 */
import { failed, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import type { NodeId } from '../../graph/job.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex, SubtaskId } from '../../graph/plan.ts';
import { rangeOfSubtask } from '../../state/key-groups.ts';
import type { CheckpointMetadata, Restore, SnapshotEntry } from '../../wire/checkpoints.ts';

interface OldVertex {
  readonly parallelism: number;
  readonly nodes: readonly NodeId[];
  readonly entries: readonly SnapshotEntry[];
}

interface Old {
  readonly checkpoint: CheckpointMetadata;
  readonly byNode: ReadonlyMap<NodeId, OldVertex>;
}

type Handles = Restore['handles'][number][];

/** A subtask that is not in the map starts empty: all its operators are new. The error completes “…: {reason}”. */
export function restoresOf(
  checkpoint: CheckpointMetadata,
  graph: ExecutionGraph,
): Result<ReadonlyMap<SubtaskId, Restore>, string> {
  const old = indexOf(checkpoint);
  const reason = whyNot(old, graph);
  if (reason !== null) return failed(reason);
  const inFlight = inFlightOf(old, graph);
  const restores = new Map<SubtaskId, Restore>();
  for (const vertex of graph.jobGraph.vertices) {
    const sources = sourcesOf(vertex, old);
    if (sources.length === 0) continue;
    const head = old.byNode.get(vertex.operators[0]?.node ?? '');
    for (const { id, index } of graph.subtasks.filter((subtask) => subtask.vertex === vertex.id)) {
      const done = sources.every((source) => hadFinished(source, index, vertex));
      const handles = done ? [] : [...stateOf(vertex, index, old, graph), ...(inFlight.get(id) ?? [])];
      restores.set(id, {
        checkpoint: checkpoint.checkpoint,
        finished: done,
        handles,
        parallelism: head?.parallelism ?? vertex.parallelism,
        ...(checkpoint.savepoint ? { borrowed: true } : {}),
      });
    }
  }
  return ok(restores);
}

function indexOf(checkpoint: CheckpointMetadata): Old {
  const byNode = new Map<NodeId, OldVertex>();
  for (const { vertex, parallelism, nodes } of checkpoint.vertices) {
    const entries = checkpoint.subtasks.filter((entry) => entry.vertex === vertex).sort((a, b) => a.index - b.index);
    for (const node of nodes) byNode.set(node, { parallelism, nodes, entries });
  }
  return { checkpoint, byNode };
}

/** The old vertices whose operators the vertex has now. */
function sourcesOf(vertex: JobVertex, old: Old): OldVertex[] {
  const found = vertex.operators.flatMap(({ node }) => old.byNode.get(node) ?? []);
  return found.filter((each, i) => found.findIndex(({ nodes }) => nodes[0] === each.nodes[0]) === i);
}

const isFinished = (sources: readonly OldVertex[]): boolean =>
  sources.length > 0 && sources.every(({ entries }) => entries.every(({ finished }) => finished));

/** What is now subtask `index` of the vertex: alike only where there are as many as there were. */
const hadFinished = (source: OldVertex, index: number, { parallelism }: JobVertex): boolean =>
  source.parallelism === parallelism ? source.entries[index]?.finished === true : isFinished([source]);

// State that stays with its operator

function stateOf(vertex: JobVertex, index: number, old: Old, graph: ExecutionGraph): Handles {
  const range = rangeOfSubtask(index, graph.jobGraph.settings.maxParallelism, vertex.parallelism);
  const handles: Handles = [];
  for (const { node } of vertex.operators) {
    const from = old.byNode.get(node);
    if (from === undefined) continue;
    const isHead = from.nodes[0] === node;
    for (const entry of from.entries) {
      const mine = from.parallelism !== vertex.parallelism || entry.index === index;
      for (const handle of entry.handles) {
        const { place } = handle;
        const keyed = isHead && (place.kind === 'keyed' || place.kind === 'timers');
        const wanted =
          (place.kind === 'operator' && place.node === node && mine) ||
          (keyed && place.group >= range.start && place.group <= range.end);
        if (wanted) handles.push({ ...handle, from: entry.index, of: from.parallelism });
      }
    }
  }
  return handles;
}

// In-flight data

interface InFlight {
  readonly handle: Handles[number];
  readonly edge: string;
  readonly channel: string;
}

/** Per subtask: data of its channels; when an edge has other channels now, all its data to every receiver. */
function inFlightOf(old: Old, graph: ExecutionGraph): Map<SubtaskId, Handles> {
  const given = new Map<SubtaskId, Handles>();
  const give = (to: SubtaskId, { handle }: InFlight) => {
    const list = given.get(to);
    if (list) list.push(handle);
    else given.set(to, [handle]);
  };
  const all = chunksInFlight(old.checkpoint);
  const channels = new Map(graph.channels.map((channel) => [channel.id, channel]));
  for (const edge of graph.jobGraph.edges) {
    const chunks = all.filter((chunk) => chunk.edge === edge.edge);
    const moved = edgeChanged(edge, old, graph) || chunks.some(({ channel }) => !channels.has(channel));
    const receivers = graph.subtasks.filter(({ vertex }) => vertex === edge.to).map(({ id }) => id);
    for (const chunk of chunks) {
      const channel = channels.get(chunk.channel);
      if (moved || channel === undefined) receivers.forEach((id) => give(id, chunk));
      else give(chunk.handle.place.kind === 'input' ? channel.to : channel.from, chunk);
    }
  }
  return given;
}

function chunksInFlight(checkpoint: CheckpointMetadata): InFlight[] {
  const parallelism = new Map(checkpoint.vertices.map((old) => [old.vertex, old.parallelism]));
  return checkpoint.subtasks.flatMap(({ handles, index, vertex }) =>
    handles.flatMap((handle): InFlight[] => {
      const { place } = handle;
      if (place.kind !== 'input' && place.kind !== 'output') return [];
      const of = parallelism.get(vertex) ?? 1;
      return [{ handle: { ...handle, from: index, of }, edge: edgeOf(place.channel), channel: place.channel }];
    }),
  );
}

/** `e3:0-1` is a channel of `e3`; see ChannelId. */
const edgeOf = (channel: string): string => channel.slice(0, channel.lastIndexOf(':'));

function edgeChanged(edge: JobGraphEdge, old: Old, graph: ExecutionGraph): boolean {
  const now = new Map(graph.jobGraph.vertices.map(({ id, parallelism }) => [id, parallelism]));
  return (
    old.byNode.get(edge.fromNode)?.parallelism !== now.get(edge.from) ||
    old.byNode.get(edge.toNode)?.parallelism !== now.get(edge.to)
  );
}

// What does not fit

function whyNot(old: Old, graph: ExecutionGraph): string | null {
  const { maxParallelism } = graph.jobGraph.settings;
  const was = old.checkpoint.maxParallelism;
  if (was !== maxParallelism) return `max parallelism was ${was} and is ${maxParallelism}`;
  return stateWithoutHome(old, graph) ?? vertexMismatch(old, graph) ?? finishedBehindRunning(old, graph);
}

/** State of an operator or a connection that the job no longer has: to leave it out silently would lose it. */
function stateWithoutHome({ checkpoint }: Old, graph: ExecutionGraph): string | null {
  const { vertices, edges } = graph.jobGraph;
  const nodes = new Set(vertices.flatMap(({ operators }) => operators.map(({ node }) => node)));
  const heads = new Set(vertices.map(({ operators }) => operators[0]?.node));
  const edgeIds = new Set(edges.map(({ edge }) => edge));
  const headOf = new Map(checkpoint.vertices.map(({ vertex, nodes: [head] }) => [vertex, head ?? '']));
  for (const { vertex, handles } of checkpoint.subtasks) {
    const head = headOf.get(vertex) ?? '';
    for (const { place } of handles) {
      if (place.kind === 'input' || place.kind === 'output') {
        const edge = edgeOf(place.channel);
        if (!edgeIds.has(edge)) return `it holds in-flight data of the connection “${edge}”, which is no channel now`;
      } else {
        const node = place.kind === 'operator' ? place.node : head;
        if (!nodes.has(node)) return `it holds state of the operator “${node}”, which the job no longer has`;
        if (place.kind !== 'operator' && !heads.has(node)) {
          return `it holds keyed state of “${node}”, which is now chained behind another operator`;
        }
      }
    }
  }
  return null;
}

function vertexMismatch(old: Old, graph: ExecutionGraph): string | null {
  for (const vertex of graph.jobGraph.vertices) {
    const sources = sourcesOf(vertex, old);
    for (const source of sources) {
      const partly = source.entries.some(({ finished }) => finished) && !isFinished([source]);
      if (partly && source.parallelism !== vertex.parallelism) {
        return `“${vertex.name}” had finished in part, so its parallelism cannot be changed`;
      }
    }
    for (let index = 0; index < vertex.parallelism; index++) {
      if (new Set(sources.map((source) => hadFinished(source, index, vertex))).size > 1)
        return `of the operators of “${vertex.name}”, which are one chain now, some had finished`;
    }
  }
  return null;
}

/**
 * What had finished passes nothing on, so nothing new may feed it (Flink: VertexFinishedStateChecker). A sender that was
 * there and had not finished is no such: its receiver finished because it had come to the end of its data, and it only
 * waited for this checkpoint to commit with, or its own last word was still under way.
 */
function finishedBehindRunning(old: Old, graph: ExecutionGraph): string | null {
  const vertices = new Map(graph.jobGraph.vertices.map((vertex) => [vertex.id, vertex]));
  for (const { from, to } of graph.jobGraph.edges) {
    const sender = vertices.get(from);
    const receiver = vertices.get(to);
    if (sender === undefined || receiver === undefined) continue;
    if (isFinished(sourcesOf(receiver, old)) && sourcesOf(sender, old).length === 0) {
      return `“${receiver.name}” had finished, and “${sender.name}” before it has not`;
    }
  }
  return null;
}

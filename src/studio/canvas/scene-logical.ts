/**
 * The logical level of a scene: the operators as the person drew them, each subtask a lane, and a pipe per channel where
 * both ends show their lanes. Chained edges have no channels and so no pipes.
 */
import { groupBy } from '../../base/group.ts';
import type { Job, JobEdge, JobNode, NodeId } from '../../engine/graph/job.ts';
import type { OperatorKind, OutputPort } from '../../engine/graph/kind.ts';
import { keylessNote } from '../../engine/graph/partitioning.ts';
import type { ChainDecision } from '../../engine/graph/plan.ts';
import { outputIndex, outputsOf } from '../../engine/graph/ports.ts';
import { schemaText, type StreamType } from '../../engine/graph/schema.ts';
import { cardFootHeight, cardWidth, handleY, headHeight, laneHeight } from './metrics.ts';
import { decisionText, isExpanded, lanesOf, problemsOfEdge, subtitleOf } from './scene-parts.ts';
import type { Scene, SceneEdge, SceneInput, SceneNode, ScenePort } from './scene-parts.ts';
import { joinPipes, type PipeEnds } from './scene-pipes.ts';

export function logicalScene(input: SceneInput): Scene {
  const nodes = inTopologicalOrder(input.job).map((node) => operatorNode(input, node));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const planned = groupBy(input.graph?.channels ?? [], (channel) => channel.edge);
  const subtaskIndex = new Map((input.graph?.subtasks ?? []).map((subtask) => [subtask.id, subtask.index]));
  const ends: PipeEnds[] = [];
  const edges: Omit<SceneEdge, 'pipes'>[] = [];
  for (const edge of input.job.edges) {
    const from = byId.get(edge.from.node);
    const to = byId.get(edge.to.node);
    if (from === undefined || to === undefined) continue;
    const decision = input.graph?.jobGraph.decisions.get(edge.id);
    const chained = decision?.reason === 'chained';
    edges.push({ ...edgeWords(edge, from, to, decision), problems: problemsOfEdge(input, edge.id) });
    if (chained) continue;
    const channels = planned.get(edge.id) ?? [];
    if (from.expanded && to.expanded && channels.length > 0) {
      for (const channel of channels) {
        const fromLane = subtaskIndex.get(channel.from) ?? 0;
        const toLane = subtaskIndex.get(channel.to) ?? 0;
        ends.push({ id: channel.id, edge: edge.id, channels: [channel.id], from, to, fromLane, toLane });
      }
    } else {
      const ids = channels.map((channel) => channel.id);
      ends.push({ id: `${edge.id}:all`, edge: edge.id, channels: ids, from, to, fromLane: null, toLane: null });
    }
  }
  const pipes = groupBy(joinPipes(ends), (pipe) => pipe.edge);
  return { level: 'logical', nodes, edges: edges.map((edge) => ({ ...edge, pipes: pipes.get(edge.edge) ?? [] })) };
}

function operatorNode(input: SceneInput, node: JobNode): SceneNode {
  const kind = input.kinds.get(node.kind);
  const parallelism = Math.max(1, Math.min(64, input.parallelism.get(node.id) ?? 1));
  const expanded = isExpanded(parallelism, input.toggled.has(node.id));
  const rate = kind?.family === 'sink' ? 'in' : 'out';
  const lanes = lanesOf(node.id, expanded ? parallelism : null, rate, headHeight);
  const height = headHeight + lanes.length * laneHeight + cardFootHeight;
  return {
    id: node.id,
    shape: 'operator',
    node: node.id,
    subtask: null,
    position: node.position,
    width: cardWidth,
    height,
    title: node.name,
    subtitle: subtitleOf(node, kind, input.keyless.has(node.id)),
    icon: kind?.icon ?? '',
    family: kind?.family ?? 'transform',
    parallelism,
    parallelismNote: input.keyless.has(node.id) ? keylessNote : '',
    expandable: parallelism > 1,
    expanded,
    lanes,
    inputs: inputPorts(input, node, kind),
    outputs: outputPorts(input, node, kind, height),
    entries: [],
    rows: [],
    problems: input.problems.filter((problem) => problem.node === node.id),
  };
}

function inputPorts(input: SceneInput, node: JobNode, kind: OperatorKind | undefined): ScenePort[] {
  const into = input.job.edges.filter((edge) => edge.to.node === node.id);
  const declared = kind?.inputs ?? [...new Set(into.map((edge) => edge.to.port))].map((name) => ({ name }));
  return declared.map((port: OperatorKind['inputs'][number], index) => {
    const edge = into.find((each) => each.to.port === port.name);
    return {
      name: port.name,
      y: handleY(index, declared.length),
      side: false,
      tag: false,
      keyed: port.keyed === true,
      many: port.many === true,
      connected: edge !== undefined,
      type: edge === undefined ? '' : typeOfOutput(input, edge),
    };
  });
}

function outputPorts(input: SceneInput, node: JobNode, kind: OperatorKind | undefined, height: number): ScenePort[] {
  const outOf = input.job.edges.filter((edge) => edge.from.node === node.id);
  const declared = outputsOf(kind, node.params);
  // An edge from a port that is not there must be seen: as a problem it can be selected and deleted.
  const missing = new Set(outOf.map((edge) => edge.from.port));
  for (const { name } of declared) missing.delete(name);
  const all = [
    ...declared,
    ...[...missing].map((name): OutputPort => ({ name, side: kind !== undefined, tag: kind !== undefined })),
  ];
  return all.map((port: OutputPort, index) => ({
    name: port.name,
    y: handleY(index, all.length, height),
    side: port.side === true,
    tag: port.tag === true,
    keyed: false,
    many: false,
    connected: outOf.some((edge) => edge.from.port === port.name),
    type: typeText(input.outputs.get(node.id)?.[index]),
  }));
}

function typeOfOutput(input: SceneInput, edge: JobEdge): string {
  const from = input.job.nodes.find((node) => node.id === edge.from.node);
  const port = outputIndex(input.kinds.get(from?.kind ?? ''), from?.params ?? {}, edge.from.port);
  return typeText(input.outputs.get(edge.from.node)?.[port]);
}

function typeText(type: StreamType | undefined): string {
  if (type === undefined) return '';
  return type.key === null ? schemaText(type.schema) : `${schemaText(type.schema)} · by ${type.key.join(', ')}`;
}

/** The names and the chaining of an edge. */
function edgeWords(
  edge: JobEdge,
  from: SceneNode,
  to: SceneNode,
  decision: ChainDecision | undefined,
): Omit<SceneEdge, 'pipes' | 'problems'> {
  const chained = decision?.reason === 'chained';
  return {
    id: edge.id,
    edge: edge.id,
    from: from.id,
    to: to.id,
    fromNode: edge.from.node,
    toNode: edge.to.node,
    fromPort: edge.from.port,
    toPort: edge.to.port,
    label: `Edge from ${from.title} to ${to.title}`,
    side: from.outputs.find((port) => port.name === edge.from.port)?.side ?? false,
    chained,
    tag: chained ? 'chained' : '',
    note: decision === undefined ? '' : decisionText(decision),
  };
}

/** Kahn's order, ties in the job's order; nodes on a cycle come last. */
export function inTopologicalOrder(job: Job): JobNode[] {
  const waiting = new Map<NodeId, number>(job.nodes.map((node) => [node.id, 0]));
  const next = groupBy(job.edges, (edge) => edge.from.node);
  for (const { to } of job.edges) if (waiting.has(to.node)) waiting.set(to.node, (waiting.get(to.node) ?? 0) + 1);
  const byId = new Map(job.nodes.map((node) => [node.id, node]));
  const order = job.nodes.filter((node) => waiting.get(node.id) === 0);
  for (const node of order) {
    for (const { to } of next.get(node.id) ?? []) {
      const left = (waiting.get(to.node) ?? 0) - 1;
      waiting.set(to.node, left);
      const target = byId.get(to.node);
      if (left === 0 && target !== undefined) order.push(target);
    }
  }
  const ordered = new Set(order);
  return [...order, ...job.nodes.filter((node) => !ordered.has(node))];
}

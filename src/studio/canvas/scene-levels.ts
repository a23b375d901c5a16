/**
 * The job level (vertices with their chained operators) and the execution level (subtasks and channels) of a scene. Their
 * places are computed, layer by layer from the sources, in the vertical order of the operators as the person drew them.
 */
import { groupBy } from '../../base/group.ts';
import type { JobNode, NodeId } from '../../engine/graph/job.ts';
import { keylessNote } from '../../engine/graph/partitioning.ts';
import type { ExecutionGraph, JobGraphEdge, JobVertex, Subtask, VertexId } from '../../engine/graph/plan.ts';
import {
  cardFootHeight,
  cardWidth,
  entryHeight,
  handleY,
  headHeight,
  laneHeight,
  rowHeight,
  subtaskHeadHeight,
  vertexWidth,
} from './metrics.ts';
import { decisionText, isExpanded, lanesOf, problemsOfEdge, subtitleOf } from './scene-parts.ts';
import type { Scene, SceneEdge, SceneEntry, SceneInput, SceneNode, ScenePort, SceneRow } from './scene-parts.ts';
import { joinPipes, type PipeEnds } from './scene-pipes.ts';

const columnGap = 150;
/** Columns of many subtasks stand further apart, so that their channels can be told from each other. */
const gapPerHeight = 0.45;
const columnGapMax = 420;
const nodeGap = { job: 44, execution: 14 } as const;

export function jobScene(input: SceneInput, graph: ExecutionGraph): Scene {
  const { vertices, edges } = graph.jobGraph;
  const cards = vertices.map((vertex) => vertexNode(input, graph, vertex));
  const placed = place(
    cards.map((card, i) => ({ card, column: (vertices[i] as JobVertex).id })),
    graph,
    input,
    'job',
  );
  const byVertex = new Map(vertices.map((vertex, i) => [vertex.id, placed[i] as SceneNode]));
  const ends: PipeEnds[] = [];
  const drawn: Omit<SceneEdge, 'pipes'>[] = [];
  for (const edge of edges) {
    const from = byVertex.get(edge.from);
    const to = byVertex.get(edge.to);
    if (from === undefined || to === undefined) continue;
    drawn.push(vertexEdge(input, graph, edge, from, to));
    ends.push(...edgeEnds(graph, edge, from, to));
  }
  const pipes = groupBy(joinPipes(ends), (pipe) => pipe.edge);
  return {
    level: 'job',
    nodes: placed,
    edges: drawn.map((edge) => ({ ...edge, pipes: pipes.get(edge.edge) ?? [] })),
  };
}

export function executionScene(input: SceneInput, graph: ExecutionGraph): Scene {
  const vertices = new Map(graph.jobGraph.vertices.map((vertex) => [vertex.id, vertex]));
  const cards = graph.subtasks.map((subtask) => ({
    card: subtaskNode(input, graph, vertices.get(subtask.vertex) as JobVertex, subtask),
    column: subtask.vertex,
  }));
  const nodes = place(cards, graph, input, 'execution');
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const jobEdges = new Map(graph.jobGraph.edges.map((edge) => [edge.edge, edge]));
  const ends: PipeEnds[] = [];
  const drawn: Omit<SceneEdge, 'pipes'>[] = [];
  for (const channel of graph.channels) {
    const edge = jobEdges.get(channel.edge);
    const from = byId.get(channel.from);
    const to = byId.get(channel.to);
    if (edge === undefined || from === undefined || to === undefined) continue;
    drawn.push({ ...vertexEdge(input, graph, edge, from, to), id: channel.id });
    const lanes = { fromLane: from.lanes[0]?.index ?? null, toLane: to.lanes[0]?.index ?? null };
    ends.push({ id: channel.id, edge: channel.edge, channels: [channel.id], from, to, ...lanes });
  }
  const pipes = new Map(joinPipes(ends).map((pipe) => [pipe.id, pipe]));
  return {
    level: 'execution',
    nodes,
    edges: drawn.map((edge) => ({ ...edge, pipes: [pipes.get(edge.id)].filter((pipe) => pipe !== undefined) })),
  };
}

function vertexNode(input: SceneInput, graph: ExecutionGraph, vertex: JobVertex): SceneNode {
  const head = (vertex.operators[0] as JobVertex['operators'][number]).node;
  const expanded = isExpanded(vertex.parallelism, input.toggled.has(head));
  const rows = vertex.operators.map((operator) => rowOf(input, graph, vertex, operator.node));
  const entries = entriesOf(graph, vertex);
  const top = headHeight + entries.length * entryHeight + rows.length * rowHeight;
  const lanes = lanesOf(lastOf(vertex), expanded ? vertex.parallelism : null, rateOf(input, vertex), top);
  const many = rows.length > 1 ? `${rows.length} chained operators` : '1 operator';
  return {
    ...blank(input, vertex),
    id: vertex.id,
    shape: 'vertex',
    width: vertexWidth,
    node: head,
    subtask: null,
    height: top + lanes.length * laneHeight + cardFootHeight,
    title: vertex.name,
    subtitle: many,
    expandable: vertex.parallelism > 1,
    expanded,
    lanes,
    inputs: ports(vertexInputs(graph, vertex.id), 'in'),
    outputs: ports(vertexOutputs(graph, vertex.id), 'out'),
    entries,
    rows,
    problems: input.problems.filter((problem) => vertex.operators.some(({ node }) => node === problem.node)),
  };
}

function subtaskNode(input: SceneInput, graph: ExecutionGraph, vertex: JobVertex, subtask: Subtask): SceneNode {
  const lane = lanesOf(lastOf(vertex), 1, rateOf(input, vertex), subtaskHeadHeight)[0];
  return {
    ...blank(input, vertex),
    id: subtask.id,
    shape: 'subtask',
    node: (vertex.operators[0] as JobVertex['operators'][number]).node,
    subtask: subtask.id,
    height: subtaskHeadHeight + laneHeight + cardFootHeight,
    title: `${vertex.name} ${subtask.index}`,
    subtitle: '',
    expandable: false,
    expanded: true,
    lanes: lane === undefined ? [] : [{ ...lane, index: subtask.index }],
    inputs: ports(vertexInputs(graph, vertex.id), 'in'),
    outputs: ports(vertexOutputs(graph, vertex.id), 'out'),
    entries: [],
    rows: [],
    problems: [],
  };
}

function blank(
  { keyless: of }: SceneInput,
  vertex: JobVertex,
): Pick<SceneNode, 'position' | 'width' | 'icon' | 'family' | 'parallelism' | 'parallelismNote'> {
  // Whoever is not parallel for want of a key heads its chain.
  const keyless = of.has(vertex.operators[0]?.node ?? '');
  return {
    position: { x: 0, y: 0 },
    width: cardWidth,
    icon: 'layers',
    family: 'transform',
    parallelism: vertex.parallelism,
    parallelismNote: keyless ? keylessNote : '',
  };
}

function rowOf(input: SceneInput, graph: ExecutionGraph, vertex: JobVertex, node: NodeId): SceneRow {
  const drawn = input.job.nodes.find((each) => each.id === node);
  const planned = vertex.operators.find((operator) => operator.node === node);
  const kind = input.kinds.get(planned?.kind ?? '');
  const link = vertex.chained.find((edge) => edge.to === node);
  const decision = link === undefined ? undefined : graph.jobGraph.decisions.get(link.edge);
  return {
    node,
    title: drawn?.name ?? planned?.name ?? node,
    subtitle: planned === undefined ? '' : subtitleOf(planned, kind, input.keyless.has(node)),
    icon: kind?.icon ?? '',
    family: kind?.family ?? 'transform',
    chained: decision === undefined ? '' : decisionText(decision),
  };
}

/** The reasons stand in the receiver, where there is room for a sentence; beside the pipes there is none. */
function entriesOf(graph: ExecutionGraph, vertex: JobVertex): SceneEntry[] {
  const names = new Map(graph.jobGraph.vertices.map(({ id, name }) => [id, name]));
  const decided = vertexInputs(graph, vertex.id).flatMap((edge) => {
    const decision = graph.jobGraph.decisions.get(edge.edge);
    return decision === undefined ? [] : [{ edge, from: names.get(edge.from) ?? '', reason: decisionText(decision) }];
  });
  const alike = groupBy(decided, ({ edge, reason }) => `${edge.partitioner}|${reason}`);
  return [...alike.values()].map((edges) => ({
    partitioner: edges[0]?.edge.partitioner ?? '',
    reason: edges[0]?.reason ?? '',
    from: edges.map(({ from }) => from),
  }));
}

const lastOf = (vertex: JobVertex): NodeId => vertex.operators.at(-1)?.node ?? '';

function rateOf(input: SceneInput, vertex: JobVertex): 'in' | 'out' {
  return input.kinds.get(vertex.operators.at(-1)?.kind ?? '')?.family === 'sink' ? 'in' : 'out';
}

/** Handles of a vertex are there for the edges only: nothing can be connected in these levels. */
function ports(edges: readonly JobGraphEdge[], side: 'in' | 'out'): ScenePort[] {
  return edges.map((edge, index) => ({
    name: `${side}:${edge.edge}`,
    y: handleY(index, edges.length),
    side: false,
    tag: false,
    keyed: false,
    many: false,
    connected: true,
    type: '',
  }));
}

const vertexInputs = (graph: ExecutionGraph, vertex: VertexId): JobGraphEdge[] =>
  graph.jobGraph.edges.filter((edge) => edge.to === vertex);
const vertexOutputs = (graph: ExecutionGraph, vertex: VertexId): JobGraphEdge[] =>
  graph.jobGraph.edges.filter((edge) => edge.from === vertex);

function vertexEdge(
  input: SceneInput,
  graph: ExecutionGraph,
  edge: JobGraphEdge,
  from: SceneNode,
  to: SceneNode,
): Omit<SceneEdge, 'pipes'> {
  const decision = graph.jobGraph.decisions.get(edge.edge);
  return {
    id: edge.edge,
    edge: edge.edge,
    from: from.id,
    to: to.id,
    fromNode: edge.fromNode,
    toNode: edge.toNode,
    fromPort: `out:${edge.edge}`,
    toPort: `in:${edge.edge}`,
    label: `Edge from ${from.title} to ${to.title}`,
    side: false,
    chained: false,
    tag: '',
    note: decision === undefined ? '' : decisionText(decision),
    problems: problemsOfEdge(input, edge.edge),
  };
}

function edgeEnds(graph: ExecutionGraph, edge: JobGraphEdge, from: SceneNode, to: SceneNode): PipeEnds[] {
  const channels = graph.channels.filter((channel) => channel.edge === edge.edge);
  if (!from.expanded || !to.expanded) {
    const ids = channels.map((channel) => channel.id);
    return [{ id: `${edge.edge}:all`, edge: edge.edge, channels: ids, from, to, fromLane: null, toLane: null }];
  }
  const index = new Map(graph.subtasks.map((subtask) => [subtask.id, subtask.index]));
  return channels.map((channel) => ({
    id: channel.id,
    edge: edge.edge,
    channels: [channel.id],
    from,
    to,
    fromLane: index.get(channel.from) ?? 0,
    toLane: index.get(channel.to) ?? 0,
  }));
}

interface Placing {
  readonly card: SceneNode;
  /** The vertex it belongs to: one vertex is never spread over columns. */
  readonly column: VertexId;
}

/**
 * Columns by the longest way from a source; within a column by the height at which the person drew the operators. Columns
 * are centred on one line. Same order as `cards`.
 */
function place(
  cards: readonly Placing[],
  graph: ExecutionGraph,
  input: SceneInput,
  level: 'job' | 'execution',
): SceneNode[] {
  const layers = layersOf(graph);
  const drawnAt = heights(graph, input.job.nodes);
  const columns = groupBy(cards, (placing) => layers.get(placing.column) ?? 0);
  const placed = new Map<SceneNode, SceneNode>();
  const tallest = Math.max(
    0,
    ...[...columns.values()].map((column) => column.reduce((sum, { card }) => sum + card.height, 0)),
  );
  const gap = Math.round(Math.min(columnGapMax, Math.max(columnGap, gapPerHeight * tallest)));
  for (const [layer, column] of columns) {
    const sorted = column.toSorted((a, b) => (drawnAt.get(a.column) ?? 0) - (drawnAt.get(b.column) ?? 0));
    const gapBefore = (i: number) =>
      i === 0 ? 0 : sorted[i - 1]?.column === sorted[i]?.column ? nodeGap[level] : nodeGap.job;
    const total = sorted.reduce((sum, { card }, i) => sum + gapBefore(i) + card.height, 0);
    let y = -total / 2;
    sorted.forEach(({ card }, i) => {
      y += gapBefore(i);
      placed.set(card, { ...card, position: { x: layer * (card.width + gap), y: Math.round(y) } });
      y += card.height;
    });
  }
  return cards.map(({ card }) => placed.get(card) ?? card);
}

/** Number of edges on the longest way from a source to each vertex. Vertices of a plan have no cycle. */
function layersOf(graph: ExecutionGraph): Map<VertexId, number> {
  const { vertices, edges } = graph.jobGraph;
  const layers = new Map<VertexId, number>(vertices.map((vertex) => [vertex.id, 0]));
  for (let round = 0, changed = true; changed && round < vertices.length; round++) {
    changed = false;
    for (const edge of edges) {
      const least = (layers.get(edge.from) ?? 0) + 1;
      if ((layers.get(edge.to) ?? 0) >= least) continue;
      layers.set(edge.to, least);
      changed = true;
    }
  }
  return layers;
}

/** Mean height at which the operators of each vertex stand on the logical level. */
function heights(graph: ExecutionGraph, nodes: readonly JobNode[]): Map<VertexId, number> {
  const y = new Map(nodes.map((node) => [node.id, node.position.y]));
  return new Map(
    graph.jobGraph.vertices.map((vertex) => {
      const sum = vertex.operators.reduce((total, operator) => total + (y.get(operator.node) ?? 0), 0);
      return [vertex.id, sum / Math.max(1, vertex.operators.length)];
    }),
  );
}

/**
 * A view in the making: the last view and what has changed since. Maps are copied when first written to and objects are
 * replaced, so the finished view shares with the last one all that stayed the same.
 */
import { present } from '../../base/assert.ts';
import type { EdgeId, NodeId } from '../graph/job.ts';
import type { ChannelId, SubtaskId, VertexId } from '../graph/plan.ts';
import { aggregateEdge, aggregateNode, aggregateVertex } from './aggregate.ts';
import type { ClusterView } from './cluster-view.ts';

/** A map that copies itself at the first write. */
export class DraftMap<K, V> {
  private readonly base: ReadonlyMap<K, V>;
  private copy: Map<K, V> | null = null;

  constructor(base: ReadonlyMap<K, V>) {
    this.base = base;
  }

  get(key: K): V | undefined {
    return this.current.get(key);
  }

  set(key: K, value: V): void {
    this.copy ??= new Map(this.base);
    this.copy.set(key, value);
  }

  delete(key: K): void {
    this.copy ??= new Map(this.base);
    this.copy.delete(key);
  }

  get current(): ReadonlyMap<K, V> {
    return this.copy ?? this.base;
  }
}

/** A list with the newest last that keeps `limit` items and copies itself at the first write. */
export class DraftTail<T> {
  private readonly base: readonly T[];
  private readonly limit: number;
  private added: T[] = [];

  constructor(base: readonly T[], limit: number) {
    this.base = base;
    this.limit = limit;
  }

  push(item: T): void {
    this.added.push(item);
    if (this.added.length >= 2 * this.limit) this.added = this.added.slice(-this.limit);
  }

  last(): T | undefined {
    return this.added.at(-1) ?? this.base.at(-1);
  }

  get current(): readonly T[] {
    return this.added.length === 0 ? this.base : [...this.base, ...this.added].slice(-this.limit);
  }
}

/** What of the graph lies at a subtask, so that a report touches only what it concerns. */
interface Surroundings {
  readonly vertex: VertexId;
  readonly nodes: readonly NodeId[];
  /** Chained edges and the node that each leads to. */
  readonly chained: readonly { readonly edge: EdgeId; readonly to: NodeId }[];
}

interface GraphIndex {
  readonly subtasks: ReadonlyMap<SubtaskId, Surroundings>;
  readonly edgeOfChannel: ReadonlyMap<ChannelId, EdgeId>;
}

const indices = new WeakMap<ClusterView['graph'], GraphIndex>();

/** Derived from the graph alone and kept as long as the graph lives. */
export function graphIndex(graph: ClusterView['graph']): GraphIndex {
  let index = indices.get(graph);
  if (index === undefined) {
    index = makeIndex(graph);
    indices.set(graph, index);
  }
  return index;
}

function makeIndex(graph: ClusterView['graph']): GraphIndex {
  const vertices = new Map(graph.jobGraph.vertices.map((vertex) => [vertex.id, vertex]));
  const surroundings = ({ vertex: id }: { vertex: VertexId }): Surroundings => {
    const vertex = present(vertices.get(id), `the vertex ${id}`);
    const chained = vertex.chained.map(({ edge, to }) => ({ edge, to }));
    return { vertex: id, nodes: vertex.operators.map(({ node }) => node), chained };
  };
  return {
    subtasks: new Map(graph.subtasks.map((subtask) => [subtask.id, surroundings(subtask)])),
    edgeOfChannel: new Map(graph.channels.map((channel) => [channel.id, channel.edge])),
  };
}

/** Brings nodes, vertices and edges up to date with the subtasks and channels that changed. */
export class Touched {
  private readonly subtasks = new Set<SubtaskId>();
  private readonly edges = new Set<EdgeId>();
  private readonly index: GraphIndex;

  constructor(index: GraphIndex) {
    this.index = index;
  }

  subtask(id: SubtaskId): void {
    this.subtasks.add(id);
  }

  channel(id: ChannelId): void {
    const edge = this.index.edgeOfChannel.get(id);
    if (edge !== undefined) this.edges.add(edge);
  }

  /** `view` with fresh aggregates; its subtasks and channels are already those of the new view. */
  refresh(view: ClusterView): ClusterView {
    if (this.subtasks.size === 0 && this.edges.size === 0) return view;
    const around = new Map<VertexId, Surroundings>();
    for (const id of this.subtasks) {
      const near = this.index.subtasks.get(id);
      if (near !== undefined) around.set(near.vertex, near);
    }
    const nodes = new DraftMap(view.nodes);
    const vertices = new DraftMap(view.vertices);
    const edges = new DraftMap(view.edges);
    for (const { vertex, nodes: members } of around.values()) {
      const before = vertices.get(vertex);
      if (before !== undefined) vertices.set(vertex, aggregateVertex(before, view.subtasks));
      for (const node of members) nodes.set(node, aggregateNode(present(nodes.get(node), node), view.subtasks));
    }
    for (const id of this.edges) edges.set(id, aggregateEdge(present(edges.get(id), id), view.channels));
    for (const { chained } of around.values()) {
      for (const { edge, to } of chained) {
        const recordsPerSecond = present(nodes.get(to), to).recordsInPerSecond;
        edges.set(edge, { ...present(edges.get(edge), edge), recordsPerSecond });
      }
    }
    return { ...view, nodes: nodes.current, vertices: vertices.current, edges: edges.current };
  }
}

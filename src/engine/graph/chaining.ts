/**
 * Logical graph → job graph: which operators share a vertex, by the rules of Flink's StreamingJobGraphGenerator
 * (`isChainable`): a forward edge, equal parallelism, one input, and both ends willing. Slot sharing is left out: here
 * each subtask has a Worker of its own.
 */
import { present } from '../../base/assert.ts';
import type { Analysis } from './analyse.ts';
import type { EdgeId, Job, JobEdge, JobNode, NodeId } from './job.ts';
import type { KindTable, OperatorKind } from './kind.ts';
import { inputPort, isKeyless, parallelismOf, resolvePartitioner, typeAlong } from './partitioning.ts';
import type {
  ChainDecision,
  ChainedEdge,
  JobGraph,
  JobGraphEdge,
  JobVertex,
  PlannedOperator,
  VertexId,
} from './plan.ts';
import { outputIndex } from './ports.ts';
import type { StreamType } from './schema.ts';

/** An edge with all that is resolved about it. */
interface Joint {
  readonly edge: JobEdge;
  readonly fromPort: number;
  readonly toPort: number;
  readonly type: StreamType;
  readonly decision: ChainDecision;
}

/** The job graph of a job that was analysed without errors. Vertices `v1`… in topological order. */
export function chain(job: Job, kinds: KindTable, analysis: Analysis): JobGraph {
  const builder = new ChainBuilder(job, kinds, analysis);
  const vertices = builder.vertices();
  const decisions = new Map(builder.joints.map((joint) => [joint.edge.id, joint.decision]));
  return { vertices, edges: builder.graphEdges(), decisions, settings: job.settings };
}

class ChainBuilder {
  readonly joints: readonly Joint[];
  private readonly job: Job;
  private readonly kinds: KindTable;
  private readonly analysis: Analysis;
  private readonly nodes: ReadonlyMap<NodeId, JobNode>;
  private readonly inputCount = new Map<NodeId, number>();
  /** By the node that they lead to or come from. */
  private readonly chainedInto = new Map<NodeId, Joint>();
  private readonly chainedOutOf = new Map<NodeId, Joint[]>();
  private readonly vertexOf = new Map<NodeId, VertexId>();

  constructor(job: Job, kinds: KindTable, analysis: Analysis) {
    this.job = job;
    this.kinds = kinds;
    this.analysis = analysis;
    this.nodes = new Map(job.nodes.map((node) => [node.id, node]));
    for (const { to } of job.edges) this.inputCount.set(to.node, (this.inputCount.get(to.node) ?? 0) + 1);
    this.joints = job.edges.map((edge) => this.joint(edge));
    for (const joint of this.joints) {
      if (joint.decision.reason !== 'chained') continue;
      const from = joint.edge.from.node;
      this.chainedInto.set(joint.edge.to.node, joint);
      const others = this.chainedOutOf.get(from);
      if (others) others.push(joint);
      else this.chainedOutOf.set(from, [joint]);
    }
  }

  private joint(edge: JobEdge): Joint {
    const fromPort = outputIndex(this.kindOf(edge.from.node), this.node(edge.from.node).params, edge.from.port);
    const toPort = this.kindOf(edge.to.node).inputs.findIndex((port) => port.name === edge.to.port);
    const sent = present(this.analysis.types.get(edge.from.node)?.outputs?.[fromPort], `type of edge ${edge.id}`);
    const type = typeAlong(edge, sent, inputPort(edge, this.kindOf(edge.to.node)));
    return { edge, fromPort, toPort, type, decision: this.decide(edge, type) };
  }

  /** What lies in the graph itself is named before what a setting could change. */
  private decide(edge: JobEdge, type: StreamType): ChainDecision {
    const [from, to] = [this.node(edge.from.node), this.node(edge.to.node)];
    const [sends, receives] = [this.parallelism(from.id), this.parallelism(to.id)];
    const partitioner = resolvePartitioner(edge, type, sends, receives, inputPort(edge, this.kindOf(to.id)));
    const because = (reason: ChainDecision['reason'], details: ChainDecision['details'] = {}): ChainDecision => ({
      edge: edge.id,
      reason,
      details,
      partitioner,
    });
    if (partitioner !== 'forward') {
      const unequal = edge.partitioner === 'auto' && partitioner === 'rebalance';
      return unequal ? because('parallelism', { from: sends, to: receives }) : because('partitioner', { partitioner });
    }
    if ((this.inputCount.get(to.id) ?? 0) > 1) return because('several-inputs', { node: to.name });
    if (isKeyless(this.kindOf(to.id), this.analysis.types.get(to.id)?.inputs))
      return because('keyless', { node: to.name });
    if (!this.job.settings.chaining) return because('chaining-off');
    const unwilling = [from, to].find((node) => node.chaining === 'never');
    if (unwilling) return because('never', { node: unwilling.name });
    return to.chaining === 'head' ? because('head-only', { node: to.name }) : because('chained');
  }

  vertices(): JobVertex[] {
    const chains = new Map<NodeId, NodeId[]>();
    const headOf = new Map<NodeId, NodeId>();
    for (const id of this.analysis.order) {
      const before = this.chainedInto.get(id)?.edge.from.node;
      const head = before === undefined ? id : present(headOf.get(before), 'head of a node earlier in the order');
      headOf.set(id, head);
      if (before === undefined) chains.set(head, [id]);
      else chains.get(head)?.push(id);
    }
    return [...chains].map(([head, ids], i) => this.vertex(`v${i + 1}`, head, ids));
  }

  private vertex(id: VertexId, head: NodeId, ids: readonly NodeId[]): JobVertex {
    for (const node of ids) this.vertexOf.set(node, id);
    const chained = ids.flatMap((node) => this.chainedOutOf.get(node) ?? []).map(chainedEdge);
    const operators = ids.map((node) => this.operator(node));
    return { id, name: this.chainName(ids), parallelism: this.parallelism(head), operators, chained };
  }

  private operator(id: NodeId): PlannedOperator {
    const node = this.node(id);
    const types = present(this.analysis.types.get(id), `types of ${id}`);
    return {
      node: id,
      kind: node.kind,
      name: node.name,
      params: present(this.analysis.params.get(id), `parameters of ${id}`) as Readonly<Record<string, unknown>>,
      costMs: node.costMs,
      inputs: types.inputs.map((type) => present(type, `input type of ${id}`)),
      outputs: present(types.outputs, `output types of ${id}`),
    };
  }

  /** As in Flink's UI: `Map -> Filter`, and with branches `Map -> (Filter -> Table, Log)`. Without recursion: chains are long. */
  private chainName(ids: readonly NodeId[]): string {
    const names = new Map<NodeId, string>();
    for (const id of ids.toReversed()) {
      const behind = (this.chainedOutOf.get(id) ?? []).map((joint) => names.get(joint.edge.to.node) ?? '');
      const tail = behind.length > 1 ? `(${behind.join(', ')})` : behind[0];
      names.set(id, tail === undefined ? this.node(id).name : `${this.node(id).name} -> ${tail}`);
    }
    return names.get(ids[0] as NodeId) ?? '';
  }

  /** Edges that leave their vertex. Call after `vertices`. */
  graphEdges(): JobGraphEdge[] {
    return this.joints
      .filter((joint) => joint.decision.reason !== 'chained')
      .map(({ edge, fromPort, toPort, type, decision }) => ({
        edge: edge.id as EdgeId,
        from: present(this.vertexOf.get(edge.from.node), `vertex of ${edge.from.node}`),
        fromNode: edge.from.node,
        fromPort,
        to: present(this.vertexOf.get(edge.to.node), `vertex of ${edge.to.node}`),
        toNode: edge.to.node,
        toPort,
        partitioner: decision.partitioner,
        type,
      }));
  }

  private node(id: NodeId): JobNode {
    return present(this.nodes.get(id), `node ${id}`);
  }

  private kindOf(id: NodeId): OperatorKind {
    return present(this.kinds.get(this.node(id).kind), `kind of ${id}`);
  }

  private parallelism(id: NodeId): number {
    return parallelismOf(this.node(id), this.kindOf(id), this.job.settings, this.analysis.types.get(id)?.inputs);
  }
}

const chainedEdge = ({ edge, fromPort }: Joint): ChainedEdge => ({
  edge: edge.id,
  from: edge.from.node,
  fromPort,
  to: edge.to.node,
});

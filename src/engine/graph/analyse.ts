/**
 * Analysis of a drawn job: derives what flows along every edge and finds all problems of the table (problems.ts), while
 * the person is editing. Total: any job gives an answer, also one with cycles, foreign kinds and edges to nowhere. One
 * walk in topological order; a problem is told where it arises and not again at everything behind it.
 */
import { checkAlone, checkColumns, parseParams } from './check-params.ts';
import type { CheckOptions } from './check-params.ts';
import { checkSettings } from './check-settings.ts';
import { clip } from './issue-text.ts';
import { jobLimits } from './job.ts';
import type { Job, JobEdge, JobNode, NodeId } from './job.ts';
import type { InputPort, KindTable, OperatorKind } from './kind.ts';
import type { Params } from './params.ts';
import { inputPort, isKeyless, parallelismLimit, parallelismOf, typeAlong } from './partitioning.ts';
import { outputIndex, outputsOf } from './ports.ts';
import { kindDetails, missingPort } from './problem-details.ts';
import { severityOf } from './problems.ts';
import type { ParamIssue, Problem, ProblemCode } from './problems.ts';
import { isChangelog, sameSchema, schemaText } from './schema.ts';
import type { StreamType } from './schema.ts';
import { cyclesOf, wiringOf } from './wiring.ts';
import type { Wiring } from './wiring.ts';

/** Stream types at a node's ports, in the order of the kind's ports; null where they cannot be told. */
export interface NodeTypes {
  readonly inputs: readonly (StreamType | null)[];
  readonly outputs: readonly StreamType[] | null;
}

export interface Analysis {
  /** In the order of the walk; each once. */
  readonly problems: readonly Problem[];
  /** Of every node of a known kind. */
  readonly types: ReadonlyMap<NodeId, NodeTypes>;
  /** With defaults filled in, of every node whose parameters fit its kind. */
  readonly params: ReadonlyMap<NodeId, Params>;
  /** Topological; nodes on a cycle or behind one are missing. */
  readonly order: readonly NodeId[];
}

const cyclesTold = 20;

export function analyse(job: Job, kinds: KindTable, options: CheckOptions = {}): Analysis {
  return new Walk(job, kinds, options).run();
}

/** Whether the job can run: there is no problem that is an error. */
export const isRunnable = (analysis: Analysis): boolean =>
  !analysis.problems.some((problem) => severityOf(problem) === 'error');

/** One analysis in the making. */
class Walk {
  private readonly job: Job;
  private readonly kinds: KindTable;
  private readonly options: CheckOptions;
  private readonly wiring: Wiring;
  private readonly problems = new Map<string, Problem>();
  private readonly types = new Map<NodeId, NodeTypes>();
  private readonly params = new Map<NodeId, Params>();
  /** Nodes whose records have event times. */
  private readonly timed = new Set<NodeId>();

  constructor(job: Job, kinds: KindTable, options: CheckOptions) {
    this.job = job;
    this.kinds = kinds;
    this.options = options;
    this.wiring = wiringOf(job);
  }

  run(): Analysis {
    this.checkJob();
    this.checkEdges();
    for (const cycle of cyclesOf(this.wiring, cyclesTold)) {
      this.add({ code: 'cycle', edge: cycle.edge, details: { path: cyclePath(this.wiring.nodes, cycle.path) } });
    }
    const ordered = new Set(this.wiring.order);
    for (const id of this.wiring.order) this.visit(id);
    // What is on or behind a cycle has no types, but its parameters and ports are checked all the same.
    for (const id of this.wiring.nodes.keys()) if (!ordered.has(id)) this.visit(id);
    // Whether a node is parallel may depend on what arrives.
    for (const edge of this.wiring.edges) this.checkForward(edge);
    return {
      problems: [...this.problems.values()],
      types: this.types,
      params: this.params,
      order: this.wiring.order,
    };
  }

  private checkJob(): void {
    const { nodes, edges, settings } = this.job;
    for (const problem of checkSettings(settings)) this.add(problem);
    if (nodes.length === 0) this.add({ code: 'empty-job' });
    this.checkCount('operators', nodes.length, jobLimits.nodes);
    this.checkCount('edges', edges.length, jobLimits.edges);
    const known = nodes.flatMap((node) => this.kinds.get(node.kind) ?? []);
    // A kind from the future may well be the source or the sink.
    if (nodes.length === 0 || known.length < nodes.length) return;
    if (!known.some((kind) => kind.family === 'source')) this.add({ code: 'no-source' });
    if (!known.some((kind) => kind.family === 'sink')) this.add({ code: 'no-sink' });
  }

  private checkCount(what: string, count: number, max: number): void {
    if (count > max) this.add({ code: 'job-full', details: { what, count, max } });
  }

  private checkEdges(): void {
    for (const id of repeated(this.job.nodes)) {
      this.add({ code: 'duplicate-id', node: id, details: { what: 'operators', id: clip(id, 60) } });
    }
    for (const id of repeated(this.job.edges)) {
      this.add({ code: 'duplicate-id', edge: id, details: { what: 'edges', id: clip(id, 60) } });
    }
    const ends = new Set<string>();
    for (const edge of this.job.edges) {
      if (!this.wiring.nodes.has(edge.from.node) || !this.wiring.nodes.has(edge.to.node)) {
        this.add({ code: 'dangling-edge', edge: edge.id });
      }
      const key = JSON.stringify([edge.from.node, edge.from.port, edge.to.node, edge.to.port]);
      if (ends.has(key)) this.add({ code: 'duplicate-edge', edge: edge.id });
      ends.add(key);
    }
    for (const edge of this.wiring.edges) this.checkEdge(edge);
  }

  private checkEdge(edge: JobEdge): void {
    const from = this.wiring.nodes.get(edge.from.node) as JobNode;
    const to = this.wiring.nodes.get(edge.to.node) as JobNode;
    this.checkPort(edge, 'output', from, edge.from.port);
    this.checkPort(edge, 'input', to, edge.to.port);
    this.checkBroadcast(edge, to);
  }

  private checkForward(edge: JobEdge): void {
    if (edge.partitioner !== 'forward') return;
    const from = this.wiring.nodes.get(edge.from.node) as JobNode;
    const to = this.wiring.nodes.get(edge.to.node) as JobNode;
    const [sends, receives] = [this.parallelism(from), this.parallelism(to)];
    if (sends === receives) return;
    this.add({ code: 'forward-parallelism', edge: edge.id, details: { from: sends, to: receives } });
  }

  private checkBroadcast(edge: JobEdge, to: JobNode): void {
    const port = inputPort(edge, this.kinds.get(to.kind));
    const { partitioner } = edge;
    if (port?.broadcast !== true || partitioner === 'auto' || partitioner === 'broadcast') return;
    this.add({ code: 'not-broadcast', edge: edge.id, details: { port: port.name, partitioner } });
  }

  private checkPort(edge: JobEdge, direction: 'input' | 'output', node: JobNode, port: string): void {
    const kind = this.kinds.get(node.kind);
    if (!kind) return;
    const missing = missingPort(node, kind, direction, port);
    if (missing) this.add({ ...missing, edge: edge.id });
  }

  private parallelism(node: JobNode): number {
    return parallelismOf(node, this.kinds.get(node.kind), this.job.settings, this.types.get(node.id)?.inputs);
  }

  /** Checks one node and derives its types from those of the nodes before it. */
  private visit(id: NodeId): void {
    const node = this.wiring.nodes.get(id) as JobNode;
    const kind = this.kinds.get(node.kind);
    if (!kind) {
      this.atNode(node, 'unknown-kind', kindDetails(node.kind, this.kinds));
      return;
    }
    this.checkNumbers(node, kind);
    if (kind.committing && this.job.settings.checkpointMode === 'off') this.atNode(node, 'no-commits');
    this.checkOutputs(node, kind);
    const inputs = kind.inputs.map((port) => this.inputType(node, port));
    const params = this.checkParams(node, kind);
    if (params) this.params.set(id, params);
    const outputs = params && this.outputTypes(node, kind, params, inputs);
    this.types.set(id, { inputs, outputs });
    this.checkTimes(node, kind, params);
    this.checkKeyless(node, kind, inputs);
  }

  private checkNumbers(node: JobNode, kind: OperatorKind): void {
    const max = parallelismLimit(this.job.settings);
    const value = node.parallelism;
    if (value !== null && kind.parallelism !== 'one' && (!Number.isInteger(value) || value < 1 || value > max)) {
      this.atNode(node, 'parallelism-range', { value, max });
    }
    if (!Number.isFinite(node.costMs) || node.costMs < 0) {
      this.atNode(node, 'invalid-param', { param: 'Cost', reason: 'a time that is not negative is needed' }, 'costMs');
    }
  }

  /** Flink refuses such a parallelism; that there is no key is no problem, only shown (`keylessNote`). */
  private checkKeyless(node: JobNode, kind: OperatorKind, inputs: readonly (StreamType | null)[]): void {
    if (node.parallelism === null || node.parallelism === 1 || !isKeyless(kind, inputs)) return;
    this.atNode(node, 'keyless-parallelism', { value: node.parallelism }, 'parallelism');
  }

  private checkOutputs(node: JobNode, kind: OperatorKind): void {
    const used = new Set(this.wiring.outOf.get(node.id)?.map((edge) => edge.from.port));
    for (const port of outputsOf(kind, node.params)) {
      if (!port.side && !used.has(port.name)) this.atNode(node, 'unconnected-output', { port: port.name });
    }
  }

  /** The stream that arrives at an input port, or null. */
  private inputType(node: JobNode, port: InputPort): StreamType | null {
    const edges = (this.wiring.into.get(node.id) ?? []).filter((edge) => edge.to.port === port.name);
    const [first, ...others] = edges;
    if (first === undefined) {
      this.atNode(node, 'unconnected-input', { port: port.name });
      return null;
    }
    if (others.length > 0 && !port.many) {
      this.atNode(node, 'input-taken', { port: port.name, count: edges.length });
      return null;
    }
    const type = others.reduce<StreamType | null>((all, edge) => this.merged(all, edge), this.edgeType(first));
    if (type && port.keyed === true && type.key === null) {
      this.add({ code: 'not-keyed', node: node.id, edge: first.id });
      return null;
    }
    if (type && !port.changelog && isChangelog(type.schema)) {
      this.add({ code: 'changelog', node: node.id, edge: first.id });
      return null;
    }
    return type;
  }

  /** The union of what arrives so far and what this edge brings. */
  private merged(all: StreamType | null, edge: JobEdge): StreamType | null {
    const type = this.edgeType(edge);
    if (!all || !type) return null;
    if (!sameSchema(all.schema, type.schema)) {
      const details = { left: clip(schemaText(all.schema), 200), right: clip(schemaText(type.schema), 200) };
      this.add({ code: 'type-mismatch', node: edge.to.node, edge: edge.id, details });
      return null;
    }
    return sameKey(all, type) ? all : { schema: all.schema, key: null };
  }

  private edgeType(edge: JobEdge): StreamType | null {
    const from = this.wiring.nodes.get(edge.from.node) as JobNode;
    const sent = this.types.get(from.id)?.outputs?.[
      outputIndex(this.kinds.get(from.kind), from.params, edge.from.port)
    ];
    return sent
      ? typeAlong(edge, sent, inputPort(edge, this.kinds.get(this.wiring.nodes.get(edge.to.node)?.kind ?? '')))
      : null;
  }

  private checkParams(node: JobNode, kind: OperatorKind): Params | null {
    const { params, issues } = parseParams(node, kind);
    this.addAll(node, issues);
    if (params) this.addAll(node, checkAlone(kind, params, this.options));
    if (params) this.addAll(node, this.total(node, () => kind.check?.(params) ?? null) ?? []);
    return params;
  }

  private outputTypes(
    node: JobNode,
    kind: OperatorKind,
    params: Params,
    inputs: readonly (StreamType | null)[],
  ): readonly StreamType[] | null {
    const known = inputs.filter((type) => type !== null);
    if (known.length < inputs.length) return null;
    const inputSchema = known.flatMap((type) => type.schema);
    if (kind.inputs.length > 0) this.addAll(node, checkColumns(kind, params, 'input', inputSchema));
    const outputs = this.derived(node, kind, params, known);
    if (outputs?.[0]) this.addAll(node, checkColumns(kind, params, 'output', outputs[0].schema));
    return outputs;
  }

  private derived(
    node: JobNode,
    kind: OperatorKind,
    params: Params,
    inputs: StreamType[],
  ): readonly StreamType[] | null {
    const derived = this.total(node, () => kind.derive(params, inputs));
    if (derived === null) return null;
    if (derived.ok) return derived.value;
    this.addAll(node, derived.error);
    return null;
  }

  /** What the kind says. That it throws is a bug of the kind, which must not take the editor down with it. */
  private total<T>(node: JobNode, ask: () => T): T | null {
    try {
      return ask();
    } catch (error) {
      this.atNode(node, 'underivable', { reason: clip(error instanceof Error ? error.message : String(error), 200) });
      return null;
    }
  }

  /** Event times come from sources and assigners, and pass through everything else. */
  private checkTimes(node: JobNode, kind: OperatorKind, params: Params | null): void {
    const before = this.wiring.into.get(node.id) ?? [];
    const arrive = before.some((edge) => this.timed.has(edge.from.node));
    const assigned = params ? kind.eventTime?.assigns?.(params) : undefined;
    // What cannot be told is taken to have event times, so that nothing is said that may be wrong.
    const unsure = this.kinds.get(node.kind) === undefined || (kind.family === 'source' && assigned === undefined);
    if (assigned || arrive || unsure || this.followsUnknown(before)) this.timed.add(node.id);
    if (needsTimes(kind, params) && before.some((edge) => this.isUntimed(edge))) this.atNode(node, 'no-timestamps');
  }

  /** Of a join, one input without event times is one too many. */
  private isUntimed({ from: { node } }: JobEdge): boolean {
    return this.types.has(node) && !this.timed.has(node);
  }

  private followsUnknown(before: readonly JobEdge[]): boolean {
    return before.some((edge) => !this.types.has(edge.from.node));
  }

  private atNode(node: JobNode, code: ProblemCode, details?: Problem['details'], param?: string): void {
    this.add({ code, node: node.id, ...(details ? { details } : {}), ...(param === undefined ? {} : { param }) });
  }

  private addAll(node: JobNode, issues: readonly ParamIssue[]): void {
    for (const issue of issues) this.add({ ...issue, node: node.id });
  }

  /** Adds a problem, unless the same was said already: kinds and the generic checks may both see it. */
  private add(problem: Problem): void {
    const { code, node, edge, param, details, place } = problem;
    const key = JSON.stringify([code, node, edge, param, details?.['column'], details?.['port'], place]);
    if (!this.problems.has(key)) this.problems.set(key, problem);
  }
}

const needsTimes = ({ eventTime }: OperatorKind, params: Params | null): boolean =>
  params !== null && eventTime?.needed?.(params) === true;

function repeated(items: readonly { readonly id: string }[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of items) (seen.has(id) ? twice : seen).add(id);
  return twice;
}

const sameKey = (a: StreamType, b: StreamType): boolean => JSON.stringify(a.key) === JSON.stringify(b.key);

/** `Map → Filter → Map`, by the names on the canvas. */
export function cyclePath(nodes: ReadonlyMap<NodeId, JobNode>, path: readonly NodeId[]): string {
  const names = [...path.slice(0, 8), path[0] as NodeId].map((id) => clip(nodes.get(id)?.name ?? id, 40));
  if (path.length > 8) names.splice(-1, 0, '…');
  return names.join(' → ');
}

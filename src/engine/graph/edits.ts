/**
 * Edits of a drawn job: pure functions from job to job, which the document store makes undoable. What is not touched
 * keeps its identity, so that views can compare by reference. Edits that a rule forbids give the problem instead.
 */
import { failed, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { cyclePath } from './analyse.ts';
import { jobLimits } from './job.ts';
import type { ChainingChoice, EdgeId, Job, JobEdge, JobNode, JobSettings, NodeId, PartitionerChoice } from './job.ts';
import type { KindTable, OperatorKind } from './kind.ts';
import { outputsOf } from './ports.ts';
import { kindDetails, missingPort, portDetails } from './problem-details.ts';
import type { Problem } from './problems.ts';
import { pathBetween } from './wiring.ts';

export type EdgeEnd = JobEdge['from'];
export type Position = JobNode['position'];

/** What the caller must choose of a new node; the rest has defaults. */
export type NewNode = Pick<JobNode, 'kind' | 'position'> & Partial<Omit<JobNode, 'id' | 'kind' | 'position'>>;

/** Nodes and the edges among them, cut loose from a job: what the clipboard holds. */
export interface Fragment {
  readonly nodes: readonly JobNode[];
  readonly edges: readonly JobEdge[];
}

/** The name that a node gets when none is given: its kind's title. */
export function addNode(job: Job, kinds: KindTable, given: NewNode): Result<{ job: Job; node: NodeId }, Problem> {
  const full = fullWith(job, 1, 0);
  if (full) return failed(full);
  const id = freshIds('n', job.nodes)();
  const name = kinds.get(given.kind)?.title ?? given.kind;
  const node: JobNode = { id, name, params: {}, parallelism: null, chaining: 'always', costMs: 0, ...given };
  return ok({ job: { ...job, nodes: [...job.nodes, node] }, node: id });
}

/** Removes nodes with all edges at them. */
export function removeNodes(job: Job, ids: Iterable<NodeId>): Job {
  const gone = new Set(ids);
  return {
    ...job,
    nodes: job.nodes.filter((node) => !gone.has(node.id)),
    edges: job.edges.filter((edge) => !gone.has(edge.from.node) && !gone.has(edge.to.node)),
  };
}

/** Draws an edge. Refused: to itself or into a cycle, to an input that is taken, between ports that do not exist, twice. */
export function connect(
  job: Job,
  kinds: KindTable,
  from: EdgeEnd,
  to: EdgeEnd,
  partitioner: PartitionerChoice = 'auto',
): Result<{ job: Job; edge: EdgeId }, Problem> {
  const refusal = whyNotConnect(job, kinds, from, to);
  if (refusal) return failed(refusal);
  const id = freshIds('e', job.edges)();
  const edge: JobEdge = { id, from: endOf(from), to: endOf(to), partitioner };
  return ok({ job: { ...job, edges: [...job.edges, edge] }, edge: id });
}

/** The problem that an edge between these ports would be, or null: for showing where a dragged edge may be dropped. */
export function whyNotConnect(job: Job, kinds: KindTable, from: EdgeEnd, to: EdgeEnd): Problem | null {
  return (
    fullWith(job, 0, 1) ??
    portProblem(job, kinds, from, 'output') ??
    portProblem(job, kinds, to, 'input') ??
    cycleProblem(job, from.node, to.node) ??
    takenProblem(job, kinds, from, to)
  );
}

function portProblem(job: Job, kinds: KindTable, end: EdgeEnd, direction: 'input' | 'output'): Problem | null {
  const node = nodeOf(job, end.node);
  if (!node) return { code: 'dangling-edge' };
  const kind = kinds.get(node.kind);
  if (!kind) return { code: 'unknown-kind', node: node.id, details: kindDetails(node.kind, kinds) };
  const missing = missingPort(node, kind, direction, end.port);
  return missing && { ...missing, node: node.id };
}

function cycleProblem(job: Job, from: NodeId, to: NodeId): Problem | null {
  const path = pathBetween(job, to, from);
  if (!path) return null;
  const nodes = new Map(job.nodes.map((node) => [node.id, node]));
  return { code: 'cycle', node: to, details: { path: cyclePath(nodes, path) } };
}

function takenProblem(job: Job, kinds: KindTable, from: EdgeEnd, to: EdgeEnd): Problem | null {
  const there = job.edges.filter((edge) => sameEnd(edge.to, to));
  if (there.some((edge) => sameEnd(edge.from, from))) return { code: 'duplicate-edge', node: to.node };
  const many = kindOf(job, kinds, to.node)?.inputs.find((port) => port.name === to.port)?.many ?? false;
  if (many || there.length === 0) return null;
  return { code: 'input-taken', node: to.node, details: { port: to.port, count: there.length + 1 } };
}

export function removeEdges(job: Job, ids: Iterable<EdgeId>): Job {
  const gone = new Set(ids);
  return { ...job, edges: job.edges.filter((edge) => !gone.has(edge.id)) };
}

/** `undefined` takes the parameter out, so that the kind's default holds again. */
export function setParam(job: Job, id: NodeId, param: string, value: unknown): Job {
  return changeNode(job, id, (node) => {
    const others = Object.entries(node.params).filter(([name]) => name !== param);
    // Entries, not assignment: a parameter may be called __proto__.
    if (value === undefined) return { ...node, params: Object.fromEntries(others) };
    if (Object.hasOwn(node.params, param)) {
      const entries = Object.entries(node.params).map(([name, old]) => [name, name === param ? value : old]);
      return { ...node, params: Object.fromEntries(entries) as JobNode['params'] };
    }
    return { ...node, params: Object.fromEntries([...others, [param, value]]) };
  });
}

export const setName = (job: Job, id: NodeId, name: string): Job =>
  changeNode(job, id, (node) => ({ ...node, name: name.slice(0, nameLength) }));

/** null: the job's default. */
export const setParallelism = (job: Job, id: NodeId, parallelism: number | null): Job =>
  changeNode(job, id, (node) => ({ ...node, parallelism }));

export const setChaining = (job: Job, id: NodeId, chaining: ChainingChoice): Job =>
  changeNode(job, id, (node) => ({ ...node, chaining }));

/** Milliseconds of simulated work per record. */
export const setCost = (job: Job, id: NodeId, costMs: number): Job =>
  changeNode(job, id, (node) => ({ ...node, costMs }));

export function moveNodes(job: Job, positions: ReadonlyMap<NodeId, Position>): Job {
  return {
    ...job,
    nodes: job.nodes.map((node) => {
      const to = positions.get(node.id);
      return !to || (to.x === node.position.x && to.y === node.position.y) ? node : { ...node, position: to };
    }),
  };
}

export function setPartitioner(job: Job, id: EdgeId, partitioner: PartitionerChoice): Job {
  return { ...job, edges: job.edges.map((edge) => (edge.id === id ? { ...edge, partitioner } : edge)) };
}

export const setSettings = (job: Job, changes: Partial<JobSettings>): Job => ({
  ...job,
  settings: { ...job.settings, ...changes },
});

export const setTitle = (job: Job, changes: Partial<Pick<Job, 'name' | 'description'>>): Job => ({
  ...job,
  ...changes,
});

export const setScript = (job: Job, script: string): Job => ({ ...job, script });

/** The nodes and the edges that have both ends among them. */
export function copySelection(job: Job, ids: Iterable<NodeId>): Fragment {
  const chosen = new Set(ids);
  return {
    nodes: job.nodes.filter((node) => chosen.has(node.id)),
    edges: job.edges.filter((edge) => chosen.has(edge.from.node) && chosen.has(edge.to.node)),
  };
}

/** Adds a fragment under fresh ids, moved by `offset` in canvas pixels. `nodes` are the new ones, to be selected. */
export function paste(
  job: Job,
  fragment: Fragment,
  offset: Position = { x: 32, y: 32 },
): Result<{ job: Job; nodes: readonly NodeId[] }, Problem> {
  const full = fullWith(job, fragment.nodes.length, fragment.edges.length);
  if (full) return failed(full);
  const [freshNode, freshEdge] = [freshIds('n', job.nodes), freshIds('e', job.edges)];
  const renamed = new Map(fragment.nodes.map((node) => [node.id, freshNode()]));
  const nodes = fragment.nodes.map(
    (node): JobNode => ({
      ...node,
      id: renamed.get(node.id) as NodeId,
      position: { x: node.position.x + offset.x, y: node.position.y + offset.y },
    }),
  );
  const edges = fragment.edges.flatMap((edge): JobEdge[] => {
    const [from, to] = [renamed.get(edge.from.node), renamed.get(edge.to.node)];
    if (from === undefined || to === undefined) return [];
    return [{ ...edge, id: freshEdge(), from: { ...edge.from, node: from }, to: { ...edge.to, node: to } }];
  });
  const pasted = { ...job, nodes: [...job.nodes, ...nodes], edges: [...job.edges, ...edges] };
  return ok({ job: pasted, nodes: nodes.map((node) => node.id) });
}

export const duplicate = (job: Job, ids: Iterable<NodeId>, offset?: Position): ReturnType<typeof paste> =>
  paste(job, copySelection(job, ids), offset);

/**
 * Puts a node that the job already has into the middle of an edge: its first input takes the edge over, with its id and
 * partitioner; a new edge leaves its first main output. To drop a new operator on an edge, `addNode` first.
 */
export function insertOnEdge(
  job: Job,
  kinds: KindTable,
  id: EdgeId,
  node: NodeId,
): Result<{ job: Job; edge: EdgeId }, Problem> {
  const edge = job.edges.find((candidate) => candidate.id === id);
  if (!edge) return failed({ code: 'dangling-edge', edge: id });
  const kind = kindOf(job, kinds, node);
  const input = kind?.inputs[0];
  const output = outputsOf(kind, nodeOf(job, node)?.params ?? {}).find((port) => !port.side);
  if (!input || !output) return failed(noWayThrough(job, node, input ? 'output' : 'input'));
  const without = removeEdges(job, [id]);
  const first = connect(without, kinds, edge.from, { node, port: input.name }, edge.partitioner);
  if (!first.ok) return first;
  const second = connect(first.value.job, kinds, { node, port: output.name }, edge.to);
  if (!second.ok) return second;
  return ok({ job: { ...second.value.job, edges: inPlaceOf(job, edge, second.value.job) }, edge: id });
}

/** The edges after an insertion: the taken-over edge stays where it was in the list, under its old id. */
function inPlaceOf(before: Job, edge: JobEdge, after: Job): readonly JobEdge[] {
  const [first, second] = after.edges.slice(-2) as [JobEdge, JobEdge];
  const kept = before.edges.map((candidate) => (candidate === edge ? { ...first, id: edge.id } : candidate));
  return [...kept, { ...second, id: freshIds('e', before.edges)() }];
}

function noWayThrough(job: Job, node: NodeId, direction: 'input' | 'output'): Problem {
  const details = portDetails({ name: nodeOf(job, node)?.name ?? node }, direction, 'any', []);
  return { code: 'unknown-port', node, details };
}

const nameLength = 200;

function fullWith(job: Job, nodes: number, edges: number): Problem | null {
  const counts = [
    ['operators', job.nodes.length + nodes, jobLimits.nodes, nodes],
    ['edges', job.edges.length + edges, jobLimits.edges, edges],
  ] as const;
  const over = counts.find(([, count, max, more]) => more > 0 && count > max);
  return over ? { code: 'job-full', details: { what: over[0], count: over[1], max: over[2] } } : null;
}

function changeNode(job: Job, id: NodeId, change: (node: JobNode) => JobNode): Job {
  return { ...job, nodes: job.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Gives `n1`, `n2`… past all that are taken. */
export function freshIds(prefix: string, taken: readonly { readonly id: string }[]): () => string {
  const pattern = new RegExp(`^${prefix}(\\d{1,9})$`);
  const numbers = taken.map((item) => Number(pattern.exec(item.id)?.[1] ?? 0));
  let last = numbers.reduce((a, b) => Math.max(a, b), 0);
  return () => `${prefix}${++last}`;
}

const nodeOf = (job: Job, id: NodeId): JobNode | undefined => job.nodes.find((node) => node.id === id);

function kindOf(job: Job, kinds: KindTable, id: NodeId): OperatorKind | undefined {
  return kinds.get(nodeOf(job, id)?.kind ?? '');
}

const endOf = (end: EdgeEnd): EdgeEnd => ({ node: end.node, port: end.port });

const sameEnd = (a: EdgeEnd, b: EdgeEnd): boolean => a.node === b.node && a.port === b.port;

/** What the fault panel offers and says: which faults fit a place of the job, and a fault in words. Pure. */
import type { FaultDefinition } from '../../engine/faults/fault.ts';
import { faultKinds, faultTable } from '../../engine/faults/list.ts';
import { targetsOf } from '../../engine/faults/targets.ts';
import type { NewFault } from '../../engine/graph/fault-edits.ts';
import type { Fault, FaultTarget, FaultTrigger, ProtocolPoint } from '../../engine/graph/faults.ts';
import { untilRemoved } from '../../engine/graph/faults.ts';
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import type { ExecutionGraph, SubtaskId } from '../../engine/graph/plan.ts';
import type { FaultView } from '../../engine/telemetry/cluster-view.ts';
import { durationText } from '../ui/duration.ts';

/** Where a person stands when breaking something. `anywhere`: the whole script. */
export type Place =
  | { readonly kind: 'node'; readonly node: NodeId }
  | { readonly kind: 'edge'; readonly edge: EdgeId }
  | { readonly kind: 'job' }
  | { readonly kind: 'anywhere' };

export interface FaultChoice {
  readonly definition: FaultDefinition;
  /** The usual one first; never empty. */
  readonly targets: readonly FaultTarget[];
}

/** The faults that can strike here, each with its targets here. `picked`: the subtask that the person points at. */
export function choicesAt(place: Place, graph: ExecutionGraph, picked: SubtaskId | null = null): FaultChoice[] {
  return faultKinds.flatMap((definition) => {
    const targets = targetsOf(definition, graph).filter((target) => isAt(target, place, graph));
    if (targets.length === 0) return [];
    const usual = targets.find((each) => each.kind === 'subtask' && each.subtask === picked);
    const node = targets.find((each) => each.kind === 'node');
    const first = usual ?? node;
    const sorted = first === undefined ? targets : [first, ...targets.filter((each) => each !== first)];
    return [{ definition, targets: sorted }];
  });
}

function isAt(target: FaultTarget, place: Place, graph: ExecutionGraph): boolean {
  switch (place.kind) {
    case 'anywhere':
      return true;
    case 'job':
      return ['machine', 'coordinator', 'store', 'page'].includes(target.kind);
    case 'edge': {
      if (target.kind !== 'channel') return false;
      return graph.channels.some(({ id, edge }) => id === target.channel && edge === place.edge);
    }
    case 'node':
      if (target.kind === 'node') return target.node === place.node;
      return target.kind === 'subtask' && vertexOf(graph, target.subtask)?.nodes.includes(place.node) === true;
  }
}

function vertexOf(graph: ExecutionGraph, id: SubtaskId) {
  const subtask = graph.subtasks.find((each) => each.id === id);
  const vertex = graph.jobGraph.vertices.find((each) => each.id === subtask?.vertex);
  if (subtask === undefined || vertex === undefined) return null;
  return { subtask, vertex, nodes: vertex.operators.map(({ node }) => node) };
}

/** The fault as it is injected with one click: at once, once, with defaults; if it lasts, until it is removed. */
export function usualFault({ definition, targets }: FaultChoice): NewFault {
  const [target = { kind: 'page' }] = targets;
  return {
    kind: definition.kind,
    target,
    when: triggersOf(definition)[0] ?? { kind: 'now' },
    params: {},
    times: definition.lasting === true ? untilRemoved : 1,
  };
}

/** Every trigger that the kind knows, with usual numbers; each point of the protocol is one. */
export function triggersOf({ triggers, points = [] }: FaultDefinition): FaultTrigger[] {
  const all: FaultTrigger[] = [];
  if (triggers.includes('now')) all.push({ kind: 'now' });
  if (triggers.includes('at')) all.push({ kind: 'at', ms: 5_000 });
  if (triggers.includes('record')) all.push({ kind: 'record', n: 100 });
  for (const point of points) all.push({ kind: 'point', point, n: 1 });
  return all;
}

/** Tells triggers apart that differ in more than their number. */
export const triggerKey = (when: FaultTrigger): string => (when.kind === 'point' ? when.point : when.kind);

const pointWords: Readonly<Record<ProtocolPoint, string>> = {
  'before-acknowledge': 'before it acknowledges a checkpoint',
  'after-pre-commit': 'after pre-commit, before the completion notice',
  'before-commit': 'at the completion notice, before commit',
  'during-restore': 'while it is restored',
  'between-acknowledgements': 'between two acknowledgements',
};

/** Without its number: for a list to choose from. */
export function triggerLabel(when: FaultTrigger): string {
  switch (when.kind) {
    case 'now':
      return 'At once';
    case 'at':
      return 'At a time of the run';
    case 'record':
      return 'At every n-th record';
    case 'point':
      return `${pointWords[when.point].charAt(0).toUpperCase()}${pointWords[when.point].slice(1)}`;
  }
}

/** `at 5 s`, `at record 100`, `2nd time before it acknowledges a checkpoint`. */
export function triggerText(when: FaultTrigger): string {
  switch (when.kind) {
    case 'now':
      return 'at once';
    case 'at':
      return `at ${durationText(when.ms)}`;
    case 'record':
      return `at record ${when.n}`;
    case 'point':
      return when.n === 1 ? pointWords[when.point] : `${ordinal(when.n)} time ${pointWords[when.point]}`;
  }
}

function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** `any subtask of Window`, `Window (1/2)`, `Numbers 1 → Window 2`; names as in the graph, ids where it has none. */
export function targetText(target: FaultTarget, graph: ExecutionGraph | null): string {
  switch (target.kind) {
    case 'subtask':
      return subtaskText(target.subtask, graph);
    case 'node': {
      const operators = graph?.jobGraph.vertices.flatMap((vertex) => vertex.operators) ?? [];
      const name = operators.find(({ node }) => node === target.node)?.name ?? target.node;
      return isParallel(target.node, graph) ? `any subtask of ${name}` : name;
    }
    case 'machine':
      return `machine with ${target.subtasks.map((id) => subtaskText(id, graph)).join(', ')}`;
    case 'channel': {
      const channel = graph?.channels.find(({ id }) => id === target.channel);
      if (channel === undefined) return target.channel;
      return `${subtaskText(channel.from, graph)} → ${subtaskText(channel.to, graph)}`;
    }
    case 'coordinator':
      return 'coordinator';
    case 'store':
      return 'checkpoint store';
    case 'page':
      return 'page';
  }
}

function subtaskText(id: SubtaskId, graph: ExecutionGraph | null): string {
  const found = graph === null ? null : vertexOf(graph, id);
  if (found === null) return id;
  return `${found.vertex.name} (${found.subtask.index + 1}/${found.vertex.parallelism})`;
}

function isParallel(node: NodeId, graph: ExecutionGraph | null): boolean {
  const vertex = graph?.jobGraph.vertices.find(({ operators }) => operators.some((each) => each.node === node));
  return (vertex?.parallelism ?? 1) > 1;
}

export const faultTitle = ({ kind }: Pick<Fault, 'kind'>): string => faultTable.get(kind)?.title ?? kind;

/** `at 5 s · any subtask of Window · 3 times`. */
export function faultText(fault: Omit<Fault, 'id'>, graph: ExecutionGraph | null): string {
  const times = fault.times === 1 ? [] : [fault.times >= untilRemoved ? 'until removed' : `${fault.times} times`];
  return [triggerText(fault.when), targetText(fault.target, graph), ...times].join(' · ');
}

export type FaultStatus = 'armed' | 'struck' | 'used up' | 'removed';

/** What became of it in the run. */
export function statusOf({ fault, struck, removed }: Omit<FaultView, 'strikes'>): FaultStatus {
  if (struck >= fault.times) return 'used up';
  if (removed) return 'removed';
  return struck > 0 ? 'struck' : 'armed';
}

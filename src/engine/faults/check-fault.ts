/** What is wrong with a fault of a script: it is then left out of the run, and the problem says so. */
import * as z from 'zod/mini';
import type { Fault, FaultTarget } from '../graph/faults.ts';
import { untilRemoved } from '../graph/faults.ts';
import { clip, reasonOf } from '../graph/issue-text.ts';
import type { Job } from '../graph/job.ts';
import { fieldMeta } from '../graph/params.ts';
import type { ExecutionGraph } from '../graph/plan.ts';
import type { Problem } from '../graph/problems.ts';
import { subtasksConcerned } from './concern.ts';
import type { FaultDefinition, FaultTable } from './fault.ts';

const most = { ms: 24 * 3_600_000, n: 1_000_000_000, machine: 1_000 };

/** Words for targets and triggers, for people. */
export const targetWords: Readonly<Record<FaultTarget['kind'], string>> = {
  subtask: 'a subtask',
  node: 'an operator',
  machine: 'a machine',
  channel: 'a channel',
  coordinator: 'the coordinator',
  store: 'the checkpoint store',
  page: 'the page',
};

const triggerWords = {
  now: 'at once',
  at: 'at a time',
  record: 'at a record',
  point: 'at a point of the protocol',
} as const;

/** The first thing that is wrong, or null. `graph` null: not known, so targets are not looked for. */
export function checkFault(fault: Fault, table: FaultTable, graph: ExecutionGraph | null): Problem | null {
  const definition = table.get(fault.kind);
  if (definition === undefined) {
    return { code: 'unknown-fault', fault: fault.id, details: { kind: clip(fault.kind, 60) } };
  }
  const reason = unfit(fault, definition) ?? wrongNumber(fault) ?? wrongParam(fault, definition);
  if (reason !== null) {
    return { code: 'invalid-fault', fault: fault.id, details: { fault: definition.title, reason } };
  }
  if (graph === null) return null;
  const missing = missingTarget(fault.target, graph);
  if (missing !== null) {
    return { code: 'fault-target', fault: fault.id, details: { fault: definition.title, target: clip(missing, 60) } };
  }
  if (definition.onlySources !== true || atSource(fault, graph)) return null;
  const details = { fault: definition.title, reason: 'its target is not a source' };
  return { code: 'invalid-fault', fault: fault.id, details };
}

/** Problems of a whole script; those of the job are found by `analyse`. */
export function checkFaults(
  faults: readonly Fault[],
  table: FaultTable,
  graph: ExecutionGraph | null,
  nodes?: Job['nodes'],
): Problem[] {
  const seen = new Set<string>();
  return faults.flatMap((fault): Problem[] => {
    const twice = seen.has(fault.id);
    seen.add(fault.id);
    if (twice) {
      return [{ code: 'invalid-fault', fault: fault.id, details: { fault: fault.id, reason: 'its id is taken' } }];
    }
    const problem = checkFault(fault, table, graph) ?? missingNode(fault, table, nodes);
    return problem === null ? [] : [problem];
  });
}

function missingNode(fault: Fault, table: FaultTable, nodes: Job['nodes'] | undefined): Problem | null {
  const { target } = fault;
  if (nodes === undefined || target.kind !== 'node' || nodes.some(({ id }) => id === target.node)) return null;
  const title = table.get(fault.kind)?.title ?? fault.kind;
  return { code: 'fault-target', fault: fault.id, details: { fault: title, target: clip(target.node, 60) } };
}

function unfit({ target, when }: Fault, definition: FaultDefinition): string | null {
  if (!definition.targets.includes(target.kind)) return `it cannot strike ${targetWords[target.kind]}`;
  if (!definition.triggers.includes(when.kind)) return `it cannot strike ${triggerWords[when.kind]}`;
  if (when.kind === 'point' && definition.points?.includes(when.point) !== true) {
    return `it cannot strike at ${clip(when.point, 40)}`;
  }
  return null;
}

function wrongNumber({ when, times, target }: Fault): string | null {
  if (!whole(times, 1, untilRemoved)) return `how often it strikes must be 1 to ${untilRemoved}`;
  if (when.kind === 'at' && !whole(when.ms, 0, most.ms)) return 'its time must be 0 to 24 hours after the start';
  if ((when.kind === 'record' || when.kind === 'point') && !whole(when.n, 1, most.n)) {
    return 'which occurrence it waits for must be 1 or more';
  }
  if (target.kind === 'machine' && target.subtasks.length === 0) return 'its machine has no subtasks';
  return null;
}

const whole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

function wrongParam({ params }: Fault, definition: FaultDefinition): string | null {
  const parsed = z.safeParse(definition.params, params);
  if (parsed.success) return null;
  const issue = parsed.error.issues[0];
  const name = issue === undefined ? '' : String(issue.path[0] ?? '');
  const schema = Object.hasOwn(definition.params.shape, name) ? definition.params.shape[name] : undefined;
  const label = schema === undefined ? name : (fieldMeta.get(schema as z.ZodMiniType)?.label ?? name);
  return `${label}: ${issue === undefined ? 'it does not fit' : reasonOf(issue)}`;
}

function missingTarget(target: FaultTarget, { subtasks, channels, jobGraph }: ExecutionGraph): string | null {
  const hasSubtask = (id: string) => subtasks.some((subtask) => subtask.id === id);
  switch (target.kind) {
    case 'subtask':
      return hasSubtask(target.subtask) ? null : target.subtask;
    case 'machine':
      return target.subtasks.find((id) => !hasSubtask(id)) ?? null;
    case 'channel':
      return channels.some(({ id }) => id === target.channel) ? null : target.channel;
    case 'node': {
      const there = jobGraph.vertices.some(({ operators }) => operators.some(({ node }) => node === target.node));
      return there ? null : target.node;
    }
    default:
      return null;
  }
}

function atSource(fault: Fault, graph: ExecutionGraph): boolean {
  const [first] = subtasksConcerned(fault, graph);
  const vertex = graph.subtasks.find(({ id }) => id === first)?.vertex;
  return !graph.jobGraph.edges.some((edge) => edge.to === vertex);
}

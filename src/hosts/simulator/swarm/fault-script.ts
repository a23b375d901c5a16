/**
 * Faults of a swarm run, by chance: any kind at any target, at times, at records and at the points of the protocol. They
 * are short and end by themselves or are taken away when the calm begins, so that the job must then come to its end.
 */
import { chaosFault } from '../../../engine/faults/chaos.ts';
import { faultKinds } from '../../../engine/faults/list.ts';
import type { Fault, FaultTrigger } from '../../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import type { Chance } from '../chance.ts';
import { guaranteeOf, workOffMs } from './drawing.ts';
import type { Drawing } from './drawing.ts';

/** When the faults end, in ms of job time. */
export const calmMs = 1200;

/**
 * After these a job may stand still until a checkpoint expires and the tolerated failures are used up: nothing but that
 * tells that a message is missing.
 */
const silent: ReadonlySet<string> = new Set(['lose-credit', 'drop-buffer', 'cut-channel', 'lose-acknowledgement']);

const crashes = ['crash-worker', 'crash-worker', 'crash-machine', 'exception', 'crash-coordinator'];
/** Drawn more often than others, since they so rarely matter: only to who restores just then. */
const rare = ['corrupt-checkpoint', 'corrupt-checkpoint'];
/** After these a checkpoint is not complete although some of its subtasks have acknowledged it. */
const aborting = ['fail-snapshot-write', 'lose-acknowledgement'];

export function drawFaults(chance: Chance, plan: ExecutionGraph, drawing: Drawing): Fault[] {
  const off = guaranteeOf(drawing) === 'off';
  const all = [...faultKinds.map(({ kind }) => kind), ...rare];
  const kinds = off ? all.filter((kind) => !silent.has(kind)) : all;
  const faults: Fault[] = [];
  const draw = (among: readonly string[]): Fault | null => {
    const fault = drawFault(chance, plan, among, faults.length);
    if (fault !== null) faults.push(fault);
    return fault;
  };
  for (let count = chance.pick([0, 1, 1, 2, 2, 3, 4]); count > 0; count--) {
    const fault = draw(chance.next() < 0.5 ? crashes : kinds);
    if (fault?.kind !== 'corrupt-checkpoint' || chance.next() < 0.2) continue;
    // Damage is found when somebody reads it, and newer checkpoints soon take its place.
    const crash = draw(['crash-worker', 'crash-machine', 'crash-coordinator']);
    if (crash !== null) faults.push({ ...(faults.pop() as Fault), when: soonAfter(fault.when, chance), times: 1 });
  }
  // What is unchanged since a checkpoint that never completed must be written again.
  if (drawing.settings.incrementalCheckpoints === true && !off && chance.next() < 0.4) draw(aborting);
  return faults;
}

function soonAfter(when: FaultTrigger, chance: Chance): FaultTrigger {
  const ms = when.kind === 'at' ? when.ms : chance.integer(50, calmMs / 2);
  return { kind: 'at', ms: ms + chance.integer(1, 15) };
}

function drawFault(chance: Chance, plan: ExecutionGraph, kinds: readonly string[], number: number): Fault | null {
  const seed = chance.integer(1, 1_000_000);
  const fault = chaosFault({ seed, plan, everyMs: calmMs / 2, kinds, triggers: 'any' }, 0);
  if (fault === null) return null;
  const { when } = fault;
  return {
    ...fault,
    id: `fault-${number}`,
    when: when.kind === 'record' ? { kind: 'record', n: Math.min(when.n, chance.integer(1, 150)) } : when,
    params: drawParams(chance, fault.kind),
    times: chance.pick([1, 1, 1, 2, 5]),
  };
}

/** Short, so that virtual time does not run far ahead of the job. */
function drawParams(chance: Chance, kind: string): Fault['params'] {
  switch (kind) {
    case 'delay-buffer':
    case 'slow-snapshot-write':
      return { ms: chance.pick([5, 40, 200]) };
    case 'slow':
      return { factor: 10, perRecordMs: 1, durationMs: chance.pick([20, 200]) };
    case 'stall-source':
      return { durationMs: chance.pick([20, 200]) };
    case 'poison-record':
      return { oneIn: chance.pick([5, 20]) };
    case 'cut-channel':
      return { silent: chance.next() < 0.3 };
    case 'fail-snapshot-write':
      return { reason: chance.pick(['storage-full', 'storage-failed'] as const) };
    case 'corrupt-checkpoint':
      return { how: chance.pick(['damage', 'damage', 'remove'] as const) };
    default:
      return {};
  }
}

/** Settings with which a job comes to its end although messages vanish without a sign. */
export function survivable(drawing: Drawing, faults: readonly Fault[]): Drawing {
  if (!faults.some(({ kind }) => silent.has(kind))) return drawing;
  const { settings } = drawing;
  const checkpointTimeoutMs = settings.checkpointTimeoutMs === workOffMs ? workOffMs : 300;
  return { ...drawing, settings: { ...settings, tolerableCheckpointFailures: 1, checkpointTimeoutMs } };
}

/**
 * The contract of a kind of fault. A fault acts at one seam: everything that a subtask or the coordinator sends and gets
 * passes its host, and the host asks the faults armed there for a verdict. So both hosts inject alike, and the engine
 * does not know of it. Faults of a task's own making (exception, slowness) act through `TaskFaults`.
 */
import type { Fault, FaultId, FaultTarget, FaultTrigger, ProtocolPoint } from '../graph/faults.ts';
import type { Params, ParamSchema } from '../graph/params.ts';
import type { ChannelId, SubtaskId, SubtaskPlan } from '../graph/plan.ts';
import type { TaskFaults } from '../wire/task-faults.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import type { Failure } from '../wire/failures.ts';
import type { SubtaskEffect, SubtaskMessage } from '../wire/messages.ts';

export { noSlowness } from '../wire/task-faults.ts';
export type { TaskFaults } from '../wire/task-faults.ts';

/** What happens to the message or effect in hand. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  /** Carried out twice. A copy of a buffer is made before its segment is transferred. */
  | { readonly kind: 'duplicate' }
  /** Carried out so much later. On a channel, what follows waits behind it: the order stays. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Held until the next one on the same channel has passed. */
  | { readonly kind: 'swap' }
  /** A request: not carried out, answered as `{kind: 'failed', code, reason}`. */
  | { readonly kind: 'fail'; readonly code: 'storage-full' | 'storage-failed'; readonly reason: string }
  /**
   * The Worker dies, before the thing in hand is carried out (or delivered) or after it. `failure`: what the coordinator
   * hears with `lost`; left out: `worker-killed`.
   */
  | { readonly kind: 'crash'; readonly when: 'before' | 'after'; readonly failure?: Failure }
  /** The Worker never comes back from this. */
  | { readonly kind: 'hang' };

export const pass: Verdict = { kind: 'pass' };

/** A fault that is armed at one subtask. What it counts begins anew with each attempt. */
export interface ArmedFault {
  onEffect?(effect: SubtaskEffect): Verdict;
  onMessage?(message: SubtaskMessage): Verdict;
  readonly task?: Partial<TaskFaults>;
}

/** The occurrence of a protocol point that the thing in hand is. `when`: the point lies before or after it. */
export interface Moment {
  readonly point: ProtocolPoint;
  readonly when: 'before' | 'after';
  readonly checkpoint: CheckpointId | null;
}

/** What a fault that is armed at a subtask knows and can do. Counts are since it was armed in this attempt. */
export interface FaultSite {
  readonly fault: Fault;
  readonly plan: SubtaskPlan;
  /** `Window (1/2)`, for sentences. */
  readonly name: string;
  /** ms of the clock that the host steps the subtask by. */
  readonly now: number;
  /**
   * Whether the fault's trigger is met: `now` always; `point` at the thing in hand, with the place of the point; `record`
   * when one of the records `before + 1 … before + count` is a multiple of n.
   */
  metNow(): boolean;
  metAtPoint(): Moment | null;
  /** The number, from 1, of the first record among `count` more after `before` at which the trigger is met; or null. */
  metAtRecord(before: number, count: number): number | null;
  /** Records sent on a channel before the buffer in hand. */
  sentBefore(channel: ChannelId): number;
  /** Number of the checkpoint, counted among those that this subtask has begun to write, of the `write-state` in hand. */
  writing(): number;
  /** Counts a strike and tells of it. False: it is used up and must not strike. */
  strike(text: string): boolean;
}

/** What a host can do beside verdicts; each kind of fault that is not a verdict is one of these. */
export type HostAction =
  | { readonly kind: 'crash-coordinator' }
  | { readonly kind: 'crash-subtasks'; readonly subtasks: readonly SubtaskId[] }
  /** Of the run's newest completed checkpoint: one chunk gets other bytes, one chunk is removed. */
  | { readonly kind: 'corrupt-latest-checkpoint'; readonly how: 'damage' | 'remove' }
  | { readonly kind: 'reload-page' }
  /** Arm it at these subtasks' injectors, now. */
  | { readonly kind: 'arm'; readonly fault: Fault; readonly subtasks: readonly SubtaskId[] }
  /** It must not strike again: `useUp` at all injectors; what it has brought about goes on. The coordinator gets `remove-fault`. */
  | { readonly kind: 'used-up'; readonly fault: FaultId }
  /** A person took it away: `disarm` at all injectors. */
  | { readonly kind: 'disarm'; readonly fault: FaultId };

export interface FaultDefinition<P extends Params = Params> {
  /** Stable name in job files, e.g. `crash-worker`. */
  readonly kind: string;
  readonly title: string;
  /** One plain sentence: what it does. */
  readonly summary: string;
  /** Name of a lucide icon in kebab-case. */
  readonly icon: string;
  /** The first is the usual one. */
  readonly targets: readonly FaultTarget['kind'][];
  readonly triggers: readonly FaultTrigger['kind'][];
  /** With trigger `point`: which ones. */
  readonly points?: readonly ProtocolPoint[];
  readonly params: ParamSchema<P>;
  /** Strikes again and again until it is removed, unless told otherwise. */
  readonly lasting?: true;
  /**
   * What the host does when the trigger meets. `subtasks`: those struck. Kinds that have it and are also armed at
   * subtasks leave `now`, `at` and `between-acknowledgements` to the host.
   */
  readonly action?: (params: P, subtasks: readonly SubtaskId[]) => HostAction;
  /** One sentence of what the action did, `where` being the target's name. */
  readonly told?: (params: P, where: string) => string;
  /** Acts at a subtask. */
  readonly arm?: (site: FaultSite, params: P) => ArmedFault;
  /** When a subtask struck, the host's action follows too. */
  readonly spreads?: true;
  /** Its target must be a source. */
  readonly onlySources?: true;
}

export type FaultTable = ReadonlyMap<string, FaultDefinition>;

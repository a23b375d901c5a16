/**
 * Faults as data: what is to break, where and when. Saved with the job, sent to Workers, told in reports. What a kind of
 * fault does is in `engine/faults/`, one file per kind.
 */
import type { ChannelId, NodeId, SubtaskId } from './ids.ts';

/** Unique within a run. */
export type FaultId = string;

/** What it strikes. Subtasks and channels that the running job does not have are a problem of the script. */
export type FaultTarget =
  | { readonly kind: 'subtask'; readonly subtask: SubtaskId }
  /** Whichever subtask of the node the trigger meets first. */
  | { readonly kind: 'node'; readonly node: NodeId }
  /** A “machine”: all these subtasks at once. */
  | { readonly kind: 'machine'; readonly subtasks: readonly SubtaskId[] }
  | { readonly kind: 'channel'; readonly channel: ChannelId }
  | { readonly kind: 'coordinator' }
  /** The checkpoint store. */
  | { readonly kind: 'store' }
  | { readonly kind: 'page' };

/** Moments of the protocol at which a fault can strike. */
export const protocolPoints = [
  /** The subtask has got its n-th barrier (sources: trigger) in whole, its snapshot is taken and it has not acknowledged. */
  'before-acknowledge',
  /** It has just acknowledged, so its transaction is prepared; the completion notice has not come. */
  'after-pre-commit',
  /** It has got the completion notice and has not committed. */
  'before-commit',
  /** It has asked for its state and not got all of it. */
  'during-restore',
  /** Some of the subtasks have acknowledged the n-th checkpoint and some have not. */
  'between-acknowledgements',
] as const;
export type ProtocolPoint = (typeof protocolPoints)[number];

export type FaultTrigger =
  | { readonly kind: 'now' }
  /** Milliseconds of job time since the run began. */
  | { readonly kind: 'at'; readonly ms: number }
  /** At every n-th record that the target takes in (a source: makes; a channel: carries), counted in each attempt. */
  | { readonly kind: 'record'; readonly n: number }
  /** At every n-th occurrence of this point at the target. Counted in each attempt, but `during-restore` over all. */
  | { readonly kind: 'point'; readonly point: ProtocolPoint; readonly n: number };

export interface Fault {
  readonly id: FaultId;
  /** Name of a kind in the registry of faults. */
  readonly kind: string;
  readonly target: FaultTarget;
  readonly when: FaultTrigger;
  /** Validated against the kind's parameters. */
  readonly params: Readonly<Record<string, unknown>>;
  /** How often it strikes before it is used up. */
  readonly times: number;
}

/** As `times`: until it is removed. */
export const untilRemoved = 1_000_000;

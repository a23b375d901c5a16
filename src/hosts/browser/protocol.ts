/**
 * The messages between the page, the coordinator's Worker and the Workers of the subtasks.
 *
 *   page ══ Assignment ══> every Worker, once, over the Worker's own port; all that follows goes over MessagePorts:
 *   page <──> coordinator <──> each subtask        commands down, reports up
 *   subtask ──> subtask, one port per channel      WireBuffer[] downstream, CreditGrant[] upstream
 */
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type { CoordinatorCommand, SubtaskCommand, SubtaskPlan } from '../../engine/wire/messages.ts';
import type { Report, TaskState } from '../../engine/wire/reports.ts';
import type { ResourceFormat } from '../../connectors/resource.ts';
import type { ClockState } from './shared-clock.ts';

/** The first words of a Worker, over its own port: its modules are loaded and it waits for an assignment. */
export const READY = 'ready';

export type Assignment = CoordinatorAssignment | SubtaskAssignment;

export interface CoordinatorAssignment {
  readonly role: 'coordinator';
  readonly page: MessagePort;
}

export interface SubtaskAssignment {
  readonly role: 'subtask';
  readonly plan: SubtaskPlan;
  readonly resources: readonly SentResource[];
  readonly coordinator: MessagePort;
  readonly inputs: readonly (readonly [ChannelId, MessagePort])[];
  readonly outputs: readonly (readonly [ChannelId, MessagePort])[];
}

/** A resource as it can be posted: a URL travels as its address. */
export interface SentResource {
  readonly name: string;
  readonly format: ResourceFormat;
  readonly content: Blob | string;
}

export type PageToCoordinator =
  | { readonly kind: 'command'; readonly command: CoordinatorCommand }
  /** Ends of the coordinator's connections to the subtasks of a deployment. */
  | { readonly kind: 'connect'; readonly ports: readonly (readonly [SubtaskId, MessagePort])[] }
  | { readonly kind: 'lost'; readonly subtask: SubtaskId; readonly failure: Failure }
  /** The page folded the reports of the last message and may be sent the next. */
  | { readonly kind: 'folded' };

export type CoordinatorToPage =
  | { readonly kind: 'deploy'; readonly plans: readonly SubtaskPlan[] }
  | { readonly kind: 'terminate'; readonly subtask: SubtaskId }
  | { readonly kind: 'reports'; readonly reports: readonly Report[] };

export type CoordinatorToSubtask =
  /** Every command brings the job's clock, so that all Workers agree on it. */
  | { readonly kind: 'command'; readonly command: SubtaskCommand; readonly clock: ClockState }
  | { readonly kind: 'ping' };

export type SubtaskToCoordinator =
  | { readonly kind: 'deployed' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'state'; readonly state: TaskState; readonly failure?: Failure };

/**
 * The messages between the page, the coordinator's Worker and the Workers of the subtasks.
 *
 *   page ══ Assignment ══> every Worker, once, over the Worker's own port; all that follows goes over MessagePorts:
 *   page <──> coordinator <──> each subtask        commands down, reports up
 *   subtask ──> subtask, one port per channel      WireBuffer[] downstream, CreditGrant[] upstream
 */
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { RunId } from '../../connectors/checkpoints/store.ts';
import type { ResourceFormat } from '../../connectors/resource.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type { InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import type { CoordinatorCommand, Deployment, SubtaskCommand, SubtaskEffect } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { ClockState } from './shared-clock.ts';

/** The first words of a Worker, over its own port: its modules are loaded and it waits for an assignment. */
export const READY = 'ready';

export type Assignment = CoordinatorAssignment | SubtaskAssignment;

export interface CoordinatorAssignment {
  readonly role: 'coordinator';
  readonly run: RunId;
  readonly page: MessagePort;
}

export interface SubtaskAssignment {
  readonly role: 'subtask';
  readonly run: RunId;
  readonly deployment: Deployment;
  readonly resources: readonly SentResource[];
  readonly coordinator: MessagePort;
  readonly inputs: readonly (readonly [ChannelId, MessagePort])[];
  readonly outputs: readonly (readonly [ChannelId, MessagePort])[];
  /** To the database of the page, for subtasks whose operators write to it. */
  readonly postgres: MessagePort | null;
}

/** A resource as it can be posted: a URL travels as its address. */
export interface SentResource {
  readonly name: string;
  readonly format: ResourceFormat;
  readonly content: Blob | string;
}

export type PageToCoordinator =
  /** First of all. `strikes`: of faults, before this coordinator; `elapsedMs`: job time since the run began. */
  | {
      readonly kind: 'run';
      readonly command: Extract<CoordinatorCommand, { kind: 'run' }>;
      readonly strikes: ReadonlyMap<FaultId, number>;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'command'; readonly command: CoordinatorCommand }
  /** Ends of the coordinator's connections to the subtasks of a deployment. */
  | { readonly kind: 'connect'; readonly ports: readonly SubtaskPort[] }
  | { readonly kind: 'lost'; readonly subtask: SubtaskId; readonly attempt: number; readonly failure: Failure }
  | { readonly kind: 'inspect'; readonly request: number; readonly subtask: SubtaskId; readonly query: InspectQuery }
  /** The page folded the reports of the last message and may be sent the next. */
  | { readonly kind: 'folded' };

export interface SubtaskPort {
  readonly subtask: SubtaskId;
  readonly attempt: number;
  readonly port: MessagePort;
}

export type CoordinatorToPage =
  | { readonly kind: 'deploy'; readonly tasks: readonly Deployment[] }
  | { readonly kind: 'terminate'; readonly subtask: SubtaskId }
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'inspected'; readonly request: number; readonly answer: InspectAnswer }
  /** A fault struck: the page counts, for another coordinator. */
  | { readonly kind: 'struck'; readonly fault: FaultId }
  /** `failure`: of crashed subtasks, where it is not just that they were killed. */
  | { readonly kind: 'act'; readonly action: HostAction; readonly failure?: Failure };

export type CoordinatorToSubtask =
  /** Every command brings the job's clock, so that all Workers agree on it. */
  | { readonly kind: 'command'; readonly command: SubtaskCommand; readonly clock: ClockState }
  | { readonly kind: 'arm'; readonly fault: Fault }
  | { readonly kind: 'use-up' | 'disarm'; readonly fault: FaultId }
  | { readonly kind: 'inspect'; readonly request: number; readonly query: InspectQuery }
  | { readonly kind: 'ping' };

/** Its attempt is that of the port. */
export type SubtaskToCoordinator =
  | { readonly kind: 'deployed' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'inspected'; readonly request: number; readonly answer: InspectAnswer }
  | { readonly kind: 'said'; readonly effect: SaidEffect }
  | { readonly kind: 'struck'; readonly fault: FaultId; readonly text: string }
  /** Last words: a fault ended this Worker. `failure`: what the coordinator hears; null: it was killed. */
  | { readonly kind: 'crash'; readonly failure: Failure | null };

/** What a subtask says to the coordinator alone. */
export type SaidEffect = Extract<
  SubtaskEffect,
  { kind: 'state' | 'offsets' | 'report-watermark' | 'end-of-data' | 'acknowledge' | 'decline' }
>;

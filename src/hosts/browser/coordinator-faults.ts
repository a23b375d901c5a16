/**
 * The faults of a run, beside its coordinator: sees every message and effect of it before they are taken in or carried
 * out, and does what faults demand of a host. What it counted is told to the page with each strike, so that another
 * coordinator after a crash goes on counting.
 */
import { ClusterInjector } from '../../engine/faults/cluster-injector.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import { faultTable } from '../../engine/faults/list.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { ExecutionGraph } from '../../engine/graph/plan.ts';
import type { CoordinatorEffect, CoordinatorMessage, Deployment } from '../../engine/wire/messages.ts';
import type { FaultEvent } from '../../engine/wire/reports.ts';
import { Alarm } from './shared-clock.ts';
import type { SharedClock } from './shared-clock.ts';

export interface CoordinatorFaultsOptions {
  readonly graph: ExecutionGraph;
  readonly faults: readonly Fault[];
  readonly strikes: ReadonlyMap<FaultId, number>;
  readonly clock: SharedClock;
  /** Job time since the run began, at this moment. */
  readonly elapsedMs: number;
  readonly act: (action: HostAction) => void;
  readonly told: (event: FaultEvent) => void;
}

export class CoordinatorFaults {
  private readonly options: CoordinatorFaultsOptions;
  private readonly injector: ClusterInjector;
  private readonly beganAt: number;
  private readonly alarm: Alarm;

  constructor(options: CoordinatorFaultsOptions) {
    const { graph, faults, strikes, clock, elapsedMs, told } = options;
    this.options = options;
    this.beganAt = clock.now() - elapsedMs;
    this.injector = new ClusterInjector({ graph, faults, strikes, table: faultTable, onEvent: told });
    this.alarm = new Alarm(clock, () => this.carryOut(this.injector.due(this.now)));
    this.carryOut(this.injector.due(this.now));
  }

  /** Before the coordinator takes it in. */
  message(message: CoordinatorMessage): void {
    this.carryOut(this.injector.onCoordinatorMessage(message, this.now));
  }

  /** Before it is carried out. */
  effect(effect: CoordinatorEffect): void {
    this.carryOut(this.injector.onCoordinatorEffect(effect, this.now));
  }

  deploying(deployment: Deployment): Deployment {
    return { ...deployment, faults: this.injector.deploying(deployment) };
  }

  struck(fault: FaultId, subtask: string, text: string): void {
    this.carryOut(this.injector.struck(fault, subtask, text));
  }

  inject(fault: Fault): void {
    this.carryOut(this.injector.inject(fault, this.now));
  }

  remove(fault: FaultId): void {
    this.carryOut(this.injector.remove(fault));
  }

  /** Call it after the job's clock was stopped or started. */
  rearm(): void {
    this.alarm.rearm();
  }

  private get now(): number {
    return this.options.clock.now() - this.beganAt;
  }

  private carryOut(actions: readonly HostAction[]): void {
    for (const action of actions) this.options.act(action);
    const next = this.injector.nextAt();
    this.alarm.set(next === null ? null : next + this.beganAt);
  }
}

/** The faults of a simulated run: the injectors of the engine, called as they ask to be. */
import { ClusterInjector } from '../../engine/faults/cluster-injector.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import { SubtaskInjector } from '../../engine/faults/injector.ts';
import { faultTable } from '../../engine/faults/list.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { CoordinatorEffect, CoordinatorMessage, Deployment } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { RunRequest } from '../host.ts';
import type { Schedule } from './schedule.ts';

export interface InjectionSurroundings {
  readonly schedule: Schedule;
  report(report: Report): void;
  act(action: HostAction): void;
}

export class Injection {
  private readonly around: InjectionSurroundings;
  private readonly cluster: ClusterInjector;
  private readonly faults = new Map<FaultId, Fault>();
  private waitsFor = Number.POSITIVE_INFINITY;

  constructor(request: RunRequest, around: InjectionSurroundings) {
    this.around = around;
    for (const fault of request.faults) this.faults.set(fault.id, fault);
    this.cluster = new ClusterInjector({
      graph: request.plan,
      faults: request.faults,
      table: faultTable,
      onEvent: (event) => around.report({ kind: 'fault', at: around.schedule.jobNow, event }),
    });
  }

  /** Once the cluster stands. */
  begin(): void {
    this.act(this.cluster.due(this.now));
    this.wait();
  }

  /** Those that are not used up: for a new coordinator. */
  get open(): readonly Fault[] {
    return [...this.faults.values()];
  }

  /** The injector of a new attempt. */
  attempt(deployment: Deployment): SubtaskInjector {
    const { plan } = deployment;
    return new SubtaskInjector(plan, this.cluster.deploying(deployment), faultTable, (fault, text) =>
      this.act(this.cluster.struck(fault, plan.id, text)),
    );
  }

  inject(fault: Fault): void {
    this.faults.set(fault.id, fault);
    this.act(this.cluster.inject(fault, this.now));
    this.wait();
  }

  remove(fault: FaultId): void {
    this.faults.delete(fault);
    this.act(this.cluster.remove(fault));
  }

  usedUp(fault: FaultId): void {
    this.faults.delete(fault);
  }

  onCoordinatorMessage(message: CoordinatorMessage): void {
    this.act(this.cluster.onCoordinatorMessage(message, this.now));
  }

  onCoordinatorEffect(effect: CoordinatorEffect): void {
    this.act(this.cluster.onCoordinatorEffect(effect, this.now));
  }

  private get now(): number {
    return this.around.schedule.jobNow;
  }

  private act(actions: readonly HostAction[]): void {
    for (const action of actions) this.around.act(action);
  }

  private wait(): void {
    const next = this.cluster.nextAt();
    if (next === null || next >= this.waitsFor) return;
    this.waitsFor = next;
    this.around.schedule.onJobClock(next, 'fault', () => {
      this.waitsFor = Number.POSITIVE_INFINITY;
      this.act(this.cluster.due(this.now));
      this.wait();
    });
  }
}

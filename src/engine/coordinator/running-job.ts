/** Everything that exists from the run command on, and the few things that all parts of the coordinator do to tasks. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import { concerns } from '../graph/fault-targets.ts';
import type { Fault } from '../graph/faults.ts';
import type { ExecutionGraph, SubtaskId, SubtaskPlan } from '../graph/plan.ts';
import type { JsonValue } from '../graph/schema.ts';
import { subtaskPlans } from '../graph/translate.ts';
import type { Failure } from '../wire/failures.ts';
import type { Pace, SubtaskCommand } from '../wire/messages.ts';
import type { JobState, TaskState } from '../wire/reports.ts';
import { Heartbeats } from './heartbeats.ts';
import { mayMove } from './job-states.ts';
import type { Outbox } from './outbox.ts';
import { isOver, Tasks } from './tasks.ts';

export class RunningJob {
  readonly graph: ExecutionGraph;
  readonly plans: ReadonlyMap<SubtaskId, SubtaskPlan>;
  readonly tasks: Tasks;
  readonly heartbeats: Heartbeats;
  readonly startedAt: ProcessingTimeMs;
  readonly firstAttempt: number;
  /** Without checkpoints: where each source goes on. */
  readonly offsets = new Map<SubtaskId, JsonValue>();
  pace: Pace;
  stopAsked = false;
  /** Those that are not used up. */
  faults: readonly Fault[];
  /** The first one; later failures are only logged. */
  failure: Failure | null = null;
  private current: JobState = 'created';
  private readonly outbox: Outbox;

  constructor(graph: ExecutionGraph, pace: Pace, faults: readonly Fault[], firstAttempt: number, outbox: Outbox) {
    this.graph = graph;
    this.plans = new Map(subtaskPlans(graph).map((plan) => [plan.id, plan]));
    this.tasks = new Tasks(graph, firstAttempt);
    this.heartbeats = new Heartbeats(graph.jobGraph.settings.heartbeatTimeoutMs);
    this.firstAttempt = firstAttempt;
    this.startedAt = outbox.now;
    this.pace = pace;
    this.faults = faults;
    this.outbox = outbox;
  }

  get state(): JobState {
    return this.current;
  }

  /** A move that the diagram does not have is left out: the job is already further. */
  move(state: JobState, failure?: Failure): void {
    if (!mayMove(this.current, state)) return;
    this.current = state;
    const report = { kind: 'job-state', at: this.outbox.jobTime, state } as const;
    this.outbox.report(failure === undefined ? report : { ...report, failure });
  }

  moveTask(id: SubtaskId, state: TaskState, failure?: Failure): void {
    if (!this.tasks.move(id, state)) return;
    if (isOver(state)) this.heartbeats.forget(id);
    const attempt = this.tasks.attempt(id);
    const report = { kind: 'task-state', at: this.outbox.jobTime, subtask: id, attempt, state } as const;
    this.outbox.report(failure === undefined ? report : { ...report, failure });
  }

  /** Ends the Worker, once. */
  terminate(id: SubtaskId): void {
    if (this.tasks.markTerminated(id)) this.outbox.push({ kind: 'terminate', subtask: id });
  }

  /** Ends a task without asking it. */
  end(id: SubtaskId): void {
    this.terminate(id);
    this.moveTask(id, 'cancelled');
  }

  /** Asks those that are up to end, and ends those that are not without asking. */
  cancel(ids: readonly SubtaskId[]): void {
    for (const id of ids) {
      if (isOver(this.tasks.state(id))) continue;
      if (this.tasks.isDeployed(id)) this.outbox.tell(id, { kind: 'cancel' });
      else this.end(id);
    }
  }

  start(id: SubtaskId): void {
    this.tasks.markStarted(id);
    this.outbox.tell(id, { kind: 'pace', pace: this.pace });
    this.outbox.tell(id, { kind: 'start' });
    this.heartbeats.watch(id, this.outbox.now);
  }

  /** To all that have started and not ended. Each attempt is told once. */
  stop(): void {
    for (const id of this.tasks.open()) {
      if (this.tasks.isStarted(id) && this.tasks.markStopped(id)) this.outbox.tell(id, { kind: 'stop' });
    }
  }

  tellDeployed(command: SubtaskCommand): void {
    for (const id of this.tasks.open()) if (this.tasks.isDeployed(id)) this.outbox.tell(id, command);
  }

  inject(fault: Fault): void {
    this.faults = [...this.faults.filter(({ id }) => id !== fault.id), fault];
    for (const id of this.tasks.open()) {
      const plan = this.plans.get(id);
      if (plan === undefined || !this.tasks.isStarted(id) || !concerns(fault, plan)) continue;
      this.outbox.tell(id, { kind: 'inject', fault });
    }
  }

  removeFault(fault: string): void {
    this.faults = this.faults.filter(({ id }) => id !== fault);
  }

  faultsOf(plan: SubtaskPlan): Fault[] {
    return this.faults.filter((fault) => concerns(fault, plan));
  }
}

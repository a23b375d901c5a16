/**
 * A whole cluster in one thread: coordinator, subtasks and the lines between them, in virtual time. One seed decides
 * every delay, so a run can be repeated event by event. The outside world is asked between two events, while virtual
 * time stands still.
 *
 * Whatever crashes here crashes as it would in threads: what had left goes on its way, what had not is gone, and what
 * comes for the dead is not heard. Only the stores survive everything.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import { compileFunction } from '../../connectors/functions.ts';
import type { HostAction } from '../../engine/faults/fault.ts';
import { nameOfPlan } from '../../engine/faults/subtask-name.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import { operatorTable } from '../../engine/operators/running.ts';
import type { UserFunction } from '../../engine/task/operator.ts';
import { allResults } from '../../engine/task/results.ts';
import { pageTimes } from '../../engine/task/time-recorder.ts';
import type { CheckpointMetadata, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type { InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import type { CoordinatorCommand, CoordinatorMessage, Deployment, SubtaskMessage } from '../../engine/wire/messages.ts';
import type { JobState, Report } from '../../engine/wire/reports.ts';
import type { CoordinatorAnswer, CoordinatorRequest } from '../../engine/wire/requests.ts';
import type { RunRequest } from '../host.ts';
import { Chance } from './chance.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { CoordinatorProcess } from './coordinator-process.ts';
import { delaysBy, noDelays } from './delays.ts';
import type { Delays } from './delays.ts';
import { Effects } from './effects.ts';
import { Fingerprint } from './fingerprint.ts';
import { Injection } from './injection.ts';
import { memoryStores, Outside } from './outside.ts';
import { Schedule } from './schedule.ts';
import { TaskProcess } from './task-process.ts';
import type { ProcessSurroundings } from './task-process.ts';
import { Wires } from './wires.ts';

/** Something of the outside world is asked between two events; `then` is called once it has answered. */
interface Asked {
  ask(): Promise<() => void>;
}

type CommandMessage = Extract<SubtaskMessage, { kind: 'command' }>;

export class Cluster {
  private readonly request: RunRequest;
  private readonly options: ClusterOptions;
  private readonly chance: Chance;
  private readonly delays: Delays;
  private readonly schedule: Schedule;
  private readonly outside: Outside;
  private readonly wires: Wires;
  private readonly effects: Effects;
  private readonly injection: Injection;
  private readonly around: ProcessSurroundings;
  private readonly fingerprints = new Fingerprint();
  private readonly processes = new Map<SubtaskId, TaskProcess>();
  private coordinator: CoordinatorProcess;
  /** Another coordinator is to take over; commands wait for it. */
  private failover = 0;
  private waitingCommands: CoordinatorCommand[] = [];
  private stopAsked = false;
  private pace: RunRequest['pace'];
  private highestAttempt = 0;
  private asked: Asked[] = [];
  private linkLatencyMs = 0;
  private progressAt = 0;
  /** Records that each subtask's operators took in and gave out, as last heard. */
  private readonly moved = new Map<SubtaskId, number>();
  steps = 0;

  constructor(request: RunRequest, options: ClusterOptions) {
    this.request = request;
    this.options = options;
    this.pace = request.pace;
    const { times = pageTimes } = options;
    this.chance = new Chance(options.seed);
    const { instantFrom, startAtMs = 0 } = options;
    this.delays = instantFrom === undefined ? delaysBy(this.chance) : noDelays;
    this.schedule = instantFrom === undefined ? new Schedule(this.chance, startAtMs) : new Schedule(null, instantFrom);
    const savepoint = typeof request.from === 'string' ? null : request.from.savepoint;
    this.outside = new Outside(request.resources, options.stores ?? memoryStores(), request.runId, savepoint);
    this.wires = new Wires(request.plan.channels);
    this.injection = new Injection(request, {
      schedule: this.schedule,
      report: (report) => this.report(report),
      act: (action) => this.act(action),
    });
    this.effects = this.newEffects();
    this.around = {
      schedule: this.schedule,
      delays: this.delays,
      services: (faults) => ({
        operators: options.operators ?? operatorTable,
        compile,
        results: allResults,
        faults,
        times,
        ...(options.witness === undefined ? {} : { witness: options.witness }),
      }),
      admit: (process, message) => this.admit(process, message),
      carryOut: (process, effects, endedAt) => this.effects.carryOutAll(process, effects, endedAt),
    };
    this.coordinator = this.newCoordinator();
    this.begin(request.from === 'anew' ? 'anew' : 'stored');
    this.injection.begin();
  }

  get state(): JobState {
    return this.coordinator.state;
  }

  get ended(): boolean {
    return this.failover === 0 && this.coordinator.ended;
  }

  get now(): ProcessingTimeMs {
    return this.schedule.hostNow;
  }

  get paused(): boolean {
    return this.schedule.paused;
  }

  /** When something happens next, by the host's clock; null if nothing ever does. */
  get nextAt(): ProcessingTimeMs | null {
    return this.schedule.nextAt();
  }

  get fingerprint(): string {
    return this.fingerprints.value;
  }

  /** For how long nothing but heartbeats, reports and checkpoints has happened. */
  get standstillMs(): number {
    return this.schedule.hostNow - this.progressAt;
  }

  /** Requests to the outside world are open: call `answer` before the next `step`. */
  get waiting(): boolean {
    return this.asked.length > 0;
  }

  command(command: CoordinatorCommand): void {
    if (command.kind === 'stop') this.stopAsked = true;
    if (command.kind === 'pace') this.pace = command.pace;
    if (this.failover > 0) this.waitingCommands.push(command);
    else this.coordinator.tell({ kind: 'command', command });
  }

  inject(fault: Fault): void {
    this.command({ kind: 'inject', fault });
    this.injection.inject(fault);
  }

  removeFault(fault: FaultId): void {
    this.injection.remove(fault);
  }

  async readState(handles: readonly StateHandle[]): Promise<readonly (Uint8Array | null)[]> {
    return await this.outside.chunks(handles.map((handle) => handle.key));
  }

  inspect(subtask: SubtaskId, query: InspectQuery): InspectAnswer {
    return this.processes.get(subtask)?.inspect(query) ?? { kind: 'gone', state: 'lost' };
  }

  /** Lets every task look whether there is something to do, as the clock would some time later. */
  nudge(): void {
    for (const process of this.processes.values()) process.deliver({ kind: 'run' });
  }

  /** Nothing is due before `time`: lets it pass. */
  passTo(time: ProcessingTimeMs): void {
    this.schedule.passTo(time);
  }

  /** Lets the next thing happen; false if there is none. */
  step(): boolean {
    const due = this.schedule.take();
    if (due === null) return false;
    this.steps++;
    this.note(due.label);
    due.act();
    return true;
  }

  /** Asks the outside world what was asked of it; the answers arrive some virtual time later. */
  async answer(): Promise<void> {
    while (this.asked.length > 0) {
      const { asked } = this;
      this.asked = [];
      for (const one of asked) (await one.ask())();
    }
  }

  dispose(): void {
    this.outside.dispose();
    for (const process of this.processes.values()) process.terminate();
  }

  // Coordinator

  private newCoordinator(): CoordinatorProcess {
    return new CoordinatorProcess({
      schedule: this.schedule,
      deploy: (tasks) => this.deploy(tasks),
      command: (subtask, command) => this.onCommand(subtask, { kind: 'command', command }),
      ping: (subtask) => this.ping(subtask),
      terminate: (subtask) => this.terminate(subtask),
      report: (report) => {
        this.options.observer?.onReport?.(report);
        this.report(report);
      },
      request: (from, request, body) => this.askForCoordinator(from, request, body),
      beforeMessage: (message) => {
        this.options.observer?.onCoordinator?.(message);
        this.injection.onCoordinatorMessage(message);
      },
      beforeEffect: (effect) => this.injection.onCoordinatorEffect(effect),
    });
  }

  private askForCoordinator(from: CoordinatorProcess, request: number, body: CoordinatorRequest): void {
    const arrival = from.storeLine.arrival(this.schedule.hostNow, this.delays.message());
    this.schedule.onHostClock(arrival, `store ${body.kind}`, () => {
      if (!from.storeLine.delivers(arrival)) return;
      this.ask(async () => {
        const answer = await this.outside.answerCoordinator(body);
        return () => {
          if (answer.kind === 'done') this.storeChanged(body);
          this.answerCoordinator(from, request, answer);
        };
      });
    });
  }

  private storeChanged(by: CoordinatorRequest): void {
    const { observer } = this.options;
    if (by.kind === 'complete-checkpoint') observer?.onCompleted?.(by.metadata);
    if (by.kind === 'drop-chunks') observer?.onDropped?.(by.keys);
  }

  private answerCoordinator(from: CoordinatorProcess, request: number, answer: CoordinatorAnswer): void {
    this.schedule.onHostClock(this.schedule.hostNow + this.delays.store(), `answer coordinator ${request}`, () =>
      from.tell({ kind: 'answer', request, answer }),
    );
  }

  /** `stored`: from what the stores hold of this run, or the savepoint that it began with. */
  private begin(from: 'anew' | 'stored'): void {
    const { plan } = this.request;
    const start = (origin: 'anew' | 'latest' | CheckpointMetadata): void => {
      const { pace } = this;
      const firstAttempt = this.highestAttempt + 1;
      const faults = this.injection.open;
      this.coordinator.tell({
        kind: 'command',
        command: { kind: 'run', plan, pace, faults, from: origin, firstAttempt },
      });
      if (this.stopAsked) this.coordinator.tell({ kind: 'command', command: { kind: 'stop' } });
      for (const command of this.waitingCommands.splice(0)) this.coordinator.tell({ kind: 'command', command });
    };
    if (from === 'anew') return start('anew');
    this.ask(async () => {
      const { origin, highestAttempt } = await this.outside.origin(this.request.from);
      return () => {
        this.highestAttempt = Math.max(this.highestAttempt, highestAttempt);
        start(origin);
      };
    });
  }

  private toCoordinator(process: TaskProcess, message: CoordinatorMessage, delayMs: number): void {
    const arrival = process.answers.arrival(this.schedule.hostNow, delayMs);
    this.schedule.onHostClock(arrival, `${message.kind} ${process.id}`, () => {
      if (process.answers.delivers(arrival) && this.failover === 0) this.coordinator.tell(message);
    });
  }

  private deploy(tasks: readonly Deployment[]): void {
    const fresh = new Set<SubtaskId>();
    for (const given of tasks) {
      const deployment = structuredClone(given);
      const { id } = deployment.plan;
      this.terminate(id);
      const process = new TaskProcess(deployment, {
        around: this.around,
        injector: this.injection.attempt(deployment),
        before: this.processes.get(id) ?? null,
      });
      this.processes.set(id, process);
      fresh.add(id);
      this.highestAttempt = Math.max(this.highestAttempt, deployment.attempt);
      this.options.observer?.onDeploy?.(deployment);
    }
    this.wires.connect(this.processes, fresh);
    for (const id of fresh) {
      const process = this.processes.get(id) as TaskProcess;
      const deployed = { kind: 'deployed', subtask: id, attempt: process.attempt } as const;
      this.toCoordinator(process, deployed, this.delays.boot());
    }
  }

  private onCommand(subtask: SubtaskId, message: CommandMessage): void {
    const process = this.processes.get(subtask);
    if (process === undefined) return;
    const arrival = process.commands.arrival(this.schedule.hostNow, this.delays.message());
    this.schedule.onHostClock(arrival, `command ${subtask} ${message.command.kind}`, () => process.command(message));
  }

  private ping(subtask: SubtaskId): void {
    const process = this.processes.get(subtask);
    if (process === undefined || !process.responsive) return;
    this.toCoordinator(process, { kind: 'heartbeat', subtask, attempt: process.attempt }, 2 * this.delays.message());
  }

  private terminate(subtask: SubtaskId): void {
    const process = this.processes.get(subtask);
    if (process !== undefined) this.kill(process);
  }

  /** What has left is on its way, or is lost with the thread: chance says from when on. */
  private kill(process: TaskProcess): void {
    if (!process.alive) return;
    process.terminate();
    process.storeLine.breakAt(this.schedule.jobNow + this.delays.dying());
  }

  // Crashes

  private crash(process: TaskProcess, failure?: Failure): void {
    if (!process.alive) return;
    this.kill(process);
    const { id, attempt } = process;
    const told = failure ?? workerKilled(process);
    this.progress();
    this.toCoordinator(process, { kind: 'lost', subtask: id, attempt, failure: told }, this.delays.deathNotice());
  }

  private crashCoordinator(): void {
    if (this.failover > 0 || this.coordinator.ended) return;
    this.coordinator.kill(this.schedule.hostNow + this.delays.dying());
    this.takeOver(this.delays.failover());
  }

  private reloadPage(): void {
    if (this.coordinator.ended) return;
    this.coordinator.kill(this.schedule.hostNow + this.delays.dying());
    for (const process of this.processes.values()) {
      this.kill(process);
      process.answers.breakAt(this.schedule.hostNow);
    }
    this.takeOver(this.delays.reload());
  }

  /** The tasks of the old coordinator work on until the host has seen its death and ends them. */
  private takeOver(afterMs: number): void {
    const failover = ++this.failover;
    this.progress();
    this.schedule.onHostClock(this.schedule.hostNow + afterMs, 'take over', () => {
      if (failover !== this.failover) return;
      for (const process of this.processes.values()) this.kill(process);
      this.failover = 0;
      this.progress();
      this.coordinator = this.newCoordinator();
      this.begin('stored');
    });
  }

  private act(action: HostAction): void {
    switch (action.kind) {
      case 'crash-coordinator':
        this.crashCoordinator();
        break;
      case 'reload-page':
        this.reloadPage();
        break;
      case 'crash-subtasks':
        for (const subtask of action.subtasks) {
          const process = this.processes.get(subtask);
          if (process !== undefined) this.crash(process);
        }
        break;
      case 'corrupt-latest-checkpoint': {
        const choice = this.chance.next();
        this.ask(async () => {
          const key = await this.outside.corruptLatest(choice, action.how);
          return () => {
            if (key !== null) this.options.observer?.onDamaged?.(key);
          };
        });
        break;
      }
      case 'arm':
        for (const subtask of action.subtasks) this.processes.get(subtask)?.injector.arm(action.fault);
        break;
      case 'used-up':
        this.injection.usedUp(action.fault);
        for (const process of this.processes.values()) process.injector.useUp(action.fault);
        this.command({ kind: 'remove-fault', fault: action.fault });
        break;
      case 'disarm':
        for (const process of this.processes.values()) process.injector.disarm(action.fault);
        break;
    }
  }

  // Subtasks

  private newEffects(): Effects {
    return new Effects({
      schedule: this.schedule,
      delays: this.delays,
      wires: this.wires,
      observer: this.options.observer ?? null,
      linkLatencyMs: () => this.linkLatencyMs,
      ask: (body, then) =>
        this.ask(async () => {
          const answer = await this.outside.answer(body);
          return () => then(answer);
        }),
      element: (body, waiting) => this.options.feed?.ask(body, waiting) === true,
      toCoordinator: (process, message, delayMs) => this.toCoordinator(process, message, delayMs),
      crash: (process, failure) => this.crash(process, failure),
      report: (report) => this.report(report),
      progress: () => this.progress(),
    });
  }

  private admit(process: TaskProcess, message: SubtaskMessage): boolean {
    this.options.observer?.onMessage?.(process, message);
    const verdict = process.injector.onMessage(message, this.schedule.jobNow);
    if (verdict.kind === 'crash') {
      // After a message means after the step that it causes, of which nothing is carried out.
      this.crash(process, verdict.failure);
      return false;
    }
    if (verdict.kind === 'hang') process.hang();
    return verdict.kind !== 'drop' && verdict.kind !== 'hang';
  }

  private ask(ask: Asked['ask']): void {
    this.asked.push({ ask });
  }

  // Reports

  private report(report: Report): void {
    if (report.kind === 'pace') {
      this.schedule.setPaused(report.paused);
      this.linkLatencyMs = report.linkLatencyMs;
    }
    if (report.kind === 'results') this.note(`results ${report.subtask} ${report.node} ${report.total}`);
    if (report.kind === 'results' || report.kind === 'pace' || report.kind === 'job-state') this.progress();
    if (report.kind === 'gauges') this.watchRecords(report.subtask, report.gauges.operators);
    this.options.onReport(report);
  }

  /** Records may move inside a chain although nothing crosses a channel. */
  private watchRecords(subtask: SubtaskId, operators: readonly { recordsIn: number; recordsOut: number }[]): void {
    const before = this.moved.get(subtask) ?? 0;
    const after = operators.reduce((sum, { recordsIn, recordsOut }) => sum + recordsIn + recordsOut, 0);
    if (after === before) return;
    this.moved.set(subtask, after);
    this.progress();
  }

  private progress(): void {
    this.progressAt = this.schedule.hostNow;
  }

  private note(label: string): void {
    const line = `${this.schedule.hostNow} ${label}`;
    this.fingerprints.add(line);
    this.options.onEvent?.(line);
  }
}

const workerKilled = ({ id, plan }: TaskProcess): Failure => ({
  code: 'worker-killed',
  subtask: id,
  details: { subtask: nameOfPlan(plan) },
});

function compile(source: string): UserFunction {
  const compiled = compileFunction(source);
  if (!compiled.ok) throw compiled.error;
  return compiled.value;
}

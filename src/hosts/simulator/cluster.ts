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
import type { HostAction, Verdict } from '../../engine/faults/fault.ts';
import { nameOfPlan } from '../../engine/faults/subtask-name.ts';
import type { Fault, FaultId } from '../../engine/graph/faults.ts';
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import { operatorTable } from '../../engine/operators/list.ts';
import type { UserFunction } from '../../engine/task/operator.ts';
import { allResults } from '../../engine/task/results.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type { CheckpointMetadata, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { Failure } from '../../engine/wire/failures.ts';
import type {
  CoordinatorCommand,
  CoordinatorMessage,
  Deployment,
  SubtaskEffect,
  SubtaskMessage,
} from '../../engine/wire/messages.ts';
import type { JobState, Report } from '../../engine/wire/reports.ts';
import type { Answer, CoordinatorAnswer, CoordinatorRequest, Request } from '../../engine/wire/requests.ts';
import type { RunRequest } from '../host.ts';
import { Chance } from './chance.ts';
import { CoordinatorProcess } from './coordinator-process.ts';
import { Fingerprint } from './fingerprint.ts';
import { Injection } from './injection.ts';
import type { ClusterObserver } from './observer.ts';
import { memoryStores, Outside } from './outside.ts';
import type { Stores } from './outside.ts';
import { Schedule } from './schedule.ts';
import { TaskProcess } from './task-process.ts';
import type { ProcessSurroundings } from './task-process.ts';
import { Wires } from './wires.ts';

export interface ClusterOptions {
  readonly seed: number;
  /** Gets every report, in the order in which things happened. */
  readonly onReport: (report: Report) => void;
  /** One line per event, for comparing two runs. */
  readonly onEvent?: (line: string) => void;
  /** Default: stores of its own, empty. */
  readonly stores?: Stores;
  /** Looks on without changing anything. */
  readonly observer?: ClusterObserver;
}

/** Something of the outside world is asked between two events; `then` is called once it has answered. */
interface Asked {
  ask(): Promise<() => void>;
}

/** Usual and rare delays of a message, of a Worker's start and of the outside world, in ms. */
const messageMs = 0.3;
const slowMessageMs = 15;
const slowMessageRarity = 20;
const bootMs = { least: 5, most: 40 };
const storeMs = { usual: 1, slow: 50, rarity: 10 };
/** From a Worker's death until its host sees it. */
const deathNoticeMs = 20;
/** From the coordinator's death until another one takes over, and from a reload until the page runs the job again. */
const failoverMs = { least: 20, most: 120 };
const reloadMs = { least: 100, most: 400 };

type CommandMessage = Extract<SubtaskMessage, { kind: 'command' }>;

export class Cluster {
  private readonly request: RunRequest;
  private readonly options: ClusterOptions;
  private readonly chance: Chance;
  private readonly schedule: Schedule;
  private readonly outside: Outside;
  private readonly wires: Wires;
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
  /** Held until the next buffer of the channel has passed. */
  private readonly swapped = new Map<ChannelId, () => void>();
  /** Records that each subtask's operators took in and gave out, as last heard. */
  private readonly moved = new Map<SubtaskId, number>();
  steps = 0;

  constructor(request: RunRequest, options: ClusterOptions) {
    this.request = request;
    this.options = options;
    this.pace = request.pace;
    this.chance = new Chance(options.seed);
    this.schedule = new Schedule(this.chance);
    const savepoint = typeof request.from === 'string' ? null : request.from.savepoint;
    this.outside = new Outside(request.resources, options.stores ?? memoryStores(), request.runId, savepoint);
    this.wires = new Wires(request.plan.channels);
    this.injection = new Injection(request, {
      schedule: this.schedule,
      report: (report) => this.report(report),
      act: (action) => this.act(action),
    });
    this.around = {
      schedule: this.schedule,
      chance: this.chance,
      services: (faults) => ({ operators: operatorTable, compile, results: allResults, faults }),
      admit: (process, message) => this.admit(process, message),
      carryOut: (process, effects, endedAt) => this.carryOutAll(process, effects, endedAt),
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

  /** For how long nothing but heartbeats and reports has happened. */
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
      report: (report) => this.report(report),
      request: (from, request, body) => this.askForCoordinator(from, request, body),
      beforeMessage: (message) => {
        this.options.observer?.onCoordinator?.(message);
        this.injection.onCoordinatorMessage(message);
      },
      beforeEffect: (effect) => this.injection.onCoordinatorEffect(effect),
    });
  }

  private askForCoordinator(from: CoordinatorProcess, request: number, body: CoordinatorRequest): void {
    const arrival = from.storeLine.arrival(this.schedule.hostNow, this.messageDelay());
    this.schedule.onHostClock(arrival, `store ${body.kind}`, () => {
      if (!from.storeLine.delivers(arrival)) return;
      this.progress();
      this.ask(async () => {
        const answer = await this.outside.answerCoordinator(body);
        return () => {
          if (body.kind === 'complete-checkpoint' && answer.kind === 'done') {
            this.options.observer?.onCompleted?.(body.metadata);
          }
          this.answerCoordinator(from, request, answer);
        };
      });
    });
  }

  private answerCoordinator(from: CoordinatorProcess, request: number, answer: CoordinatorAnswer): void {
    this.schedule.onHostClock(this.schedule.hostNow + this.storeDelay(), `answer coordinator ${request}`, () => {
      this.progress();
      from.tell({ kind: 'answer', request, answer });
    });
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
      const delay = this.chance.between(bootMs.least, bootMs.most);
      this.toCoordinator(process, { kind: 'deployed', subtask: id, attempt: process.attempt }, delay);
    }
  }

  private onCommand(subtask: SubtaskId, message: CommandMessage): void {
    const process = this.processes.get(subtask);
    if (process === undefined) return;
    const arrival = process.commands.arrival(this.schedule.hostNow, this.messageDelay());
    this.schedule.onHostClock(arrival, `command ${subtask} ${message.command.kind}`, () => process.command(message));
  }

  private ping(subtask: SubtaskId): void {
    const process = this.processes.get(subtask);
    if (process === undefined || !process.responsive) return;
    this.toCoordinator(process, { kind: 'heartbeat', subtask, attempt: process.attempt }, 2 * this.messageDelay());
  }

  private terminate(subtask: SubtaskId): void {
    const process = this.processes.get(subtask);
    if (process !== undefined) this.kill(process);
  }

  /** What has left is on its way, or is lost with the thread: chance says from when on. */
  private kill(process: TaskProcess): void {
    if (!process.alive) return;
    process.terminate();
    process.storeLine.breakAt(this.schedule.jobNow + this.chance.between(0, slowMessageMs));
  }

  // Crashes

  private crash(process: TaskProcess, failure?: Failure): void {
    if (!process.alive) return;
    this.kill(process);
    const { id, attempt } = process;
    const told = failure ?? workerKilled(process);
    this.progress();
    this.toCoordinator(
      process,
      { kind: 'lost', subtask: id, attempt, failure: told },
      this.chance.between(1, deathNoticeMs),
    );
  }

  private crashCoordinator(): void {
    if (this.failover > 0 || this.coordinator.ended) return;
    this.coordinator.kill(this.schedule.hostNow + this.chance.between(0, slowMessageMs));
    this.takeOver(this.chance.between(failoverMs.least, failoverMs.most));
  }

  private reloadPage(): void {
    if (this.coordinator.ended) return;
    this.coordinator.kill(this.schedule.hostNow + this.chance.between(0, slowMessageMs));
    for (const process of this.processes.values()) {
      this.kill(process);
      process.answers.breakAt(this.schedule.hostNow);
    }
    this.takeOver(this.chance.between(reloadMs.least, reloadMs.most));
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
          await this.outside.corruptLatest(choice, action.how);
          return () => undefined;
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

  private carryOutAll(process: TaskProcess, effects: readonly SubtaskEffect[], endedAt: ProcessingTimeMs): void {
    this.options.observer?.onEffects?.(process, effects);
    for (const effect of effects) {
      if (!process.responsive) return;
      this.judged(process, effect, process.injector.onEffect(effect, this.schedule.jobNow), endedAt);
    }
  }

  private judged(process: TaskProcess, effect: SubtaskEffect, verdict: Verdict, endedAt: ProcessingTimeMs): void {
    switch (verdict.kind) {
      case 'pass':
        this.carryOut(process, effect, endedAt, 0);
        if (effect.kind === 'send') this.releaseSwapped(effect.channel);
        break;
      case 'drop':
        break;
      case 'duplicate': {
        const again = effect.kind === 'send' ? { ...effect, buffer: structuredClone(effect.buffer) } : effect;
        this.carryOut(process, effect, endedAt, 0);
        this.carryOut(process, again, endedAt, 0);
        break;
      }
      case 'delay':
        this.carryOut(process, effect, endedAt, verdict.ms);
        break;
      case 'swap':
        if (effect.kind !== 'send') this.carryOut(process, effect, endedAt, 0);
        else {
          this.releaseSwapped(effect.channel);
          this.swapped.set(effect.channel, () => this.carryOut(process, effect, endedAt, 0));
        }
        break;
      case 'fail':
        if (effect.kind === 'request') {
          const { code, reason } = verdict;
          this.respond(process, effect.request, { kind: 'failed', code, reason });
        }
        break;
      case 'crash':
        if (verdict.when === 'after') this.carryOut(process, effect, endedAt, 0);
        this.crash(process, verdict.failure);
        break;
      case 'hang':
        process.hang();
        break;
    }
  }

  private releaseSwapped(channel: ChannelId): void {
    const held = this.swapped.get(channel);
    this.swapped.delete(channel);
    held?.();
  }

  private carryOut(process: TaskProcess, effect: SubtaskEffect, endedAt: ProcessingTimeMs, delayMs: number): void {
    const { id: subtask, attempt } = process;
    switch (effect.kind) {
      case 'send':
        return this.send(process, effect.channel, effect.buffer, endedAt + delayMs);
      case 'credit':
        return this.credit(process, effect.channel, effect.grant, endedAt + delayMs);
      case 'request':
        return this.requestStore(process, effect.request, effect.body, endedAt, delayMs);
      case 'continue':
        return process.runAgain();
      case 'wake':
        return process.wake(effect.at);
      case 'report':
        return this.report(effect.report);
      case 'state': {
        this.progress();
        const message = { kind: 'task-state', subtask, attempt, state: effect.state } as const;
        const { failure } = effect;
        const told = failure === undefined ? message : { ...message, failure };
        return this.toCoordinator(process, told, delayMs + this.messageDelay());
      }
      case 'acknowledge':
      case 'decline':
      case 'end-of-data':
        this.progress();
        return this.toCoordinator(process, { ...effect, subtask, attempt }, delayMs + this.messageDelay());
      case 'offsets':
        return this.toCoordinator(process, { ...effect, subtask, attempt }, delayMs + this.messageDelay());
    }
  }

  private send(process: TaskProcess, channel: ChannelId, buffer: WireBuffer, sentAt: number): void {
    this.progress();
    const wire = this.wires.from(process, channel);
    if (wire === null) return;
    const copy = posted(buffer, buffer.segment === null ? [] : [buffer.segment]);
    const arrival = wire.downstream.arrival(sentAt, this.linkLatencyMs + this.messageDelay());
    this.schedule.onJobClock(arrival, `buffer ${channel} ${copy.sequence} ${copy.rows}`, () => {
      if (wire.to.alive) this.options.observer?.onArrival?.(wire.from, wire.to, channel, copy);
      wire.to.deliver({ kind: 'buffer', channel, buffer: copy });
    });
  }

  private credit(process: TaskProcess, channel: ChannelId, grant: CreditGrant, sentAt: number): void {
    this.progress();
    const wire = this.wires.to(process, channel);
    if (wire === null) return;
    const copy = posted(grant, [...grant.segments]);
    const arrival = wire.upstream.arrival(sentAt, this.messageDelay());
    this.schedule.onJobClock(arrival, `credit ${channel} ${copy.credits}`, () =>
      wire.from.deliver({ kind: 'credit', channel, grant: copy }),
    );
  }

  /** In the order of asking they are carried out, in any order they are answered. */
  private requestStore(process: TaskProcess, request: number, body: Request, sentAt: number, delayMs: number): void {
    this.progress();
    const line = process.storeLine;
    const arrival = line.arrival(sentAt, delayMs + this.messageDelay());
    this.schedule.onJobClock(arrival, `${body.kind} ${process.id} ${request}`, () => {
      if (!line.delivers(arrival)) return;
      this.progress();
      this.ask(async () => {
        const answer = await this.outside.answer(body);
        return () => this.respond(process, request, answer);
      });
    });
  }

  private respond(process: TaskProcess, request: number, answer: Answer): void {
    this.schedule.onJobClock(this.schedule.jobNow + this.storeDelay(), `answer ${process.id} ${request}`, () => {
      this.progress();
      process.deliver({ kind: 'answer', request, answer });
    });
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

  private messageDelay(): number {
    return this.chance.delay(messageMs, slowMessageMs, slowMessageRarity);
  }

  private storeDelay(): number {
    return this.chance.delay(storeMs.usual, storeMs.slow, storeMs.rarity);
  }
}

/** As `postMessage` does it: the receiver gets a copy, and what is transferred is gone for the sender. */
const posted = <T>(message: T, transfer: ArrayBuffer[]): T => structuredClone(message, { transfer });

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

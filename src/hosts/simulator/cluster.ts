/**
 * A whole cluster in one thread: coordinator, subtasks and the lines between them, in virtual time. One seed decides
 * every delay, so a run can be repeated event by event. The outside world is asked between two events, while virtual
 * time stands still.
 */
import { present } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import { compileFunction } from '../../connectors/functions.ts';
import { ResourceReaders } from '../../connectors/reader.ts';
import { Coordinator } from '../../engine/coordinator/coordinator.ts';
import type { ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import { operatorTable } from '../../engine/operators/list.ts';
import type { UserFunction } from '../../engine/task/operator.ts';
import { allResults } from '../../engine/task/results.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type {
  CoordinatorCommand,
  CoordinatorEffect,
  CoordinatorMessage,
  SubtaskEffect,
  SubtaskPlan,
} from '../../engine/wire/messages.ts';
import type { JobState, Report } from '../../engine/wire/reports.ts';
import { isTerminal } from '../../engine/wire/reports.ts';
import type { Request } from '../../engine/wire/requests.ts';
import type { RunRequest } from '../host.ts';
import { Chance } from './chance.ts';
import { Fingerprint } from './fingerprint.ts';
import { Schedule } from './schedule.ts';
import { TaskProcess } from './task-process.ts';
import type { ProcessSurroundings } from './task-process.ts';

export interface ClusterOptions {
  readonly seed: number;
  /** Gets every report, in the order in which things happened. */
  readonly onReport: (report: Report) => void;
  /** One line per event, for comparing two runs. */
  readonly onEvent?: (line: string) => void;
}

interface Asked {
  readonly process: TaskProcess;
  readonly request: number;
  readonly body: Request;
  readonly at: ProcessingTimeMs;
}

/** Usual and rare delays of a message, of a Worker's start and of the outside world, in ms. */
const messageMs = 0.3;
const slowMessageMs = 15;
const slowMessageRarity = 20;
const bootMs = { least: 5, most: 40 };
const answerMs = { usual: 1, slow: 50, rarity: 10 };

export class Cluster {
  private readonly chance: Chance;
  private readonly schedule: Schedule;
  private readonly coordinator = new Coordinator();
  private readonly processes = new Map<SubtaskId, TaskProcess>();
  private readonly receivers = new Map<ChannelId, SubtaskId>();
  private readonly senders = new Map<ChannelId, SubtaskId>();
  private readonly fingerprints = new Fingerprint();
  private readonly readers: ResourceReaders;
  private readonly options: ClusterOptions;
  private readonly around: ProcessSurroundings;
  private asked: Asked[] = [];
  private linkLatencyMs = 0;
  private tick = 0;
  private progressAt = 0;
  /** Records that each subtask's operators took in and gave out, as last heard. */
  private readonly moved = new Map<SubtaskId, number>();
  steps = 0;

  constructor(request: RunRequest, options: ClusterOptions) {
    this.options = options;
    this.chance = new Chance(options.seed);
    this.schedule = new Schedule(this.chance);
    this.readers = new ResourceReaders(request.resources);
    for (const channel of request.plan.channels) {
      this.receivers.set(channel.id, channel.to);
      this.senders.set(channel.id, channel.from);
    }
    this.around = {
      schedule: this.schedule,
      chance: this.chance,
      services: { operators: operatorTable, compile, results: allResults },
      carryOut: (process, effects, endedAt) => {
        for (const effect of effects) this.carryOut(process, effect, endedAt);
      },
    };
    this.command({ kind: 'run', plan: request.plan, pace: request.pace });
  }

  get state(): JobState {
    return this.coordinator.state;
  }

  get ended(): boolean {
    return isTerminal(this.coordinator.state);
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
    this.tell({ kind: 'command', command });
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
    const { asked } = this;
    this.asked = [];
    for (const { process, request, body, at } of asked) {
      const answer = await this.readers.answer(body);
      const arrival = at + this.chance.delay(answerMs.usual, answerMs.slow, answerMs.rarity);
      this.schedule.onJobClock(arrival, `answer ${process.id} ${request}`, () => {
        this.progress();
        process.deliver({ kind: 'answer', request, answer });
      });
    }
  }

  dispose(): void {
    this.readers.dispose();
    for (const process of this.processes.values()) process.terminate();
  }

  // Coordinator

  private tell(message: CoordinatorMessage): void {
    for (const effect of this.coordinator.step(message, this.schedule.hostNow)) this.obey(effect);
  }

  private obey(effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case 'deploy':
        for (const plan of effect.plans) this.boot(plan);
        break;
      case 'command':
        this.onCommand(effect);
        break;
      case 'ping':
        this.ping(effect.subtask);
        break;
      case 'terminate':
        this.processes.get(effect.subtask)?.terminate();
        break;
      case 'wake':
        this.wakeCoordinator(effect.at);
        break;
      case 'report':
        this.report(effect.report);
        break;
    }
  }

  private boot(plan: SubtaskPlan): void {
    const process = new TaskProcess(structuredClone(plan), this.around);
    this.processes.set(plan.id, process);
    this.toCoordinator(process, { kind: 'deployed', subtask: plan.id }, this.chance.between(bootMs.least, bootMs.most));
  }

  private onCommand({ subtask, command }: Extract<CoordinatorEffect, { kind: 'command' }>): void {
    const process = present(this.processes.get(subtask), `the process of ${subtask}`);
    const arrival = process.commands.arrival(this.schedule.hostNow, this.messageDelay());
    this.schedule.onHostClock(arrival, `command ${subtask} ${command.kind}`, () =>
      process.command({ kind: 'command', command }),
    );
  }

  private ping(subtask: SubtaskId): void {
    const process = present(this.processes.get(subtask), `the process of ${subtask}`);
    this.toCoordinator(process, { kind: 'heartbeat', subtask }, 2 * this.messageDelay());
  }

  private wakeCoordinator(at: ProcessingTimeMs): void {
    const tick = ++this.tick;
    this.schedule.onHostClock(at, 'tick', () => {
      if (tick === this.tick) this.tell({ kind: 'tick' });
    });
  }

  private toCoordinator(process: TaskProcess, message: CoordinatorMessage, delayMs: number): void {
    const arrival = process.answers.arrival(this.schedule.hostNow, delayMs);
    this.schedule.onHostClock(arrival, `${message.kind} ${process.id}`, () => {
      if (process.alive) this.tell(message);
    });
  }

  // Subtasks

  private carryOut(process: TaskProcess, effect: SubtaskEffect, endedAt: ProcessingTimeMs): void {
    switch (effect.kind) {
      case 'send':
        this.send(process, effect.channel, effect.buffer, endedAt);
        break;
      case 'credit':
        this.credit(process, effect.channel, effect.grant, endedAt);
        break;
      case 'request':
        this.asked.push({ process, request: effect.request, body: effect.body, at: endedAt });
        break;
      case 'continue':
        process.runAgain();
        break;
      case 'wake':
        process.wake(effect.at);
        break;
      case 'report':
        this.report(effect.report);
        break;
      case 'state': {
        this.progress();
        const message = { kind: 'task-state', subtask: process.id, state: effect.state } as const;
        const { failure } = effect;
        this.toCoordinator(process, failure === undefined ? message : { ...message, failure }, this.messageDelay());
        break;
      }
    }
  }

  private send(process: TaskProcess, channel: ChannelId, buffer: WireBuffer, sentAt: ProcessingTimeMs): void {
    this.progress();
    const receiver = this.process(this.receivers, channel);
    const copy = posted(buffer, buffer.segment === null ? [] : [buffer.segment]);
    const arrival = process.link(channel).arrival(sentAt, this.linkLatencyMs + this.messageDelay());
    this.schedule.onJobClock(arrival, `buffer ${channel} ${copy.sequence} ${copy.rows}`, () =>
      receiver.deliver({ kind: 'buffer', channel, buffer: copy }),
    );
  }

  private credit(process: TaskProcess, channel: ChannelId, grant: CreditGrant, sentAt: ProcessingTimeMs): void {
    this.progress();
    const sender = this.process(this.senders, channel);
    const copy = posted(grant, [...grant.segments]);
    const arrival = process.link(channel).arrival(sentAt, this.messageDelay());
    this.schedule.onJobClock(arrival, `credit ${channel} ${copy.credits}`, () =>
      sender.deliver({ kind: 'credit', channel, grant: copy }),
    );
  }

  private process(ends: ReadonlyMap<ChannelId, SubtaskId>, channel: ChannelId): TaskProcess {
    const id = present(ends.get(channel), `an end of channel ${channel}`);
    return present(this.processes.get(id), `the process of ${id}`);
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
}

/** As `postMessage` does it: the receiver gets a copy, and what is transferred is gone for the sender. */
const posted = <T>(message: T, transfer: ArrayBuffer[]): T => structuredClone(message, { transfer });

function compile(source: string): UserFunction {
  const compiled = compileFunction(source);
  if (!compiled.ok) throw compiled.error;
  return compiled.value;
}

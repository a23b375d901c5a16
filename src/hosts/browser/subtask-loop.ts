/**
 * The event loop around one subtask in its Worker: messages in, effects out. What a step sends is posted right after it,
 * one message per channel, so that the neighbours work meanwhile (measured: a third more records than posting by the
 * turn). A turn takes one message, or goes on with the subtask's own work for at most `turnMs`; then the loop returns to
 * the Worker's queue, so buffers, credits, commands and pings come in fairly.
 */
import { present } from '../../base/assert.ts';
import type { ChannelId } from '../../engine/graph/plan.ts';
import type { Subtask } from '../../engine/task/subtask.ts';
import type { TaskFaults } from '../../engine/wire/task-faults.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type { SubtaskCommand, SubtaskEffect, SubtaskMessage } from '../../engine/wire/messages.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { Answer, Request } from '../../engine/wire/requests.ts';
import { DelayLine } from './delay-line.ts';
import { FaultGate } from './fault-gate.ts';
import type { CoordinatorToSubtask, SaidEffect, SubtaskAssignment, SubtaskToCoordinator } from './protocol.ts';
import { ResultsThrottle } from './results-throttle.ts';
import { Alarm, SharedClock } from './shared-clock.ts';
import { buffersTransfer, grantTransfer, reportsTransfer } from './transfers.ts';

/** Long enough that going back to the queue costs little beside it, short enough that credits are taken in in time. */
const turnMs = 1;
/** Results and other reports go to the coordinator at most this often. */
const resultsIntervalMs = 100;
const reportsIntervalMs = 16;

/** Answers requests to the outside world. Rejects only for a bug, which ends the Worker. */
export type Answerer = (request: Request) => Promise<Answer>;

type Post<M> = (message: M, transfer: ArrayBuffer[]) => void;

interface Upstream {
  readonly line: DelayLine<readonly WireBuffer[]>;
  readonly post: Post<CreditGrant>;
  grant: { credits: number; segments: ArrayBuffer[] } | null;
}

interface Downstream {
  readonly post: Post<readonly WireBuffer[]>;
  buffers: WireBuffer[];
}

export class SubtaskLoop {
  private readonly subtask: Subtask;
  private readonly answer: Answerer;
  private readonly crash: (error: unknown) => void;
  private readonly clock = new SharedClock();
  private readonly tell: Post<SubtaskToCoordinator>;
  private readonly upstream = new Map<ChannelId, Upstream>();
  private readonly downstream = new Map<ChannelId, Downstream>();
  private readonly results = new ResultsThrottle();
  private readonly gate: FaultGate;
  private reports: Report[] = [];
  private readonly again: MessagePort;
  private againPosted = false;
  private wantsRun = false;
  private readonly wake = new Alarm(this.clock, () => this.run());
  private reportTimer: ReturnType<typeof setTimeout> | null = null;
  private reportsSentAt = Number.NEGATIVE_INFINITY;
  private resultsSentAt = Number.NEGATIVE_INFINITY;

  /** `makeSubtask` gets the faults that act inside of it. */
  constructor(
    makeSubtask: (faults: TaskFaults) => Subtask,
    assignment: SubtaskAssignment,
    answer: Answerer,
    crash: (error: unknown) => void,
  ) {
    this.tell = poster(assignment.coordinator);
    this.gate = new FaultGate(assignment.deployment, {
      tell: (message) => {
        this.sendReports(true);
        this.tell(message, []);
      },
      deliver: (message) => this.deliver(message),
      carryOut: (effect) => this.carryOut(effect),
      carryOutLate: (effects) => {
        for (const effect of effects) this.carryOut(effect);
        this.post();
        this.endTurn();
      },
      answer: (request, answered) => queueMicrotask(() => this.step({ kind: 'answer', request, answer: answered })),
    });
    this.subtask = makeSubtask(this.gate.injector.task);
    this.crash = crash;
    this.answer = answer;
    const self = new MessageChannel();
    this.again = self.port2;
    self.port1.onmessage = () => {
      this.againPosted = false;
      this.run();
    };
    for (const [channel, port] of assignment.inputs) this.connectInput(channel, port);
    for (const [channel, port] of assignment.outputs) this.connectOutput(channel, port);
    assignment.coordinator.onmessage = (event: MessageEvent<CoordinatorToSubtask>) => this.onCoordinator(event.data);
    this.tell({ kind: 'deployed' }, []);
  }

  private connectInput(channel: ChannelId, port: MessagePort): void {
    const line = new DelayLine<readonly WireBuffer[]>(this.clock, (buffers) => {
      for (const buffer of buffers) this.step({ kind: 'buffer', channel, buffer });
      this.endTurn();
    });
    this.upstream.set(channel, { line, post: poster(port), grant: null });
    port.onmessage = (event: MessageEvent<readonly WireBuffer[]>) => line.push(event.data);
  }

  private connectOutput(channel: ChannelId, port: MessagePort): void {
    this.downstream.set(channel, { post: poster(port), buffers: [] });
    port.onmessage = (event: MessageEvent<CreditGrant>) => {
      this.step({ kind: 'credit', channel, grant: event.data });
      this.endTurn();
    };
  }

  private onCoordinator(message: CoordinatorToSubtask): void {
    if (this.gate.dead) return;
    switch (message.kind) {
      case 'ping':
        this.tell({ kind: 'heartbeat' }, []);
        break;
      case 'arm':
        this.gate.injector.arm(message.fault);
        break;
      case 'use-up':
        this.gate.injector.useUp(message.fault);
        break;
      case 'disarm':
        this.gate.injector.disarm(message.fault);
        break;
      case 'command':
        this.onCommand(message);
        break;
      case 'inspect': {
        const { request, query } = message;
        this.tell({ kind: 'inspected', request, answer: this.subtask.inspect(query, this.clock.now()) }, []);
        break;
      }
    }
  }

  private onCommand(message: Extract<CoordinatorToSubtask, { kind: 'command' }>): void {
    this.clock.follow(message.clock);
    this.wake.rearm();
    this.followPace(message.command);
    this.step({ kind: 'command', command: message.command });
    this.endTurn();
  }

  private followPace(command: SubtaskCommand): void {
    for (const { line } of this.upstream.values()) {
      if (command.kind === 'pace') line.setLatency(command.pace.linkLatencyMs);
      line.rearm();
    }
  }

  /** A turn of the subtask's own work. */
  private run(): void {
    const startedAt = performance.now();
    do {
      this.wantsRun = false;
      this.step({ kind: 'run' });
    } while (this.wantsRun && performance.now() - startedAt < turnMs);
    this.endTurn();
  }

  private step(message: SubtaskMessage): void {
    this.gate.onMessage(message, this.clock.now());
  }

  private deliver(message: SubtaskMessage): void {
    const startedAt = this.clock.now();
    const effects = this.subtask.step(message, startedAt);
    this.subtask.stepped(startedAt, this.clock.now());
    for (const effect of effects) this.gate.onEffect(effect, startedAt);
    this.post();
  }

  private carryOut(effect: SubtaskEffect): void {
    switch (effect.kind) {
      case 'send':
        present(this.downstream.get(effect.channel), `output channel ${effect.channel}`).buffers.push(effect.buffer);
        break;
      case 'credit':
        this.giveBack(effect.channel, effect.grant);
        break;
      case 'request':
        this.request(effect.request, effect.body).catch(this.crash);
        break;
      case 'continue':
        this.wantsRun = true;
        break;
      case 'wake':
        this.wake.set(effect.at);
        break;
      case 'report':
        if (effect.report.kind === 'results') this.results.add(effect.report);
        else this.reports.push(effect.report);
        break;
      case 'state':
      case 'offsets':
      case 'report-watermark':
      case 'end-of-data':
      case 'acknowledge':
      case 'decline':
        this.say(effect);
        break;
    }
  }

  private giveBack(channel: ChannelId, grant: CreditGrant): void {
    const upstream = present(this.upstream.get(channel), `input channel ${channel}`);
    upstream.grant ??= { credits: 0, segments: [] };
    upstream.grant.credits += grant.credits;
    upstream.grant.segments.push(...grant.segments);
  }

  private async request(request: number, body: Request): Promise<void> {
    const answer = await this.answer(body);
    this.step({ kind: 'answer', request, answer });
    this.endTurn();
  }

  private endTurn(): void {
    this.scheduleReports();
    if (!this.wantsRun || this.againPosted) return;
    this.againPosted = true;
    this.again.postMessage(null);
  }

  private post(): void {
    this.postBuffers();
    this.postGrants();
  }

  private postBuffers(): void {
    for (const downstream of this.downstream.values()) {
      if (downstream.buffers.length === 0) continue;
      const { buffers } = downstream;
      downstream.buffers = [];
      downstream.post(buffers, buffersTransfer(buffers));
    }
  }

  private postGrants(): void {
    for (const upstream of this.upstream.values()) {
      const { grant } = upstream;
      if (grant === null) continue;
      upstream.grant = null;
      upstream.post(grant, grantTransfer(grant));
    }
  }

  /** Waits for nothing, and nothing that came before is left behind. */
  private say(effect: SaidEffect): void {
    if (effect.kind !== 'offsets' && effect.kind !== 'report-watermark') this.sendReports(true);
    this.tell({ kind: 'said', effect }, []);
  }

  private scheduleReports(): void {
    if (this.reportTimer !== null) return;
    const due = Math.min(
      this.reports.length === 0 ? Number.POSITIVE_INFINITY : this.reportsSentAt + reportsIntervalMs,
      this.results.empty ? Number.POSITIVE_INFINITY : this.resultsSentAt + resultsIntervalMs,
    );
    if (due === Number.POSITIVE_INFINITY) return;
    const wait = due - performance.now();
    if (wait <= 0) this.sendReports(false);
    else this.reportTimer = setTimeout(this.onReportTimer, wait);
  }

  private readonly onReportTimer = (): void => {
    this.reportTimer = null;
    this.sendReports(false);
    this.scheduleReports();
  };

  private sendReports(all: boolean): void {
    const now = performance.now();
    const { reports } = this;
    this.reports = [];
    if (!this.results.empty && (all || now - this.resultsSentAt >= resultsIntervalMs)) {
      this.resultsSentAt = now;
      reports.push(...this.results.take());
    }
    if (reports.length === 0) return;
    this.reportsSentAt = now;
    this.tell({ kind: 'reports', reports }, reportsTransfer(reports));
  }
}

/** Posts to a port whatever user code does to MessagePort's prototype later. */
function poster<M>(port: MessagePort): Post<M> {
  const post = port.postMessage.bind(port);
  return (message, transfer) => post(message, transfer);
}

/**
 * A subtask as a step function: `step(message, now) → effects`. It takes in buffers, credits, answers and commands, does
 * a bounded portion of work, and says what its host must carry out. No clock, no randomness, no promise.
 *
 * Order of work within a step: a watermark that is under way, processing-time timers, then input in turn of arrival, or
 * the source. Nothing is taken in while an output is blocked: that is how backpressure travels upstream.
 */
import { present } from '../../base/assert.ts';
import { MAX_EVENT_TIME, processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ChannelId } from '../graph/plan.ts';
import { TimerQueue } from '../time/timers.ts';
import { WatermarkValve } from '../time/watermark-valve.ts';
import type { StreamEvent, WireBuffer } from '../wire/buffer.ts';
import { BufferReader } from '../wire/codec.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { Failure } from '../wire/failures.ts';
import type {
  Deployment,
  Occupation,
  Pace,
  SubtaskCommand,
  SubtaskEffect,
  SubtaskMessage,
  SubtaskPlan,
} from '../wire/messages.ts';
import type { TaskFaults } from '../wire/task-faults.ts';
import type { LogLevel, SubtaskGauges, TaskState } from '../wire/reports.ts';
import type { Request } from '../wire/requests.ts';
import { connectNodes, contextFor, definitionOf, keyedStateFor } from './assemble.ts';
import type { Surroundings } from './assemble.ts';
import { BusyMeter } from './busy-meter.ts';
import { Chain } from './chain.ts';
import type { ChainNode } from './chain.ts';
import { InputGate } from './input-gate.ts';
import type { InputElement } from './input-gate.ts';
import type { OperatorTable, UserFunction } from './operator.ts';
import { OutputChannel } from './output-channel.ts';
import { allResults, Results } from './results.ts';
import type { ResultLimits } from './results.ts';
import { SourceDriver } from './source-driver.ts';
import { sourceTiming } from './source-timing.ts';
import { edgeTracing, Tracer } from './tracer.ts';
import type { EdgeTracing } from './tracer.ts';

export interface SubtaskServices {
  readonly operators: OperatorTable;
  /** Turns function text into a function; throws a CompileError. */
  compile(source: string): UserFunction;
  /** How sinks hand out records; default: all of them, at once. */
  readonly results?: ResultLimits;
  /** Faults that act inside the task; default: none. */
  readonly faults?: Partial<TaskFaults>;
}

/** One step processes about this many records before the host posts what came of them: a full buffer. */
const recordsPerStep = 2048;
const elementsPerStep = 64;
const reportIntervalMs = 100;
/** Simulated work is done in portions of about this length, so that the picture keeps moving. */
const costPortionMs = 10;
const logsPerReportMax = 50;

export class Subtask {
  readonly plan: SubtaskPlan;
  readonly attempt: number;
  /** What it is waiting for, or that it is at work, since the last step. */
  occupation: Occupation = 'idle';
  private state: TaskState = 'created';
  private now: ProcessingTimeMs = processingTime(0);
  private effects: SubtaskEffect[] = [];
  private pace: Pace | null = null;
  private busyUntil = Number.NEGATIVE_INFINITY;
  private nextReportAt = Number.NEGATIVE_INFINITY;
  private nextOwnWatermarkAt = Number.NEGATIVE_INFINITY;
  private askedWake = Number.POSITIVE_INFINITY;
  private requests = 0;
  private logs = 0;
  private recordsInStep = 0;
  /** The input is used up; what remains is to end the stream and to drain. */
  private ending = false;
  private closed = false;
  private readonly services: SubtaskServices;
  private readonly meter = new BusyMeter();
  private readonly timers = new TimerQueue();
  private readonly tracer = new Tracer();
  private readonly results: Results;
  private readonly outputs: OutputChannel[] = [];
  private readonly outputById = new Map<ChannelId, OutputChannel>();
  private readonly tracing = new Map<OutputChannel, EdgeTracing>();
  private readonly gate: InputGate;
  private readonly valve: WatermarkValve;
  private chain: Chain | null = null;
  private driver: SourceDriver | null = null;
  private readonly costPerRecord: number;

  constructor(deployment: Deployment, services: SubtaskServices) {
    const { plan, attempt } = deployment;
    this.plan = plan;
    this.attempt = attempt;
    this.services = services;
    this.results = new Results(plan.id, attempt, services.results ?? allResults);
    const inputs = plan.inputs.flatMap(({ edge, channels }) => {
      const reader = new BufferReader(edge.type.schema);
      return channels.map((id) => ({ id, port: edge.toPort, reader }));
    });
    this.gate = new InputGate(inputs, plan.settings.buffersPerChannel, (channel, sequence) =>
      this.tracer.consumed(channel, sequence, this.now),
    );
    this.valve = new WatermarkValve(inputs.length);
    this.costPerRecord = plan.vertex.operators.reduce((sum, operator) => sum + operator.costMs, 0);
  }

  /** Takes a message in, works a portion, and returns what the host must do, in order. */
  step(message: SubtaskMessage, now: ProcessingTimeMs): SubtaskEffect[] {
    this.now = processingTime(Math.max(this.now, now));
    this.meter.spend(this.occupation, this.now);
    this.effects = [];
    try {
      this.take(message);
      if (this.running) this.work();
      else this.occupation = 'idle';
      if (this.state === 'running') this.settle();
    } catch (error) {
      this.fail(error);
    }
    return this.effects;
  }

  /** The host says how long a step took by its clock: that time was busy. */
  stepped(startedAt: ProcessingTimeMs, endedAt: ProcessingTimeMs): void {
    this.meter.spend('busy', processingTime(Math.max(startedAt, endedAt)));
  }

  gauges(): SubtaskGauges {
    const { busy, idle, backpressured } = this.meter.totals;
    const operators = this.chain?.gauges() ?? [];
    const inputs = this.gate.gauges(this.valve);
    const outputs = this.outputs.map((channel) => channel.gauges());
    return {
      busyMs: busy,
      idleMs: idle,
      backpressuredMs: backpressured,
      recordsIn: operators[0]?.recordsIn ?? 0,
      recordsOut: this.chain?.nodes.reduce((sum, node) => sum + leaving(node), 0) ?? 0,
      watermark: this.chain?.head[this.driver === null ? 'watermark' : 'outputWatermark'] ?? this.valve.watermark,
      idle: this.driver === null ? this.valve.idle : this.driver.isIdle,
      operators,
      inputs,
      outputs,
    };
  }

  private get running(): boolean {
    return this.state === 'running' && this.pace?.paused !== true;
  }

  private take(message: SubtaskMessage): void {
    switch (message.kind) {
      case 'command':
        this.obey(message.command);
        break;
      case 'buffer':
        if (!this.ended) this.gate.receive(message.channel, message.buffer);
        break;
      case 'credit':
        if (!this.ended) this.outputById.get(message.channel)?.grant(message.grant);
        break;
      case 'answer':
        this.driver?.onAnswer(message.request, message.answer);
        break;
      case 'run':
        // The wake-up may have come a little early: ask again.
        this.askedWake = Number.POSITIVE_INFINITY;
        break;
    }
  }

  private obey(command: SubtaskCommand): void {
    if (this.ended) return;
    switch (command.kind) {
      case 'start':
        this.start();
        break;
      case 'pace':
        this.pace = command.pace;
        this.driver?.setPace(command.pace.recordsPerSecond, this.now);
        break;
      case 'stop':
        this.driver?.stop();
        break;
      case 'cancel':
        this.end('cancelled');
        break;
    }
  }

  private get ended(): boolean {
    return this.state === 'finished' || this.state === 'cancelled' || this.state === 'failed';
  }

  private start(): void {
    const around = this.surroundings();
    const nodes = connectNodes(around, (output, index) => this.openChannel(output, index));
    const keyedState = keyedStateFor(this.plan);
    this.chain = new Chain(nodes, this.timers, keyedState, () => this.now);
    for (const node of nodes) this.makeOperator(node, around, keyedState);
    if (this.pace !== null) this.driver?.setPace(this.pace.recordsPerSecond, this.now);
    this.state = 'running';
    this.effects.push({ kind: 'state', state: 'running' });
  }

  private makeOperator(node: ChainNode, around: Surroundings, keyedState: ReturnType<typeof keyedStateFor>): void {
    const definition = definitionOf(this.services.operators, node.planned.kind);
    const context = contextFor(node, around, keyedState);
    const params = definition.params.parse(node.planned.params);
    if (definition.role === 'transform') {
      node.operator = definition.create(params, context);
      return;
    }
    const status = (event: Extract<StreamEvent, { kind: 'idle' | 'active' }>): void => this.chain?.status(event);
    const watermark = (time: typeof MAX_EVENT_TIME): void => this.letThrough(time);
    const source = definition.create(params, context, {
      watermark,
      idle: () => status({ kind: 'idle' }),
      active: () => status({ kind: 'active' }),
    });
    const timing = sourceTiming(definition.ownWatermarks === true ? {} : params, this.plan);
    const driver = new SourceDriver(source, timing, { watermark, status });
    for (const port of node.ports) port.observer = (batch) => driver.observe(batch);
    this.driver = driver;
  }

  private openChannel(output: SubtaskPlan['outputs'][number], index: number): OutputChannel {
    const id = present(output.channels[index], 'a channel of the edge');
    const channel = new OutputChannel(id, output.edge.type.schema, this.plan.settings, (from, buffer) =>
      this.send(from, buffer),
    );
    this.outputs.push(channel);
    this.outputById.set(id, channel);
    this.tracing.set(channel, edgeTracing(output.edge));
    return channel;
  }

  private surroundings(): Surroundings {
    return {
      plan: this.plan,
      attempt: this.attempt,
      operators: this.services.operators,
      timers: this.timers,
      compile: (source) => this.services.compile(source),
      now: () => this.now,
      log: (level, text, node) => this.log(level, text, node),
      result: (node, batch, transaction) => this.results.add(node, batch, transaction),
      request: (body) => this.request(body),
    };
  }

  private send(channel: OutputChannel, buffer: WireBuffer): void {
    this.tracer.sent(channel.id, present(this.tracing.get(channel), 'tracing of a channel'), buffer, this.now);
    this.effects.push({ kind: 'send', channel: channel.id, buffer });
  }

  private request(body: Request): number {
    const request = this.requests++;
    this.effects.push({ kind: 'request', request, body });
    return request;
  }

  private log(level: LogLevel, text: string, node: NodeId): void {
    if (++this.logs > logsPerReportMax) return;
    const report = { kind: 'log', at: this.now, level, text, node, subtask: this.plan.id } as const;
    this.effects.push({ kind: 'report', report });
  }

  private get outputsAvailable(): boolean {
    for (const output of this.outputs) if (!output.available) return false;
    return true;
  }

  /** Works until the portion is done, the output is blocked, simulated work takes its time, or nothing is left. */
  private work(): void {
    const chain = this.chain as Chain;
    this.recordsInStep = 0;
    for (let elements = 0; elements < elementsPerStep && this.recordsInStep < recordsPerStep; elements++) {
      if (this.busyUntil > this.now) return this.rest('busy');
      if (!this.outputsAvailable) {
        this.driver?.blocked(this.now);
        return this.rest('backpressured');
      }
      if (!this.workOnce(chain)) return this.rest('idle');
      this.busyUntil = Math.max(this.busyUntil, this.now) + chain.takeCost();
    }
    this.occupation = 'busy';
    if (this.busyUntil <= this.now) this.effects.push({ kind: 'continue' });
  }

  private rest(occupation: Occupation): void {
    this.occupation = occupation;
  }

  /** One unit of work; false when there is none. */
  private workOnce(chain: Chain): boolean {
    if (chain.advancing) {
      chain.resume();
      return true;
    }
    if (this.ending) return this.close(chain);
    if (chain.fireProcessingTimer()) return true;
    if (this.ownWatermarksDue(chain)) return true;
    return this.driver === null ? this.workInput(chain) : this.workSource(this.driver);
  }

  private workInput(chain: Chain): boolean {
    const element = this.gate.take(this.portion());
    if (element === null) return false;
    this.process(element, chain);
    this.gate.release();
    return true;
  }

  private process(element: InputElement, chain: Chain): void {
    if (element.kind === 'records') {
      this.recordsInStep += element.batch.length;
      chain.head.process(element.batch, element.port);
    } else this.onEvent(element.event, element.channel, chain);
  }

  private onEvent(event: StreamEvent, channel: number, chain: Chain): void {
    if (event.kind === 'end') {
      this.gate.markEnded(channel);
      if (this.gate.allEnded) this.ending = true;
      return;
    }
    if (event.kind === 'barrier' || event.kind === 'cancel-barrier') return;
    const out =
      event.kind === 'watermark'
        ? this.valve.onWatermark(channel, event.time)
        : this.valve.onStatus(channel, event.kind);
    if (out.watermark !== null) chain.advance(out.watermark);
    // A status follows the watermark that it lets through, which here has at most timers of the head before it.
    if (out.status !== null) {
      while (chain.advancing) chain.resume();
      chain.status({ kind: out.status });
    }
  }

  private workSource(driver: SourceDriver): boolean {
    const outcome = driver.poll(Math.min(this.portion(), this.plan.settings.bufferRecords), this.now);
    if (outcome === 'ended') {
      this.ending = true;
      this.letThrough(MAX_EVENT_TIME);
    }
    return outcome !== 'waiting';
  }

  /** A source's watermark goes through at once: behind a source there is no keyed operator that could hold much. */
  private letThrough(time: typeof MAX_EVENT_TIME): void {
    const chain = this.chain as Chain;
    chain.advance(time);
    while (chain.advancing) chain.resume();
  }

  private ownWatermarksDue(chain: Chain): boolean {
    if (!chain.hasOwnWatermarks || this.nextOwnWatermarkAt > this.now) return false;
    this.nextOwnWatermarkAt = this.now + this.plan.settings.watermarkIntervalMs;
    chain.refreshOwnWatermarks();
    return true;
  }

  /** The final watermark is through: ends the stream, once. */
  private close(chain: Chain): boolean {
    if (this.closed) return false;
    this.closed = true;
    chain.finish();
    for (const output of this.outputs) output.event({ kind: 'end' }, this.now);
    return true;
  }

  /** Records to take at once: few when simulated work makes each take long. */
  private portion(): number {
    const room = recordsPerStep - this.recordsInStep;
    if (this.costPerRecord === 0) return Math.max(1, room);
    return Math.max(1, Math.floor(costPortionMs / this.costPerRecord));
  }

  /** After the work: flush what is due, give credits back, report, and ask to be woken. */
  private settle(): void {
    for (const output of this.outputs) output.flushDue(this.now);
    for (const [channel, grant] of this.gate.takeGrants()) this.effects.push({ kind: 'credit', channel, grant });
    if (this.closed && this.outputs.every((output) => output.drained) && this.busyUntil <= this.now) {
      this.end('finished');
      return;
    }
    this.report(false);
    this.askToWake();
  }

  private report(final: boolean): void {
    const { effects } = this;
    if (final || this.results.dueAt() <= this.now) {
      for (const report of this.results.take(this.now)) effects.push({ kind: 'report', report });
    }
    const traces = this.tracer.take();
    if (traces.length > 0) effects.push({ kind: 'report', report: { kind: 'traces', subtask: this.plan.id, attempt: this.attempt, traces } });
    if (!final && this.now < this.nextReportAt) return;
    this.nextReportAt = this.now + reportIntervalMs;
    this.logs = 0;
    const gauges = this.gauges();
    effects.push({ kind: 'report', report: { kind: 'gauges', at: this.now, subtask: this.plan.id, attempt: this.attempt, gauges } });
  }

  private askToWake(): void {
    const at = this.wakeAt();
    if (at >= this.askedWake) return;
    this.askedWake = at;
    this.effects.push({ kind: 'wake', at: processingTime(at) });
  }

  private wakeAt(): number {
    let at = Math.min(this.nextReportAt, this.results.dueAt());
    for (const output of this.outputs) at = Math.min(at, output.flushAt() ?? at);
    if (this.pace?.paused === true) return at;
    if (this.busyUntil > this.now) return Math.min(at, this.busyUntil);
    if (this.occupation !== 'idle') return at;
    at = Math.min(at, this.timers.firstProcessing() ?? at);
    if (this.chain?.hasOwnWatermarks === true) at = Math.min(at, this.nextOwnWatermarkAt);
    return this.driver === null || this.ending ? at : Math.min(at, this.driver.nextAt());
  }

  private end(state: 'finished' | 'cancelled'): void {
    this.state = state;
    this.occupation = 'idle';
    this.report(true);
    this.effects.push({ kind: 'state', state });
  }

  private fail(error: unknown): void {
    const failure: Failure =
      error instanceof TaskFailure
        ? { ...error.failure, subtask: this.plan.id }
        : {
            code: 'internal',
            subtask: this.plan.id,
            details: { reason: error instanceof Error ? error.message : String(error), seed: this.plan.settings.seed },
            ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack.slice(0, 4000) } : {}),
          };
    this.state = 'failed';
    this.occupation = 'idle';
    this.report(true);
    this.effects.push({ kind: 'state', state: 'failed', failure });
  }
}

/** Records that leave the vertex at this node: over the network, or into a sink. */
function leaving(node: ChainNode): number {
  if (node.ports.length === 0) return node.recordsIn;
  return node.ports.reduce((sum, port) => sum + (port.edges.length > 0 ? port.records : 0), 0);
}

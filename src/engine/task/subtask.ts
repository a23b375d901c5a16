/**
 * A subtask as a step function: `step(message, now) → effects`. It takes in buffers, credits, answers and commands, does
 * a bounded portion of work, and says what its host must carry out. No clock, no randomness, no promise.
 *
 * Order of work within a step: a watermark that is under way, then barriers that overtake and triggers of checkpoints,
 * processing-time timers, and input in turn of arrival, or the source. Nothing is taken in while an output is blocked:
 * that is how backpressure travels upstream. Behind the work goes a portion of the snapshots that are being written.
 */
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import { tableOf } from '../graph/kind.ts';
import type { TableRule } from '../graph/kind.ts';
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
import type { InspectAnswer, InspectQuery } from '../wire/inspect.ts';
import type { SubtaskGauges, TaskState } from '../wire/reports.ts';
import { InputWatermarks } from '../time/input-watermarks.ts';
import { BusyMeter } from './busy-meter.ts';
import type { Chain, ChainNode } from './chain.ts';
import { Checkpointing } from './checkpointing.ts';
import { valveOfChannels } from './assemble.ts';
import { InputGate } from './input-gate.ts';
import { inspectKeyed, inspectOperators } from './inspection.ts';
import { Outputs } from './outputs.ts';
import { Reporting } from './reporting.ts';
import { Requests } from './requests.ts';
import { allResults, Results } from './results.ts';
import type { SourceDriver } from './source-driver.ts';
import { TaskStart } from './task-start.ts';
import type { SubtaskServices } from './task-start.ts';
import { Tracer } from './tracer.ts';
import { Work } from './work.ts';

export type { SubtaskServices } from './task-start.ts';

/** Without checkpoints: how often a source says how far it is. */
const offsetsIntervalMs = 100;

export class Subtask {
  readonly plan: SubtaskPlan;
  readonly attempt: number;
  /** What it is waiting for, or that it is at work, since the last step. */
  occupation: Occupation = 'idle';
  private state: TaskState = 'created';
  private now: ProcessingTimeMs = processingTime(0);
  private effects: SubtaskEffect[] = [];
  private pace: Pace | null = null;
  private askedWake = Number.POSITIVE_INFINITY;
  /** From the time it runs. */
  private work: Work | null = null;
  private saidEndOfData = false;
  private offsets = { at: Number.NEGATIVE_INFINITY, position: 0 };
  private readonly services: SubtaskServices;
  private readonly meter = new BusyMeter();
  private readonly requests: Requests;
  private readonly reporting: Reporting;
  private readonly outputs: Outputs;
  private readonly gate: InputGate;
  private readonly valve: InputWatermarks;
  private readonly checkpointing: Checkpointing;
  private readonly starting: TaskStart;

  constructor(deployment: Deployment, services: SubtaskServices) {
    const { plan, attempt } = deployment;
    this.plan = plan;
    this.attempt = attempt;
    this.services = services;
    const emit = (effect: SubtaskEffect): void => void this.effects.push(effect);
    const now = (): ProcessingTimeMs => this.now;
    const tracer = new Tracer();
    const results = new Results(plan.id, attempt, services.results ?? allResults, new Map(tablesIn(plan, services)));
    this.reporting = new Reporting(plan, attempt, results, tracer, emit);
    this.requests = new Requests(emit);
    this.outputs = new Outputs(plan, tracer, now, emit);
    const inputs = plan.inputs.flatMap(({ edge, channels }) => {
      const { schema } = edge.type;
      const reader = new BufferReader(schema);
      return channels.map((id) => ({ id, port: edge.toPort, schema, reader }));
    });
    this.gate = new InputGate(inputs, plan.settings.buffersPerChannel, {
      consumed: (channel, sequence) => tracer.consumed(channel, sequence, this.now),
      barrierCame: (channel, options) => this.checkpointing.barrierCame(channel, options),
      endCame: (channel) => this.checkpointing.endCame(channel),
    });
    this.valve = new InputWatermarks(valveOfChannels(plan, services.operators));
    this.starting = new TaskStart(deployment, services, {
      gate: this.gate,
      outputs: this.outputs,
      requests: this.requests,
      now,
      log: (level, text, node) => this.reporting.log(this.now, level, text, node),
      found: (issue, node) => this.reporting.found(this.now, issue, node),
      result: (node, batch, transaction) => results.add(node, batch, this.now, transaction),
      emit,
    });
    this.checkpointing = new Checkpointing(this.starting.checkpointSurroundings(this), inputs.length);
  }

  /** Takes a message in, works a portion, and returns what the host must do, in order. */
  step(message: SubtaskMessage, now: ProcessingTimeMs): SubtaskEffect[] {
    this.now = processingTime(Math.max(this.now, now));
    this.meter.spend(this.occupation, this.now);
    this.effects = [];
    try {
      this.take(message);
      this.occupation = this.paused ? 'idle' : (this.work?.run() ?? 'idle');
      if (this.state === 'running') this.settle();
    } catch (error) {
      this.fail(error);
    }
    return this.effects;
  }

  /** The host says how long a step took by its clock: that time was busy. Call it after every step. */
  stepped(startedAt: ProcessingTimeMs, endedAt: ProcessingTimeMs): void {
    this.meter.spend('busy', processingTime(Math.max(startedAt, endedAt)));
    this.checkpointing.stepped(startedAt, processingTime(Math.max(startedAt, endedAt)));
  }

  gauges(): SubtaskGauges {
    const { busy, idle, backpressured, aligning } = this.meter.totals;
    const { chain, driver } = this;
    const operators = chain?.gauges() ?? [];
    const [head, ...others] = operators;
    return {
      busyMs: busy,
      idleMs: idle,
      backpressuredMs: backpressured,
      recordsIn: head?.recordsIn ?? 0,
      recordsOut: chain?.nodes.reduce((sum, node) => sum + leaving(node), 0) ?? 0,
      watermark: chain?.head[driver === null ? 'watermark' : 'outputWatermark'] ?? this.valve.watermark,
      aligningMs: aligning,
      idle: driver === null ? this.valve.idle : chain?.idle === true,
      operators:
        driver === null || head === undefined ? operators : [{ ...head, position: driver.position }, ...others],
      inputs: this.gate.gauges(this.valve),
      outputs: this.outputs.gauges(),
      ...(driver === null ? {} : { source: driver.gauges }),
    };
  }

  /** A look from outside, between two steps. It is no step: nothing is worked on, changed or sent. */
  inspect(query: InspectQuery, now: ProcessingTimeMs): InspectAnswer {
    const { chain, state } = this;
    if (state !== 'running' || chain === null) return { kind: 'gone', state };
    const { keyedState, timers } = this.starting;
    try {
      return {
        kind: 'inspected',
        subtask: this.plan.id,
        attempt: this.attempt,
        at: processingTime(Math.max(this.now, now)),
        occupation: this.occupation,
        gauges: this.gauges(),
        keyed: keyedState === null ? null : inspectKeyed(chain.head, keyedState, timers, query),
        operators: query.operators === true ? inspectOperators(chain, this.driver, this.plan.index) : [],
      };
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  // What checkpoints ask

  /** Records processed so far. */
  get records(): number {
    return this.work?.records ?? 0;
  }

  get atEnd(): boolean {
    return this.work?.closed === true;
  }

  flushResults(): void {
    this.reporting.flushResults(this.now);
  }

  // Messages

  private get paused(): boolean {
    return this.state !== 'running' || this.pace?.paused === true;
  }

  private get ended(): boolean {
    return this.state === 'finished' || this.state === 'cancelled' || this.state === 'failed';
  }

  private get chain(): Chain | null {
    return this.starting.chain;
  }

  private get driver(): SourceDriver | null {
    return this.starting.driver;
  }

  private take(message: SubtaskMessage): void {
    if (this.ended) return;
    switch (message.kind) {
      case 'command':
        this.obey(message.command);
        break;
      case 'buffer':
        this.gate.receive(message.channel, message.buffer);
        break;
      case 'credit':
        this.outputs.grant(message.channel, message.grant);
        break;
      case 'answer':
        this.requests.answered(message.request, message.answer);
        break;
      case 'run':
        // The wake-up may have come a little early: ask again.
        this.askedWake = Number.POSITIVE_INFINITY;
        break;
    }
  }

  private obey(command: SubtaskCommand): void {
    switch (command.kind) {
      case 'start':
        this.start();
        break;
      case 'pace':
        this.pace = command.pace;
        this.driver?.setPace(command.pace.recordsPerSecond, this.now);
        break;
      case 'stop':
        this.starting.stop();
        break;
      case 'cancel':
        this.end('cancelled');
        break;
      case 'align':
        this.driver?.align(command.limit, this.now);
        break;
      case 'checkpoint':
        if (this.state === 'running') this.checkpointing.trigger(command.options);
        else this.checkpointing.notReady(command.options, this.state);
        break;
      case 'checkpoint-complete':
        this.checkpointing.complete(command.checkpoint);
        break;
      case 'checkpoint-aborted':
        this.checkpointing.abort(command.checkpoint);
        break;
      case 'inject':
        // The host's injector has heard it; what acts in here asks `services.faults`.
        break;
    }
  }

  private start(): void {
    const begun = this.starting.begin((restored) => this.run(restored));
    if (begun === 'restoring') {
      this.state = 'initializing';
      this.effects.push({ kind: 'state', state: 'initializing' });
    }
  }

  /** Everything is in place. */
  private run(chain: Chain): void {
    if (this.pace !== null) this.driver?.setPace(this.pace.recordsPerSecond, this.now);
    this.checkpointing.remember(this.starting.ownHandles);
    this.offsets.position = this.driver?.position ?? 0;
    this.state = 'running';
    this.effects.push({ kind: 'state', state: 'running' });
    const { plan, gate, valve, outputs, checkpointing, driver } = this;
    const { timers } = this.starting;
    const faults = this.services.faults ?? {};
    const emit = (effect: SubtaskEffect): void => void this.effects.push(effect);
    const now = (): ProcessingTimeMs => this.now;
    this.work = new Work({ plan, chain, driver, timers, gate, valve, outputs, checkpointing, faults, now, emit });
    if (this.starting.finished && plan.inputs.length === 0) this.work.endAtOnce();
  }

  // After the work

  /** Flush what is due, give credits back, go on with snapshots, report, and ask to be woken. */
  private settle(): void {
    this.outputs.flushDue();
    for (const [channel, grant] of this.gate.takeGrants()) this.effects.push({ kind: 'credit', channel, grant });
    const more = this.checkpointing.proceed();
    if (this.atEnd && this.mayFinish()) {
      this.end('finished');
      return;
    }
    if (more && this.effects.at(-1)?.kind !== 'continue') this.effects.push({ kind: 'continue' });
    this.tellOffsets();
    this.reporting.report(this.now, false, () => this.gauges(), this.chain?.nodes ?? []);
    this.askToWake();
  }

  /** Everything is sent, written and, where operators commit with checkpoints, committed by a last one. */
  private mayFinish(): boolean {
    const { chain, checkpointing } = this;
    if (chain === null || !this.outputs.drained || this.busyUntil > this.now) return false;
    const { checkpointMode, checkpointsAfterFinish } = this.plan.settings;
    if (checkpointMode !== 'off' && checkpointsAfterFinish && chain.commits) {
      if (!this.saidEndOfData) {
        this.saidEndOfData = true;
        this.effects.push({ kind: 'end-of-data' });
      }
      const { firstAtEnd, completedId } = checkpointing;
      if (firstAtEnd === null || completedId < firstAtEnd) return false;
    }
    return checkpointing.idle && !this.requests.pending && chain.ended;
  }

  private tellOffsets(): void {
    const { driver, offsets } = this;
    if (driver === null || this.plan.settings.checkpointMode !== 'off') return;
    if (driver.position === offsets.position || this.now < offsets.at + offsetsIntervalMs) return;
    this.offsets = { at: this.now, position: driver.position };
    this.effects.push({ kind: 'offsets', offsets: driver.snapshot() });
  }

  private askToWake(): void {
    const at = this.wakeAt();
    if (at >= this.askedWake) return;
    this.askedWake = at;
    this.effects.push({ kind: 'wake', at: processingTime(at) });
  }

  private wakeAt(): number {
    const at = Math.min(this.reporting.dueAt(), this.outputs.flushAt());
    if (this.pace?.paused === true) return at;
    if (this.busyUntil > this.now) return Math.min(at, this.busyUntil);
    const waits = this.occupation === 'idle' || this.occupation === 'aligning';
    const idleUntil = waits ? this.work?.idleUntil() : undefined;
    return Math.min(at, this.checkpointing.wakeAt(), idleUntil ?? at);
  }

  private get busyUntil(): number {
    return this.work?.busyUntil ?? Number.NEGATIVE_INFINITY;
  }

  // The end

  private end(state: 'finished' | 'cancelled'): void {
    this.state = state;
    this.occupation = 'idle';
    this.reporting.report(this.now, true, () => this.gauges(), this.chain?.nodes ?? []);
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
    this.reporting.report(this.now, true, () => this.gauges(), this.chain?.nodes ?? []);
    this.effects.push({ kind: 'state', state: 'failed', failure });
  }
}

/** Records that leave the vertex at this node: over the network, or into a sink. */
function leaving(node: ChainNode): number {
  if (node.ports.length === 0) return node.recordsIn;
  return node.ports.reduce((sum, port) => sum + (port.edges.length > 0 ? port.records : 0), 0);
}

/** Of the sinks in the chain that show a table, which. */
const tablesIn = ({ vertex }: SubtaskPlan, { operators }: SubtaskServices): [NodeId, TableRule][] =>
  vertex.operators.flatMap((planned): [NodeId, TableRule][] => {
    const table = tableOf(operators, planned);
    return table === null ? [] : [[planned.node, table]];
  });

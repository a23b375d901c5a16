/**
 * The processing of one subtask, in bounded portions: watermarks, timers, input or source, and what of checkpoints must
 * be done between two records. It ends the stream when the input is used up.
 */
import { MAX_EVENT_TIME } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId } from '../graph/plan.ts';
import type { TimerQueue } from '../time/timers.ts';
import type { InputWatermarks } from '../time/input-watermarks.ts';
import type { ValveOutput } from '../time/watermark-valve.ts';
import type { StreamEvent } from '../wire/buffer.ts';
import type { Occupation, SubtaskEffect, SubtaskPlan } from '../wire/messages.ts';
import { noSlowness } from '../wire/task-faults.ts';
import type { TaskFaults } from '../wire/task-faults.ts';
import type { Chain } from './chain.ts';
import type { Checkpointing } from './checkpointing.ts';
import type { InputElement, InputGate } from './input-gate.ts';
import type { Outputs } from './outputs.ts';
import type { SourceDriver } from './source-driver.ts';

/** One step processes about this many records before the host posts what came of them: a full buffer. */
const recordsPerStep = 2048;
const elementsPerStep = 64;
/** Simulated work is done in portions of about this length, so that the picture keeps moving. */
const costPortionMs = 10;

export interface WorkParts {
  readonly plan: SubtaskPlan;
  readonly chain: Chain;
  readonly driver: SourceDriver | null;
  readonly timers: TimerQueue;
  readonly gate: InputGate;
  readonly valve: InputWatermarks;
  readonly outputs: Outputs;
  readonly checkpointing: Checkpointing;
  readonly faults: Partial<TaskFaults>;
  now(): ProcessingTimeMs;
  emit(effect: SubtaskEffect): void;
}

export class Work {
  /** The stream has been ended. */
  closed = false;
  /** Simulated work takes until then. */
  busyUntil = Number.NEGATIVE_INFINITY;
  /** The input is used up; what remains is to end the stream and to drain. */
  private ending = false;
  private nextOwnWatermarkAt = Number.NEGATIVE_INFINITY;
  private recordsInStep = 0;
  private heldBack = false;
  private costPerRecord = 0;
  /** Records whose slowness by faults is accounted for. */
  private slowed: number;
  private readonly parts: WorkParts;
  private readonly plan: SubtaskPlan;
  private readonly chain: Chain;
  private readonly driver: SourceDriver | null;
  private readonly gate: InputGate;
  private readonly valve: InputWatermarks;
  private readonly outputs: Outputs;
  private readonly checkpointing: Checkpointing;
  private readonly faults: Partial<TaskFaults>;
  private readonly ownCost: number;

  constructor(parts: WorkParts) {
    this.parts = parts;
    this.plan = parts.plan;
    this.chain = parts.chain;
    this.driver = parts.driver;
    this.gate = parts.gate;
    this.valve = parts.valve;
    this.outputs = parts.outputs;
    this.checkpointing = parts.checkpointing;
    this.faults = parts.faults;
    this.ownCost = parts.plan.vertex.operators.reduce((sum, operator) => sum + operator.costMs, 0);
    this.slowed = this.records;
  }

  /** Records processed so far. */
  get records(): number {
    return this.driver?.position ?? this.chain.head.recordsIn;
  }

  /** There is no source and no input to wait for: the stream ends here at once. */
  endAtOnce(): void {
    this.ending = true;
    this.letThrough();
  }

  /** Works until the portion is done, the output is blocked, simulated work takes its time, or nothing is left. */
  run(): Occupation {
    const { chain } = this;
    this.recordsInStep = 0;
    this.costPerRecord = this.currentCost();
    for (let elements = 0; elements < elementsPerStep && this.recordsInStep < recordsPerStep; elements++) {
      if (this.busyUntil > this.now) return 'busy';
      if (!chain.advancing && this.checkpointing.urgent) {
        this.checkpointing.attend();
        continue;
      }
      if (this.isHeldBack(chain)) return 'backpressured';
      if (!this.workOnce(chain)) return this.driver?.aligning === true ? 'aligning' : 'idle';
      this.busyUntil = Math.max(this.busyUntil, this.now) + this.takeCost(chain);
    }
    return this.busyUntil > this.now ? 'busy' : this.goOn(chain);
  }

  /** Asks for another step only if it had something to do: at full speed that is one message less for every buffer. */
  private goOn(chain: Chain): Occupation {
    if (!this.checkpointing.urgent && !chain.advancing && !this.ending) {
      if (this.isHeldBack(chain)) return 'backpressured';
      if (this.driver === null && !this.gate.hasMore && this.idleUntil() > this.now) return 'idle';
    }
    this.parts.emit({ kind: 'continue' });
    return 'busy';
  }

  private isHeldBack(chain: Chain): boolean {
    const heldBack = !this.outputs.available || chain.blocked;
    if (heldBack) this.driver?.blocked(this.now);
    if (heldBack !== this.heldBack && chain.hasOwnWatermarks) chain.onBackpressure(heldBack);
    this.heldBack = heldBack;
    return heldBack;
  }

  /** One unit of work; false when there is none. */
  private workOnce(chain: Chain): boolean {
    if (chain.advancing) {
      chain.resume();
      return true;
    }
    if (this.ending) return this.close(chain) || this.workInput(chain);
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
      this.faults.beforeRecords?.(element.batch, chain.head.recordsIn);
      chain.head.process(element.batch, element.port);
    } else this.onEvent(element.event, element.channel, chain);
  }

  private onEvent(event: StreamEvent, channel: number, chain: Chain): void {
    switch (event.kind) {
      case 'watermark':
        chain.head.times?.channelRose(this.channelId(channel), event.time);
        this.onTime(this.valve.onWatermark(channel, event.time), chain);
        break;
      case 'idle':
      case 'active':
        chain.head.times?.status(this.channelId(channel), event.kind === 'idle');
        this.onTime(this.valve.onStatus(channel, event.kind), chain);
        break;
      case 'barrier':
        this.checkpointing.barrier(channel, event.options);
        break;
      case 'cancel-barrier':
        this.checkpointing.cancel(event.checkpoint);
        break;
      case 'end':
        this.gate.markEnded(channel);
        if (this.gate.allEnded) this.ending = true;
        this.checkpointing.end(channel);
        break;
    }
  }

  private channelId(channel: number): ChannelId {
    return (this.gate.channels[channel] as { readonly id: ChannelId }).id;
  }

  private onTime({ watermark, status }: ValveOutput, chain: Chain): void {
    if (watermark !== null) chain.advance(watermark);
    if (status === null) return;
    // A status follows the watermark that it lets through, which here has at most timers of the head before it.
    while (chain.advancing) chain.resume();
    chain.status({ kind: status });
  }

  private workSource(driver: SourceDriver): boolean {
    if (this.faults.stalled?.() === true) return false;
    const before = driver.position;
    const outcome = driver.poll(Math.min(this.portion(), this.plan.settings.bufferRecords), this.now);
    this.recordsInStep += driver.position - before;
    if (outcome === 'ended') {
      this.ending = true;
      this.letThrough();
    }
    return outcome === 'emitted' || outcome === 'ended';
  }

  private ownWatermarksDue(chain: Chain): boolean {
    if (!chain.hasOwnWatermarks || this.nextOwnWatermarkAt > this.now) return false;
    this.nextOwnWatermarkAt = this.now + this.plan.settings.watermarkIntervalMs;
    chain.onWatermarkInterval();
    return true;
  }

  /** The final watermark is through: ends the stream, once. */
  private close(chain: Chain): boolean {
    if (this.closed) return false;
    this.closed = true;
    chain.finish();
    this.outputs.event({ kind: 'end' });
    return true;
  }

  /** Records to take at once: few when simulated work makes each take long. */
  private portion(): number {
    const room = recordsPerStep - this.recordsInStep;
    if (this.costPerRecord === 0) return Math.max(1, room);
    return Math.max(1, Math.floor(costPortionMs / this.costPerRecord));
  }

  private currentCost(): number {
    const { factor, perRecordMs } = this.faults.slowness?.() ?? noSlowness;
    return this.ownCost * factor + perRecordMs;
  }

  /** Simulated work in ms since the last call, with what faults make of it. */
  private takeCost(chain: Chain): number {
    const cost = chain.takeCost();
    const slow = this.faults.slowness?.();
    if (slow === undefined) return cost;
    const before = this.slowed;
    this.slowed = this.records;
    return cost * slow.factor + (this.slowed - before) * slow.perRecordMs;
  }

  /** When there is something to do by the clock for a subtask that is idle. */
  idleUntil(): number {
    const { chain, driver } = this;
    // Behind the end neither timers fire nor watermarks go out: what was due by the clock is due for ever.
    if (this.ending) return Number.POSITIVE_INFINITY;
    let at = this.parts.timers.firstProcessing() ?? Number.POSITIVE_INFINITY;
    if (chain.hasOwnWatermarks) at = Math.min(at, this.nextOwnWatermarkAt);
    if (driver === null || this.faults.stalled?.() === true) return at;
    return Math.min(at, driver.nextAt());
  }

  /** The final watermark of a stream that begins here goes through at once. */
  private letThrough(): void {
    // On an idle stream nobody would listen to it.
    if (this.chain.idle) this.chain.status({ kind: 'active' });
    this.chain.advance(MAX_EVENT_TIME);
    while (this.chain.advancing) this.chain.resume();
  }

  private get now(): ProcessingTimeMs {
    return this.parts.now();
  }
}

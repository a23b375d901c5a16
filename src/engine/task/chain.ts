/**
 * The operators of one subtask, chained: records pass between them by function calls, watermarks in topological order.
 * Everything that may produce much is resumable, so that a subtask can stop when its output is blocked.
 */
import { addClamped, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import { assert, present } from '../../base/assert.ts';
import type { PlannedOperator } from '../graph/plan.ts';
import type { Batch } from '../wire/batch.ts';
import type { StreamEvent } from '../wire/buffer.ts';
import type { CheckpointId } from '../wire/checkpoints.ts';
import type { OperatorGauges } from '../wire/reports.ts';
import type { TimerQueue } from '../time/timers.ts';
import type { WatermarkSink } from '../time/watermarks/emitter.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import type { Operator, Output } from './operator.ts';
import type { OutputEdge } from './output-edge.ts';
import type { Witnessed } from './witness.ts';
import type { TimeRecorder } from './time-recorder.ts';

/** One operator of the chain. The head of a source vertex has no `operator`: its driver emits for it. */
export class ChainNode {
  readonly planned: PlannedOperator;
  readonly ports: readonly PortOutput[];
  operator: Operator | null = null;
  /** Null: nobody looks. */
  times: TimeRecorder | null = null;
  recordsIn = 0;
  /** Input watermark. */
  watermark: EventTimeMs = MIN_EVENT_TIME;
  outputWatermark: EventTimeMs = MIN_EVENT_TIME;
  lateDropped = 0;
  /** Sees what the operator does, where somebody looks. */
  readonly witness: ((seen: Witnessed) => void) | null;

  constructor(
    planned: PlannedOperator,
    now: () => ProcessingTimeMs,
    witness: ((seen: Witnessed) => void) | null = null,
  ) {
    this.planned = planned;
    this.witness = witness;
    this.ports = planned.outputs.map((_, port) =>
      witness === null
        ? new PortOutput(now)
        : new PortOutput(now, (batch) => witness({ kind: 'emitted', port, batch })),
    );
  }

  get recordsOut(): number {
    return this.ports.reduce((sum, port) => sum + port.records, 0);
  }

  process(batch: Batch, input: number): void {
    this.recordsIn += batch.length;
    this.times?.batch(batch, input);
    present(this.operator, 'the operator of a node that gets records').process(batch, input);
  }
}

/** One output port: chained operators and network edges that it feeds. */
export class PortOutput implements Output {
  records = 0;
  readonly chained: ChainNode[] = [];
  readonly edges: OutputEdge[] = [];
  /** Gets every batch, and passes it on in one piece or in several: the event time of a source. */
  interceptor: ((batch: Batch, pass: (batch: Batch) => void) => void) | null = null;
  private readonly now: () => ProcessingTimeMs;
  private readonly witness: ((batch: Batch) => void) | null;

  constructor(now: () => ProcessingTimeMs, witness: ((batch: Batch) => void) | null = null) {
    this.now = now;
    this.witness = witness;
  }

  emit(batch: Batch): void {
    if (batch.length === 0) return;
    this.records += batch.length;
    if (this.interceptor === null) this.pass(batch);
    else this.interceptor(batch, this.pass);
  }

  private readonly pass = (batch: Batch): void => {
    this.witness?.(batch);
    for (const node of this.chained) node.process(batch, 0);
    for (const edge of this.edges) edge.write(batch, this.now());
  };
}

/** A watermark on its way through the chain. */
interface Advance {
  readonly node: ChainNode;
  readonly time: EventTimeMs;
}

export class Chain {
  readonly nodes: readonly ChainNode[];
  readonly head: ChainNode;
  /** The status of what comes in. */
  idle = false;
  private readonly timers: TimerQueue;
  private readonly keyedState: KeyedState | null;
  private readonly now: () => ProcessingTimeMs;
  /** Deepest first: the last one is in work. */
  private readonly pending: Advance[] = [];

  /** `nodes` in topological order, connected, with their operators made; the first is the head. */
  constructor(
    nodes: readonly ChainNode[],
    timers: TimerQueue,
    keyedState: KeyedState | null,
    now: () => ProcessingTimeMs,
  ) {
    this.nodes = nodes;
    this.head = present(nodes[0], 'the head of a chain');
    this.timers = timers;
    this.keyedState = keyedState;
    this.now = now;
  }

  /** A watermark is not yet through. */
  get advancing(): boolean {
    return this.pending.length > 0;
  }

  /** Lets a watermark in. Call `resume` until it says true. */
  advance(time: EventTimeMs): void {
    assert(!this.advancing, 'one watermark is let in at a time');
    if (time > this.head.watermark) this.pending.push({ node: this.head, time });
  }

  /** Does a bounded portion of the watermark's work; true when it is through. */
  resume(): boolean {
    const current = this.pending.at(-1);
    if (current === undefined) return true;
    const { node, time } = current;
    node.watermark = time;
    if (!makesOwn(node.operator)) node.times?.rose(time);
    if (node === this.head && !this.fireEventTimers(time)) return false;
    if (node.operator?.onWatermark?.(time) === 'more') return false;
    this.pending.pop();
    this.forward(node, time);
    return this.pending.length === 0;
  }

  /** Fires one due processing-time timer; false when none is due. */
  fireProcessingTimer(): boolean {
    const timer = this.timers.nextProcessing(this.now());
    if (timer === null) return false;
    this.head.times?.timer(timer);
    this.head.operator?.onTimer?.(timer);
    return true;
  }

  /** Lets assigners in mid-stream emit what is due at the interval. Only between watermarks. */
  onWatermarkInterval(): void {
    for (const node of this.nodes) node.operator?.onWatermarkInterval?.();
  }

  /** Tells assigners whether records are held back. */
  onBackpressure(heldBack: boolean): void {
    for (const node of this.nodes) node.operator?.onBackpressure?.(heldBack);
  }

  get hasOwnWatermarks(): boolean {
    return this.nodes.some((node) => makesOwn(node.operator));
  }

  /** Where an assigner emits. It may do so in the middle of a batch, so that all of it is done before the next record. */
  watermarksOf(node: ChainNode): WatermarkSink {
    return {
      watermark: (time) => {
        const depth = this.pending.length;
        this.send(node, time);
        while (this.pending.length > depth) this.resume();
      },
      status: (kind) => this.passStatus(node, { kind }),
    };
  }

  /** Passes idleness on, up to assigners, which swallow it. */
  status(event: Extract<StreamEvent, { kind: 'idle' | 'active' }>): void {
    this.idle = event.kind === 'idle';
    this.takeStatus(this.head, event);
  }

  private takeStatus(node: ChainNode, event: Extract<StreamEvent, { kind: 'idle' | 'active' }>): void {
    node.times?.status(null, event.kind === 'idle');
    if (!makesOwn(node.operator)) this.passStatus(node, event);
  }

  private passStatus(node: ChainNode, event: Extract<StreamEvent, { kind: 'idle' | 'active' }>): void {
    node.witness?.(event);
    for (const port of node.ports) {
      for (const edge of port.edges) edge.event(event, this.now());
      for (const child of port.chained) this.takeStatus(child, event);
    }
  }

  /** A barrier is about to be forwarded. */
  beforeBarrier(checkpoint: CheckpointId): void {
    for (const node of this.nodes) node.operator?.beforeBarrier?.(checkpoint);
  }

  /** Every operator has done what the acknowledgement waits for. */
  settled(checkpoint: CheckpointId): boolean {
    let all = true;
    for (const node of this.nodes) if (node.operator?.settled?.(checkpoint) === false) all = false;
    return all;
  }

  checkpointComplete(checkpoint: CheckpointId): void {
    for (const node of this.nodes) node.operator?.onCheckpointComplete?.(checkpoint);
  }

  checkpointAborted(checkpoint: CheckpointId): void {
    for (const node of this.nodes) node.operator?.onCheckpointAborted?.(checkpoint);
  }

  /** Some operator commits with checkpoints. */
  get commits(): boolean {
    return this.nodes.some((node) => node.operator?.onCheckpointComplete !== undefined);
  }

  /** Some operator takes no more input for now. */
  get blocked(): boolean {
    for (const node of this.blockable) if (node.operator?.blocked?.() === true) return true;
    return false;
  }

  /** After `finish`: every operator has come to its end. */
  get ended(): boolean {
    return this.nodes.every((node) => node.operator?.ended?.() ?? true);
  }

  finish(): void {
    for (const node of this.nodes) node.operator?.finish?.();
  }

  gauges(): OperatorGauges[] {
    return this.nodes.map((node, index) => ({
      node: node.planned.node,
      recordsIn: node.recordsIn,
      recordsOut: node.recordsOut,
      watermark: makesOwn(node.operator) ? node.outputWatermark : node.watermark,
      stateEntries: index === 0 ? (this.keyedState?.size ?? 0) : 0,
      timers: index === 0 ? this.timers.size : 0,
      lateDropped: node.lateDropped,
      ...notesOf(node),
      ...delayOf(node),
      ...transactionsOf(node),
    }));
  }

  /** Call once, when the operators are made. */
  ready(): void {
    this.blockable = this.nodes.filter((node) => node.operator?.blocked !== undefined);
  }

  private blockable: readonly ChainNode[] = [];

  /** Simulated work in ms of all records since the last call. */
  takeCost(): number {
    let cost = 0;
    for (const node of this.nodes) {
      if (node.planned.costMs === 0) continue;
      const records = node === this.head && node.operator === null ? node.recordsOut : node.recordsIn;
      cost += (records - (this.costed.get(node) ?? 0)) * node.planned.costMs;
      this.costed.set(node, records);
    }
    return cost;
  }

  private readonly costed = new Map<ChainNode, number>();

  private fireEventTimers(time: EventTimeMs): boolean {
    for (let fired = 0; fired < timersPerPortion; fired++) {
      const timer = this.timers.nextEvent(time);
      if (timer === null) return true;
      this.head.times?.timer(timer);
      this.head.operator?.onTimer?.(timer);
    }
    return false;
  }

  private forward(node: ChainNode, time: EventTimeMs): void {
    // The final watermark passes even an assigner, and is not delayed.
    if (time === MAX_EVENT_TIME) this.send(node, time);
    else if (!makesOwn(node.operator)) this.send(node, addClamped(time, -(node.operator?.watermarkDelayMs ?? 0)));
  }

  private send(node: ChainNode, out: EventTimeMs): void {
    if (out <= node.outputWatermark) return;
    node.outputWatermark = out;
    node.witness?.({ kind: 'watermark', time: out });
    node.times?.rose(out);
    for (const port of node.ports) {
      for (const edge of port.edges) edge.event({ kind: 'watermark', time: out }, this.now());
      for (const child of port.chained) this.pending.push({ node: child, time: out });
    }
  }
}

/** It puts watermarks of its own in the place of those that come in. */
const makesOwn = (operator: Operator | null): boolean => operator?.onWatermarkInterval !== undefined;

const timersPerPortion = 1024;

function notesOf(node: ChainNode): { notes?: readonly string[] } {
  const notes = node.operator?.notes?.();
  return notes === undefined || notes.length === 0 ? {} : { notes };
}

function delayOf({ operator }: ChainNode): { watermarkDelayMs?: number } {
  const delay = operator?.watermarkDelayMs ?? 0;
  return delay === 0 ? {} : { watermarkDelayMs: delay };
}

function transactionsOf(node: ChainNode): { openRecords?: number; preparedRecords?: number } {
  const records = node.operator?.transactions?.();
  return records === undefined ? {} : { openRecords: records.open, preparedRecords: records.prepared };
}

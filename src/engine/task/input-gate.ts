/**
 * The receiving ends of a subtask's channels: checks sequence numbers, queues at most the granted buffers, hands out
 * records and events in order, and gives the credit (with the segment) back when a buffer is used up. A blocked channel
 * keeps its queue and gives nothing back. What waits is copied when a barrier overtakes it (see gate-channel.ts).
 */
import { assert, present } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId } from '../graph/plan.ts';
import { sliceBatch } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { CreditGrant, StreamEvent, WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, CheckpointOptions } from '../wire/checkpoints.ts';
import { RESTORED } from '../wire/in-flight.ts';
import type { InputChannelGauges } from '../wire/reports.ts';
import type { InputWatermarks } from '../time/input-watermarks.ts';
import { deadlineOf } from './barrier-handler.ts';
import { GateChannel, hasEnd, isCredited } from './gate-channel.ts';
import type { Cursor, InputChannelSpec, Overtaking } from './gate-channel.ts';

/** The next thing to process. A batch is valid until the next `take`. */
export type InputElement =
  | { readonly kind: 'records'; readonly channel: number; readonly port: number; readonly batch: Batch }
  | { readonly kind: 'event'; readonly channel: number; readonly port: number; readonly event: StreamEvent };

/** Number of a priority buffer in traces, where the others count from 0. */
export const priorityTrace = (sequence: number): number => -1 - sequence;

/** Barriers that arrived ahead of what waits, and what waits for a barrier. */
export interface GateListener {
  consumed(channel: ChannelId, sequence: number): void;
  /** While a checkpoint's in-flight data is recorded: its barrier has come into the queue of this channel. */
  barrierCame(channel: number, options: CheckpointOptions): void;
  /** Meanwhile the end of this channel has come into its queue: all of its data is recorded. */
  endCame(channel: number): void;
}

export class InputGate {
  readonly channels: readonly GateChannel[];
  private readonly indexOf: ReadonlyMap<ChannelId, number>;
  /** Channels with queued buffers that are not blocked, longest waiting first: fair turns, one buffer each. */
  private turns: number[] = [];
  private readonly buffersMax: number;
  private cursor: (Cursor & { readonly channel: number }) | null = null;
  private readonly grants = new Map<ChannelId, { credits: number; segments: ArrayBuffer[] }>();
  private readonly listener: GateListener;
  /** Barriers that overtake, not yet taken. */
  private overtaking: Overtaking[] = [];
  /** Barriers in the queues that may time out. */
  private announced: CheckpointOptions[] = [];
  private recording: CheckpointId | null = null;

  /** `buffersMax`: credits that each sender was given. */
  constructor(specs: readonly InputChannelSpec[], buffersMax: number, listener: GateListener) {
    this.channels = specs.map((spec, index) => new GateChannel(spec, index));
    this.indexOf = new Map(specs.map((spec, index) => [spec.id, index]));
    this.buffersMax = buffersMax;
    this.listener = listener;
  }

  /** Something waits to be taken. */
  get hasInput(): boolean {
    return this.cursor !== null || this.turns.length > 0;
  }

  get allEnded(): boolean {
    return this.channels.every((channel) => channel.ended);
  }

  receive(id: ChannelId, buffer: WireBuffer): void {
    const index = present(this.indexOf.get(id), `channel ${id} of this subtask`);
    const channel = this.channels[index] as GateChannel;
    if (buffer.priority === true) {
      const overtaking = channel.checkPriority(buffer);
      this.listener.consumed(id, priorityTrace(buffer.sequence));
      this.receivePriority(channel, overtaking);
      return;
    }
    channel.check(buffer);
    const { barrier } = channel.push(buffer);
    this.offerTurn(channel);
    assert(channel.waiting <= this.buffersMax, `channel ${id} queues at most its ${this.buffersMax} buffers`);
    if (this.recording !== null && channel.recorded !== null) this.record(channel, buffer, barrier);
    if (barrier !== null && deadlineOf(barrier) < Number.POSITIVE_INFINITY) this.announced.push(barrier);
  }

  /** In-flight data of a checkpoint, before anything that is received. */
  restore(id: ChannelId, buffers: readonly WireBuffer[]): readonly WireBuffer[] {
    const channel = this.channels[present(this.indexOf.get(id), `channel ${id} of this subtask`)] as GateChannel;
    channel.restore(buffers);
    this.offerTurn(channel);
    return buffers;
  }

  /** The next element, with at most `rowsMax` records, or null when there is none. */
  take(rowsMax: number): InputElement | null {
    for (;;) {
      if (this.cursor === null) this.open();
      const { cursor } = this;
      if (cursor === null) return null;
      const element = this.advance(cursor, rowsMax);
      if (element !== null) return element;
      this.finish(cursor);
    }
  }

  /** False: `take` would give null. */
  get hasMore(): boolean {
    return this.cursor !== null || this.turns.length > 0;
  }

  /** Gives back buffers whose last element has been processed. Call after processing, when the batch is done with. */
  release(): void {
    const { cursor } = this;
    if (cursor !== null && cursor.row === cursor.buffer.rows && cursor.event === cursor.buffer.events.length) {
      this.finish(cursor);
    }
  }

  markEnded(channel: number): void {
    (this.channels[channel] as GateChannel).ended = true;
  }

  block(channel: number): void {
    (this.channels[channel] as GateChannel).blocked = true;
    this.turns = this.turns.filter((each) => each !== channel);
  }

  unblock(): void {
    for (const channel of this.channels) {
      if (!channel.blocked) continue;
      channel.blocked = false;
      this.offerTurn(channel);
    }
  }

  /** The next barrier that overtakes what waits; it must be dealt with before anything else is taken. */
  nextOvertaking(): Overtaking | null {
    return this.overtaking.shift() ?? null;
  }

  get hasOvertaking(): boolean {
    return this.overtaking.length > 0;
  }

  /** The first barrier waiting in a queue whose time is over by `now`, among those that `concerns`; else null. */
  overdue(now: ProcessingTimeMs, concerns: (checkpoint: CheckpointId) => boolean): CheckpointOptions | null {
    if (this.announced.length === 0) return null;
    return this.announced.find((each) => deadlineOf(each) <= now && concerns(each.checkpoint)) ?? null;
  }

  /** When `overdue` may have something to say. */
  overdueAt(concerns: (checkpoint: CheckpointId) => boolean): number {
    let at = Number.POSITIVE_INFINITY;
    for (const each of this.announced) if (concerns(each.checkpoint)) at = Math.min(at, deadlineOf(each));
    return at;
  }

  /** The barriers of these checkpoints are no longer waited for. */
  forget(isOver: (checkpoint: CheckpointId) => boolean): void {
    if (this.announced.length > 0) this.announced = this.announced.filter((each) => !isOver(each.checkpoint));
  }

  /**
   * Copies what waits before the barrier of a checkpoint, and from now on what comes before it. `arrived`: channels whose
   * barrier was taken. Returns those whose barrier or end waits in the queue, with the records that it overtakes by this.
   */
  startRecording(checkpoint: CheckpointId, arrived: ReadonlySet<number>): { channel: number; overtook: number }[] {
    this.recording = checkpoint;
    const found: { channel: number; overtook: number }[] = [];
    for (const channel of this.channels) {
      const cursor = this.cursor?.channel === channel.index ? this.cursor : null;
      const ahead = this.overtaking.find(
        (each) => each.channel === channel.index && each.options.checkpoint === checkpoint,
      );
      // A barrier that was taken in its turn has nothing before it; one that overtook was marked when it came.
      if (arrived.has(channel.index) && !channel.isOvertaken(checkpoint)) continue;
      const overtook = channel.capture(checkpoint, cursor);
      if (overtook !== null && !arrived.has(channel.index)) found.push({ channel: channel.index, overtook });
      if (ahead !== undefined) this.overtaking = this.overtaking.filter((each) => each !== ahead);
    }
    return found;
  }

  /** What was copied, by channel; the recording ends. */
  stopRecording(): ReadonlyMap<ChannelId, readonly WireBuffer[]> {
    this.recording = null;
    const copies = new Map<ChannelId, readonly WireBuffer[]>();
    for (const channel of this.channels) {
      const buffers = channel.takeCopies();
      if (buffers.length > 0) copies.set(channel.id, buffers);
    }
    return copies;
  }

  /** Credits to give back since the last call. */
  takeGrants(): [ChannelId, CreditGrant][] {
    if (this.grants.size === 0) return [];
    const grants = [...this.grants];
    this.grants.clear();
    return grants;
  }

  gauges(valve: InputWatermarks): InputChannelGauges[] {
    return this.channels.map((channel, i) => ({
      ...channel.gauges(),
      watermark: valve.watermarkOf(i),
      idle: valve.isIdle(i),
      ...(valve.holdsBehind(i) ? { holdsBehind: true } : {}),
    }));
  }

  private receivePriority(channel: GateChannel, overtaking: Overtaking): void {
    const { options } = overtaking;
    if (this.recording === options.checkpoint && channel.recorded !== null) {
      channel.recorded = null;
      this.listener.barrierCame(channel.index, options);
    } else this.overtaking.push(overtaking);
  }

  /** A buffer that comes before the barrier of the checkpoint that is being recorded. */
  private record(channel: GateChannel, buffer: WireBuffer, barrier: CheckpointOptions | null): void {
    channel.copy(buffer);
    if (hasEnd(buffer)) {
      channel.recorded = null;
      this.listener.endCame(channel.index);
      return;
    }
    if (barrier === null || barrier.checkpoint < (this.recording as CheckpointId)) return;
    channel.recorded = null;
    if (barrier.checkpoint === this.recording) this.listener.barrierCame(channel.index, barrier);
  }

  private offerTurn(channel: GateChannel): void {
    if (channel.blocked || channel.queue.length === 0 || this.turns.includes(channel.index)) return;
    this.turns.push(channel.index);
  }

  private open(): void {
    const index = this.turns.shift();
    if (index === undefined) return;
    const channel = this.channels[index] as GateChannel;
    const buffer = present(channel.queue.shift(), 'a buffer of a channel whose turn it is');
    if (channel.queue.length > 0) this.turns.push(index);
    this.cursor = { channel: index, buffer, batch: channel.reader.read(buffer), row: 0, event: 0 };
  }

  private advance(cursor: Cursor & { readonly channel: number }, rowsMax: number): InputElement | null {
    const { buffer } = cursor;
    const channel = this.channels[cursor.channel] as GateChannel;
    const next = buffer.events[cursor.event];
    if (next !== undefined && next.after === cursor.row) {
      cursor.event++;
      return { kind: 'event', channel: cursor.channel, port: channel.port, event: next.event };
    }
    const end = Math.min(next?.after ?? buffer.rows, cursor.row + rowsMax);
    if (end === cursor.row) return null;
    const batch = sliceBatch(present(cursor.batch, 'the batch of a buffer with records'), cursor.row, end);
    channel.consumedRecords += end - cursor.row;
    cursor.row = end;
    return { kind: 'records', channel: cursor.channel, port: channel.port, batch };
  }

  private finish(cursor: Cursor & { readonly channel: number }): void {
    const channel = this.channels[cursor.channel] as GateChannel;
    this.cursor = null;
    channel.consumedBuffers++;
    if (cursor.buffer.sequence === RESTORED) return;
    this.listener.consumed(channel.id, cursor.buffer.sequence);
    if (!isCredited(cursor.buffer)) return;
    channel.waiting--;
    const grant = this.grants.get(channel.id) ?? { credits: 0, segments: [] };
    grant.credits++;
    if (cursor.buffer.segment !== null) grant.segments.push(cursor.buffer.segment);
    this.grants.set(channel.id, grant);
  }
}

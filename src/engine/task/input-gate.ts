/**
 * The receiving ends of a subtask's channels: checks sequence numbers, queues at most the granted buffers, hands out
 * records and events in order, and gives the credit (with the segment) back when a buffer is used up.
 */
import { assert, present } from '../../base/assert.ts';
import type { ChannelId } from '../graph/plan.ts';
import { sliceBatch } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { CreditGrant, StreamEvent, WireBuffer } from '../wire/buffer.ts';
import type { BufferReader } from '../wire/codec.ts';
import { TaskFailure } from '../wire/failures.ts';
import type { InputChannelGauges } from '../wire/reports.ts';
import type { WatermarkValve } from '../time/watermark-valve.ts';

export interface InputChannelSpec {
  readonly id: ChannelId;
  /** Input port of the head operator. */
  readonly port: number;
  readonly reader: BufferReader;
}

/** The next thing to process. A batch is valid until the next `take`. */
export type InputElement =
  | { readonly kind: 'records'; readonly channel: number; readonly port: number; readonly batch: Batch }
  | { readonly kind: 'event'; readonly channel: number; readonly port: number; readonly event: StreamEvent };

interface ChannelInput extends InputChannelSpec {
  readonly queue: WireBuffer[];
  receivedBuffers: number;
  receivedRecords: number;
  consumedBuffers: number;
  consumedRecords: number;
  ended: boolean;
}

/** The buffer in hand and how far it has been read. */
interface Cursor {
  readonly channel: number;
  readonly buffer: WireBuffer;
  readonly batch: Batch | null;
  row: number;
  event: number;
}

export class InputGate {
  private readonly channels: ChannelInput[];
  private readonly indexOf: ReadonlyMap<ChannelId, number>;
  /** Channels with queued buffers, longest waiting first: fair turns, one buffer each. */
  private readonly turns: number[] = [];
  private readonly buffersMax: number;
  private cursor: Cursor | null = null;
  private readonly grants = new Map<ChannelId, { credits: number; segments: ArrayBuffer[] }>();
  private readonly onConsumed: (channel: ChannelId, sequence: number) => void;

  /** `buffersMax`: credits that each sender was given. `onConsumed` hears of every buffer that was used up. */
  constructor(
    specs: readonly InputChannelSpec[],
    buffersMax: number,
    onConsumed: (channel: ChannelId, sequence: number) => void,
  ) {
    this.channels = specs.map((spec) => ({
      ...spec,
      queue: [],
      receivedBuffers: 0,
      receivedRecords: 0,
      consumedBuffers: 0,
      consumedRecords: 0,
      ended: false,
    }));
    this.indexOf = new Map(specs.map((spec, index) => [spec.id, index]));
    this.buffersMax = buffersMax;
    this.onConsumed = onConsumed;
  }

  get hasInput(): boolean {
    return this.cursor !== null || this.turns.length > 0;
  }

  get allEnded(): boolean {
    return this.channels.every((channel) => channel.ended);
  }

  receive(id: ChannelId, buffer: WireBuffer): void {
    const index = present(this.indexOf.get(id), `channel ${id} of this subtask`);
    const channel = this.channels[index] as ChannelInput;
    if (buffer.sequence !== channel.receivedBuffers) {
      throw new TaskFailure({
        code: 'sequence-gap',
        details: { channel: id, got: buffer.sequence, expected: channel.receivedBuffers },
      });
    }
    channel.receivedBuffers++;
    channel.receivedRecords += buffer.rows;
    if (channel.queue.length === 0) this.turns.push(index);
    channel.queue.push(buffer);
    assert(channel.queue.length <= this.buffersMax, `channel ${id} queues at most its ${this.buffersMax} buffers`);
  }

  /** The next element, with at most `rowsMax` records, or null when there is none. */
  take(rowsMax: number): InputElement | null {
    for (;;) {
      if (this.cursor === null) this.open();
      const cursor = this.cursor;
      if (cursor === null) return null;
      const element = this.advance(cursor, rowsMax);
      if (element !== null) return element;
      this.finish(cursor);
    }
  }

  /** Gives back buffers whose last element has been processed. Call after processing, when the batch is done with. */
  release(): void {
    const { cursor } = this;
    if (cursor !== null && cursor.row === cursor.buffer.rows && cursor.event === cursor.buffer.events.length) {
      this.finish(cursor);
    }
  }

  markEnded(channel: number): void {
    (this.channels[channel] as ChannelInput).ended = true;
  }

  /** Credits to give back since the last call. */
  takeGrants(): [ChannelId, CreditGrant][] {
    if (this.grants.size === 0) return [];
    const grants = [...this.grants];
    this.grants.clear();
    return grants;
  }

  gauges(valve: WatermarkValve): InputChannelGauges[] {
    return this.channels.map((channel, i) => ({
      channel: channel.id,
      receivedBuffers: channel.receivedBuffers,
      receivedRecords: channel.receivedRecords,
      consumedBuffers: channel.consumedBuffers,
      consumedRecords: channel.consumedRecords,
      queuedBuffers: channel.receivedBuffers - channel.consumedBuffers,
      queuedRecords: channel.receivedRecords - channel.consumedRecords,
      watermark: valve.watermarkOf(i),
      idle: valve.isIdle(i),
      ended: channel.ended,
      blocked: false,
    }));
  }

  private open(): void {
    const index = this.turns.shift();
    if (index === undefined) return;
    const channel = this.channels[index] as ChannelInput;
    const buffer = present(channel.queue.shift(), 'a buffer of a channel whose turn it is');
    if (channel.queue.length > 0) this.turns.push(index);
    this.cursor = { channel: index, buffer, batch: channel.reader.read(buffer), row: 0, event: 0 };
  }

  private advance(cursor: Cursor, rowsMax: number): InputElement | null {
    const { buffer } = cursor;
    const channel = this.channels[cursor.channel] as ChannelInput;
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

  private finish(cursor: Cursor): void {
    const channel = this.channels[cursor.channel] as ChannelInput;
    channel.consumedBuffers++;
    this.onConsumed(channel.id, cursor.buffer.sequence);
    const grant = this.grants.get(channel.id) ?? { credits: 0, segments: [] };
    grant.credits++;
    if (cursor.buffer.segment !== null) grant.segments.push(cursor.buffer.segment);
    this.grants.set(channel.id, grant);
    this.cursor = null;
  }
}

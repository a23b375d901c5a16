/**
 * The sending end of a channel: fills buffers, numbers them, and sends one per credit. What has no credit waits in a
 * queue of two; beyond that the subtask must not produce. Credit-based flow control as in Flink (Kruber, "A Deep-Dive into
 * Flink's Network Stack", 2019).
 */
import { assert } from '../../base/assert.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId } from '../graph/plan.ts';
import type { Schema } from '../graph/schema.ts';
import type { Batch } from '../wire/batch.ts';
import type { CreditGrant, StreamEvent, WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, CheckpointOptions } from '../wire/checkpoints.ts';
import { BufferWriter } from '../wire/codec.ts';
import type { Rows } from '../wire/codec.ts';
import { unreadPart } from '../wire/in-flight.ts';
import { Layout } from '../wire/layout.ts';
import type { OutputChannelGauges } from '../wire/reports.ts';

/** What an overtaking barrier left behind at this end. */
export interface Overtaken {
  /** Copies of the buffers that come behind it; they are sent all the same. */
  readonly buffers: readonly WireBuffer[];
}

/** Full buffers that may wait for credit before the subtask counts as blocked. */
const queuedBuffersMax = 2;

export interface ChannelSettings {
  readonly bufferRecords: number;
  readonly bufferTimeoutMs: number;
  readonly buffersPerChannel: number;
}

export class OutputChannel {
  readonly id: ChannelId;
  readonly schema: Schema;
  private readonly writer: BufferWriter;
  private readonly settings: ChannelSettings;
  private readonly send: (channel: OutputChannel, buffer: WireBuffer, overtook: number) => void;
  private readonly layout: Layout;
  private readonly queue: WireBuffer[] = [];
  private queuedRecords = 0;
  private credits: number;
  private sentBuffers = 0;
  private sentRecords = 0;
  private sentPriority = 0;
  /** Buffers of a restored checkpoint that are not sent yet. */
  private restored = 0;
  /** When the buffer being filled got its first element. */
  private openedAt: ProcessingTimeMs | null = null;
  private ended = false;

  constructor(
    id: ChannelId,
    schema: Schema,
    settings: ChannelSettings,
    send: (channel: OutputChannel, buffer: WireBuffer, overtook: number) => void,
  ) {
    this.id = id;
    this.schema = schema;
    this.settings = settings;
    this.send = send;
    this.layout = new Layout(schema);
    this.credits = settings.buffersPerChannel;
    this.writer = new BufferWriter(schema, settings.bufferRecords, settings.buffersPerChannel + queuedBuffersMax);
  }

  /** Room for more: false means backpressure. */
  get available(): boolean {
    return this.queue.length < queuedBuffersMax;
  }

  /** Everything that was written has been sent. */
  get drained(): boolean {
    return this.queue.length === 0 && this.writer.size === 0;
  }

  write(batch: Batch, rows: Rows, now: ProcessingTimeMs): void {
    let start = rows.start;
    while (start < rows.end) {
      if (this.writer.full) this.close();
      this.openedAt ??= now;
      start += this.writer.append(batch, { indices: rows.indices, start, end: rows.end });
    }
    if (this.writer.full) this.close();
  }

  /** Sends in-flight data of a checkpoint, before anything new. */
  restore(buffers: readonly WireBuffer[]): readonly WireBuffer[] {
    for (const buffer of buffers) {
      this.queue.push(this.writer.adopt(buffer));
      this.queuedRecords += buffer.rows;
      this.restored++;
    }
    this.drain();
    return buffers;
  }

  /**
   * A barrier in its turn: the last event of its buffer, which goes as soon as there is credit. Also behind the end: who
   * has come to its end takes part in checkpoints until it finishes (FLIP-147).
   */
  barrier(event: Extract<StreamEvent, { kind: 'barrier' | 'cancel-barrier' }>): void {
    this.writer.event(event);
    if (this.ended) this.queue.push({ ...this.writer.take(), uncredited: true });
    else this.close();
    this.drain();
  }

  /** A barrier ahead of everything that waits here; gives copies of what waits. Takes no credit. */
  overtake(options: CheckpointOptions): Overtaken {
    this.close();
    return this.sendAhead(options, this.queue);
  }

  /** Whether a barrier that was sent in its turn still waits for credit. */
  holdsBarrier(checkpoint: CheckpointId): boolean {
    return this.placeOf(checkpoint) >= 0;
  }

  /** A barrier that waits here in its turn overtakes what is before it; gives copies of that. */
  hurry(checkpoint: CheckpointId, options: CheckpointOptions): Overtaken {
    const place = this.placeOf(checkpoint);
    if (place < 0) return { buffers: [] };
    const buffer = this.queue[place] as WireBuffer;
    this.queue[place] = { ...buffer, events: buffer.events.slice(0, -1) };
    return this.sendAhead(options, this.queue.slice(0, place + 1));
  }

  event(event: StreamEvent, now: ProcessingTimeMs): void {
    assert(!this.ended, 'nothing follows the end of a channel');
    // Without credit only the newest watermark counts: what waits must not grow.
    const merged = this.credits === 0 && event.kind === 'watermark' && this.writer.raiseLastWatermark(event);
    if (!merged) {
      if (this.writer.full) this.close();
      this.writer.event(event);
    }
    this.openedAt ??= now;
    if (event.kind === 'end') {
      this.ended = true;
      this.close();
    } else if (this.writer.full) this.close();
  }

  grant(grant: CreditGrant): void {
    this.credits += grant.credits;
    assert(this.credits <= this.settings.buffersPerChannel, `channel ${this.id} holds at most its buffers as credits`);
    for (const segment of grant.segments) this.writer.recycle(segment);
    this.drain();
  }

  /** Sends the buffer being filled if its timeout has passed and there is credit. */
  flushDue(now: ProcessingTimeMs): void {
    const due = this.flushAt();
    if (due !== null && due <= now) this.close();
  }

  /** When `flushDue` should be called, or null: nothing waits, or only credit can help. */
  flushAt(): number | null {
    if (this.openedAt === null || this.credits === 0 || this.queue.length > 0) return null;
    return this.openedAt + this.settings.bufferTimeoutMs;
  }

  /** Whether the buffer that is being sent is in-flight data of a checkpoint. */
  get replays(): boolean {
    return this.restored > 0;
  }

  gauges(): OutputChannelGauges {
    return {
      channel: this.id,
      credits: this.credits,
      sentBuffers: this.sentBuffers,
      sentRecords: this.sentRecords,
      queuedBuffers: this.queue.length + (this.writer.size > 0 ? 1 : 0),
      queuedRecords: this.queuedRecords + this.writer.rows,
    };
  }

  private placeOf(checkpoint: CheckpointId): number {
    return this.queue.findIndex(({ events }) => {
      const last = events.at(-1)?.event;
      return last?.kind === 'barrier' && last.options.checkpoint === checkpoint;
    });
  }

  private sendAhead(options: CheckpointOptions, behind: readonly WireBuffer[]): Overtaken {
    const buffers = behind.flatMap((buffer) => unreadPart(this.layout, buffer, 0, 0) ?? []);
    const overtook = behind.reduce((sum, { rows }) => sum + rows, 0);
    const event: StreamEvent = { kind: 'barrier', options: { ...options, mode: 'unaligned' } };
    const buffer: WireBuffer = {
      sequence: this.sentPriority++,
      rows: 0,
      capacity: 0,
      segment: null,
      texts: [],
      events: [{ after: 0, event }],
      priority: true,
      behind: this.sentBuffers,
    };
    this.send(this, buffer, overtook);
    return { buffers };
  }

  private close(): void {
    this.openedAt = null;
    if (this.writer.size === 0) return;
    const buffer = this.writer.take();
    this.queue.push(buffer);
    this.queuedRecords += buffer.rows;
    this.drain();
  }

  private drain(): void {
    for (;;) {
      const [buffer] = this.queue;
      if (buffer === undefined || (this.credits === 0 && buffer.uncredited !== true)) return;
      this.queue.shift();
      if (buffer.uncredited !== true) this.credits--;
      this.queuedRecords -= buffer.rows;
      this.sentBuffers++;
      this.sentRecords += buffer.rows;
      this.send(this, this.sentPriority === 0 ? buffer : { ...buffer, behind: this.sentPriority }, 0);
      if (this.restored > 0) this.restored--;
    }
  }
}

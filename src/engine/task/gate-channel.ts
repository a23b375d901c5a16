/**
 * One channel of an input gate: its queue, its counts, and where a barrier stands in it. In-flight data of a checkpoint
 * is what is unread before that place: the rest of the buffer in hand, what is queued, and what is still to come.
 */
import type { ChannelId } from '../graph/plan.ts';
import type { Batch } from '../wire/batch.ts';
import type { WireBuffer } from '../wire/buffer.ts';
import type { CheckpointId, CheckpointOptions } from '../wire/checkpoints.ts';
import type { BufferReader } from '../wire/codec.ts';
import { TaskFailure } from '../wire/failures.ts';
import { RESTORED, unreadPart } from '../wire/in-flight.ts';
import { Layout } from '../wire/layout.ts';
import type { InputChannelGauges } from '../wire/reports.ts';
import type { Schema } from '../graph/schema.ts';

export interface InputChannelSpec {
  readonly id: ChannelId;
  /** Input port of the head operator. */
  readonly port: number;
  readonly schema: Schema;
  readonly reader: BufferReader;
}

/** The buffer in hand and how far it has been read. */
export interface Cursor {
  readonly buffer: WireBuffer;
  readonly batch: Batch | null;
  row: number;
  event: number;
}

/** A barrier that came ahead of what waits. */
export interface Overtaking {
  readonly channel: number;
  readonly options: CheckpointOptions;
  /** Records that wait at this input and come behind it. */
  readonly overtook: number;
}

export class GateChannel {
  readonly id: ChannelId;
  readonly index: number;
  readonly port: number;
  readonly reader: BufferReader;
  readonly queue: WireBuffer[] = [];
  /** Buffers that hold a credit: queued or in hand, without those that were restored. */
  waiting = 0;
  consumedBuffers = 0;
  consumedRecords = 0;
  ended = false;
  blocked = false;
  /** Copies of in-flight data while more of it may come; null: it is not recorded, or its barrier has come. */
  recorded: WireBuffer[] | null = null;
  private copies: WireBuffer[] = [];
  /** Overtaking barriers, and how many buffers had been received before each; the newest `cutsMax`. */
  private readonly cuts: { readonly checkpoint: CheckpointId; readonly received: number }[] = [];
  private receivedBuffers = 0;
  private receivedRecords = 0;
  private receivedPriority = 0;
  private restoredBuffers = 0;
  private readonly layout: Layout;

  constructor(spec: InputChannelSpec, index: number) {
    this.id = spec.id;
    this.index = index;
    this.port = spec.port;
    this.reader = spec.reader;
    this.layout = new Layout(spec.schema);
  }

  /** Throws a TaskFailure if a buffer was lost, repeated or reordered. */
  check(buffer: WireBuffer): void {
    this.expect(buffer.sequence, this.receivedBuffers);
    // Without its barrier, data from behind a cut would be taken for data before it.
    this.expect(buffer.behind ?? 0, this.receivedPriority);
  }

  checkPriority(buffer: WireBuffer): Overtaking {
    this.expect(buffer.sequence, this.receivedPriority);
    this.expect(buffer.behind ?? 0, this.receivedBuffers);
    const event = buffer.events[0]?.event;
    if (event?.kind !== 'barrier') throw new Error('A priority buffer holds a barrier.');
    this.receivedPriority++;
    this.cuts.push({ checkpoint: event.options.checkpoint, received: this.receivedBuffers });
    if (this.cuts.length > cutsMax) this.cuts.shift();
    const overtook = this.receivedRecords - this.consumedRecords;
    return { channel: this.index, options: event.options, overtook };
  }

  /** `barrier`: what the buffer ends with. */
  push(buffer: WireBuffer): { readonly barrier: CheckpointOptions | null } {
    this.receivedBuffers++;
    this.receivedRecords += buffer.rows;
    if (isCredited(buffer)) this.waiting++;
    this.queue.push(buffer);
    return { barrier: barrierOf(buffer) };
  }

  restore(buffers: readonly WireBuffer[]): void {
    this.queue.unshift(...buffers);
    this.restoredBuffers += buffers.length;
    for (const buffer of buffers) this.receivedRecords += buffer.rows;
  }

  /** A barrier of this checkpoint has overtaken what waits here. */
  isOvertaken(checkpoint: CheckpointId): boolean {
    return this.cuts.some((cut) => cut.checkpoint === checkpoint);
  }

  /**
   * Copies what is unread before the barrier of a checkpoint. If the barrier is here already, in the queue or by having
   * overtaken it, or if the end is, behind which no data comes, returns how many records it overtakes; else null, and
   * what comes is to be recorded.
   */
  capture(checkpoint: CheckpointId, cursor: Cursor | null): number | null {
    const limit = this.cuts.find((cut) => cut.checkpoint === checkpoint)?.received ?? null;
    const isBefore = ({ sequence }: WireBuffer): boolean => limit === null || sequence < limit;
    this.copies = [];
    this.recorded = this.copies;
    let isHere = limit !== null;
    // The buffer in hand may end with the barrier, too.
    for (const buffer of cursor === null ? this.queue : [cursor.buffer, ...this.queue]) {
      if (!isBefore(buffer)) break;
      if (buffer === cursor?.buffer) this.copy(buffer, cursor.row, cursor.event);
      else this.copy(buffer);
      if (hasEnd(buffer)) {
        isHere = true;
        break;
      }
      const found = barrierOf(buffer)?.checkpoint ?? 0;
      // A newer one: this checkpoint's barrier will not come any more.
      if (found > checkpoint) this.recorded = null;
      if (found < checkpoint) continue;
      isHere ||= found === checkpoint;
      break;
    }
    if (!isHere) return null;
    this.recorded = null;
    return this.copies.reduce((sum, { rows }) => sum + rows, 0);
  }

  copy(buffer: WireBuffer, row = 0, event = 0): void {
    const part = unreadPart(this.layout, buffer, row, event);
    if (part !== null) this.copies.push(part);
  }

  takeCopies(): readonly WireBuffer[] {
    const { copies } = this;
    this.copies = [];
    this.recorded = null;
    return copies;
  }

  gauges(): Omit<InputChannelGauges, 'watermark' | 'idle'> {
    return {
      channel: this.id,
      receivedBuffers: this.receivedBuffers,
      receivedRecords: this.receivedRecords,
      consumedBuffers: this.consumedBuffers,
      consumedRecords: this.consumedRecords,
      queuedBuffers: this.receivedBuffers + this.restoredBuffers - this.consumedBuffers,
      queuedRecords: this.receivedRecords - this.consumedRecords,
      ended: this.ended,
      blocked: this.blocked,
    };
  }

  private expect(got: number, expected: number): void {
    if (got === expected) return;
    throw new TaskFailure({ code: 'sequence-gap', details: { channel: this.id, got, expected } });
  }
}

/** Its credit is given back when it is used up. */
export const isCredited = (buffer: WireBuffer): boolean => buffer.sequence !== RESTORED && buffer.uncredited !== true;

/** No data comes behind it. */
export const hasEnd = ({ events }: WireBuffer): boolean => events.some(({ event }) => event.kind === 'end');

/** More checkpoints than these are never pending. */
const cutsMax = 32;

/** Restored buffers hold none. */
function barrierOf(buffer: WireBuffer): CheckpointOptions | null {
  if (buffer.sequence === RESTORED) return null;
  const last = buffer.events.at(-1)?.event;
  return last?.kind === 'barrier' ? last.options : null;
}

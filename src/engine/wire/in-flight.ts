/**
 * In-flight data of a channel as a chunk of a snapshot: buffers that a barrier overtook. A compact binary form, exact in
 * every bit: numbers keep their NaN, texts their lone surrogates. All words are little-endian.
 *
 *   chunk   = version:u8  texts:u8  buffers:u32  buffer*
 *   buffer  = rows:u32  events:u32  event*  text*texts  segmentBytes:u32  segment
 *   event   = after:u32  kind:u8  [time:f64, if a watermark]
 *   text    = entries:u32  ends:u32*entries  units:u32  width:u8 (1: Latin-1, 2: UTF-16)  characters
 */
import { assert } from '../../base/assert.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { Row, Schema } from '../graph/schema.ts';
import { rowsOf } from './batch.ts';
import type { PositionedEvent, StreamEvent, WireBuffer } from './buffer.ts';
import { BufferReader } from './codec.ts';
import { Layout } from './layout.ts';
import { endsOf, packedBetween, textOfUnits } from './packed-text.ts';
import type { PackedText } from './packed-text.ts';

/** The sequence of a buffer that came from a snapshot and not over the wire. */
export const RESTORED = -1;

const version = 1;
/** What a chunk can hold. Barriers are not data, and an end comes again from whoever said it. */
const eventKinds = ['watermark', 'idle', 'active'] as const;
type KeptEvent = Extract<StreamEvent, { kind: (typeof eventKinds)[number] }>;

const isKept = (event: StreamEvent): event is KeptEvent => eventKinds.some((kind) => kind === event.kind);

/** What of the buffer is not read yet, in memory of its own; null when that is nothing. */
export function unreadPart(layout: Layout, buffer: WireBuffer, row: number, event: number): WireBuffer | null {
  const events = buffer.events
    .slice(event)
    .filter((each) => isKept(each.event))
    .map((each) => ({ after: each.after - row, event: each.event }));
  const rows = buffer.rows - row;
  if (rows === 0) return events.length === 0 ? null : { ...nothing, events };
  const segment = layout.tail(buffer.segment as ArrayBuffer, buffer.capacity, row, buffer.rows);
  return { sequence: RESTORED, rows, capacity: rows, segment, texts: buffer.texts, events };
}

const nothing: WireBuffer = { sequence: RESTORED, rows: 0, capacity: 0, segment: null, texts: [], events: [] };

/** `buffers` as `unreadPart` made them. */
export function encodeInFlight(schema: Schema, buffers: readonly WireBuffer[]): Uint8Array<ArrayBuffer> {
  const texts = textColumns(schema);
  const writer = new ByteWriter(6 + buffers.reduce((sum, buffer) => sum + sizeOf(buffer, texts), 0));
  writer.u8(version);
  writer.u8(texts);
  writer.u32(buffers.length);
  for (const buffer of buffers) {
    writer.u32(buffer.rows);
    writer.u32(buffer.events.length);
    for (const each of buffer.events) writeEvent(writer, each);
    if (buffer.rows > 0) for (const text of buffer.texts) writeText(writer, text);
    writer.bytes(buffer.segment === null ? empty : new Uint8Array(buffer.segment));
  }
  return writer.done();
}

/** Throws an Error if the bytes are not what `encodeInFlight` gave for this schema. */
export function decodeBuffers(schema: Schema, bytes: Uint8Array): WireBuffer[] {
  const layout = new Layout(schema);
  const texts = textColumns(schema);
  const reader = new ByteReader(bytes);
  if (reader.u8() !== version || reader.u8() !== texts)
    throw new Error('The chunk is not in-flight data of this edge.');
  return Array.from({ length: reader.u32() }, () => {
    const rows = reader.u32();
    const events = Array.from({ length: reader.u32() }, () => readEvent(reader));
    const packed = rows === 0 ? [] : Array.from({ length: texts }, () => readText(reader));
    const segment = reader.bytes();
    if (segment.byteLength !== layout.byteLength(rows))
      throw new Error('The chunk is not in-flight data of this edge.');
    return { sequence: RESTORED, rows, capacity: rows, segment: rows === 0 ? null : segment, texts: packed, events };
  });
}

/** One thing in flight, for people: a record, or an event between the records. */
export type InFlightElement =
  | { readonly kind: 'record'; readonly row: Row; readonly time: EventTimeMs | null }
  | { readonly kind: 'event'; readonly event: StreamEvent };

/** The chunk's contents in order, at most `limit` elements. Throws an Error if it is not of this schema. */
export function decodeInFlight(schema: Schema, bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): InFlightElement[] {
  const reader = new BufferReader(schema);
  const out: InFlightElement[] = [];
  for (const buffer of decodeBuffers(schema, bytes)) {
    if (out.length >= limit) break;
    const batch = reader.read(buffer);
    const records = batch === null ? [] : rowsOf(batch);
    let next = 0;
    for (const { after, event } of [...buffer.events, { after: buffer.rows, event: null }]) {
      for (; next < after; next++) {
        const time = batch?.timestamps[next] as EventTimeMs;
        out.push({ kind: 'record', row: records[next] as Row, time: Number.isNaN(time) ? null : time });
      }
      if (event !== null) out.push({ kind: 'event', event });
    }
  }
  return out.slice(0, limit);
}

const textColumns = (schema: Schema): number => new Layout(schema).kinds.filter((kind) => kind === 'text').length;

const empty = new Uint8Array(0);

function sizeOf(buffer: WireBuffer, texts: number): number {
  const text = buffer.texts.reduce((sum, each) => sum + 9 + 4 * each.lengths.length + 2 * each.text.length, 0);
  return 12 + 13 * buffer.events.length + (texts === 0 ? 0 : text) + (buffer.segment?.byteLength ?? 0);
}

function writeEvent(writer: ByteWriter, { after, event }: PositionedEvent): void {
  assert(isKept(event), 'in-flight data holds watermarks and statuses alone');
  writer.u32(after);
  writer.u8(eventKinds.indexOf(event.kind));
  if (event.kind === 'watermark') writer.f64(event.time);
}

function readEvent(reader: ByteReader): PositionedEvent {
  const after = reader.u32();
  const kind = eventKinds[reader.u8()];
  if (kind === undefined) throw new Error('The chunk holds an event of no known kind.');
  return { after, event: kind === 'watermark' ? { kind, time: reader.f64() as EventTimeMs } : { kind } };
}

function writeText(writer: ByteWriter, packed: PackedText): void {
  const { text } = packed;
  const ends = endsOf(packed);
  writer.u32(ends.length);
  for (const end of ends) writer.u32(end);
  writer.u32(text.length);
  let wide = false;
  for (let i = 0; i < text.length && !wide; i++) wide = text.charCodeAt(i) > 0xff;
  writer.u8(wide ? 2 : 1);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    writer.u8(unit & 0xff);
    if (wide) writer.u8(unit >>> 8);
  }
}

function readText(reader: ByteReader): PackedText {
  const ends = Array.from({ length: reader.u32() }, () => reader.u32());
  const length = reader.u32();
  const wide = reader.u8() === 2;
  const units = Uint16Array.from({ length }, () => reader.u8() | (wide ? reader.u8() << 8 : 0));
  return packedBetween(textOfUnits(units), ends);
}

class ByteWriter {
  private readonly out: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;
  private at = 0;

  constructor(room: number) {
    this.out = new Uint8Array(room);
    this.view = new DataView(this.out.buffer);
  }

  u8(value: number): void {
    this.out[this.at++] = value;
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  f64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.out.set(bytes, this.at);
    this.at += bytes.length;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.out.slice(0, this.at);
  }
}

/** Reading beyond the end throws a RangeError. */
class ByteReader {
  private readonly source: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(source: Uint8Array) {
    this.source = source;
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.at++);
  }

  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  f64(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  bytes(): ArrayBuffer {
    const length = this.u32();
    if (this.at + length > this.source.length) throw new RangeError('The chunk is too short.');
    this.at += length;
    return this.source.slice(this.at - length, this.at).buffer as ArrayBuffer;
  }
}

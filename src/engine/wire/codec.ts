/**
 * Packs batches into transferable segments and unpacks them. One segment holds all fixed-width data of a buffer, laid
 * out for its capacity: timestamps, number columns (8 bytes a record each), text codes (4), booleans (1). Texts travel
 * beside it, packed (packed-text.ts).
 */
import { assert } from '../../base/assert.ts';
import type { Schema } from '../graph/schema.ts';
import { NULL_CODE } from './batch.ts';
import type { Batch, Column } from './batch.ts';
import type { PositionedEvent, StreamEvent, WireBuffer } from './buffer.ts';
import { Layout } from './layout.ts';
import type { TypedColumn } from './layout.ts';
import { packText, unpackText } from './packed-text.ts';
import type { PackedText } from './packed-text.ts';

/** A dictionary of at most this share of the records is sent as it is: that costs less than looking at each record. */
const wholeShare = 0.5;

/** The entries of one text column of the buffer that is being filled. */
class TextPart {
  private readonly entries: string[] = [];
  /** The dictionary of all records so far, whose codes hold here too; null: `entries` has them. */
  private whole: readonly string[] | null = null;
  private source: readonly string[] | null = null;
  private epoch = 0;
  private stamps = new Int32Array(0);
  private mapped = new Int32Array(0);
  /** A source mostly has the same dictionary in all its batches. */
  private last: { readonly entries: readonly string[]; readonly size: number; readonly packed: PackedText } | null =
    null;

  /** Codes of this buffer for the codes of `source`. */
  copy(from: Int32Array, source: readonly string[], rows: Rows, to: Int32Array, at: number): void {
    const isFirst = this.whole === null && this.entries.length === 0;
    const isSmall = source.length <= wholeShare * (rows.end - rows.start);
    // Buffers need not begin with batches: what went as it is goes on so, though only few records begin a buffer.
    if (isFirst && (isSmall || source === this.last?.entries)) this.whole = source;
    if (this.whole === source) copyNumbers(from, rows, to, at);
    else this.map(from, source, rows, to, at);
  }

  pack(): PackedText {
    const packed = this.whole === null ? packText(this.entries) : this.packWhole(this.whole);
    this.entries.length = 0;
    this.whole = null;
    this.source = null;
    return packed;
  }

  /** Entries are taken over once per buffer and source. */
  private map(from: Int32Array, source: readonly string[], rows: Rows, to: Int32Array, at: number): void {
    if (this.whole !== null) {
      for (const entry of this.whole) this.entries.push(entry);
      this.whole = null;
    }
    this.readFrom(source);
    const { stamps, mapped, epoch, entries } = this;
    for (let i = rows.start; i < rows.end; i++) {
      const code = from[rows.indices === null ? i : (rows.indices[i] as number)] as number;
      const place = at + i - rows.start;
      if (code === NULL_CODE) {
        to[place] = NULL_CODE;
        continue;
      }
      if (stamps[code] !== epoch) {
        stamps[code] = epoch;
        mapped[code] = entries.length;
        entries.push(source[code] as string);
      }
      to[place] = mapped[code] as number;
    }
  }

  private packWhole(entries: readonly string[]): PackedText {
    // A dictionary may have grown since.
    if (this.last?.entries !== entries || this.last.size !== entries.length)
      this.last = { entries, size: entries.length, packed: packText(entries) };
    return this.last.packed;
  }

  private readFrom(source: readonly string[]): void {
    if (source !== this.source) {
      this.source = source;
      this.epoch++;
    }
    if (source.length <= this.stamps.length) return;
    const size = Math.max(source.length, 2 * this.stamps.length);
    const stamps = new Int32Array(size);
    const mapped = new Int32Array(size);
    stamps.set(this.stamps);
    mapped.set(this.mapped);
    this.stamps = stamps;
    this.mapped = mapped;
  }
}

/** Records of a batch: `indices[start..end)`, or `start..end` themselves when there are no indices. */
export interface Rows {
  readonly indices: Int32Array | null;
  readonly start: number;
  readonly end: number;
}

const smallestCapacity = 16;

/** Fills one buffer after another for one channel, in segments that come back with the credits. */
export class BufferWriter {
  rows = 0;
  private events: PositionedEvent[] = [];
  private sequence = 0;
  private readonly layout: Layout;
  private readonly limit: number;
  private readonly spare: ArrayBuffer[] = [];
  private readonly spareMax: number;
  private readonly texts: readonly TextPart[];
  private segment: ArrayBuffer | null = null;
  private capacity = 0;
  private views: ReturnType<Layout['views']> | null = null;

  /** `limit`: records and events that fill a buffer. `spareMax`: segments kept for use again. */
  constructor(schema: Schema, limit: number, spareMax: number) {
    this.layout = new Layout(schema);
    this.limit = limit;
    this.spareMax = spareMax;
    this.texts = this.layout.kinds.filter((kind) => kind === 'text').map(() => new TextPart());
  }

  get size(): number {
    return this.rows + this.events.length;
  }

  get full(): boolean {
    return this.size >= this.limit;
  }

  /** Appends as many of the records as there is room for; returns how many. */
  append(batch: Batch, rows: Rows): number {
    const count = Math.min(rows.end - rows.start, this.limit - this.size);
    if (count <= 0) return 0;
    this.reserve(this.rows + count);
    const part: Rows = { indices: rows.indices, start: rows.start, end: rows.start + count };
    const views = this.views as ReturnType<Layout['views']>;
    copyNumbers(batch.timestamps, part, views.timestamps, this.rows);
    let text = 0;
    for (let i = 0; i < batch.columns.length; i++) {
      const column = batch.columns[i] as Column;
      const target = views.columns[i] as TypedColumn;
      if (column.kind === 'text') {
        (this.texts[text++] as TextPart).copy(column.codes, column.entries, part, target as Int32Array, this.rows);
      } else copyNumbers(column.values, part, target as Float64Array, this.rows);
    }
    this.rows += count;
    return count;
  }

  event(event: StreamEvent): void {
    this.events.push({ after: this.rows, event });
  }

  /** Replaces a watermark that nothing has followed yet. True if there was one. */
  raiseLastWatermark(event: Extract<StreamEvent, { kind: 'watermark' }>): boolean {
    const last = this.events.at(-1);
    if (last?.event.kind !== 'watermark' || last.after !== this.rows) return false;
    this.events[this.events.length - 1] = { after: this.rows, event };
    return true;
  }

  /** Closes the buffer and starts the next. */
  take(): WireBuffer {
    const buffer: WireBuffer = {
      sequence: this.sequence++,
      rows: this.rows,
      capacity: this.rows === 0 ? 0 : this.capacity,
      segment: this.rows === 0 ? null : this.segment,
      texts: this.rows === 0 ? [] : this.texts.map((part) => part.pack()),
      events: this.events,
    };
    if (this.rows > 0) {
      this.segment = null;
      this.views = null;
    }
    this.rows = 0;
    this.events = [];
    return buffer;
  }

  /** Gives a buffer from elsewhere the next number. Only while nothing is being filled. */
  adopt(buffer: WireBuffer): WireBuffer {
    assert(this.size === 0, 'a buffer is adopted between two others');
    return { ...buffer, sequence: this.sequence++ };
  }

  /** Takes a segment back for use again. */
  recycle(segment: ArrayBuffer): void {
    if (this.spare.length < this.spareMax) this.spare.push(segment);
  }

  private reserve(rows: number): void {
    if (this.segment !== null && this.capacity >= rows) return;
    const old = this.views;
    if (this.segment === null) this.segment = this.spare.pop() ?? null;
    if (this.segment === null || this.layout.capacityOf(this.segment) < rows) {
      this.segment = new ArrayBuffer(this.layout.byteLength(grown(rows, this.limit)));
    }
    this.capacity = this.layout.capacityOf(this.segment);
    this.views = this.layout.views(this.segment, this.capacity);
    if (old === null) return;
    this.views.timestamps.set(old.timestamps.subarray(0, this.rows));
    this.views.columns.forEach((column, i) => column.set((old.columns[i] as TypedColumn).subarray(0, this.rows)));
  }
}

function grown(rows: number, limit: number): number {
  let capacity = smallestCapacity;
  while (capacity < rows) capacity *= 2;
  return Math.max(rows, Math.min(capacity, limit));
}

function copyNumbers(from: TypedColumn, rows: Rows, to: TypedColumn, at: number): void {
  const { indices, start, end } = rows;
  if (indices === null) {
    to.set(from.subarray(start, end), at);
    return;
  }
  const shift = at - start;
  for (let i = start; i < end; i++) to[i + shift] = from[indices[i] as number] as number;
}

/** Unpacks the buffers of one edge. */
export class BufferReader {
  private readonly layout: Layout;
  private readonly schema: Schema;
  private readonly dictionaries: readonly Dictionary[];

  constructor(schema: Schema) {
    this.schema = schema;
    this.layout = new Layout(schema);
    this.dictionaries = this.layout.kinds.filter((kind) => kind === 'text').map(() => new Dictionary());
  }

  /** A batch over the buffer's segment: valid until the segment is given back. Null for a buffer of events alone. */
  read(buffer: WireBuffer): Batch | null {
    if (buffer.segment === null) return null;
    assert(buffer.segment.byteLength >= this.layout.byteLength(buffer.capacity), 'a segment holds its capacity');
    const views = this.layout.views(buffer.segment, buffer.capacity);
    let text = 0;
    const columns = this.layout.kinds.map((kind, i): Column => {
      const values = views.columns[i];
      if (kind === 'text') {
        const packed = buffer.texts[text] as PackedText;
        return { kind, codes: values as Int32Array, entries: (this.dictionaries[text++] as Dictionary).unpack(packed) };
      }
      return kind === 'number' ? { kind, values: values as Float64Array } : { kind, values: values as Uint8Array };
    });
    return { schema: this.schema, length: buffer.rows, timestamps: views.timestamps, columns };
  }
}

/** Unpacks the texts of one column; a dictionary that comes again is the same array, so that work per entry is done once. */
class Dictionary {
  private last: PackedText = { text: '', lengths: '' };
  private entries: readonly string[] = [];

  unpack(packed: PackedText): readonly string[] {
    if (packed.lengths !== this.last.lengths || packed.text !== this.last.text) {
      this.last = packed;
      this.entries = unpackText(packed);
    }
    return this.entries;
  }
}

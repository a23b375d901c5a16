import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTime } from '../../base/units.ts';
import type { Schema } from '../graph/schema.ts';
import type { Batch, Column } from './batch.ts';
import type { StreamEvent } from './buffer.ts';
import { BufferReader, BufferWriter } from './codec.ts';
import { decodeBuffers, decodeInFlight, encodeInFlight, unreadPart } from './in-flight.ts';
import { Layout } from './layout.ts';

const schema: Schema = [
  { name: 'i', type: 'int' },
  { name: 'b', type: 'boolean' },
  { name: 's', type: 'string' },
  { name: 'f', type: 'float' },
  { name: 'j', type: 'json' },
];

interface Cells {
  readonly time: number;
  readonly i: number;
  readonly f: number;
  readonly b: number;
  readonly s: string | null;
  readonly j: string | null;
}
const text = fc.option(
  fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('\ud800', 'ÿ', '\uffff', '')),
);
const cells: fc.Arbitrary<Cells> = fc.record({
  time: fc.double(),
  i: fc.double(),
  f: fc.double(),
  b: fc.integer({ min: 0, max: 2 }),
  s: text,
  j: text,
});
type Kept = Extract<StreamEvent, { kind: 'watermark' | 'idle' | 'active' }>;
const event: fc.Arbitrary<Kept> = fc.oneof(
  fc.maxSafeInteger().map((time): Kept => ({ kind: 'watermark', time: eventTime(time) })),
  fc.constantFrom<Kept>({ kind: 'idle' }, { kind: 'active' }),
);
const contents = fc.array(fc.oneof(cells, event), { minLength: 1, maxLength: 40 });

function batchOf(rows: readonly Cells[]): Batch {
  const texts = (of: (row: Cells) => string | null): Column => {
    const entries = rows.map((row) => of(row) ?? '');
    return { kind: 'text', codes: Int32Array.from(rows, (row, i) => (of(row) === null ? -1 : i)), entries };
  };
  const columns: Column[] = [
    { kind: 'number', values: Float64Array.from(rows, (row) => row.i) },
    { kind: 'boolean', values: Uint8Array.from(rows, (row) => row.b) },
    texts((row) => row.s),
    { kind: 'number', values: Float64Array.from(rows, (row) => row.f) },
    texts((row) => row.j),
  ];
  return { schema, length: rows.length, timestamps: Float64Array.from(rows, (row) => row.time), columns };
}

function bufferOf(parts: readonly (Cells | Kept)[]) {
  const writer = new BufferWriter(schema, 1000, 1);
  for (const part of parts) {
    if ('kind' in part) writer.event(part);
    else writer.append(batchOf([part]), { indices: null, start: 0, end: 1 });
  }
  return writer.take();
}

/** What a reader of buffers sees, in order. */
function seen(buffers: ReturnType<typeof decodeBuffers>): (Cells | Kept)[] {
  const reader = new BufferReader(schema);
  return buffers.flatMap((buffer) => {
    const batch = reader.read(buffer);
    const out: (Cells | Kept)[] = [];
    const events = [...buffer.events];
    for (let row = 0; row <= buffer.rows; row++) {
      while (events[0]?.after === row) out.push(events.shift()?.event as Kept);
      if (batch !== null && row < buffer.rows) out.push(cellsAt(batch, row));
    }
    return out;
  });
}

function cellsAt(batch: Batch, row: number): Cells {
  const number = (at: number): number =>
    (batch.columns[at] as Extract<Column, { kind: 'number' }>).values[row] as number;
  const string = (at: number): string | null => {
    const { codes, entries } = batch.columns[at] as Extract<Column, { kind: 'text' }>;
    return codes[row] === -1 ? null : (entries[codes[row] as number] as string);
  };
  const b = (batch.columns[1] as Extract<Column, { kind: 'boolean' }>).values[row] as number;
  return { time: batch.timestamps[row] as number, i: number(0), f: number(3), b, s: string(2), j: string(4) };
}

describe('in-flight data', () => {
  test('comes back exactly, whatever was read of the first buffer', () => {
    const layout = new Layout(schema);
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1, maxLength: 4 }), fc.nat(), (buffers, skip) => {
        const [first = []] = buffers;
        const read = skip % (first.length + 1);
        const rows = first.slice(0, read).filter((part) => !('kind' in part)).length;
        const parts = buffers.flatMap((each, i) => {
          const buffer = bufferOf(each);
          return unreadPart(layout, buffer, i === 0 ? rows : 0, i === 0 ? read - rows : 0) ?? [];
        });
        const decoded = decodeBuffers(schema, encodeInFlight(schema, parts));
        expect(seen(decoded)).toEqual(buffers.flat().slice(read));
        // What was copied is not the buffer's memory.
        expect(decoded.every(({ sequence }) => sequence === -1)).toBe(true);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  test('keeps no barrier and no end', () => {
    const writer = new BufferWriter(schema, 10, 1);
    writer.event({ kind: 'cancel-barrier', checkpoint: 4 });
    writer.event({ kind: 'end' });
    expect(unreadPart(new Layout(schema), writer.take(), 0, 0)).toBeNull();
  });

  test('is shown as records and events in order', () => {
    const row: Cells = { time: 5, i: 1, f: Number.NaN, b: 2, s: 'x', j: '[1]' };
    const buffer = bufferOf([row, { kind: 'watermark', time: eventTime(4) }, { ...row, time: Number.NaN }]);
    const bytes = encodeInFlight(
      schema,
      [unreadPart(new Layout(schema), buffer, 0, 0)].flatMap((part) => part ?? []),
    );
    const shown = { i: 1, f: null, b: null, s: 'x', j: [1] };
    expect(decodeInFlight(schema, bytes)).toEqual([
      { kind: 'record', row: shown, time: 5 },
      { kind: 'event', event: { kind: 'watermark', time: 4 } },
      { kind: 'record', row: shown, time: null },
    ]);
    expect(decodeInFlight(schema, bytes, 1)).toHaveLength(1);
  });

  test('that is damaged or of another edge is refused', () => {
    const part = unreadPart(new Layout(schema), bufferOf([{ time: 1, i: 1, f: 1, b: 1, s: 'x', j: null }]), 0, 0);
    const bytes = encodeInFlight(schema, part === null ? [] : [part]);
    expect(() => decodeBuffers(schema, bytes.subarray(0, bytes.length - 1))).toThrow(/too short/);
    expect(() => decodeBuffers([{ name: 'i', type: 'int' }], bytes)).toThrow(/not in-flight data of this edge/);
  });
});

/** Buffers carry any batch unchanged, however it is cut and however segments are used again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../graph/schema.ts';
import { rowsOf } from './batch.ts';
import type { Batch } from './batch.ts';
import type { WireBuffer } from './buffer.ts';
import { BufferReader, BufferWriter } from './codec.ts';

const schema: Schema = [
  { name: 'flag', type: 'boolean' },
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
  { name: 'extra', type: 'json' },
  { name: 'ratio', type: 'float' },
];

interface Source {
  flag: number;
  word: number;
  count: number;
  extra: number;
  timestamp: number;
}

const words = ['', 'a', 'two words', '日本', '😀', 'x'.repeat(50)];
/** Another dictionary: other codes, and some texts that the first has, too. */
const otherWords = ['new', '日本', 'a', '', 'newer', 'newest'];
const extras = ['null', '{"a":[1]}', '"text"'];

const sourceRow = fc.record<Source>({
  flag: fc.constantFrom(0, 1, 2),
  word: fc.integer({ min: -1, max: words.length - 1 }),
  count: fc.oneof(fc.maxSafeInteger(), fc.constant(Number.NaN)),
  extra: fc.integer({ min: -1, max: extras.length - 1 }),
  timestamp: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
});

function batchOf(rows: readonly Source[], entries: readonly string[] = words): Batch {
  return {
    schema,
    length: rows.length,
    timestamps: Float64Array.from(rows, (row) => row.timestamp),
    columns: [
      { kind: 'boolean', values: Uint8Array.from(rows, (row) => row.flag) },
      { kind: 'text', codes: Int32Array.from(rows, (row) => row.word), entries },
      { kind: 'number', values: Float64Array.from(rows, (row) => row.count) },
      { kind: 'text', codes: Int32Array.from(rows, (row) => row.extra), entries: extras },
      { kind: 'number', values: Float64Array.from(rows, (row) => row.count / 3) },
    ],
  };
}

const timesOf = (batch: Batch): number[] => [...batch.timestamps.subarray(0, batch.length)];

describe('buffers', () => {
  it('carry every value, null and timestamp, through recycled segments, in any cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(sourceRow, { maxLength: 40 }), fc.constantFrom(words, otherWords)), {
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 64 }),
        (given, limit) => {
          const batches = given.map(([rows, entries]) => batchOf(rows, entries));
          const writer = new BufferWriter(schema, limit, 2);
          const reader = new BufferReader(schema);
          const got: { rows: unknown[]; times: number[] } = { rows: [], times: [] };
          const receive = (buffer: WireBuffer): void => {
            // A channel transfers the segment: the sender's views must be dead.
            const segment =
              buffer.segment === null ? null : structuredClone(buffer.segment, { transfer: [buffer.segment] });
            const batch = reader.read({ ...buffer, segment });
            if (batch === null) return;
            got.rows.push(...rowsOf(batch));
            got.times.push(...timesOf(batch));
            if (segment !== null) writer.recycle(segment);
          };
          for (const batch of batches) {
            for (let start = 0; start < batch.length; ) {
              if (writer.full) receive(writer.take());
              start += writer.append(batch, { indices: null, start, end: batch.length });
            }
          }
          receive(writer.take());
          expect(got.rows).toEqual(batches.flatMap(rowsOf));
          expect(got.times).toEqual(batches.flatMap(timesOf));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('bring a dictionary that comes again as the same array, also one that has grown', () => {
    const writer = new BufferWriter(schema, 16, 0);
    const reader = new BufferReader(schema);
    const grown = ['one'];
    const entriesAfter = (word: number): unknown => {
      const rows: Source[] = [0, 1, 2, 3].map((i) => ({ flag: 1, word, count: i, extra: -1, timestamp: i }));
      writer.append(batchOf(rows, grown), { indices: null, start: 0, end: 4 });
      const column = reader.read(writer.take())?.columns[1];
      return column?.kind === 'text' ? column.entries : null;
    };
    const first = entriesAfter(0);
    expect(entriesAfter(0)).toBe(first);
    grown.push('two');
    expect(entriesAfter(1)).toEqual(['one', 'two']);
  });

  it('select records by index', () => {
    const writer = new BufferWriter(schema, 16, 0);
    const rows: Source[] = [0, 1, 2].map((i) => ({ flag: 1, word: i, count: i, extra: -1, timestamp: i }));
    writer.append(batchOf(rows), { indices: Int32Array.of(9, 2, 0), start: 1, end: 3 });
    const batch = new BufferReader(schema).read(writer.take());
    expect(batch === null ? [] : rowsOf(batch).map((row) => row['count'])).toEqual([2, 0]);
  });

  it('keep events at their places between the records, and number themselves without gaps', () => {
    const writer = new BufferWriter(schema, 16, 0);
    const batch = batchOf([{ flag: 0, word: 0, count: 0, extra: 0, timestamp: 0 }]);
    writer.event({ kind: 'idle' });
    writer.append(batch, { indices: null, start: 0, end: 1 });
    writer.event({ kind: 'active' });
    const first = writer.take();
    expect(first.events).toEqual([
      { after: 0, event: { kind: 'idle' } },
      { after: 1, event: { kind: 'active' } },
    ]);
    writer.event({ kind: 'end' });
    const second = writer.take();
    expect([first.sequence, second.sequence, second.segment]).toEqual([0, 1, null]);
  });
});

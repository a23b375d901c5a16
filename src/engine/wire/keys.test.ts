/** The sender's and the receiver's idea of a key agree, whatever the key: else records would miss their state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashDouble, hashInt, hashString, hashTuple } from '../../base/java-hash.ts';
import type { Schema } from '../graph/schema.ts';
import type { Batch } from './batch.ts';
import { KeyReader } from './keys.ts';

const schema: Schema = [
  { name: 'float', type: 'float' },
  { name: 'text', type: 'string' },
  { name: 'flag', type: 'boolean' },
  { name: 'whole', type: 'int' },
];

function batchOf(float: number, text: string | null, flag: number, whole: number): Batch {
  return {
    schema,
    length: 1,
    timestamps: Float64Array.of(0),
    columns: [
      { kind: 'number', values: Float64Array.of(float) },
      { kind: 'text', codes: Int32Array.of(text === null ? -1 : 0), entries: [text ?? ''] },
      { kind: 'boolean', values: Uint8Array.of(flag) },
      { kind: 'number', values: Float64Array.of(whole) },
    ],
  };
}

const batch = fc
  .tuple(
    fc.oneof(fc.double(), fc.constantFrom(0, -0, Infinity, -Infinity, NaN)),
    fc.option(fc.string({ unit: 'binary' })),
    fc.integer({ min: 0, max: 2 }),
    fc.oneof(fc.maxSafeInteger(), fc.constant(NaN)),
  )
  .map((cells) => batchOf(...cells));

const keys = fc.subarray(['float', 'text', 'flag', 'whole'], { minLength: 1 });

describe('keys', () => {
  it('hash alike read from a record and taken from state, also out of a Map', () => {
    fc.assert(
      fc.property(batch, keys, (one, columns) => {
        const reader = new KeyReader(schema, columns);
        const key = reader.read(one, 0);
        const [inState] = new Map([[key, 0]]).keys();
        expect(reader.hash(inState as typeof key)).toBe(reader.hashAt(one, 0));
        expect(new Map([[key, 'x']]).get(reader.read(one, 0))).toBe('x');
      }),
      { numRuns: 500 },
    );
  });

  it('hash as in Java', () => {
    const one = batchOf(1.5, 'SFO', 2, -1);
    const hash = (...columns: string[]) => new KeyReader(schema, columns).hashAt(one, 0);
    expect(hash('float')).toBe(hashDouble(1.5));
    expect(hash('text')).toBe(hashString('SFO'));
    expect(hash('flag')).toBe(0);
    expect(hash('text', 'whole')).toBe(hashTuple([hashString('SFO'), hashInt(-1)]));
  });

  it('give their parts back', () => {
    const one = batchOf(-Infinity, 'a', 1, 7);
    const reader = new KeyReader(schema, ['text', 'float', 'flag', 'whole']);
    expect(reader.parts(reader.read(one, 0))).toEqual(['a', -Infinity, true, 7]);
  });
});

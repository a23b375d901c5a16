/** Texts cross a channel unchanged, whatever their length. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsOf, packedBetween, packText, unpackText } from './packed-text.ts';

/** Around the longest length that one unit can say. */
const lengths = [0, 1, 0xd800, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 2 * 0xffff + 1];
const entry = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...lengths).map((length) => 'x'.repeat(length)),
);

test('entries come back, lone surrogates, empty and long ones included', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
      const packed = packText(entries);
      expect(unpackText(packed)).toEqual(entries);
      expect(packedBetween(packed.text, endsOf(packed))).toEqual(packed);
    }),
  );
});

test('more entries than go to a call at once', () => {
  const entries = Array.from({ length: 10_000 }, (_, i) => `word ${i}`);
  expect(unpackText(packText(entries))).toEqual(entries);
});

test('ends are where the entries end in the text', () => {
  expect(endsOf(packText(['ab', '', 'c']))).toEqual([2, 2, 3]);
});

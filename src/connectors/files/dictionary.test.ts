/** The entries of a text column: shared while few, never held while many. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { TextDictionary } from './dictionary.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

test('equal texts have one code, different texts have different codes', () => {
  const words = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.string({ maxLength: 40 })));
  fc.assert(
    fc.property(words, (texts) => {
      const dictionary = new TextDictionary();
      dictionary.beginBatch();
      const codes = texts.map((text) => dictionary.code(`(${text})`, 1, 1 + text.length));
      expect(codes.map((code) => dictionary.entries[code])).toEqual(texts);
      expect(dictionary.entries).toHaveLength(new Set(texts).size);
    }),
  );
});

test.each([
  ['many', 9000, (i: number) => `${i}`],
  ['long', 200, (i: number) => `${i}`.padEnd(10_000)],
])('texts that are %s are shared within a batch and no longer between batches', (_, count, text) => {
  const dictionary = new TextDictionary();
  dictionary.beginBatch();
  const first = dictionary.entries;
  for (let i = 0; i < count; i++) dictionary.code(text(i), 0, text(i).length);
  expect(dictionary.entries).toBe(first);
  dictionary.beginBatch();
  expect(dictionary.entries).toEqual([]);
  const code = dictionary.code(text(0), 0, text(0).length);
  expect(dictionary.entries[code]).toBe(text(0));
  expect(first).toHaveLength(count);
});

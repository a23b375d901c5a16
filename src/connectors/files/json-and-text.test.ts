/** NDJSON, JSON arrays and plain text, against JSON.parse and split. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readAll, schemaOf } from '../test-reading.ts';
import type { Schema } from '../../engine/graph/schema.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const everything = schemaOf('i int, f float, b boolean, s string, t timestamp, j json');

/** Objects as they come, with what the reader must make of them. */
const record = fc.record(
  {
    i: fc.maxSafeInteger(),
    f: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    b: fc.boolean(),
    s: fc.string({ unit: 'binary' }),
    t: fc.integer({ min: 1e11, max: 4e12 }),
    j: fc.jsonValue(),
    other: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const expected = (value: object, schema: Schema): object =>
  JSON.parse(
    JSON.stringify(
      Object.fromEntries(schema.map(({ name }) => [name, (value as Record<string, unknown>)[name] ?? null])),
    ),
  ) as object;

const formats = [
  {
    format: 'ndjson',
    write: (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join(''),
  },
  { format: 'json', write: (values: readonly object[]) => JSON.stringify(values) },
  { format: 'json', write: (values: readonly object[]) => `\ufeff\r\n${JSON.stringify(values, null, 2)}\r\n` },
] as const;

describe.each(formats)('$format', ({ format, write }) => {
  test('any objects are read as JSON.parse reads them, a missing member as null', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        async (values, sliceBytes) => {
          const { rows, rejected } = await readAll(format, write(values), everything, { sliceBytes });
          expect(rejected).toEqual([]);
          expect(rows).toEqual(values.map((value) => expected(value, everything)));
        },
      ),
    );
  });

  test('the result does not depend on where the bytes are cut, whatever they are', async () => {
    const parts = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '\n',
      '\r\n',
      ' ',
      '1',
      '{"a":1}',
      '{"a":"é😀"}',
      'null',
      '\ufeff',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(parts, { maxLength: 25 }),
        fc.integer({ min: 1, max: 12 }),
        async (tail, sliceBytes) => {
          const text = `${format === 'json' ? '[' : ''}{"a":1},\n${tail.join('')}`;
          const whole = await readAll(format, text, schemaOf('a json'));
          expect(await readAll(format, text, schemaOf('a json'), { sliceBytes })).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('broken NDJSON', () => {
  test('a line that is not JSON, no object, or has a value of another type is left out and named', async () => {
    const text = '{"a":1}\n\n{"a":2\n[3]\n4\n{"a":"x"}\n{"a":{"b":1}}\n{"a":"7"}\n{"a":1.5}\r\n{"b":1}';
    const { rows, rejected, rejectedCount } = await readAll('ndjson', text, schemaOf('a int'));
    expect(rows).toEqual([{ a: 1 }, { a: 7 }, { a: null }]);
    expect(rejectedCount).toBe(6);
    expect(rejected[0]).toMatch(/^line 3: it is not valid JSON: /);
    expect(rejected.slice(1)).toEqual([
      'line 4: it is not a JSON object',
      'line 5: it is not a JSON object',
      'line 6: “x” is not an int in column a',
      'line 7: “{"b":1}” is not an int in column a',
      'line 9: “1.5” is not an int in column a',
    ]);
  });
});

describe('a broken JSON array', () => {
  const read = async (text: string): Promise<[unknown[], readonly string[]]> => {
    const { rows, rejected } = await readAll('json', text, schemaOf('a int'));
    return [rows.map(({ a }) => a), rejected];
  };
  test('loses the element, not the rest', async () => {
    const [rows, rejected] = await read('[{"a":1},\n{"a":},\n3,\n{"a":4}]');
    expect(rows).toEqual([1, 4]);
    expect(rejected).toHaveLength(2);
    expect(rejected[0]).toMatch(/^line 2: it is not valid JSON/);
    expect(rejected[1]).toBe('line 3: it is not a JSON object');
  });
  test('with a bracket too many goes on at the next line', async () => {
    expect(await read('[{"a":1},\n{"a":2}},\n{"a":3}\n]')).toEqual([[1, 3], ['line 2: it has a } too many']]);
  });
  test('that was cut off gives what is there and says so', async () => {
    expect(await read('[{"a":1},\n{"a":2},\n{"a"')).toEqual([[1, 2], ['line 3: the file ends in the middle of it']]);
    expect(await read('[{"a":1},\n')).toEqual([[1], ['line 2: the file ends before its array does']]);
  });
  test('followed by something else says so once', async () => {
    expect(await read('[{"a":1}]\n[{"a":2}]')).toEqual([[1], ['line 2: text follows the end of the array']]);
  });
  test.each(['', '  ', '{"a":1}', '"x"', 'a,b'])('that is none, “%s”, cannot be read', async (text) => {
    await expect(readAll('json', text, schemaOf('a int'))).rejects.toThrow('it is not a JSON array of objects');
  });
});

describe('plain text', () => {
  const schema = schemaOf('line int, text string');
  test('every line is a record, empty ones too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n]/g, '')),
          { minLength: 1 },
        ),
        fc.integer({ min: 1, max: 40 }),
        async (lines, sliceBytes) => {
          const { rows } = await readAll('text', `${lines.join('\n')}\n`, schema, { sliceBytes });
          expect(rows).toEqual(
            lines.map((text, i) => ({ line: i + 1, text: i === 0 ? text.replace(/^\ufeff/, '') : text })),
          );
        },
      ),
    );
  });
  test('has two columns and no other', async () => {
    expect((await readAll('text', 'x\ny', schemaOf('text string'))).rows).toEqual([{ text: 'x' }, { text: 'y' }]);
    await expect(readAll('text', 'x', schemaOf('word string'))).rejects.toThrow(
      'a text file has no column “word”; it has line, text',
    );
  });
});

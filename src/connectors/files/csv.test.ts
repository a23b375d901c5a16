/** CSV: what is a row, what is broken, and that neither depends on how the bytes arrive. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test, vi } from 'vitest';
import { readAll, schemaOf } from '../test-reading.ts';
import { headerNames, sniffDelimiter } from './csv.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const ab = schemaOf('a string, b string');
const rowsAB = async (text: string | Uint8Array<ArrayBuffer>): Promise<unknown[]> =>
  (await readAll('csv', text, ab)).rows.map(({ a, b }) => [a, b]);

describe('a row', () => {
  test.each([
    [
      'plain',
      'a,b\n1,2\n3,4\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['without a last line end', 'a,b\n1,2', [['1', '2']]],
    [
      'with \\r\\n',
      'a,b\r\n1,2\r\n3,4\r\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'with \\r',
      'a,b\r1,2\r3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'with every line end at once',
      'a,b\n1,2\r\n3,4\r5,6',
      [
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
    ],
    ['behind a byte order mark', '\ufeffa,b\n1,2\n', [['1', '2']]],
    ['with a delimiter in quotes', 'a,b\n"1,5",2\n', [['1,5', '2']]],
    [
      'with a line end in quotes',
      'a,b\n"1\n5","2\r\n"\n3,4',
      [
        ['1\n5', '2\r\n'],
        ['3', '4'],
      ],
    ],
    ['with doubled quotes', 'a,b\n"say ""hi""",""""\n', [['say "hi"', '"']]],
    ['with a quote in a plain field', 'a,b\n5" pipe,x"y"\n', [['5" pipe', 'x"y"']]],
    ['with empty fields: null, and quoted the empty text', 'a,b\n,""\n', [[null, '']]],
    ['with blanks around text, which stay', 'a,b\n 1 , 2\n', [[' 1 ', ' 2']]],
    [
      'between blank lines, which are none',
      '\n\na,b\n\n1,2\n\r\n\n3,4\n\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['of semicolons', 'a;b\n1,5;2\n', [['1,5', '2']]],
    ['of tabs', 'a\tb\n1;\t2,\n', [['1;', '2,']]],
    ['of bars', 'a|b\n1|2\n', [['1', '2']]],
    ['with characters of four bytes', 'a,b\n😀é,"漢"\n', [['😀é', '漢']]],
    ['none at all', 'a,b\n', []],
    ['none in an empty file', '', []],
  ])('%s', async (_, text, expected) => expect(await rowsAB(text)).toEqual(expected));

  test('in UTF-16, as spreadsheets save “Unicode text”', async () => {
    const text = '\ufeffa\tb\r\n😀\tß\r\n';
    const le = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; i++) new DataView(le.buffer).setUint16(i * 2, text.charCodeAt(i), true);
    expect(await rowsAB(le)).toEqual([['😀', 'ß']]);
  });

  test('of which only the wanted columns are read, by name and in the order of the schema', async () => {
    const { rows } = await readAll('csv', 'x,b,y,a\nnot a number,2,,1\n', schemaOf('a int, b float'));
    expect(rows).toEqual([{ a: 1, b: 2 }]);
  });

  test('has a cell of every type, and null where it is empty', async () => {
    const schema = schemaOf('i int, f float, b boolean, s string, t timestamp, j json');
    const text = 'i,f,b,s,t,j\n-3, 2.5 ,TRUE,x,2001-01-01 00:47,"{""k"":[1,null]}"\n,,,,,\n"","","","","",""\n';
    const nulls = { i: null, f: null, b: null, s: null, t: null, j: null };
    expect((await readAll('csv', text, schema)).rows).toEqual([
      { i: -3, f: 2.5, b: true, s: 'x', t: Date.UTC(2001, 0, 1, 0, 47), j: { k: [1, null] } },
      nulls,
      { ...nulls, s: '' },
    ]);
  });
});

describe('a broken row is left out, counted and named with its line', () => {
  const broken = async (text: string, schema = schemaOf('a int, b string')): Promise<[unknown[], string[]]> => {
    const { rows, rejected, rejectedCount } = await readAll('csv', text, schema);
    expect(rejectedCount).toBe(rejected.length);
    return [rows.map(({ a }) => a), [...rejected]];
  };

  test('a value of another type', async () => {
    expect(await broken('a,b\n1,x\nabc,y\n3,z\n')).toEqual([[1, 3], ['line 3: “abc” is not an int in column a']]);
  });
  test('too few and too many fields', async () => {
    expect(await broken('a,b\n1\n2,x\n3,y,z\n')).toEqual([
      [2],
      ['line 2: it has 1 field where the header has 2', 'line 4: it has 3 fields where the header has 2'],
    ]);
  });
  test('lines are counted as an editor counts them: blank ones and those in quotes too', async () => {
    expect(await broken('a,b\r\n\r\n1,"x\r\ny\n"\r\nq,z\r\n2,w\r\n')).toEqual([
      [1, 2],
      ['line 6: “q” is not an int in column a'],
    ]);
  });
  test('a quote that is never closed costs its own line only', async () => {
    expect(await broken('a,b\n1,"x\n2,y\n3,z\n')).toEqual([[2, 3], ['line 2: a quote is opened and never closed']]);
  });
  test('so does text behind a closing quote', async () => {
    expect(await broken('a,b\n1,"x"y\n2,"y"\n')).toEqual([[2], ['line 2: text follows a closing quote']]);
    expect(await broken('a,b\n1,"x\n2,"y"\n3,z\n')).toEqual([[2, 3], ['line 2: text follows a closing quote']]);
  });
  test('a row that is longer than any record', async () => {
    const long = 'x'.repeat(2 ** 20);
    const [rows, rejected] = await broken(`a,b\n1,${long}\n2,y\n3,"${long}"\n4,z\n`);
    expect(rows).toEqual([2, 4]);
    expect(rejected).toEqual([
      'line 2: it is longer than 1,048,576 characters',
      'line 4: a quote is opened and never closed',
    ]);
  });
  test('long cells are cut in the message', async () => {
    const [, rejected] = await broken(`a,b\n${'9'.repeat(100)},x\n`);
    expect(rejected).toEqual([`line 2: “${'9'.repeat(39)}…” is not an int in column a`]);
  });
  test('of many, all are counted and 20 are told', async () => {
    const { rows, rejected, rejectedCount } = await readAll('csv', `a\n${'x\n'.repeat(500)}7\n`, schemaOf('a int'));
    expect(rows).toEqual([{ a: 7 }]);
    expect(rejectedCount).toBe(500);
    expect(rejected).toHaveLength(20);
  });
  test('a file of nothing else is read in portions', async () => {
    const { rejectedCount, rows } = await readAll('csv', `a\n${'x\n'.repeat(50_000)}`, schemaOf('a int'), {
      keptBytesMax: 0,
    });
    expect([rejectedCount, rows.length]).toEqual([50_000, 0]);
  });
});

test('a column that the header does not have is said with those that it has', async () => {
  await expect(readAll('csv', 'x,y\n1,2\n', schemaOf('delay int'))).rejects.toThrow(
    'it has no column “delay”; it has x, y',
  );
});

test('columns without a name, or with one that is taken, get one of their own', () => {
  expect(headerNames([' a ', '', 'a', 'a', 'column 2'])).toEqual(['a', 'column 2', 'a 2', 'a 3', 'column 2 2']);
});

test('the delimiter is the one that gives all rows as many fields as the header', () => {
  expect(sniffDelimiter('a;b;c\n1,5;2,5;3\n2,5;3;4\n', true)).toBe(';');
  expect(sniffDelimiter('text\nhello, world\nfoo; bar; baz\n', true)).toBe(',');
  expect(sniffDelimiter('a\tb\n"x,y,z"\t2\n', true)).toBe('\t');
});

/** Text that is full of what CSV is about. */
const csvLike = fc
  .array(fc.constantFrom('"', '""', ',', ';', '\n', '\r\n', '\r', 'a', '1', ' ', 'é', '漢', '😀', '\ufeff', '\u0000'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

describe('properties', () => {
  test('what Papa Parse writes is read back, whatever the cells', async () => {
    const cells = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), csvLike), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        cells,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 100 }),
        async (rows, newline, sliceBytes) => {
          const text = Papa.unparse({ fields: ['a', 'b'], data: rows }, { quotes: true, newline });
          const read = await readAll('csv', text, ab, { sliceBytes });
          expect(read.rows.map(({ a, b }) => [a, b])).toEqual(rows);
          expect(read.rejectedCount).toBe(0);
        },
      ),
    );
  });

  test('well-formed text is read as Papa Parse reads it', async () => {
    const field = fc.stringMatching(/^[a-z0-9 é'.]{1,8}$/);
    const table = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';', '\t', '|'), async (rows, delimiter) => {
        const text = ['a', 'b', 'c'].join(delimiter) + '\n' + rows.map((row) => row.join(delimiter)).join('\n');
        const parsed = Papa.parse<Record<string, string>>(text, { header: true, delimiter, skipEmptyLines: true }).data;
        expect((await readAll('csv', text, schemaOf('a string, b string, c string'))).rows).toEqual(parsed);
      }),
    );
  });

  test('the result does not depend on where the bytes are cut, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(csvLike, fc.integer({ min: 1, max: 30 }), async (tail, sliceBytes) => {
        const text = `a,b\n${tail}`;
        expect(await readAll('csv', text, ab, { sliceBytes })).toEqual(await readAll('csv', text, ab));
      }),
      { numRuns: 500 },
    );
  });

  test('nor at any offset of a text that has everything', async () => {
    const text = '\ufeffa,b\r\n1,"x\r\n""y"" 😀"\r\n\r\n漢é,\r"open\n2,"q"z\n3,4,5\n6,ü';
    const bytes = new TextEncoder().encode(text);
    const whole = await readAll('csv', bytes, ab);
    expect([whole.rows.length, whole.rejectedCount]).toEqual([3, 3]);
    for (let sliceBytes = 1; sliceBytes <= bytes.length; sliceBytes++)
      expect(await readAll('csv', bytes, ab, { sliceBytes })).toEqual(whole);
  });

  test('bytes that are no text are read to the end, and the rows around them stay', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), async (junk, sliceBytes) => {
        const bytes = new Uint8Array([
          ...new TextEncoder().encode('a,b\nfirst,1\n'),
          ...junk,
          ...new TextEncoder().encode('\nlast,2\n'),
        ]);
        const { rows } = await readAll('csv', bytes, ab, { sliceBytes });
        expect(rows[0]).toEqual({ a: 'first', b: '1' });
        // A quote among the junk may close at one further on, with text behind it; the last line has none.
        expect(rows.at(-1)).toEqual({ a: 'last', b: '2' });
      }),
    );
  });
});

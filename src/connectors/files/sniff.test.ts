/** What a dropped file is taken for, and what is said of files that are no data. */
import { readFileSync } from 'node:fs';
import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { schemaText } from '../../engine/graph/schema.ts';
import { datasets } from '../datasets/list.ts';
import { datasetBlob } from '../datasets/prepare.ts';
import { readAll } from '../test-reading.ts';
import { inferType } from './infer.ts';
import { type Sniffed, sniff } from './sniff.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const vega = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../../node_modules/vega-datasets/data/${name}`, import.meta.url)));

async function good(content: BlobPart, name: string): Promise<Sniffed> {
  const result = await sniff(new Blob([content]), name);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function bad(content: BlobPart, name: string): Promise<string> {
  const result = await sniff(new Blob([content]), name);
  if (result.ok) throw new Error(`${name} was taken for ${result.value.format}`);
  expect(result.error.advice).not.toBe('');
  return result.error.message;
}

describe('a file is told by its content', () => {
  const json = '{"id":"a","n":1}';
  test.each([
    ['csv', 'a,b\n1,2\n3,4\n', 'data.csv'],
    ['csv', 'a\tb\n1\t2\n3\t4\n', 'data.txt'],
    ['csv', 'a;b\n1;2\n3;4\n', 'download'],
    ['csv', 'only\n1\n2\n', 'data.csv'],
    ['csv', '\ufeff"a","b"\r\n1,2\r\n', 'DATA.CSV'],
    ['ndjson', `${json}\n${json}\n`, 'log.json'],
    ['ndjson', json, 'one.jsonl'],
    ['ndjson', `${json}\nbroken\n${json}`, 'log'],
    ['json', `[${json}]`, 'array.json'],
    ['json', `\n[\n ${json},\n ${json}\n]`, 'array'],
    ['text', 'Call me Ishmael. Some years ago,\nnever mind how long precisely\n', 'moby-dick.txt'],
    ['text', 'one\ntwo\nthree\n', 'words'],
    ['text', '[info] started\n[warn] late\n', 'server.log'],
  ])('%s: %j', async (format, text, name) => expect((await good(text, name)).format).toBe(format));

  test('an Arrow file or stream', async () => {
    const table = tableFromArrays({ n: [1, 2, 3], name: ['a', 'b', null], at: [new Date(0), null, new Date(1)] });
    for (const format of ['file', 'stream'] as const) {
      const sniffed = await good(new Uint8Array(tableToIPC(table, { format }) as Uint8Array), 'x');
      expect(sniffed).toMatchObject({ format: 'arrow', estimatedRecords: 3, timestampColumn: 'at', rejectedCount: 0 });
      expect(sniffed.sample).toEqual([
        { n: 1, name: 'a', at: 0 },
        { n: 2, name: 'b', at: null },
        { n: 3, name: null, at: 1 },
      ]);
    }
  });
});

describe('columns get the narrowest type that fits', () => {
  test.each([
    ['int', ['1', '-2', '', '+3']],
    ['float', ['1', '2.5', '1e3']],
    ['boolean', ['true', 'FALSE', '']],
    ['int', ['0', '1', '1']],
    ['timestamp', ['2001-01-01', '2001/01/31 23:59', '2001-01-31T23:59:58.123Z']],
    ['string', ['02134', '10001']],
    ['string', ['1', '2', 'x']],
    ['int', ['1', '2', '3', '4', 'x']],
    ['string', ['1', '2', '3', 'y', 'x']],
    ['string', ['', '']],
    ['string', ['9007199254740993x', '1']],
    ['float', ['9007199254740993', '1']],
    ['json', [{ a: 1 }, [2], null]],
    ['json', [{ a: 1 }, 'text']],
    ['string', [true, 'text', 3]],
  ])('%s: %j', (type, values) => expect(inferType('column', values)).toBe(type));

  test('numbers are times if both their size and the name of the column say so', () => {
    expect(inferType('time', ['1517966773840'])).toBe('timestamp');
    expect(inferType('created_at', ['1517966773'])).toBe('timestamp');
    expect(inferType('updatedAt', [1517966773840, null])).toBe('timestamp');
    expect(inferType('time', ['12', '13'])).toBe('int');
    expect(inferType('population', ['1517966773'])).toBe('int');
  });
});

test.each(datasets)(
  'the bundled $name is recognized as what the list says',
  async ({ name, url, schema, records, timestampColumn }) => {
    const sniffed = await good(await datasetBlob(name), url);
    expect(schemaText(sniffed.schema)).toBe(schemaText(schema));
    expect(sniffed.timestampColumn).toBe(timestampColumn);
    expect(sniffed.rejectedCount).toBe(0);
    expect(Math.abs(sniffed.estimatedRecords / records - 1)).toBeLessThan(0.02);
  },
);

test.each([
  'movies.json',
  'weather.csv',
  'unemployment.tsv',
  'jobs.json',
  'zipcodes.csv',
  'github.csv',
  'birdstrikes.csv',
  'stocks.csv',
])('the first records of %s are shown as the reader reads them', async (name) => {
  const sniffed = await good(vega(name), name);
  const { rows } = await readAll(sniffed.format, vega(name), sniffed.schema);
  expect(sniffed.sample).toHaveLength(20);
  expect(rows.slice(0, 20)).toEqual(sniffed.sample);
  expect(Math.abs(sniffed.estimatedRecords / rows.length - 1)).toBeLessThan(0.1);
});

test('broken rows in the sample are counted and told', async () => {
  const sniffed = await good('n,name\n1,a\n2,b\n3,c\nabc,d\n5,e\n6\n', 'x.csv');
  expect(schemaText(sniffed.schema)).toBe('n int, name string');
  expect(sniffed.sample.map(({ n }) => n)).toEqual([1, 2, 3, 5]);
  expect([sniffed.rejectedCount, sniffed.rejected]).toEqual([
    2,
    ['line 5: “abc” is not an int in column n', 'line 7: it has 1 field where the header has 2'],
  ]);
});

test('a large file is judged by its start, and what is cut in two there is no broken row', async () => {
  const row = (i: number): string => `${i},"some ""text"" with a\nline end and ünïcödé"\n`;
  const rows = Array.from({ length: 20_000 }, (_, i) => row(i));
  const sniffed = await good(`n,text\n${rows.join('')}`, 'x.csv');
  expect(sniffed.rejectedCount).toBe(0);
  expect(Math.abs(sniffed.estimatedRecords / 20_000 - 1)).toBeLessThan(0.05);
  const objects = await good(JSON.stringify(rows.map((text, n) => ({ n, text }))), 'x.json');
  expect(objects).toMatchObject({ format: 'json', rejectedCount: 0 });
  expect(schemaText(objects.schema)).toBe('n int, text string');
});

describe('what is no data is said, with what to do', () => {
  test('by its first bytes', async () => {
    expect(await bad(vega('flights-3m.parquet'), 'flights.parquet')).toBe(
      '“flights.parquet” is a Parquet file, which Weir cannot read yet.',
    );
    expect(await bad(vega('7zip.png'), 'x.csv')).toBe('“x.csv” is an image.');
    expect(await bad('%PDF-1.7 …', 'x.pdf')).toBe('“x.pdf” is a PDF document.');
    expect(await bad(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'book.xlsx')).toBe('“book.xlsx” is a spreadsheet.');
    expect(await bad(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'x.zip')).toBe('“x.zip” is a zip archive.');
    expect(await bad(new Uint8Array([0x1f, 0x8b, 8, 0]), 'x.csv.gz')).toBe('“x.csv.gz” is compressed.');
  });
  test('a CSV that begins like one is read all the same', async () => {
    expect((await good('BMW,MZ\n1,2\n', 'cars.csv')).format).toBe('csv');
    expect((await good('ORC,ID3\n1,2\n', 'x.csv')).format).toBe('csv');
  });
  test('an empty file, or one of blanks', async () => {
    expect(await bad('', 'x.csv')).toBe('“x.csv” is empty.');
    expect(await bad(' \n\n', 'x.csv')).toBe('“x.csv” holds nothing but blanks.');
  });
  test('binary data', async () => {
    expect(await bad(new Uint8Array([1, 2, 3, 0, 5, 6]), 'x.bin')).toBe(
      '“x.bin” is binary data of a kind that Weir does not know.',
    );
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 120) + 130);
    expect(await bad(noise, 'x.csv')).toBe('“x.csv” is binary data of a kind that Weir does not know.');
  });
  test('a huge file of one line', async () => {
    expect(await bad('x,'.repeat(200_000), 'x.csv')).toBe('“x.csv” has no line end in its first 256 kB.');
    expect(await bad(`{"a":"${'x'.repeat(300_000)}"}`, 'x.ndjson')).toBe(
      '“x.ndjson” has no line end in its first 256 kB.',
    );
  });
  test('one JSON object, or none', async () => {
    expect(await bad(vega('earthquakes.json'), 'earthquakes.json')).toMatch('“earthquakes.json” is one JSON object');
    expect(await bad('{\n "a": 1\n}', 'x.json')).toMatch('is one JSON object');
    expect(await bad('"text"', 'x.json')).toMatch('is not a JSON array of objects');
    expect(await bad('[1, 2, 3]', 'x.json')).toBe('“x.json” has no records that can be read.');
  });
  test('anything at all gives an answer', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom('x.csv', 'x.json', 'x.txt', 'x'), async (bytes, name) => {
        const result = await sniff(new Blob([new Uint8Array(bytes)]), name);
        const message = result.ok ? '“x” is read.' : result.error.message;
        expect(message).toMatch(/^“x.*\.$/);
        const { format, schema, sample } = result.ok
          ? result.value
          : ({ format: 'text', schema: [], sample: [] } as const);
        const read = result.ok ? await readAll(format, new Uint8Array(bytes), schema) : { rows: [] };
        expect(read.rows.slice(0, 20)).toEqual(sample);
      }),
      { numRuns: 500 },
    );
  });
});

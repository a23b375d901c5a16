/** Reading by request: positions, splits, jumps, memory, and what is answered when there is nothing to read. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { rowsOf, type TextColumn } from '../engine/wire/batch.ts';
import type { Answer } from '../engine/wire/requests.ts';
import { type ReaderOptions, ResourceReaders } from './reader.ts';
import { readAll, readOn, schemaOf } from './test-reading.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const schema = schemaOf('n int, name string');
/** Every tenth row is broken; names are few. */
const csvOf = (rows: number): string =>
  `n,name\n${Array.from({ length: rows }, (_, i) => `${i % 10 === 9 ? 'x' : i},name ${i % 50}\n`).join('')}`;
const kept: ReaderOptions = {};
const streamed: ReaderOptions = { keptBytesMax: 0, sliceBytes: 1000 };

type Records = Extract<Answer, { kind: 'records' }>;

async function records(readers: ResourceReaders, position: number, limit: number, split = 0, of = 1): Promise<Records> {
  const answer = await readers.answer({ kind: 'read', resource: 'file', schema, split, of, position, limit });
  if (answer.kind === 'failed') throw new Error(answer.reason);
  return answer;
}

const readersOf = (text: string, options: ReaderOptions): ResourceReaders =>
  new ResourceReaders([{ name: 'file', format: 'csv', content: new Blob([text]) }], options);
const numbers = (answer: Records): unknown[] => rowsOf(answer.batch).map(({ n }) => n);

describe.each([
  ['kept', kept],
  ['streamed', streamed],
])('a resource that is %s', (_, options) => {
  test('is dealt out to splits: each row once, in order, broken ones too', async () => {
    const text = csvOf(10_000);
    const whole = await readAll('csv', text, schema, options);
    expect(whole.rows).toHaveLength(9000);
    expect(whole.rejectedCount).toBe(1000);
    for (const of of [2, 3, 7]) {
      const readers = readersOf(text, options);
      const splits = await Promise.all(
        Array.from({ length: of }, (_, split) => readOn(readers, schema, { split, of, limit: 100 })),
      );
      splits.forEach(({ rows }, split) =>
        expect(rows).toEqual(whole.rows.filter(({ n }) => (n as number) % of === split)),
      );
      expect(splits.reduce((sum, { rejectedCount }) => sum + rejectedCount, 0)).toBe(1000);
    }
  });

  test('gives the rows from any position on, forwards and backwards', async () => {
    const readers = readersOf(csvOf(3000), options);
    const request = fc.record({
      position: fc.integer({ min: 0, max: 3100 }),
      limit: fc.integer({ min: 1, max: 500 }),
      of: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(request, fc.nat(), async ({ position, limit, of }, seed) => {
        const split = seed % of;
        const answer = await records(readers, position, limit, split, of);
        const expected = Array.from({ length: 3000 }, (_, i) => i).filter(
          (i) => i >= position && i % of === split && i % 10 !== 9,
        );
        expect(numbers(answer)).toEqual(expected.slice(0, limit));
        const more = expected.length >= limit;
        expect(answer.end && expected.length > limit).toBe(false);
        expect(more || answer.end).toBe(true);
        expect(more ? answer.next : 3000).toBe(more ? (expected[limit - 1] as number) + 1 : 3000);
      }),
      { numRuns: 60 },
    );
  });

  test('counts each broken row in exactly one answer, whatever the limits', async () => {
    const readers = readersOf(csvOf(2000), options);
    for (const limit of [1, 7, 64, 5000]) expect((await readOn(readers, schema, { limit })).rejectedCount).toBe(200);
  });

  test('answers a repeated request alike, also while the first is under way', async () => {
    const readers = readersOf(csvOf(3000), options);
    const [first, again, behind] = await Promise.all([
      records(readers, 0, 500),
      records(readers, 0, 500),
      records(readers, 555, 10),
    ]);
    expect(numbers(again)).toEqual(numbers(first));
    expect(numbers(behind)[0]).toBe(555);
  });

  test('shares the entries of a column with few texts among all batches', async () => {
    const readers = readersOf(csvOf(10_000), options);
    const first = await records(readers, 0, 2048);
    const second = await records(readers, first.next, 2048);
    const entries = (answer: Records): readonly string[] => (answer.batch.columns[1] as TextColumn).entries;
    expect(entries(second)).toBe(entries(first));
    expect(entries(first)).toHaveLength(45); // of the 50 names, those of broken rows are not among them
  });

  test('does not let a column of many texts grow: each batch has its own entries', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},a text that is written only once ${i}\n`);
    const readers = readersOf(`n,name\n${rows.join('')}`, options);
    let last = await records(readers, 0, 2048);
    for (let seen = last.batch.length; seen < 30_000; seen += last.batch.length)
      last = await records(readers, last.next, 2048);
    expect((last.batch.columns[1] as TextColumn).entries).toHaveLength(2048);
    const read = (await readOn(readers, schema, { limit: 2048 })).rows;
    expect(read).toEqual(
      Array.from({ length: 60_000 }, (_, n) => ({ n, name: `a text that is written only once ${n}` })),
    );
  });

  test('gives arrays that the receiver may transfer', async () => {
    const readers = readersOf(csvOf(100), options);
    const { batch } = await records(readers, 0, 50);
    structuredClone(batch.timestamps, { transfer: [batch.timestamps.buffer] });
    for (const column of batch.columns)
      if (column.kind === 'number') structuredClone(column, { transfer: [column.values.buffer] });
    expect(numbers(await records(readers, 0, 3))).toEqual([0, 1, 2]);
  });
});

test('records have no event time yet', async () => {
  const { batch } = await records(readersOf(csvOf(3), kept), 0, 3);
  expect([...batch.timestamps]).toEqual([NaN, NaN, NaN]);
});

describe('a resource that cannot be read', () => {
  const answerOf = async (readers: ResourceReaders, resource = 'file'): Promise<Answer> =>
    await readers.answer({ kind: 'read', resource, schema, split: 0, of: 1, position: 0, limit: 10 });

  test('is missing if nobody gave it, or the readers are disposed of', async () => {
    const readers = readersOf(csvOf(10), kept);
    expect(await answerOf(readers, 'gone')).toEqual({
      kind: 'failed',
      code: 'resource-missing',
      reason: 'there is no file “gone”',
    });
    readers.dispose();
    expect(await answerOf(readers)).toMatchObject({ kind: 'failed', code: 'resource-missing' });
  });
  test('says which column it lacks', async () => {
    expect(await answerOf(readersOf('n,label\n1,x\n', kept))).toEqual({
      kind: 'failed',
      code: 'resource-unreadable',
      reason: 'it has no column “name”; it has n, label',
    });
  });
  test('says that it changed on disk', async () => {
    class Changed extends Blob {
      override slice(): Blob {
        throw new DOMException('', 'NotReadableError');
      }
    }
    const readers = new ResourceReaders([{ name: 'file', format: 'csv', content: new Changed(['n,name\n']) }]);
    expect(await answerOf(readers)).toMatchObject({
      code: 'resource-unreadable',
      reason: 'it was changed, moved or deleted since it was opened',
    });
  });
});

describe('an address', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/good.csv') response.end(csvOf(20_000));
      else if (request.url === '/broken.csv') {
        response.writeHead(200, { 'Content-Length': '1000000' });
        response.write(csvOf(100), () => response.destroy());
      } else response.writeHead(request.url === '/denied.csv' ? 403 : 404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('is read like a file, also when it turns out to be too large to keep', async () => {
    const whole = await readAll('csv', csvOf(20_000), schema);
    expect(await readAll('csv', new URL(`${base}/good.csv`), schema)).toEqual(whole);
    const large = await readAll('csv', new URL(`${base}/good.csv`), schema, { keptBytesMax: 100_000 });
    expect(large.rows).toEqual(whole.rows);
    expect(large.rejectedCount).toBe(whole.rejectedCount);
  });
  test('that does not exist is missing, that refuses or breaks off is unreadable', async () => {
    const reason = async (path: string): Promise<unknown> => {
      const readers = new ResourceReaders([{ name: 'file', format: 'csv', content: new URL(path) }]);
      return await readers.answer({
        kind: 'read',
        resource: 'file',
        schema,
        split: 0,
        of: 1,
        position: 0,
        limit: 5000,
      });
    };
    expect(await reason(`${base}/none.csv`)).toMatchObject({ code: 'resource-missing' });
    expect(await reason(`${base}/denied.csv`)).toMatchObject({
      code: 'resource-unreadable',
      reason: `${base}/denied.csv answers with status 403`,
    });
    expect(await reason(`${base}/broken.csv`)).toMatchObject({
      code: 'resource-unreadable',
      reason: 'the connection broke while it was read',
    });
    expect(await reason('http://127.0.0.1:1/x.csv')).toMatchObject({
      code: 'resource-unreadable',
      reason: 'http://127.0.0.1:1/x.csv does not answer',
    });
  });
  test('of a file is read in Node', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'weir-')), 'x.csv');
    writeFileSync(path, csvOf(100));
    expect((await readAll('csv', pathToFileURL(path), schema)).rows).toHaveLength(90);
    await expect(readAll('csv', pathToFileURL(`${path}.gone`), schema)).rejects.toThrow('does not exist');
  });
});

/** A blob of any size whose bytes exist only while they are read. */
class EndlessRows extends Blob {
  readonly #rows: number;
  largestSlice = 0;
  constructor(rows: number) {
    super();
    this.#rows = rows;
  }
  override get size(): number {
    return (this.#rows + 1) * ROW;
  }
  override slice(from = 0, to = this.size): Blob {
    const end = Math.min(to, this.size);
    this.largestSlice = Math.max(this.largestSlice, end - from);
    const first = Math.floor(from / ROW);
    let text = '';
    for (let row = first; row * ROW < end; row++)
      text +=
        row === 0
          ? `${'n,name'.padEnd(ROW - 1)}\n`
          : `${String(row - 1).padEnd(20)},${`name ${row}`.padEnd(ROW - 22)}\n`;
    return new Blob([text.slice(from - first * ROW, end - first * ROW)]);
  }
}
const ROW = 64;

test('a file of 64 MB costs little memory, whichever split reads it', { timeout: 60_000 }, async () => {
  const rows = 2 ** 20;
  const blob = new EndlessRows(rows);
  const readers = new ResourceReaders([{ name: 'file', format: 'csv', content: blob }]);
  const before = process.memoryUsage();
  let peak = 0;
  let sum = 0;
  for (let position = 1, end = false; !end; ) {
    const answer = await readers.answer({
      kind: 'read',
      resource: 'file',
      schema: schemaOf('n int, name string'),
      split: 1,
      of: 2,
      position,
      limit: 2048,
    });
    if (answer.kind === 'failed') throw new Error(answer.reason);
    for (const { n } of rowsOf(answer.batch)) sum += n as number;
    ({ next: position, end } = answer);
    const now = process.memoryUsage();
    peak = Math.max(peak, now.heapUsed - before.heapUsed + now.arrayBuffers - before.arrayBuffers);
  }
  expect(sum).toBe((rows / 2) ** 2); // 1 + 3 + … + (rows − 1)
  expect(blob.largestSlice).toBeLessThanOrEqual(256 * 1024);
  expect(peak / 2 ** 20).toBeLessThan(100); // garbage included, which nothing forces to be collected
});

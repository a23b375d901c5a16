/** Arrow files and streams, against the values that were written. */
import { readFileSync } from 'node:fs';
import {
  bool,
  dateDay,
  dictionary,
  float64,
  int32,
  int64,
  list,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from '@uwdata/flechette';
import { describe, expect, test, vi } from 'vitest';
import { readAll, schemaOf } from '../test-reading.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const everything = schemaOf('i int, l int, f float, b boolean, s string, d string, t timestamp, day timestamp, j json');

function bytesOf(format: 'file' | 'stream'): Uint8Array<ArrayBuffer> {
  const n = 300;
  const each = <T>(make: (i: number) => T): (T | null)[] =>
    Array.from({ length: n }, (_, i) => (i % 7 === 3 ? null : make(i)));
  const table = tableFromArrays(
    {
      i: each((i) => i - 100),
      l: each((i) => BigInt(i) * 10_000_000_000n),
      f: each((i) => i / 3),
      b: each((i) => i % 2 === 0),
      s: each((i) => `ß${i}`),
      d: each((i) => ['SEA', 'LAX'][i % 2] as string),
      t: each((i) => new Date(i * 1000)),
      day: each((i) => new Date(i * 86_400_000)),
      j: each((i) => [i, i + 1]),
    },
    {
      maxBatchRows: 64,
      types: {
        i: int32(),
        l: int64(),
        f: float64(),
        b: bool(),
        s: utf8(),
        d: dictionary(utf8()),
        t: timestamp(TimeUnit.MICROSECOND),
        day: dateDay(),
        j: list(int32()),
      },
    },
  );
  return new Uint8Array(tableToIPC(table, { format }) as Uint8Array);
}

describe.each(['file', 'stream'] as const)('an Arrow %s', (format) => {
  test('of many record batches gives the values that were written', async () => {
    const { rows, rejectedCount } = await readAll('arrow', bytesOf(format), everything, { limit: 33 });
    expect(rejectedCount).toBe(0);
    expect(rows).toHaveLength(300);
    rows.forEach((row, i) => {
      const nulls = Object.fromEntries(everything.map(({ name }) => [name, null]));
      const values = {
        i: i - 100,
        l: i * 10_000_000_000,
        f: i / 3,
        b: i % 2 === 0,
        s: `ß${i}`,
        d: ['SEA', 'LAX'][i % 2],
        t: i * 1000, // small, but of a type that says what it is: no seconds are guessed
        day: i * 86_400_000,
        j: [i, i + 1],
      };
      expect(row).toEqual(i % 7 === 3 ? nulls : values);
    });
  });
});

test('a file of others is read whole: 200,000 flights', async () => {
  const bytes = readFileSync(new URL('../../../node_modules/vega-datasets/data/flights-200k.arrow', import.meta.url));
  const { rows } = await readAll('arrow', new Uint8Array(bytes), schemaOf('time float, delay int'), { limit: 8192 });
  const table = tableFromIPC(bytes);
  expect(rows).toHaveLength(200_000);
  const sum = (of: readonly unknown[]): number => of.reduce((total: number, value) => total + (value as number), 0);
  expect(sum(rows.map((row) => row['delay']))).toBe(sum([...table.getChild('delay')]));
  expect(sum(rows.map((row) => row['time']))).toBe(sum([...table.getChild('time')]));
});

test('a whole number that no double holds breaks its row', async () => {
  const bytes = new Uint8Array(
    tableToIPC(tableFromArrays({ n: [1n, 2n ** 60n, 3n] }, { types: { n: int64() } }), {}) as Uint8Array,
  );
  const { rows, rejected } = await readAll('arrow', bytes, schemaOf('n int'));
  expect(rows).toEqual([{ n: 1 }, { n: 3 }]);
  expect(rejected).toEqual([expect.stringMatching(/^row 2: .*1152921504606846976 in column n$/)]);
});

test('what is no Arrow, or lacks a column, is said', async () => {
  await expect(readAll('arrow', 'a,b\n1,2\n', everything)).rejects.toThrow(/^it is not an Arrow file/);
  await expect(readAll('arrow', bytesOf('file'), schemaOf('q int'))).rejects.toThrow(
    'it has no column “q”; it has i, l, f',
  );
});

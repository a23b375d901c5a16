import { describe, expect, test } from 'vitest';
import type { Row } from '../graph/schema.ts';
import type { Answer, ReadRequest } from '../wire/requests.ts';
import { file } from './file.ts';
import { answerFrom, Harness } from './testing/harness.ts';
import type { HarnessOptions } from './testing/harness.ts';

const params = {
  resource: 'file:numbers.csv',
  columns: [
    { name: 'n', type: 'int' },
    { name: 'at', type: 'timestamp' },
  ],
  timestampColumn: 'at',
};
const numbers = (count: number): Row[] =>
  Array.from({ length: count }, (_, n) => ({ n, at: n % 5 === 0 ? null : n * 10 }));

function source(options: HarnessOptions = {}): Harness {
  return new Harness(file, params, [], options);
}

function emitted(harness: Harness): unknown[] {
  return harness.port('out').flatMap((one) => (one.kind === 'record' ? [one.row['n']] : []));
}

/** Answers read `index` as a host would. */
function answer(harness: Harness, rows: readonly Row[], index: number): void {
  const request = harness.requests[index];
  if (request === undefined) throw new Error(`no request ${index}`);
  harness.reader.onAnswer?.(request.number, answerFrom(rows, request.body as ReadRequest));
}

describe('the file source', () => {
  test('reads every row once and in order, over many reads', () => {
    const harness = source({ resource: numbers(20_000) });
    harness.run([1000]);
    expect(emitted(harness)).toEqual(numbers(20_000).map((row) => row['n']));
  });

  test('subtasks share the rows out by position', () => {
    const parts = [0, 1, 2].map((subtaskIndex) => {
      const harness = source({ resource: numbers(10), subtaskIndex, parallelism: 3 });
      harness.run();
      return emitted(harness);
    });
    expect(parts).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7],
      [2, 5, 8],
    ]);
  });

  test('the timestamp column gives the event time, null none', () => {
    const harness = source({ resource: numbers(3) });
    harness.run();
    expect(harness.port('out').map((one) => (one.kind === 'record' ? one.time : one.kind))).toEqual([
      null,
      10,
      20,
      'end',
    ]);
  });

  test('two reads are under way, and answers out of order change nothing', () => {
    const rows = numbers(9000);
    const harness = source();
    expect(harness.poll(10)).toBe(false);
    expect(harness.requests.map(({ body }) => (body as ReadRequest).position)).toEqual([0, 4096]);
    answer(harness, rows, 1);
    expect(emitted(harness)).toEqual([]);
    answer(harness, rows, 0);
    for (let polls = 0, next = 2; polls < 20 && harness.port('out').at(-1)?.kind !== 'end'; polls++) {
      harness.poll(5000);
      if (next < harness.requests.length) answer(harness, rows, next++);
    }
    expect(emitted(harness)).toEqual(rows.map((row) => row['n']));
  });

  test('a read that took more positions than guessed makes the guessed one void', () => {
    const harness = source();
    harness.poll(10);
    const rows = numbers(5000);
    const short: Answer = {
      ...answerFrom(rows, { ...(harness.requests[0]?.body as ReadRequest), limit: 3 }),
      next: 4500,
      end: false,
    };
    harness.reader.onAnswer?.(0, short);
    harness.poll(10);
    harness.poll(10);
    expect(harness.requests.map(({ body }) => (body as ReadRequest).position)).toEqual([0, 4096, 4500, 4500 + 4096]);
    answer(harness, rows, 1);
    harness.poll(10);
    expect(emitted(harness)).toEqual([0, 1, 2]);
    answer(harness, rows, 2);
    harness.poll(2);
    expect(emitted(harness)).toEqual([0, 1, 2, 4500, 4501]);
  });

  test('broken rows are told with their place, boundedly', () => {
    const harness = source();
    harness.poll(10);
    const rejected = Array.from({ length: 20 }, (_, i) => `line ${i}: “x” is no whole number`);
    for (let read = 0; read < 4; read++) {
      const empty = answerFrom([], harness.requests[read]?.body as ReadRequest);
      harness.reader.onAnswer?.(read, { ...empty, next: (read + 1) * 4096, end: false, rejected, rejectedCount: 500 });
      harness.poll(10);
    }
    expect(harness.logs.length).toBeLessThan(30);
    expect(harness.logs[0]).toContain('line 0: “x” is no whole number');
    expect(harness.logs.at(-1)).toContain('2000 broken rows');
  });

  test('a resource that is not there fails the task', () => {
    const harness = source();
    harness.poll(1);
    expect(() => harness.reader.onAnswer?.(0, { kind: 'failed', code: 'resource-missing', reason: 'gone' })).toThrow(
      'reads file:numbers.csv, which is not here',
    );
  });

  test('says what is missing while it is drawn', () => {
    const nothing = file.derive(file.params.parse({}), []);
    expect(!nothing.ok && nothing.error.map((issue) => issue.code)).toEqual(['missing-resource', 'invalid-param']);
    const wrong = file.derive(file.params.parse({ ...params, timestampColumn: 'when', watermarks: 'bounded' }), []);
    expect(!wrong.ok && wrong.error).toEqual([
      { code: 'unknown-column', param: 'timestampColumn', details: { column: 'when', columns: 'n, at' } },
    ]);
  });
});

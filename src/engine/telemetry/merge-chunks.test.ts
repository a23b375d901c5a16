/** Chunks of results under merging and dropping, against a plain list of records. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalList, arrivedAt } from '../wire/arrivals.ts';
import type { ResultChunk } from './cluster-view.ts';
import { appendRecords } from './merge-chunks.ts';

/** Records that say in their event time which they are: of the subtask, the n-th at this time. */
function chunkOf(subtask: string, attempt: number, at: number, numbers: readonly number[]): ResultChunk {
  const values = Float64Array.from(numbers);
  const records = {
    schema: [{ name: 'n', type: 'int' } as const],
    length: numbers.length,
    timestamps: values,
    columns: [{ kind: 'number', values } as const],
  };
  return { subtask, attempt, arrivals: arrivedAt(at, numbers.length), records };
}

const recordsIn = (chunks: readonly ResultChunk[]) =>
  chunks.flatMap(({ subtask, attempt, arrivals, records }) => {
    const times = arrivalList(arrivals);
    expect(times.length).toBe(records.length);
    return Array.from({ length: records.length }, (_, row) => ({
      subtask,
      attempt,
      at: times[row] as number,
      n: records.timestamps[row] as number,
    }));
  });

const told = fc.array(
  fc.record({
    subtask: fc.constantFrom('v/0', 'v/1'),
    restart: fc.boolean(),
    wait: fc.nat(2),
    count: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 60 },
);

test('each record keeps its arrival, however chunks are merged, cut and dropped, over attempts', () => {
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 120 }), (parts, limit) => {
      let chunks: readonly ResultChunk[] = [];
      const plain: { subtask: string; attempt: number; at: number; n: number }[] = [];
      let [at, n, attempt] = [0, 0, 1];
      for (const { subtask, restart, wait, count } of parts) {
        at += wait;
        if (restart) attempt++;
        const numbers = Array.from({ length: count }, () => n++);
        plain.push(...numbers.map((each) => ({ subtask, attempt, at, n: each })));
        chunks = appendRecords(chunks, chunkOf(subtask, attempt, at, numbers), limit);
        const kept = recordsIn(chunks);
        expect(kept.length).toBe(Math.min(limit, plain.length));
        for (const record of kept) expect(plain[record.n]).toEqual(record);
        expect(new Set(kept.map((record) => record.n)).size).toBe(kept.length);
      }
    }),
  );
});

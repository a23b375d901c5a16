/** What the ledger says of rows that are lost, doubled, wrong, or still to come. */
import { describe, expect, test } from 'vitest';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { isExact, ledgerOf, SinkAccount } from './ledger.ts';
import type { SinkMoment, SinkReading } from './ledger.ts';

const rows: SinkReading = { kind: 'rows' };
const byKey: SinkReading = { kind: 'upsert', key: ['key'] };

const schema = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
] as const;

function batchOf(text: string): Batch {
  const builder = new BatchBuilder(schema, 8);
  for (const [, key = '', value, time] of text.matchAll(/(\w)=(\d+)@(\d+)/g)) {
    builder.appendRow({ key, value: Number(value) }, Number(time));
  }
  return builder.take();
}

/** `a=1@5` for key a, value 1, event time 5. */
function account(reading: SinkReading, expected: string, committed: string): SinkAccount {
  const sink = new SinkAccount('out', reading);
  if (expected !== '') sink.expect(batchOf(expected));
  if (committed !== '') sink.commit(batchOf(committed));
  return sink;
}

describe('a sink of rows', () => {
  test('is exact when the multisets are equal, in any order', () => {
    const ledger = account(rows, 'a=1@1 b=2@2 a=1@1', 'b=2@2 a=1@1 a=1@1').ledger();
    expect(ledger).toMatchObject({ expected: 3, committed: 3, correct: 3, lost: 0, duplicated: 0, wrong: 0 });
    expect(isExact(ledger)).toBe(true);
  });

  test('tells lost, duplicated and wrong rows apart, with examples', () => {
    const ledger = account(rows, 'a=1@1 b=2@2 c=3@3', 'a=1@1 a=1@1 b=9@2').ledger();
    expect(ledger).toMatchObject({ correct: 1, lost: 2, duplicated: 1, wrong: 1, pending: 0 });
    expect(ledger.examples.lost.map(({ row }) => row['key'])).toEqual(['b', 'c']);
    expect(ledger.examples.duplicated).toEqual([{ row: { key: 'a', value: 1 }, timestamp: 1 }]);
    expect(ledger.examples.wrong).toEqual([{ row: { key: 'b', value: 9 }, timestamp: 2 }]);
  });

  test('compares event times too', () => {
    expect(account(rows, 'a=1@1', 'a=1@2').ledger()).toMatchObject({ lost: 1, wrong: 1 });
  });

  test('calls a row lost while the job runs only once the watermark has passed it', () => {
    const sink = account(rows, 'a=1@1 b=2@10', '');
    const moment: SinkMoment = { over: false, watermark: 5, uncommitted: 0 };
    expect(sink.ledger(moment)).toMatchObject({ lost: 1, pending: 1 });
    expect(sink.ledger({ ...moment, uncommitted: 1 })).toMatchObject({ lost: 0, pending: 2 });
    expect(sink.ledger()).toMatchObject({ lost: 2, pending: 0 });
  });
});

describe('a sink that shows the table of a changelog', () => {
  const changed = [...schema, { name: 'op', type: 'rowkind' }] as const;
  const changesOf = (text: string): Batch => {
    const builder = new BatchBuilder(changed, 8);
    for (const [, op, key = '', value, time] of text.matchAll(/([+-][IUD])(\w)=(\d+)@(\d+)/g))
      builder.appendRow({ key, value: Number(value), op }, Number(time));
    return builder.take();
  };
  const figuresOf = (reading: SinkReading, expected: string, committed: string) => {
    const sink = new SinkAccount('out', reading);
    sink.expect(changesOf(expected));
    sink.commit(changesOf(committed));
    return sink.ledger();
  };

  test('compares what is left, whatever the way there', () => {
    const ledger = figuresOf({ kind: 'table' }, '+Ia=1@1 -Ua=1@2 +Ua=2@2', '+Ia=5@1 -Da=5@3 +Ia=2@4');
    expect(ledger).toMatchObject({ expected: 1, correct: 1, lost: 0, duplicated: 0, wrong: 0 });
  });

  test('tells rows that are lost, there twice, and wrong', () => {
    const ledger = figuresOf({ kind: 'table' }, '+Ia=1@1 +Ib=2@1', '+Ia=1@1 +Ia=1@1 +Ic=3@1');
    expect(ledger).toMatchObject({ expected: 2, correct: 1, lost: 1, duplicated: 1, wrong: 1 });
  });

  test('and of an upsert sink, a key that was deleted', () => {
    expect(figuresOf(byKey, '+Ia=1@1 -Da=1@2', '+Ia=1@1')).toMatchObject({ expected: 0, wrong: 1 });
    expect(figuresOf(byKey, '+Ia=1@1 -Da=1@2', '+Ia=1@1 -Ua=1@2 -Da=1@2')).toMatchObject({ wrong: 0, lost: 0 });
  });
});

describe('an upsert sink', () => {
  test('compares the last value of each key and forgives repeats', () => {
    const ledger = account(byKey, 'a=1@1 a=2@2 b=5@3', 'a=1@1 a=2@2 a=1@1 a=2@2 b=5@3').ledger();
    expect(ledger).toMatchObject({ expected: 2, correct: 2, lost: 0, duplicated: 0, wrong: 0 });
  });

  test('tells a key that is missing from one that holds a wrong value', () => {
    const sink = account(byKey, 'a=1@1 b=2@2', 'b=1@2 c=3@3');
    expect(sink.ledger()).toMatchObject({ correct: 0, lost: 1, wrong: 2 });
    expect(sink.ledger({ over: false, watermark: 99, uncommitted: 0 })).toMatchObject({
      lost: 0,
      wrong: 1,
      pending: 2,
    });
  });
});

test('a job’s ledger is the sum over its sinks', () => {
  const ledger = ledgerOf([account(rows, 'a=1@1', '').ledger(), account(rows, 'a=1@1', 'a=1@1 a=1@1').ledger()], false);
  expect(ledger).toMatchObject({ expected: 2, committed: 2, correct: 1, lost: 1, duplicated: 1 });
});

/**
 * What every transactional system must do, as a suite: each test has a fresh system, and `reopen` is what is left of it
 * after the process died. Expectations are those of the requests' contract (`wire/requests.ts`).
 */
import { describe, expect, test } from 'vitest';
import type { Row, Schema } from '../../../engine/graph/schema.ts';
import { BatchBuilder } from '../../../engine/wire/batch-builder.ts';
import { rowsOf } from '../../../engine/wire/batch.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import type { Answer, TransactionalSystem, TransactionRequest } from '../../../engine/wire/requests.ts';
import type { TransactionalStore } from '../system.ts';

export interface TestedSystem {
  readonly store: TransactionalStore;
  /** After a crash: open transactions may be gone, everything else is there. */
  reopen(): Promise<TransactionalStore>;
}

export const words: Schema = [
  { name: 'word', type: 'string' },
  { name: 'count', type: 'int' },
];

export const everyType: Schema = [
  { name: 'whole', type: 'int' },
  { name: 'real', type: 'float' },
  { name: 'flag', type: 'boolean' },
  { name: 'Text "quoted"', type: 'string' },
  { name: 'at', type: 'timestamp' },
  { name: 'any', type: 'json' },
];

export function batchOf(
  rows: readonly Row[],
  schema: Schema = words,
  time: (row: number) => number = (row) => row,
): Batch {
  const builder = new BatchBuilder(schema, 4);
  rows.forEach((row, i) => builder.appendRow(row, time(i)));
  return builder.take();
}

export const word = (name: string | null, count: number): Row => ({ word: name, count });

/** The steps of one sink of one run. */
export class Steps {
  readonly store: TransactionalStore;
  readonly run: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly sink: string;

  constructor(store: TransactionalStore, run: string, table = 'words', key: readonly string[] = [], sink = 'sink') {
    this.store = store;
    this.run = run;
    this.table = table;
    this.key = key;
    this.sink = sink;
  }

  step(
    transaction: string,
    step: TransactionRequest['step'],
    system: TransactionalSystem = 'results',
  ): Promise<Answer> {
    return this.store.answer(this.run, { kind: 'transaction', system, sink: this.sink, transaction, step });
  }

  write(transaction: string, rows: readonly Row[], portion = 0, schema: Schema = words): Promise<Answer> {
    const { table, key } = this;
    return this.step(transaction, { kind: 'write', portion, table, key, schema, records: batchOf(rows, schema) });
  }

  prepare(transaction: string, portions = 1): Promise<Answer> {
    return this.step(transaction, { kind: 'prepare', portions });
  }

  commit(transaction: string): Promise<Answer> {
    return this.step(transaction, { kind: 'commit' });
  }

  async all(transaction: string, rows: readonly Row[]): Promise<Answer> {
    await this.write(transaction, rows);
    await this.prepare(transaction);
    return this.commit(transaction);
  }

  async rows(): Promise<Row[]> {
    const committed = await this.store.committed(this.run, this.sink);
    return committed.flatMap(({ records }) => records.flatMap(rowsOf));
  }

  async names(): Promise<string[]> {
    return (await this.store.committed(this.run, this.sink)).map(({ transaction }) => transaction);
  }
}

const rowsIn = (answer: Answer): Row[] => (answer.kind === 'committed' ? answer.records.flatMap(rowsOf) : []);
const done = { kind: 'done' };

export function transactionContract(make: () => Promise<TestedSystem>): void {
  let runs = 0;
  async function fresh(): Promise<{ steps: Steps; reopened: () => Promise<Steps> }> {
    const system = await make();
    const run = `run-${++runs}`;
    return {
      steps: new Steps(system.store, run, `words_${runs}`),
      reopened: async () => new Steps(await system.reopen(), run, `words_${runs}`),
    };
  }

  describe('a transaction', () => {
    test('is seen only once it is committed, with all its records in order', async () => {
      const { steps } = await fresh();
      expect(await steps.write('s/0/1-1', [word('c', 3)], 1)).toEqual(done);
      expect(await steps.write('s/0/1-1', [word('a', 1), word('b', 2)], 0)).toEqual(done);
      expect(await steps.rows()).toEqual([]);
      expect(await steps.prepare('s/0/1-1', 2)).toEqual(done);
      expect(await steps.rows()).toEqual([]);
      const rows = [word('a', 1), word('b', 2), word('c', 3)];
      expect(rowsIn(await steps.commit('s/0/1-1'))).toEqual(rows);
      expect(await steps.rows()).toEqual(rows);
    });

    test('takes every step twice without a change', async () => {
      const { steps } = await fresh();
      for (let time = 0; time < 2; time++) await steps.write('s/0/1-1', [word('a', 1)]);
      for (let time = 0; time < 2; time++) expect(await steps.prepare('s/0/1-1')).toEqual(done);
      for (let time = 0; time < 2; time++) expect(rowsIn(await steps.commit('s/0/1-1'))).toEqual([word('a', 1)]);
      expect(await steps.prepare('s/0/1-1')).toEqual(done);
      expect(rowsIn(await steps.commit('s/0/1-1'))).toEqual([word('a', 1)]);
      expect(await steps.rows()).toEqual([word('a', 1)]);
    });

    test('without all its portions is not prepared', async () => {
      const { steps } = await fresh();
      await steps.write('s/0/1-1', [word('a', 1)], 1);
      expect(await steps.prepare('s/0/1-1', 2)).toMatchObject({ kind: 'failed' });
      await steps.write('s/0/1-1', [word('b', 1)], 0);
      expect(await steps.prepare('s/0/1-1', 2)).toEqual(done);
    });

    test('that was not prepared is not committed', async () => {
      const { steps } = await fresh();
      await steps.write('s/0/1-1', [word('a', 1)]);
      expect(await steps.commit('s/0/1-1')).toMatchObject({ kind: 'failed', code: 'transaction-unknown' });
      expect(await steps.commit('s/0/9-9')).toMatchObject({ kind: 'failed', code: 'transaction-unknown' });
      expect(await steps.rows()).toEqual([]);
    });

    test('that is aborted, open or prepared, leaves nothing', async () => {
      const { steps } = await fresh();
      await steps.write('s/0/1-1', [word('a', 1)]);
      await steps.write('s/0/1-2', [word('b', 1)]);
      await steps.prepare('s/0/1-2');
      for (const name of ['s/0/1-1', 's/0/1-2', 's/0/1-3'])
        for (let time = 0; time < 2; time++) expect(await steps.step(name, { kind: 'abort' })).toEqual(done);
      expect(await steps.commit('s/0/1-2')).toMatchObject({ kind: 'failed', code: 'transaction-unknown' });
      expect(await steps.rows()).toEqual([]);
    });

    test('that is committed cannot be aborted', async () => {
      const { steps } = await fresh();
      await steps.all('s/0/1-1', [word('a', 1)]);
      expect(await steps.step('s/0/1-1', { kind: 'abort' })).toMatchObject({ kind: 'failed' });
      expect(await steps.rows()).toEqual([word('a', 1)]);
    });

    test('is listed in the order of commit', async () => {
      const { steps } = await fresh();
      for (const name of ['s/0/1-1', 's/1/1-1']) {
        await steps.write(name, [word(name, 1)]);
        await steps.prepare(name);
      }
      await steps.commit('s/1/1-1');
      await steps.commit('s/0/1-1');
      await steps.commit('s/1/1-1');
      expect(await steps.names()).toEqual(['s/1/1-1', 's/0/1-1']);
    });

    test('keeps every type, its nulls and event times', async () => {
      const { steps } = await fresh();
      const none = Object.fromEntries(everyType.map(({ name }) => [name, null]));
      const rows: Row[] = [
        {
          whole: 2 ** 53 - 1,
          real: -0.1,
          flag: true,
          'Text "quoted"': 'it’s ключ 🌊 \\ \n',
          at: 1_700_000_000_123,
          any: { a: [1, null] },
        },
        none,
        { ...none, whole: -3, flag: false, any: 'text', at: -1 },
      ];
      const times = [5, Number.NaN, -7];
      const records = batchOf(rows, everyType, (row) => times[row] as number);
      const { table } = steps;
      await steps.step('s/0/1-1', { kind: 'write', portion: 0, table, key: [], schema: everyType, records });
      await steps.prepare('s/0/1-1');
      const answer = await steps.commit('s/0/1-1');
      expect(rowsIn(answer)).toEqual(rows);
      expect(answer.kind === 'committed' && [...(answer.records[0]?.timestamps.subarray(0, 3) ?? [])]).toEqual(times);
    });
  });

  describe('a restore', () => {
    test('aborts what is of this subtask and not in its snapshot', async () => {
      const { steps } = await fresh();
      for (const name of ['s/0/1-1', 's/0/1-2', 's/1/1-1', 's/10/1-1']) {
        await steps.write(name, [word(name, 1)]);
        await steps.prepare(name);
      }
      await steps.write('s/0/1-3', [word('open', 1)]);
      const other = new Steps(steps.store, steps.run, steps.table, [], 'other');
      await other.write('s/0/1-2', [word('other sink', 1)]);
      await other.prepare('s/0/1-2');
      expect(await steps.step('s/0/', { kind: 'abort-others', keep: ['s/0/1-1'] })).toEqual(done);
      for (const name of ['s/0/1-1', 's/1/1-1', 's/10/1-1']) expect(rowsIn(await steps.commit(name))).toHaveLength(1);
      expect(await steps.commit('s/0/1-2')).toMatchObject({ code: 'transaction-unknown' });
      expect(await steps.prepare('s/0/1-3')).toMatchObject({ kind: 'failed' });
      expect(rowsIn(await other.commit('s/0/1-2'))).toEqual([word('other sink', 1)]);
    });

    test('finds what was prepared and what was committed; the rest may be gone', async () => {
      const { steps, reopened } = await fresh();
      await steps.all('s/0/1-1', [word('committed', 1)]);
      await steps.write('s/0/1-2', [word('prepared', 1)]);
      await steps.prepare('s/0/1-2');
      await steps.write('s/0/1-3', [word('prepared too', 1)]);
      await steps.prepare('s/0/1-3');
      await steps.write('s/0/1-4', [word('open', 1)]);
      const after = await reopened();
      expect(await after.rows()).toEqual([word('committed', 1)]);
      expect(await after.step('s/0/', { kind: 'abort-others', keep: ['s/0/1-2'] })).toEqual(done);
      expect(rowsIn(await after.commit('s/0/1-1'))).toEqual([word('committed', 1)]);
      expect(rowsIn(await after.commit('s/0/1-2'))).toEqual([word('prepared', 1)]);
      expect(await after.commit('s/0/1-3')).toMatchObject({ code: 'transaction-unknown' });
      await after.all('s/0/2-3', [word('new', 1)]);
      expect(await after.rows()).toEqual([word('committed', 1), word('prepared', 1), word('new', 1)]);
    });
  });

  describe('runs', () => {
    test('know nothing of each other, and one that is removed leaves nothing', async () => {
      const { steps } = await fresh();
      const other = new Steps(steps.store, `${steps.run}-other`, steps.table);
      await steps.all('s/0/1-1', [word('one', 1)]);
      await other.all('s/0/1-1', [word('other', 1)]);
      await steps.write('s/0/1-2', [word('two', 1)]);
      await steps.prepare('s/0/1-2');
      await steps.store.removeRun(steps.run);
      expect(await steps.rows()).toEqual([]);
      expect(await steps.commit('s/0/1-2')).toMatchObject({ code: 'transaction-unknown' });
      expect(await other.rows()).toEqual([word('other', 1)]);
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row, Schema } from '../../engine/graph/schema.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import { PostgresTransactions, startParameters } from './postgres.ts';
import type { TransactionalStore } from './system.ts';
import { everyType, Steps, transactionContract, word, words } from './testing/contract.ts';

const start = (dataDir?: string): Promise<PGlite> =>
  PGlite.create({
    startParams: [...PGlite.defaultStartParams, ...startParameters],
    ...(dataDir === undefined ? {} : { dataDir }),
  });

let folder: string;
let database: PGlite;
let store: PostgresTransactions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-postgres-'));
  database = await start(join(folder, 'data'));
  store = new PostgresTransactions(database);
}, 120_000);

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** The database is stopped and started again from its files. */
async function reopen(): Promise<TransactionalStore> {
  await database.close();
  database = await start(join(folder, 'data'));
  store = new PostgresTransactions(database);
  return store;
}

const rows = async (sql: string): Promise<unknown[]> => (await database.query(sql)).rows;

transactionContract(async () => ({ store, reopen }));

describe('the table of a Postgres sink', () => {
  test('has what is committed and not what is only prepared, which Postgres itself lists', async () => {
    const steps = new Steps(store, 'seen', 'seen');
    await steps.all('s/0/1-1', [word('a', 1)]);
    await steps.write('s/0/1-2', [word('b', 2)]);
    await steps.prepare('s/0/1-2');
    expect(await rows('SELECT * FROM seen')).toEqual([{ word: 'a', count: 1 }]);
    expect(await rows('SELECT gid FROM pg_prepared_xacts')).toContainEqual({
      gid: JSON.stringify(['seen', 'sink', 's/0/1-2']),
    });
    await steps.commit('s/0/1-2');
    await steps.commit('s/0/1-2');
    expect(await rows('SELECT * FROM seen ORDER BY word')).toEqual([word('a', 1), word('b', 2)]);
  });

  test('has all records; beside it only the newest are kept for the page', async () => {
    const small = new PostgresTransactions(database, async () => {}, 3);
    const steps = new Steps(small, 'kept', 'kept');
    for (const [n, count] of [1, 2, 2].entries())
      await steps.all(
        `s/0/1-${n}`,
        Array.from({ length: count }, (_, i) => word(`${n}.${i}`, i)),
      );
    const committed = await small.committed('kept', 'sink');
    expect(committed.map(({ count, records }) => [count, records.flatMap(rowsOf).length])).toEqual([
      [1, 0],
      [2, 2],
      [2, 2],
    ]);
    expect(await rows('SELECT count(*)::int FROM kept')).toEqual([{ count: 5 }]);
  });

  test('has columns of Postgres’ types', async () => {
    const steps = new Steps(store, 'typed', 'typed');
    const row: Row = { whole: 7, real: 0.5, flag: false, 'Text "quoted"': "o'clock", at: 1_500, any: { a: [1] } };
    await steps.write('s/0/1-1', [row, { ...row, real: Number.NEGATIVE_INFINITY }], 0, everyType);
    await steps.prepare('s/0/1-1');
    const answer = await steps.commit('s/0/1-1');
    expect(answer.kind === 'committed' && answer.records.flatMap(rowsOf)[1]?.['real']).toBe(Number.NEGATIVE_INFINITY);
    expect(await rows('SELECT * FROM typed ORDER BY real DESC')).toEqual([
      { ...row, at: new Date(1_500) },
      { ...row, at: new Date(1_500), real: Number.NEGATIVE_INFINITY },
    ]);
    expect(
      await rows(`SELECT format_type(atttypid, NULL) AS type FROM pg_attribute
                  WHERE attrelid = 'typed'::regclass AND attnum > 0 ORDER BY attnum`),
    ).toEqual(
      ['bigint', 'double precision', 'boolean', 'text', 'timestamp with time zone', 'jsonb'].map((type) => ({ type })),
    );
  });

  test('takes text that Postgres cannot hold with a sign in its place', async () => {
    const steps = new Steps(store, 'odd', 'odd');
    await steps.all('s/0/1-1', [word('a\0b', 1), word('\uD83C', 2), word('\\u0000', 3)]);
    expect(await rows('SELECT word FROM odd ORDER BY count')).toEqual([
      { word: 'a\uFFFDb' },
      { word: '\uFFFD' },
      { word: '\\u0000' },
    ]);
  });

  test('with a key has the newest record of each, also of transactions that hold the same keys while prepared', async () => {
    const steps = new Steps(store, 'newest', 'newest', ['word']);
    await steps.write('s/0/1-1', [word('a', 1), word('b', 1), word(null, 1)]);
    await steps.write('s/0/1-1', [word('a', 2)], 1);
    await steps.prepare('s/0/1-1', 2);
    await steps.write('s/0/1-2', [word('a', 3), word('c', 3)]);
    await steps.prepare('s/0/1-2');
    expect(await rows('SELECT * FROM newest')).toEqual([]);
    await steps.commit('s/0/1-1');
    const first = [word('a', 2), word('b', 1), word(null, 1)];
    expect(await rows('SELECT * FROM newest ORDER BY word NULLS LAST')).toEqual(first);
    await steps.commit('s/0/1-2');
    await steps.write('s/0/1-3', [word(null, 4)]);
    await steps.prepare('s/0/1-3');
    await steps.commit('s/0/1-3');
    await steps.commit('s/0/1-1');
    expect(await rows('SELECT * FROM newest ORDER BY word NULLS LAST')).toEqual([
      word('a', 3),
      word('b', 1),
      word('c', 3),
      word(null, 4),
    ]);
  });

  /** `+I a 1`, in order. */
  const changes = (...lines: string[]): Row[] =>
    lines.map((line) => {
      const [op, name = '', count] = line.split(' ');
      return { op: op === '_' ? null : (op as string), word: name === '_' ? null : name, count: Number(count) };
    });
  const changed: Schema = [{ name: 'op', type: 'rowkind' }, ...words];
  const commit = async (steps: Steps, name: string, ...lines: string[]) => {
    await steps.write(name, changes(...lines), 0, changed);
    await steps.prepare(name);
    return steps.commit(name);
  };

  test('of a changelog has the rows, and not those that were deleted', async () => {
    const steps = new Steps(store, 'changed', 'changed', ['word']);
    await commit(steps, 's/0/1-1', '+I a 1', '+I b 1', '+I _ 1', '_ c 1');
    const table = () => rows('SELECT * FROM changed ORDER BY word NULLS LAST');
    expect(await table()).toEqual([word('a', 1), word('b', 1), word('c', 1), word(null, 1)]);
    await commit(steps, 's/0/1-2', '-U a 1', '+U a 2', '-D b 1', '-D _ 1');
    expect(await table()).toEqual([word('a', 2), word('c', 1)]);
    // The page is told every change, as it came.
    expect((await steps.rows()).map(({ op }) => op)).toEqual(['+I', '+I', '+I', null, '-U', '+U', '-D', '-D']);
  });

  test('of a changelog goes by the last change of each key in a transaction, in whichever portion', async () => {
    const steps = new Steps(store, 'last', 'last_change', ['word']);
    await commit(steps, 's/0/1-1', '+I gone 1', '+I back 1', '+I moved 1');
    await steps.write(
      's/0/1-2',
      changes('-D gone 1', '+I gone 2', '-D back 1', '+U moved 5', '-U moved 9'),
      0,
      changed,
    );
    await steps.write(
      's/0/1-2',
      changes('-D gone 2', '+I back 3', '+I short 1', '-D short 1', '-D never 1'),
      1,
      changed,
    );
    await steps.prepare('s/0/1-2', 2);
    await steps.commit('s/0/1-2');
    expect(await rows('SELECT * FROM last_change ORDER BY word')).toEqual([word('back', 3), word('moved', 5)]);
  });

  test('of a changelog is changed once, and by what is prepared not at all', async () => {
    const steps = new Steps(store, 'once', 'changed_once', ['word']);
    await commit(steps, 's/0/1-1', '+I a 1');
    await steps.write('s/0/1-2', changes('-D a 1'), 0, changed);
    await steps.prepare('s/0/1-2');
    expect(await rows('SELECT * FROM changed_once')).toEqual([word('a', 1)]);
    await steps.commit('s/0/1-2');
    await commit(steps, 's/0/1-3', '+I a 3');
    await steps.commit('s/0/1-2');
    expect(await rows('SELECT * FROM changed_once')).toEqual([word('a', 3)]);
  });

  test('of a changelog finds keys of several columns and of every type', async () => {
    for (const { name } of everyType) {
      const table = `by_${everyType.findIndex((column) => column.name === name)}`;
      const steps = new Steps(store, table, table, [...new Set([name, 'whole'])]);
      const schema: Schema = [...everyType, { name: 'op', type: 'rowkind' }];
      const row: Row = { whole: 7, real: 0.1, flag: false, 'Text "quoted"': "o'clock", at: 1_512, any: { a: [1] } };
      const write = async (transaction: string, ...written: Row[]) => {
        await steps.write(transaction, written, 0, schema);
        await steps.prepare(transaction);
        await steps.commit(transaction);
      };
      await write('s/0/1-1', { ...row, op: '+I' }, { ...row, whole: 8, op: '+I' });
      await write('s/0/1-2', { ...row, op: '-D' });
      expect(await rows(`SELECT whole FROM ${table}`)).toEqual([{ whole: 8 }]);
    }
  });

  test('with a key of all its columns has each record once', async () => {
    const steps = new Steps(store, 'set', 'distinct_words', ['count', 'word']);
    await steps.all('s/0/1-1', [word('a', 1), word('a', 1), word('a', 2)]);
    await steps.all('s/0/1-2', [word('a', 1)]);
    expect(await rows('SELECT * FROM distinct_words ORDER BY count')).toEqual([word('a', 1), word('a', 2)]);
  });

  test('that a commit was cut off after Postgres did it, is made good by the next one', async () => {
    const steps = new Steps(store, 'cut', 'cut', ['word']);
    await steps.write('s/0/1-1', [word('a', 1)]);
    await steps.prepare('s/0/1-1');
    await database.exec(`COMMIT PREPARED '["cut","sink","s/0/1-1"]'`);
    expect(await rows('SELECT * FROM cut')).toEqual([]);
    for (let time = 0; time < 2; time++) expect(await steps.commit('s/0/1-1')).toMatchObject({ kind: 'committed' });
    expect(await rows('SELECT * FROM cut')).toEqual([word('a', 1)]);
    expect(await steps.names()).toEqual(['s/0/1-1']);
  });
});

describe('a step that cannot be done is an answer with a reason', () => {
  test('when the table has other columns, already at the prepare', async () => {
    for (const [table, key] of [
      ['other_a', []],
      ['other_b', ['word']],
    ] as const) {
      await database.exec(`CREATE TABLE ${table} (word text UNIQUE)`);
      if (key.length === 0) await database.exec(`DROP TABLE ${table}; CREATE TABLE ${table} (word text)`);
      const steps = new Steps(store, 'other', table, key);
      await steps.write(`s/0/${table}`, [word('a', 1)]);
      expect(await steps.prepare(`s/0/${table}`)).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/column "count" of relation "other_\w" does not exist \(42703\)/),
      });
      await database.exec(`ALTER TABLE ${table} ADD count bigint`);
      expect(await steps.prepare(`s/0/${table}`)).toEqual({ kind: 'done' });
      expect(await steps.commit(`s/0/${table}`)).toMatchObject({ kind: 'committed' });
    }
  });

  test('when a unique index could make one transaction wait for another, which would be for ever', async () => {
    await database.exec('CREATE TABLE unique_words (word text PRIMARY KEY, count bigint)');
    const steps = new Steps(store, 'unique', 'unique_words');
    await steps.write('s/0/1-1', [word('a', 1)]);
    expect(await steps.prepare('s/0/1-1')).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('unique index'),
    });
  });

  test('and the next step is not the worse for it', async () => {
    const steps = new Steps(store, 'long', 'long', [], 'x'.repeat(200));
    await steps.write('s/0/1-1', [word('a', 1)]);
    expect(await steps.prepare('s/0/1-1')).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('too long'),
    });
    const next = new Steps(store, 'next', 'next');
    expect(await next.all('s/0/1-1', [word('a', 1)])).toMatchObject({ kind: 'committed' });
  });
});

test('ten thousand records in ten portions are prepared and committed as one', async () => {
  const steps = new Steps(store, 'many', 'many');
  const batch = Array.from({ length: 1_000 }, (_, i) => word(`w${i}`, i));
  for (let portion = 0; portion < 10; portion++) await steps.write('s/0/1-1', batch, portion);
  await steps.prepare('s/0/1-1', 10);
  await steps.commit('s/0/1-1');
  expect(await rows('SELECT count(*)::int AS n, sum(count)::int AS sum FROM many')).toEqual([
    { n: 10_000, sum: 10 * 499_500 },
  ]);
});

import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresTransactions, startParameters } from './postgres.ts';
import type { SqlAnswer, SqlTable } from './postgres-protocol.ts';
import { SqlBox } from './sql-box.ts';
import { Steps, word } from './testing/contract.ts';

let database: PGlite;
let store: PostgresTransactions;
let box: SqlBox;

beforeAll(async () => {
  database = await PGlite.create({ startParams: [...PGlite.defaultStartParams, ...startParameters] });
  store = new PostgresTransactions(database);
  box = new SqlBox(database, store);
}, 120_000);

afterAll(() => database.close());

async function tables(text: string): Promise<readonly SqlTable[]> {
  const answer = await box.run(text);
  if (answer.kind === 'error') throw new Error(answer.message);
  return answer.tables;
}

async function error(text: string): Promise<Extract<SqlAnswer, { kind: 'error' }>> {
  const answer = await box.run(text);
  if (answer.kind !== 'error') throw new Error('it ran');
  return answer;
}

describe('the SQL box', () => {
  test('gives the cells as text, null as null, and says which columns are numbers', async () => {
    const [table] = await tables(
      `SELECT 1 AS n, 'a' AS t, NULL AS none, '2020-01-01 00:00:00Z'::timestamptz AS at, '{"a":1}'::jsonb AS j, true AS b`,
    );
    expect(table?.rows).toEqual([['1', 'a', null, '2020-01-01T00:00:00.000Z', '{"a":1}', 'true']]);
    expect(table?.columns.map(({ name, numeric }) => [name, numeric])).toEqual([
      ['n', true],
      ['t', false],
      ['none', false],
      ['at', false],
      ['j', false],
      ['b', false],
    ]);
  });

  test('gives at most a thousand rows and says that there are more', async () => {
    const [many] = await tables('-- all\nSELECT * FROM generate_series(1, 100000);');
    expect([many?.rows.length, many?.more, many?.count]).toEqual([1000, true, null]);
    const [all] = await tables('SELECT * FROM generate_series(1, 1000)');
    expect([all?.rows.length, all?.more, all?.count]).toEqual([1000, false, 1000]);
  });

  test('names the place of a mistake in the text as it was typed', async () => {
    const text = 'SELECT 1 FROM nowhere';
    expect(await error(text)).toMatchObject({ code: '42P01', position: text.indexOf('nowhere') });
    const several = 'SELECT 1; SELEC 2';
    expect(await error(several)).toMatchObject({ code: '42601', position: several.indexOf('SELEC 2') });
    expect(await error('SELECT 1/0')).toMatchObject({ code: '22012', position: null });
  });

  test('changes what it is told to, and says so', async () => {
    const answer = await box.run('CREATE TABLE box (n int); INSERT INTO box VALUES (1), (2); SELECT n FROM box');
    if (answer.kind === 'error') throw new Error(answer.message);
    expect(answer.wrote).toBe(true);
    expect(answer.tables.map(({ command, count }) => [command, count])).toEqual([
      ['CREATE', 0],
      ['INSERT', 2],
      ['SELECT', 2],
    ]);
    expect(await box.run('SELECT * FROM box')).toMatchObject({ wrote: false });
    expect(await box.run('WITH gone AS (DELETE FROM box RETURNING n) SELECT count(*) FROM gone')).toMatchObject({
      wrote: true,
      tables: [{ rows: [['2']] }],
    });
  });

  test('leaves no transaction open into which a sink’s step would fall', async () => {
    await box.run('CREATE TABLE left_open (n int)');
    await box.run('BEGIN; INSERT INTO left_open VALUES (1)');
    const steps = new Steps(store, 'open', 'left');
    await steps.all('s/0/1-1', [word('a', 1)]);
    expect((await tables('SELECT count(*) FROM "left"'))[0]?.rows).toEqual([['1']]);
    expect((await tables('SELECT count(*) FROM left_open'))[0]?.rows).toEqual([['0']]);
  });

  test('reads past a prepared transaction, and waits with a change until it is committed', async () => {
    const steps = new Steps(store, 'locked', 'locked');
    await steps.all('s/0/1-1', [word('a', 1)]);
    await steps.write('s/0/1-2', [word('b', 1)]);
    await steps.prepare('s/0/1-2');
    const order: string[] = [];
    const dropped = box.run('DROP TABLE locked').then((answer) => {
      order.push(`dropped: ${answer.kind}`);
    });
    expect((await tables('SELECT word FROM locked'))[0]?.rows).toEqual([['a']]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    order.push('commit');
    expect(await steps.commit('s/0/1-2')).toMatchObject({ kind: 'committed' });
    await dropped;
    expect(order).toEqual(['commit', 'dropped: tables']);
    expect(await error('SELECT 1 FROM locked')).toMatchObject({ code: '42P01' });
  });

  test('can end a prepared transaction by hand, after which the sink is told that it is unknown', async () => {
    const steps = new Steps(store, 'by-hand', 'by_hand');
    await steps.write('s/0/1-1', [word('a', 1)]);
    await steps.prepare('s/0/1-1');
    const [list] = await tables('SELECT gid FROM pg_prepared_xacts');
    expect(await box.run(`ROLLBACK PREPARED '${list?.rows[0]?.[0]}'`)).toMatchObject({ kind: 'tables' });
    expect(await steps.commit('s/0/1-1')).toMatchObject({ code: 'transaction-unknown' });
  });

  test('may even drop Weir’s own tables', async () => {
    await box.run('DROP SCHEMA weir CASCADE');
    const steps = new Steps(store, 'again', 'again');
    expect(await steps.all('s/0/1-1', [word('a', 1)])).toMatchObject({ kind: 'committed' });
  });
});

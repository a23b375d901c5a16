/** Postgres in Chromium: in its own Worker, under the policy of the built site, over IndexedDB. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import page from '../../../index.html?raw';
import type { Schema } from '../../engine/graph/schema.ts';
import type { Answer } from '../../engine/wire/requests.ts';
import { PostgresClient } from './postgres-client.ts';
import { postgresThrough } from './postgres-port.ts';
import { Steps, transactionContract, word, words } from './testing/contract.ts';

const name = `test-${crypto.randomUUID()}`;
let client: PostgresClient;

beforeAll(async () => {
  const policy = new DOMParser()
    .parseFromString(page, 'text/html')
    .querySelector('[http-equiv="Content-Security-Policy"]');
  if (policy === null) throw new Error('the site has no content security policy');
  document.head.append(document.importNode(policy));
  client = new PostgresClient(name);
  expect(await client.sql('SELECT 1')).toMatchObject({ kind: 'tables' });
}, 120_000);

afterAll(() => client.reset());

/** As a sink does it: a commit that fails is asked for again. Says why it was. */
async function triedAgain(commit: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await commit();
    if (answer.kind !== 'failed' || tries === 3) return answer;
    console.warn(`The commit failed: ${answer.reason} (${answer.code})`);
  }
}

describe('Postgres in its Worker', () => {
  transactionContract(async () => ({
    store: client,
    reopen: async () => {
      client.stop();
      return client;
    },
  }));

  test('says how long its start took', () => {
    expect(client.status).toMatchObject({ kind: 'ready' });
    console.info(`Postgres started in ${client.status.kind === 'ready' ? Math.round(client.status.ms) : '?'} ms`);
  });

  test('serves subtasks through ports of their own', async () => {
    const stores = [1, 2].map(() => postgresThrough(client.connect(() => undefined).port));
    const [one, other] = stores.map((store) => new Steps(store, 'ports', 'ports'));
    await Promise.all([one?.all('s/0/1-1', [word('a', 1)]), other?.all('s/1/1-1', [word('b', 2)])]);
    expect(await client.sql('SELECT * FROM ports ORDER BY word')).toMatchObject({
      tables: [
        {
          rows: [
            ['a', '1'],
            ['b', '2'],
          ],
        },
      ],
    });
  });

  test('tells whoever is connected that it has ended, once', async () => {
    const lost: string[] = [];
    client.connect((reason) => lost.push(reason));
    client.connect((reason) => lost.push(reason)).forget();
    client.stop();
    client.stop();
    expect(lost).toEqual(['the database was stopped']);
    expect(await client.sql('SELECT 1')).toMatchObject({ kind: 'tables' });
  });

  test('a subtask without a port is told so', async () => {
    expect(await new Steps(postgresThrough(null), 'none').prepare('s/0/1-1')).toMatchObject({ kind: 'failed' });
  });

  test('is not opened twice: a second one is told that it is open elsewhere', async () => {
    const second = new PostgresClient(name);
    const steps = new Steps(second, 'second');
    expect(await steps.prepare('s/0/1-1')).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('open in another tab'),
    });
    expect(second.status).toMatchObject({ kind: 'failed' });
    await expect(second.reset()).rejects.toThrow('open in another tab');
    expect(await client.sql('SELECT 1')).toMatchObject({ kind: 'tables' });
  });

  test('killed at any moment, it has what was prepared before', async () => {
    const steps = new Steps(client, 'killed', 'killed');
    for (let n = 1; n <= 3; n++) {
      await steps.write(`s/0/1-${n}`, [word(`w${n}`, n)]);
      await steps.prepare(`s/0/1-${n}`);
      // Under way when the Worker dies.
      void steps.write('s/0/1-9', [word('open', 9)]);
      void steps.commit(`s/0/1-${n}`);
      client.stop();
      expect(await triedAgain(() => steps.commit(`s/0/1-${n}`))).toMatchObject({ kind: 'committed' });
    }
    expect(await client.sql('SELECT count(*), sum(count) FROM killed')).toMatchObject({
      tables: [{ rows: [['3', '6']] }],
    });
  });

  test('killed at any moment, its table is what the changes up to the last commit leave', async () => {
    const steps = new Steps(client, 'killed-changes', 'killed_changes', ['word']);
    const schema: Schema = [...words, { name: 'op', type: 'rowkind' }];
    const change = (op: string, name: string, count: number) => ({ ...word(name, count), op });
    for (let n = 1; n <= 3; n++) {
      const before = n === 1 ? [] : [change('-U', 'total', n - 1), change('-D', `w${n - 1}`, n - 1)];
      const after = [change(n === 1 ? '+I' : '+U', 'total', n), change('+I', `w${n}`, n)];
      await steps.write(`s/0/1-${n}`, [...before, ...after], 0, schema);
      await steps.prepare(`s/0/1-${n}`);
      // Under way when the Worker dies.
      void steps.write('s/0/1-9', [change('-D', 'total', n)], 0, schema);
      void steps.commit(`s/0/1-${n}`);
      client.stop();
      expect(await triedAgain(() => steps.commit(`s/0/1-${n}`))).toMatchObject({ kind: 'committed' });
      const rows = [
        ['total', String(n)],
        [`w${n}`, String(n)],
      ];
      expect(await client.sql('SELECT word, count FROM killed_changes ORDER BY word')).toMatchObject({
        tables: [{ rows }],
      });
    }
  });

  test('a database that was reset is empty', async () => {
    await client.reset();
    expect(await client.sql('SELECT 1 FROM killed')).toMatchObject({ kind: 'error', code: '42P01' });
  });
});

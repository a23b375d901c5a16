/** The durable tables in Chromium: the contract, and what only a real database does. */
import { afterAll, describe, expect, test } from 'vitest';
import { IndexedDbTransactions } from './indexed-db.ts';
import { Steps, transactionContract, word } from './testing/contract.ts';

const names: string[] = [];
const open: IndexedDbTransactions[] = [];

function make(name: string): IndexedDbTransactions {
  const store = new IndexedDbTransactions(name);
  open.push(store);
  return store;
}

function newName(): string {
  const name = `test-${crypto.randomUUID()}`;
  names.push(name);
  return name;
}

afterAll(() => {
  for (const store of open) store.close();
  for (const name of names) indexedDB.deleteDatabase(name);
});

describe('transactions in IndexedDB', () => {
  transactionContract(async () => {
    const name = newName();
    const store = make(name);
    return {
      store,
      reopen: async () => {
        store.close();
        return make(name);
      },
    };
  });

  test('several Workers, each with a store of its own, commit to one table', async () => {
    const name = newName();
    const all = ['s/0/1-1', 's/1/1-1', 's/2/1-1'].map((transaction) => ({
      transaction,
      steps: new Steps(make(name), 'run'),
    }));
    await Promise.all(all.map(({ transaction, steps }) => steps.all(transaction, [word(transaction, 1)])));
    const reader = new Steps(make(name), 'run');
    expect((await reader.names()).sort()).toEqual(['s/0/1-1', 's/1/1-1', 's/2/1-1']);
    expect(await reader.rows()).toHaveLength(3);
  });
});

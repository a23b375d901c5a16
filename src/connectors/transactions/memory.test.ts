import { describe } from 'vitest';
import { MemoryTransactions } from './memory.ts';
import { transactionContract } from './testing/contract.ts';

describe('transactions in memory', () => {
  transactionContract(async () => {
    const store = new MemoryTransactions();
    return { store, reopen: async () => store };
  });
});

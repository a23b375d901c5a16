/**
 * The durable tables of the browser: what is prepared or committed is in IndexedDB, each step one strict transaction, so
 * that it survives Worker, page and machine. Open transactions are in memory and die with the Worker. Works after the
 * lock-down, since `idb-database.ts` took what it needs before.
 */
import { IdbDatabase, prefixRange, result } from '../checkpoints/idb-database.ts';
import type { RunId } from '../checkpoints/store.ts';
import { StoreError } from '../checkpoints/store.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type { Answer, TransactionRequest } from '../../engine/wire/requests.ts';
import { done, isOther, refused, Staging, unknown } from './staging.ts';
import { recordsIn } from './system.ts';
import type { CommittedTransaction, TransactionalStore } from './system.ts';

const databaseName = 'weir-transactions';

type Table = 'prepared' | 'committed' | 'positions';
type Key = [RunId, NodeId, string];

interface Kept {
  readonly records: readonly Batch[];
  /** In the order of commit. */
  readonly position: number;
}

export class IndexedDbTransactions implements TransactionalStore {
  private readonly database: IdbDatabase<Table>;
  private readonly staging = new Staging();

  /** Another name is another database, for tests. */
  constructor(name: string = databaseName) {
    this.database = new IdbDatabase(name, createTables);
  }

  async answer(run: RunId, request: TransactionRequest): Promise<Answer> {
    try {
      return await this.take(run, request);
    } catch (error) {
      const full = error instanceof StoreError && error.code === 'full';
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', code: full ? 'storage-full' : 'storage-failed', reason };
    }
  }

  async committed(run: RunId, sink: NodeId): Promise<readonly CommittedTransaction[]> {
    const range = prefixRange([run, sink]);
    const [keys, kept] = await this.database.transact(['committed'], 'readonly', (table) =>
      Promise.all([
        result(table('committed').getAllKeys(range)) as Promise<Key[]>,
        result(table('committed').getAll(range) as IDBRequest<Kept[]>),
      ]),
    );
    return kept
      .map(({ records, position }, i) => ({ transaction: (keys[i] as Key)[2], records, position }))
      .sort((a, b) => a.position - b.position)
      .map(({ transaction, records }) => ({ transaction, records, count: recordsIn(records) }));
  }

  async removeRun(run: RunId): Promise<void> {
    this.staging.dropRun(run);
    await this.database.transact(['prepared', 'committed'], 'readwrite', async (table) => {
      table('prepared').delete(prefixRange([run]));
      table('committed').delete(prefixRange([run]));
    });
  }

  /** Lets go of the database; the next call opens it again. */
  close(): void {
    this.database.close();
  }

  private async take(run: RunId, request: TransactionRequest): Promise<Answer> {
    const { sink, transaction, step } = request;
    const key: Key = [run, sink, transaction];
    switch (step.kind) {
      case 'write':
        return this.staging.write(run, request, step);
      case 'prepare':
        return this.prepare(key, request, step.portions);
      case 'commit':
        return this.commit(key);
      case 'abort':
        return this.abort(key);
      case 'abort-others':
        this.staging.dropOthers(run, sink, transaction, step.keep);
        return this.abortOthers(run, sink, transaction, step.keep);
    }
  }

  private async prepare(key: Key, request: TransactionRequest, portions: number): Promise<Answer> {
    const [run, sink, transaction] = key;
    const found = this.staging.find(run, request, portions);
    const answer = await this.database.transact(
      ['prepared', 'committed'],
      'readwrite',
      async (table): Promise<Answer> => {
        const there = (await has(table('prepared'), key)) || (await has(table('committed'), key));
        if (there) return done;
        if ('kind' in found) return found;
        table('prepared').put(found.records, key);
        return done;
      },
    );
    if (answer.kind === 'done') this.staging.drop(run, sink, transaction);
    return answer;
  }

  private commit(key: Key): Promise<Answer> {
    return this.database.transact(
      ['prepared', 'committed', 'positions'],
      'readwrite',
      async (table): Promise<Answer> => {
        const kept = await result(table('committed').get(key) as IDBRequest<Kept | undefined>);
        if (kept !== undefined) return { kind: 'committed', records: kept.records };
        const records = await result(table('prepared').get(key) as IDBRequest<readonly Batch[] | undefined>);
        if (records === undefined) return unknown(key[2]);
        // The number goes on rising though the entry is gone.
        const position = (await result(table('positions').add(0))) as number;
        table('positions').delete(position);
        table('committed').put({ records, position } satisfies Kept, key);
        table('prepared').delete(key);
        return { kind: 'committed', records };
      },
    );
  }

  private abort(key: Key): Promise<Answer> {
    this.staging.drop(...key);
    return this.database.transact(['prepared', 'committed'], 'readwrite', async (table): Promise<Answer> => {
      if (await has(table('committed'), key)) return refused(`transaction ${key[2]} is committed`);
      table('prepared').delete(key);
      return done;
    });
  }

  private abortOthers(run: RunId, sink: NodeId, prefix: string, keep: readonly string[]): Promise<Answer> {
    return this.database.transact(['prepared'], 'readwrite', async (table): Promise<Answer> => {
      const keys = (await result(table('prepared').getAllKeys(prefixRange([run, sink])))) as Key[];
      for (const key of keys) if (isOther(key[2], prefix, keep)) table('prepared').delete(key);
      return done;
    });
  }
}

function createTables(database: IDBDatabase): void {
  database.createObjectStore('prepared');
  database.createObjectStore('committed');
  database.createObjectStore('positions', { autoIncrement: true });
}

const has = async (table: IDBObjectStore, key: Key): Promise<boolean> => (await result(table.count(key))) > 0;

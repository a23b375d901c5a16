/**
 * Checkpoints that survive the page, in IndexedDB: what `complete` does is one transaction, so a checkpoint is there with
 * all its chunks or not at all. Works in the page and in Workers, also after their lock-down.
 *
 * Chosen over files of the origin (OPFS) by measurement; medians in ms until durable, Chromium 156 on 2 busy cores:
 *
 *   chunks       IndexedDB, strict   OPFS, a file each   OPFS, one file
 *   8 × 64 kB            5                  15                  9
 *   1 × 4 MiB           34                  28                 22
 *   64 × 4 kB            8                 130                 56
 *
 * A strict transaction took no longer than a relaxed one, nor did 64 calls of `write` at once than one with 64 chunks.
 * OPFS would win only with one large file per checkpoint, and would need a log of its own to complete in one step.
 */
import type { CheckpointId, CheckpointMetadata, StateChunk } from '../../engine/wire/checkpoints.ts';
import { IdbDatabase, prefixRange, result } from './idb-database.ts';
import { checkMetadata, checkRun, keysOf, latestRunFirst, newestFirst, ownKeys } from './metadata.ts';
import type { CheckpointStore, DamagedCheckpoint, RunId, StoredRun } from './store.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Table = 'chunks' | 'checkpoints' | 'runs';

const databaseName = 'weir-checkpoints';

interface Write {
  readonly run: RunId;
  readonly chunks: readonly StateChunk[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class IndexedDbCheckpointStore implements CheckpointStore {
  private readonly database: IdbDatabase<Table>;
  /** Writes that wait for the transaction under way. */
  private waiting: Write[] = [];
  private writing = false;

  /** Another name is another database, for tests. */
  constructor(name: string = databaseName) {
    this.database = new IdbDatabase(name, createTables);
  }

  /** Writes that come while one is under way share the next transaction: one wait for the disk for all of them. */
  write(run: RunId, chunks: readonly StateChunk[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ run, chunks, resolve, reject });
      if (!this.writing) void this.writeAll();
    });
  }

  read(run: RunId, keys: readonly string[]): Promise<readonly (Bytes | null)[]> {
    return this.database.transact(['chunks'], 'readonly', (table) =>
      Promise.all(keys.map((key) => readable(table('chunks').get([run, key])))),
    );
  }

  async complete(
    run: RunId,
    metadata: CheckpointMetadata,
    drop: readonly CheckpointId[],
    dropKeys: readonly string[],
  ): Promise<void> {
    await this.database.transact(['chunks', 'checkpoints'], 'readwrite', async (table) => {
      for (const checkpoint of drop) table('checkpoints').delete([run, checkpoint]);
      for (const key of dropKeys) table('chunks').delete([run, key]);
      table('checkpoints').put(metadata, [run, metadata.checkpoint]);
    });
  }

  async drop(run: RunId, keys: readonly string[]): Promise<void> {
    await this.database.transact(['chunks'], 'readwrite', async (table) => {
      for (const key of keys) table('chunks').delete([run, key]);
    });
  }

  async list(run: RunId): Promise<readonly CheckpointMetadata[]> {
    const rows = await this.database.transact(['checkpoints'], 'readonly', (table) => allOf(table('checkpoints'), run));
    return usable(rows).sort(newestFirst);
  }

  async damaged(run: RunId): Promise<readonly DamagedCheckpoint[]> {
    const [keys, rows] = await this.database.transact(['checkpoints'], 'readonly', (table) =>
      Promise.all([result(table('checkpoints').getAllKeys(prefixRange([run]))), allOf(table('checkpoints'), run)]),
    );
    return rows.flatMap((row, i) => {
      const checked = checkMetadata(row);
      const [, checkpoint] = keys[i] as [RunId, CheckpointId];
      return checked.ok ? [] : [{ checkpoint, reason: checked.reason }];
    });
  }

  async remove(run: RunId, checkpoint: CheckpointId): Promise<void> {
    await this.database.transact(['chunks', 'checkpoints'], 'readwrite', async (table) => {
      const all = usable(await allOf(table('checkpoints'), run));
      for (const key of ownKeys(all, checkpoint)) table('chunks').delete([run, key]);
      table('checkpoints').delete([run, checkpoint]);
    });
  }

  async sweep(run: RunId): Promise<number> {
    return this.database.transact(['chunks', 'checkpoints'], 'readwrite', async (table) => {
      const named = keysOf(usable(await allOf(table('checkpoints'), run)));
      const keys = (await result(table('chunks').getAllKeys(prefixRange([run])))) as [RunId, string][];
      const orphans = keys.filter(([, key]) => !named.has(key));
      for (const key of orphans) table('chunks').delete(key);
      return orphans.length;
    });
  }

  async putRun(run: StoredRun): Promise<void> {
    await this.database.transact(['runs'], 'readwrite', async (table) => {
      table('runs').put(run, run.run);
    });
  }

  async runs(): Promise<readonly StoredRun[]> {
    const rows: unknown[] = await this.database.transact(['runs'], 'readonly', (table) =>
      result(table('runs').getAll()),
    );
    return rows
      .flatMap((row) => {
        const checked = checkRun(row);
        return checked.ok ? [checked.value] : [];
      })
      .sort(latestRunFirst);
  }

  async removeRun(run: RunId): Promise<void> {
    await this.database.transact(['runs', 'checkpoints', 'chunks'], 'readwrite', async (table) => {
      table('runs').delete(run);
      table('checkpoints').delete(prefixRange([run]));
      table('chunks').delete(prefixRange([run]));
    });
  }

  /** Lets go of the database; the next call opens it again. */
  close(): void {
    this.database.close();
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.put(batch);
        for (const write of batch) write.resolve();
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        else await this.writeSingly(batch);
      }
    }
    this.writing = false;
  }

  /** One of them does not fit, or all: each is told what is true of itself. */
  private async writeSingly(batch: readonly Write[]): Promise<void> {
    for (const write of batch) await this.put([write]).then(write.resolve, write.reject);
  }

  private async put(writes: readonly Write[]): Promise<void> {
    await this.database.transact(['chunks'], 'readwrite', async (table) => {
      for (const { run, chunks } of writes)
        for (const { handle, data } of chunks) table('chunks').put(alone(data), [run, handle.key]);
    });
  }
}

function createTables(database: IDBDatabase): void {
  // Keys beside the values: [run, key of the chunk], [run, checkpoint], run.
  for (const table of ['chunks', 'checkpoints', 'runs'] satisfies Table[]) database.createObjectStore(table);
}

function allOf(table: IDBObjectStore, run: RunId): Promise<unknown[]> {
  return result(table.getAll(prefixRange([run])));
}

function usable(rows: readonly unknown[]): CheckpointMetadata[] {
  return rows.flatMap((row) => {
    const checked = checkMetadata(row);
    return checked.ok ? [checked.value] : [];
  });
}

/** A view takes its whole buffer with it when it is cloned. */
function alone(data: Bytes): Bytes {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}

/** What the browser itself can no longer read, a file that is gone or damaged, counts as missing. */
const unreadable: readonly string[] = ['DataError', 'NotReadableError', 'NotFoundError', 'UnknownError'];

async function readable(request: IDBRequest<unknown>): Promise<Bytes | null> {
  try {
    const value = await result(request);
    return value instanceof Uint8Array ? (value as Bytes) : null;
  } catch (error) {
    if (error instanceof Error && unreadable.includes(error.name)) return null;
    throw error;
  }
}

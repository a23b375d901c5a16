/**
 * IndexedDB as promises and transactions, also in Workers whose global scope was locked down: what is taken from it is
 * taken when this module loads. (The `idb` package looks the classes of IndexedDB up at each call, when they are gone.)
 */
import { StoreError } from './store.ts';

const factory = taken(() => globalThis.indexedDB);
const Range = taken(() => globalThis.IDBKeyRange);
const storage = taken(() => globalThis.navigator.storage);

/** Some browsers throw where they forbid. */
function taken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Keys that start with these parts: `[run]` has all `[run, …]`. */
export function prefixRange(parts: readonly string[]): IDBKeyRange {
  if (Range === undefined) throw new StoreError('failed', noIndexedDb);
  // Arrays sort behind texts and numbers.
  return Range.bound([...parts], [...parts, []]);
}

const noIndexedDb = 'This browser gives the page no IndexedDB (some do not in private windows)';

export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      // The failure is the caller's: without this it would also reach the page as an uncaught error.
      event.preventDefault();
      event.stopPropagation();
      reject(request.error ?? new Error('the request failed'));
    };
  });
}

/** A database by name, opened when it is first needed and again when the connection was lost. */
export class IdbDatabase<Table extends string> {
  private readonly name: string;
  private readonly createTables: (database: IDBDatabase) => void;
  private opened: Promise<IDBDatabase> | null = null;

  constructor(name: string, createTables: (database: IDBDatabase) => void) {
    this.name = name;
    this.createTables = createTables;
  }

  /**
   * Runs `work` in one transaction, in which it may wait for nothing but the transaction's own requests; resolves when it
   * is on the disk. Rejects with a StoreError, and nothing is done then.
   */
  async transact<T>(
    tables: readonly Table[],
    mode: 'readonly' | 'readwrite',
    work: (table: (name: Table) => IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = await this.begin(tables, mode);
      const done = committed(transaction);
      const [value] = await Promise.all([
        work((name) => transaction.objectStore(name)).catch((error: unknown) => abort(transaction, error)),
        done,
      ]);
      return value;
    } catch (error) {
      throw await storeError(error);
    }
  }

  /** Lets go of it; the next call opens it again. */
  close(): void {
    void this.opened?.then((database) => database.close()).catch(() => undefined);
    this.opened = null;
  }

  private async begin(tables: readonly Table[], mode: 'readonly' | 'readwrite'): Promise<IDBTransaction> {
    const database = await this.open();
    try {
      return database.transaction(tables, mode, { durability: 'strict' });
    } catch (error) {
      // The connection was closed under us; a second failure is real.
      if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error;
      this.opened = null;
      return (await this.open()).transaction(tables, mode, { durability: 'strict' });
    }
  }

  private open(): Promise<IDBDatabase> {
    const lost = (): void => {
      this.opened = null;
    };
    this.opened ??= openDatabase(this.name, this.createTables, lost).catch((error: unknown) => {
      lost();
      throw error;
    });
    return this.opened;
  }
}

async function openDatabase(
  name: string,
  upgrade: (database: IDBDatabase) => void,
  lost: () => void,
): Promise<IDBDatabase> {
  if (factory === undefined) throw new StoreError('failed', noIndexedDb);
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => upgrade(request.result);
  const database = await result(request);
  database.onclose = lost;
  // Another tab brings a newer version, or the person deletes the data of the site: do not stand in the way.
  database.onversionchange = () => {
    database.close();
    lost();
  };
  return database;
}

/** Resolves when the transaction is committed. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
  });
}

function abort(transaction: IDBTransaction, error: unknown): never {
  try {
    transaction.abort();
  } catch {
    // It has aborted by itself.
  }
  throw error;
}

/** Whatever went wrong, as a sentence for a person. */
async function storeError(error: unknown): Promise<StoreError> {
  if (error instanceof StoreError) return error;
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  if (name !== 'QuotaExceededError') return new StoreError('failed', `The browser's storage failed: ${message}`);
  return new StoreError('full', `There is no room left for checkpoints${await usage()}`);
}

async function usage(): Promise<string> {
  try {
    const { usage: used, quota } = (await storage?.estimate()) ?? {};
    if (used === undefined || quota === undefined) return '';
    return `: this site uses ${sizeText(used)} of the ${sizeText(quota)} that the browser gives it`;
  } catch {
    return '';
  }
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const size = bytes / 1000 ** power;
  return `${size >= 100 || power === 0 ? Math.round(size) : size.toPrecision(2)} ${units[power]}`;
}

/** The durable store in Chromium: the contract, and what only a real database does. */
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../base/fingerprint.ts';
import { IndexedDbCheckpointStore } from './indexed-db.ts';
import { StoreError } from './store.ts';
import type { CheckpointStore } from './store.ts';
import { chunk, jsonChunk, metadata, noise } from './testing/made-up.ts';
import { describeStore } from './testing/store-contract.ts';

const made: { readonly name: string; readonly store: IndexedDbCheckpointStore }[] = [];

function open(name = `test-${made.length}-${crypto.randomUUID()}`): IndexedDbCheckpointStore {
  const store = new IndexedDbCheckpointStore(name);
  made.push({ name, store });
  return store;
}

afterAll(() => {
  for (const { name, store } of made) {
    store.close();
    indexedDB.deleteDatabase(name);
  }
});

const nameOf = (store: CheckpointStore): string => made.find((each) => each.store === store)?.name ?? '';

/** What another program may do to the database behind the store's back. */
async function raw(name: string, act: (database: IDBDatabase) => IDBRequest): Promise<unknown> {
  const database = await settled(indexedDB.open(name));
  try {
    return await settled(act(database));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('failed'));
  });
}

describeStore('the checkpoint store in IndexedDB', () => open());

describe('the checkpoint store in IndexedDB', () => {
  it('has everything after it was closed and opened again', async () => {
    const before = open();
    const a = chunk('1/a', noise(300_000));
    await before.write('r', [a]);
    await before.complete('r', metadata(1, [a]), [], []);
    before.close();
    const after = open(nameOf(before));
    expect(await after.list('r')).toEqual([metadata(1, [a])]);
    expect(await after.read('r', ['1/a'])).toEqual([a.data]);
    // The one that was closed opens itself again.
    expect(await before.list('r')).toEqual([metadata(1, [a])]);
  });

  it('gives a flipped byte back as it is, so that the fingerprint tells', async () => {
    const store = open();
    const a = chunk('1/a', noise(1000));
    await store.write('r', [a]);
    const flipped = a.data.slice();
    flipped[500] = (flipped[500] as number) ^ 1;
    await raw(nameOf(store), (database) =>
      database.transaction('chunks', 'readwrite').objectStore('chunks').put(flipped, ['r', '1/a']),
    );
    const [read] = await store.read('r', ['1/a']);
    expect(fingerprintOf(read as Uint8Array)).not.toBe(a.handle.fingerprint);
  });

  it('takes a row of another shape for missing, and leaves it out of the lists', async () => {
    const store = open();
    await store.complete('r', metadata(1, []), [], []);
    const put = (table: string, value: unknown, key: IDBValidKey) =>
      raw(nameOf(store), (database) => database.transaction(table, 'readwrite').objectStore(table).put(value, key));
    await put('chunks', 'not bytes', ['r', '1/a']);
    await put('checkpoints', { version: 1 }, ['r', 2]);
    await put('runs', null, 'r');
    expect(await store.read('r', ['1/a'])).toEqual([null]);
    expect((await store.list('r')).map((each) => each.checkpoint)).toEqual([1]);
    expect((await store.damaged('r')).map((each) => each.checkpoint)).toEqual([2]);
    expect(await store.runs()).toEqual([]);
  });

  it('keeps every listed checkpoint whole while two tabs complete and remove at once', async () => {
    const one = open();
    const other = open(nameOf(one));
    const shared = jsonChunk('shared', 'both');
    await one.write('r', [shared]);
    await one.complete('r', metadata(1, [shared]), [], []);
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const tab = i % 2 === 0 ? one : other;
        const own = jsonChunk(`${i + 2}/own`, i);
        await tab.write('r', [own]);
        await tab.complete('r', metadata(i + 2, [shared, own]), [], []);
        await (i % 2 === 0 ? other : one).remove('r', i + 1);
      }),
    );
    const listed = await other.list('r');
    expect(listed.length).toBeGreaterThan(0);
    for (const each of listed) {
      const handles = each.subtasks.flatMap((subtask) => subtask.handles);
      const read = await one.read(
        'r',
        handles.map((handle) => handle.key),
      );
      expect(read.map((data) => data !== null && fingerprintOf(data))).toEqual(handles.map((h) => h.fingerprint));
    }
  });

  it('goes on when another tab deleted all data of the site', async () => {
    const store = open();
    await store.complete('r', metadata(1, []), [], []);
    await settled(indexedDB.deleteDatabase(nameOf(store)));
    expect(await store.list('r')).toEqual([]);
    await store.complete('r', metadata(2, []), [], []);
    expect((await store.list('r')).map((each) => each.checkpoint)).toEqual([2]);
  });

  it('works in a Worker whose global scope was locked down', async () => {
    const worker = new Worker(new URL('./testing/locked-worker.ts', import.meta.url), { type: 'module' });
    const said = await new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.terminate();
    indexedDB.deleteDatabase('locked-worker');
    expect(said).toBe('undefined, 1 listed, 6 bytes');
  });
});

describe('a disk that is full', () => {
  /** Puts of more than `room` bytes fail as the browser fails them: the request and its transaction. */
  function fill(room: number): () => void {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      if (value instanceof Uint8Array && value.length > room) {
        throw new DOMException('Encountered full disk while committing.', 'QuotaExceededError');
      }
      return put.call(this, value, key);
    };
    return () => {
      IDBObjectStore.prototype.put = put;
    };
  }

  it('is an error that a person understands, and hits only the writer whose chunk does not fit', async () => {
    const store = open();
    const [small, big, other] = [chunk('a', noise(10)), chunk('b', noise(2000)), chunk('c', noise(20))] as const;
    const free = fill(1000);
    try {
      const outcomes = await Promise.allSettled([
        store.write('r', [jsonChunk('first', 0)]),
        store.write('r', [small]),
        store.write('r', [small, big]),
        store.write('r', [other]),
      ]);
      expect(outcomes.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      const { reason } = outcomes[2] as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(StoreError);
      expect((reason as StoreError).code).toBe('full');
      expect((reason as StoreError).message).toMatch(
        /^There is no room left for checkpoints: this site uses .+ of the .+ that the browser gives it$/,
      );
    } finally {
      free();
    }
    expect(await store.read('r', ['a', 'b', 'c'])).toEqual([small.data, null, other.data]);
    await store.write('r', [big]);
    expect(await store.read('r', ['b'])).toEqual([big.data]);
  });
});

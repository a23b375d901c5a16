/** A Worker that loads the store, loses its global scope as the Workers of subtasks do, and then uses the store. */
import { lockDown } from '../../../hosts/lockdown.ts';
import { IndexedDbCheckpointStore } from '../indexed-db.ts';
import { jsonChunk, metadata } from './made-up.ts';

const say = self.postMessage.bind(self);

async function work(): Promise<string> {
  lockDown(self);
  const store = new IndexedDbCheckpointStore('locked-worker');
  const a = jsonChunk('1/a', 'kept');
  await store.removeRun('r');
  await store.write('r', [a]);
  await store.complete('r', metadata(1, [a]), [], []);
  const [data] = await store.read('r', ['1/a']);
  const listed = (await store.list('r')).length;
  return `${typeof globalThis.indexedDB}, ${listed} listed, ${data?.length} bytes`;
}

work().then(say, (error: unknown) => say(String(error)));

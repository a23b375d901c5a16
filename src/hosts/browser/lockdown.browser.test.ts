/** What a job's function can reach from its Worker, under the content security policy of the built site. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import page from '../../../index.html?raw';
import type { Row } from '../../engine/graph/schema.ts';
import { edge } from '../../engine/graph/testing/short-jobs.ts';
import { job, node, request, rowsAt } from '../acceptance-jobs.ts';
import { BrowserHost } from './browser-host.ts';

const host = new BrowserHost();
/** The same server under another name is another origin; it allows itself to be read. */
const foreign = `${location.origin.replace('localhost', '127.0.0.1')}/src/base/result.ts`;
const inText = 'data:text/javascript,export default 1';

/** Rows that come of a map by `source`, whose result has the one column `said`, over ten records in half a second. */
async function saying(source: string): Promise<Row[]> {
  const view = await host.run(
    request(
      job(
        [
          node('source', 'generator', { rate: 20, count: 10 }),
          node('map', 'map', { function: source, columns: [{ name: 'said', type: 'string' }] }),
          node('sink', 'table'),
        ],
        [edge('source -> map'), edge('map -> sink')],
        { parallelism: 1 },
      ),
    ),
  ).ended;
  expect(view.job.failure).toBeNull();
  return rowsAt(view, 'sink');
}

/** What the last record says of a promise that the first record made. */
async function outcome(promise: string): Promise<unknown> {
  const rows = await saying(`(row) => {
    if (row.sequence === 0) {
      globalThis.outcome = 'pending';
      (${promise}).then(() => { globalThis.outcome = 'reached'; }, (error) => { globalThis.outcome = error.name; });
    }
    return { said: globalThis.outcome };
  }`);
  return rows.at(-1)?.['said'];
}

beforeAll(async () => {
  // The page itself can: otherwise it would prove nothing that a function is refused.
  await import(/* @vite-ignore */ foreign);
  await import(/* @vite-ignore */ inText);
  const policy = new DOMParser()
    .parseFromString(page, 'text/html')
    .querySelector('[http-equiv="Content-Security-Policy"]');
  if (policy === null) throw new Error('the site has no content security policy');
  document.head.append(document.importNode(policy));
});

afterAll(() => host.dispose());

const forbidden = [
  'fetch XMLHttpRequest WebSocket WebSocketStream EventSource WebTransport Request FontFace fonts RTCDataChannel',
  'indexedDB IDBFactory caches navigator WorkerNavigator StorageManager webkitRequestFileSystem location',
  'Worker SharedWorker BroadcastChannel importScripts Notification postMessage close onmessage name',
].flatMap((line) => line.split(' '));

describe('a function of a job', () => {
  test('finds nothing that leads to network, storage, other Workers or other tabs', async () => {
    const rows = await saying(`() => {
      const scope = new Function('return this')();
      return { said: ${JSON.stringify(forbidden)}.filter((name) => name in scope && scope[name] !== undefined).join(' ') };
    }`);
    expect(rows[0]).toEqual({ said: '' });
  });

  test('finds them in no level of its global scope', async () => {
    const rows = await saying(`() => {
      const found = [];
      for (let level = globalThis; level !== null; level = Object.getPrototypeOf(level)) found.push(...Object.getOwnPropertyNames(level));
      return { said: found.join(' ') };
    }`);
    const found = String(rows[0]?.['said']).split(' ');
    expect(found).toContain('Math');
    expect(found.filter((name) => forbidden.includes(name))).toEqual([]);
  });

  test('still computes: language, text and time are there', async () => {
    const rows = await saying(
      `() => ({ said: [typeof Intl, typeof TextEncoder, typeof structuredClone, typeof Map].join(' ') })`,
    );
    expect(rows[0]).toEqual({ said: 'object function function function' });
  });

  test('cannot import a module of another origin', async () => {
    expect(await outcome(`import(${JSON.stringify(foreign)})`)).toBe('TypeError');
  });

  test('cannot import a module that it wrote into an address', async () => {
    expect(await outcome(`import(${JSON.stringify(inText)})`)).toBe('TypeError');
  });

  test('cannot fetch, even if it got hold of the function', async () => {
    expect(await outcome(`new Response('').text().then(() => fetch(${JSON.stringify(foreign)}))`)).toBe(
      'ReferenceError',
    );
  });
});

test('the outer wall alone refuses what the inner one would: a Worker of the page cannot fetch from elsewhere', async () => {
  const script = `fetch(${JSON.stringify(foreign)}).then(() => postMessage('reached'), (error) => postMessage(error.name));`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
  const said = await new Promise((resolve) => {
    worker.onmessage = (event) => resolve(event.data);
  });
  worker.terminate();
  expect(said).toBe('TypeError');
});

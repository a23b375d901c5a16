/**
 * The page's content policy: code of a shared job, which runs in a Worker started from a blob as the engine's are, cannot
 * reach another host by any way there is. A second server stands for that host and counts who comes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';

/** Ways out, as module text in a Worker. `HOST` is the address of the other host. */
const ways: Readonly<Record<string, string>> = {
  fetch: "await fetch('HOST/fetch', { mode: 'no-cors' })",
  import: "await import('HOST/import.js')",
  'a web socket':
    "await new Promise((ok, no) => { const s = new WebSocket('HOST/socket'.replace('http', 'ws')); s.onopen = ok; s.onerror = no; })",
  'an event source':
    "await new Promise((ok, no) => { const s = new EventSource('HOST/events'); s.onopen = ok; s.onerror = no; })",
  'a Worker of its own': `await new Promise((ok, no) => {
    const inner = "fetch('HOST/inner', { mode: 'no-cors' }).finally(() => postMessage(0))";
    const worker = new Worker(URL.createObjectURL(new Blob([inner])));
    worker.onmessage = ok; worker.onerror = no;
  })`,
};

/** Runs in the page. Resolves when the Worker has done what it could. */
async function runInWorker(text: string): Promise<void> {
  const script = `try { ${text} } catch {} postMessage('done');`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.onerror = resolve;
  });
  worker.terminate();
}

test('code in a Worker cannot reach another host', async ({ page, baseURL }) => {
  const visits: string[] = [];
  const other = createServer((request, response) => {
    // The browser asks for an icon by itself, sometime.
    if (request.url !== '/favicon.ico') visits.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'text/javascript');
    response.end('');
  });
  other.on('upgrade', (request, socket) => {
    visits.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const tryAll = async (): Promise<void> => {
    for (const text of Object.values(ways)) await page.evaluate(runInWorker, text.replaceAll('HOST', host));
  };

  try {
    // Where there is no policy every way leads out: so this test can tell.
    await page.goto(`${host}/`);
    visits.length = 0;
    await tryAll();
    expect(visits.toSorted()).toEqual(['/events', '/fetch', '/import.js', '/inner', '/socket']);

    visits.length = 0;
    await page.goto(baseURL ?? '');
    await tryAll();
    expect(visits).toEqual([]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

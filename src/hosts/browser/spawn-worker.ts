/**
 * Starts a Worker that inherits the page's content security policy. A Worker loaded by its address has the policy of
 * its own response, which a static file host does not set; one loaded from a blob has the policy of its creator. So the
 * blob imports the real script.
 */
// Vite gives the module its default export, the address of the built Worker.
// oxlint-disable-next-line import/default
import workerUrl from './worker.ts?worker&url';

export function spawnWorker(): Worker {
  const script = new URL(workerUrl, import.meta.url).href;
  const blob = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  const worker = new Worker(url, { type: 'module', name: 'weir' });
  // The address is needed until the script has been fetched, which it has when the first message comes.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

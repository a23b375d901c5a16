/**
 * `npm start`: from a fresh checkout to the address of the running site. Installs and builds only what is missing or
 * stale, so the second time is quick. `--port N` (0: any free one), `--host NAME`.
 */
import { parseArgs } from 'node:util';
import { ensureBuild, ensurePackages, orSayWhy, root } from './setup.mjs';

const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
const port = Number(values.port ?? process.env['PORT'] ?? 4173);
const host = values.host ?? '127.0.0.1';

await orSayWhy(() => {
  ensurePackages();
  ensureBuild();
});
const { preview } = await import('vite');
const server = await preview({
  root,
  configFile: false,
  logLevel: 'warn',
  preview: { port, host, strictPort: false },
});
const address = server.httpServer.address();
const bound = address !== null && typeof address === 'object' ? address.port : port;
console.log(`Weir is running at http://${host === '127.0.0.1' ? 'localhost' : host}:${bound}/ (Ctrl+C ends it)`);

/**
 * Serves the job's Worker to the browser tests as one script, as the built site does. The development server would send
 * its modules one by one, some three hundred for each of the hundreds of Workers that the tests start.
 */
import { build } from 'vite';

const entry = 'src/hosts/browser/worker.ts';

/** @returns {import('vite').Plugin} */
export function bundledWorker() {
  /** @type {Promise<string> | null} */
  let script = null;
  return {
    name: 'bundled-worker',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(`/${entry}?`) || !request.url.includes('worker_file')) return next();
        script ??= bundle(server.config.root);
        script.then((text) => {
          response.setHeader('Content-Type', 'text/javascript');
          response.setHeader('Cache-Control', 'no-cache');
          response.end(text);
        }, next);
      });
    },
  };
}

/** @param {string} root */
async function bundle(root) {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry, formats: ['es'] },
      rollupOptions: { output: { inlineDynamicImports: true } },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (first === undefined || !('output' in first)) throw new Error('The Worker was not built.');
  return first.output[0].code;
}

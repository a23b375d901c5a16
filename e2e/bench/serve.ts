/** Builds the bench page with the project's own build settings and serves it from a free port of this machine. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

const folder = 'e2e/bench/page';

/** `pages`: names of HTML files in `page/`. */
export async function buildAndServe(pages: readonly string[]): Promise<Site> {
  const outDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  // The project's own root, so that the style sheets hold what the studio uses.
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    publicDir: false,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: pages.map((page) => join(root, folder, page)) } },
  });
  const site = await serve(outDir);
  return {
    url: `${site.url}${folder}/`,
    close: async () => {
      await site.close();
      await rm(outDir, { recursive: true });
    },
  };
}

/** Static files below `folder`, as any file host would give them. */
export async function serve(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(folder, path.endsWith('/') ? join(path, 'index.html') : path);
    readFile(file).then(
      (content) => {
        response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

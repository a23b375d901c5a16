/** Vite: serves the data sets while developing, and puts them into the built site beside the code. */
import type { Plugin } from 'vite';
import { datasets as list } from './list.ts';
import { datasetText } from './prepare.ts';

export function datasets(): Plugin {
  const served = new Map<string, Promise<string>>();
  const textOf = (name: string): Promise<string> => {
    const text = served.get(name) ?? datasetText(name);
    served.set(name, text);
    return text;
  };
  return {
    name: 'weir-datasets',
    configureServer(server) {
      // Ahead of the first page, which would wait for them; a failure shows when it asks.
      for (const { name } of list) textOf(name).catch(() => served.delete(name));
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        const dataset = list.find(({ url }) => path === `${server.config.base}${url}` || path === `/${url}`);
        if (dataset === undefined) return next();
        textOf(dataset.name).then((text) => {
          response.setHeader('Content-Type', 'text/csv; charset=utf-8');
          response.end(text);
        }, next);
      });
    },
    async generateBundle() {
      for (const { name, url } of list) this.emitFile({ type: 'asset', fileName: url, source: await textOf(name) });
    },
  };
}

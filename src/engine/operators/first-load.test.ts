/** What a bundler makes of the list that the page imports: nothing that runs in Workers may come along. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { expect, test } from 'vitest';

const engine = fileURLToPath(new URL('../', import.meta.url));

/** Modules of the engine of which something is left in a bundle of the list, with the exports that are left. */
async function bundled(): Promise<ReadonlyMap<string, readonly string[]>> {
  const kept = new Map<string, readonly string[]>();
  const listen = {
    name: 'listen',
    generateBundle(_options: unknown, bundle: Rolldown.OutputBundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [file, { renderedLength, renderedExports }] of Object.entries(chunk.modules))
          if (renderedLength > 0) kept.set(file.replace(engine, ''), renderedExports);
      }
    },
  };
  const lib = { entry: fileURLToPath(new URL('list.ts', import.meta.url)), formats: ['es' as const] };
  await build({ configFile: false, logLevel: 'silent', plugins: [listen], build: { write: false, lib } });
  return kept;
}

test('the list of operators brings no factory, no state and no timers into the page', async () => {
  const kept = await bundled();
  expect(kept.get('operators/filter.ts')).toEqual(['filter']);
  const running = [...kept].filter(
    ([file, left]) => /^(state|task)\/|^time\/timers/.test(file) || left.some((name) => name.endsWith('Factory')),
  );
  expect(running).toEqual([]);
});

/**
 * How the site is built and how unit, simulation and real-browser tests run. The file's name tells where a test runs:
 * `x.test.ts` in Node, `x.sim.test.ts` in Node over many seeds, `x.browser.test.ts` in Chromium.
 */
import { realpathSync } from 'node:fs';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { bundledWorker } from './.ci/bundled-worker.mjs';
import { browserFlags, findBrowser } from './.ci/setup.mjs';
import { datasets } from './src/connectors/datasets/vite-plugin.ts';

/** The development server injects an inline script and speaks over a web socket; the built site needs neither. */
const relaxPolicyInDevelopment: Plugin = {
  name: 'relax-policy-in-development',
  apply: 'serve',
  transformIndexHtml: (html) =>
    html.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace("connect-src 'self'", '$& ws:'),
};

/** Found only when tests run, since looking takes a moment. */
const executablePath = process.env['VITEST'] === undefined ? null : await findBrowser();

export default defineConfig({
  // Relative, so that the site works below any path of any file host.
  base: './',
  plugins: [react(), tailwindcss(), relaxPolicyInDevelopment, datasets()],
  worker: { format: 'es' },
  // It finds its WebAssembly beside its own modules, where pre-bundling would not leave them.
  optimizeDeps: { exclude: ['@electric-sql/pglite'] },
  // From where the packages really are: in a second working tree they may be a link to those of the first.
  server: { fs: { allow: ['.', realpathSync(new URL('node_modules', import.meta.url))] } },
  build: { target: 'es2023', chunkSizeWarningLimit: 1000 },
  test: {
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', '.ci/*.test.mjs'],
          exclude: ['**/*.{sim,browser}.test.*'],
          // For slow machines; a test that hangs is still found.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'sim', include: ['src/**/*.sim.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        plugins: [bundledWorker()],
        // Known beforehand, because a dependency found in mid-run reloads the page under a test.
        optimizeDeps: {
          include: [
            '@uwdata/flechette',
            'papaparse',
            'pure-rand/distribution/uniformFloat64',
            'pure-rand/generator/xoroshiro128plus',
            'sucrase',
            'zod/mini',
          ],
        },
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: browserFlags(), ...(executablePath === null ? {} : { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});

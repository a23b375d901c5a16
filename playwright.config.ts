/**
 * The stories: real Chromium on the built site, which is served as `npm start` serves it, on any free port. With
 * WEIR_URL set they visit that address instead.
 */
import { defineConfig, devices } from '@playwright/test';
import { browserFlags, findBrowser } from './.ci/setup.mjs';

const executablePath = await findBrowser();
const report = process.env['WEIR_REPORT'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // A story waits most of its time, and none of them measures any.
  workers: 2,
  // On two cores that do other work too, a story takes up to five times as long as alone.
  timeout: 150_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: report === undefined ? 'list' : [['list'], ['json', { outputFile: report }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    baseURL: process.env['WEIR_URL'] ?? `http://localhost:${process.env['WEIR_PORT'] ?? 4173}/`,
    launchOptions: { args: browserFlags(), ...(executablePath === null ? {} : { executablePath }) },
    trace: 'retain-on-failure',
  },
  ...(process.env['WEIR_URL'] === undefined
    ? {
        webServer: {
          command: 'node .ci/start.mjs --port 0',
          wait: { stdout: /running at http:\/\/localhost:(?<weir_port>\d+)/ },
          timeout: 300_000,
        },
      }
    : {}),
});

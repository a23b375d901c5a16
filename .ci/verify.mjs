/**
 * `npm test`, `npm run check` and `.ci/run`: installs what is missing, runs the parts asked for, and ends with one line
 * `N passed, N failed` over all of them. Arguments: groups (`checks`, `tests`); `--only=unit,lint` picks parts by name.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastLine, playwrightCounts, sum, vitestCounts, withExitCode } from './counts.mjs';
import {
  ensureBrowser,
  ensureBuild,
  ensurePackages,
  filesBelow,
  orSayWhy,
  packageFile,
  root,
  runNode,
} from './setup.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/**
 * A part is one run of one tool. Without `count` it is one check, passed or failed. `files`: what it runs; none, none
 * to run. `needs`: what must be there before.
 * @typedef {{ name: string, group: 'checks' | 'tests', args: readonly string[], limitMinutes: number,
 *   files?: { below: string, like: RegExp }, needs?: 'browser' | 'build',
 *   count?: (report: string) => Counts }} Part
 */

const scratch = mkdtempSync(join(tmpdir(), 'weir-'));
const typeCheck = packageFile('typescript-native/bin/tsc');

/**
 * @param {string} project of vite.config.ts
 * @param {RegExp} like
 * @param {number} limitMinutes
 * @returns {Part}
 */
function vitest(project, like, limitMinutes) {
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(project)}`];
  return {
    name: project,
    group: 'tests',
    args: [packageFile('vitest/vitest.mjs'), 'run', '--project', project, ...report],
    limitMinutes,
    files: { below: 'src', like },
    count: (text) => vitestCounts(JSON.parse(text)),
  };
}

/** @type {readonly Part[]} */
const parts = [
  { name: 'types', group: 'checks', args: [typeCheck, '-p', 'tsconfig.json'], limitMinutes: 3 },
  { name: 'types-without-dom', group: 'checks', args: [typeCheck, '-p', 'src/engine/tsconfig.json'], limitMinutes: 3 },
  { name: 'lint', group: 'checks', args: [packageFile('oxlint/bin/oxlint'), '--deny-warnings'], limitMinutes: 3 },
  { name: 'format', group: 'checks', args: [packageFile('@biomejs/biome/bin/biome'), 'format', '.'], limitMinutes: 3 },
  { name: 'dead-code', group: 'checks', args: [packageFile('knip/bin/knip.js')], limitMinutes: 3 },
  { name: 'size', group: 'checks', args: [packageFile('size-limit/bin.js')], limitMinutes: 3, needs: 'build' },
  vitest('unit', /(?<!\.(sim|browser))\.test\.tsx?$/, 8),
  vitest('sim', /\.sim\.test\.ts$/, 8),
  { ...vitest('browser', /\.browser\.test\.tsx?$/, 6), needs: 'browser' },
  {
    name: 'e2e',
    group: 'tests',
    args: [packageFile('@playwright/test/cli.js'), 'test'],
    limitMinutes: 19,
    files: { below: 'e2e', like: /\.spec\.ts$/ },
    needs: 'browser',
    count: (text) => playwrightCounts(JSON.parse(text)),
  },
];

/** @param {string} name of a part */
function reportFile(name) {
  return join(scratch, `${name}.json`);
}

/** @returns {readonly Part[]} */
function chosenParts() {
  const options = /** @type {const} */ ({ only: { type: 'string', multiple: true } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const only = (values.only ?? []).flatMap((names) => names.split(','));
  const known = [...parts.map((part) => part.name), 'checks', 'tests'];
  const unknown = [...only, ...positionals].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no part “${unknown}”. There are: ${known.join(', ')}.`);
    process.exit(2);
  }
  if (only.length > 0) return parts.filter((part) => only.includes(part.name) || only.includes(part.group));
  return parts.filter((part) => positionals.includes(part.group));
}

/**
 * @param {Part} part
 * @returns {Promise<Counts>}
 */
async function runPart({ name, args, limitMinutes, files, needs, count }) {
  console.log(`\n── ${name} ──`);
  if (files !== undefined && !filesBelow(join(root, files.below)).some((file) => files.like.test(file))) {
    console.log(`There are no ${name} tests yet.`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  /** @type {Record<string, string>} */
  const env = { CI: 'true', WEIR_REPORT: reportFile(name) };
  try {
    if (needs === 'build') ensureBuild();
    if (needs === 'browser') env['CHROME_PATH'] = await ensureBrowser();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const exitCode = await runNode(args, limitMinutes * 60_000, env);
  if (exitCode === 124) console.error(`${name} took longer than ${limitMinutes} minutes and was ended.`);
  if (count === undefined) return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const report = existsSync(reportFile(name)) ? count(readFileSync(reportFile(name), 'utf8')) : null;
  return withExitCode(report, exitCode);
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => process.exit(130));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const chosen = chosenParts();
await orSayWhy(ensurePackages);
/** @type {Counts[]} */
const results = [];
/** @type {string[]} */
const table = [];
for (const part of chosen) {
  const start = performance.now();
  const counts = await runPart(part);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  results.push(counts);
  table.push(`${part.name.padEnd(18)} ${seconds.padStart(7)} s   ${lastLine(counts)}${skipped}`);
}
const total = sum(results);
console.log(`\n${table.join('\n')}\n\n${lastLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

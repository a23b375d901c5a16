/**
 * What a fresh machine lacks: the packages of the lock file, a build of the present sources, a browser to test in.
 * Plain Node without packages, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Lives in node_modules, so that a fresh install also means a fresh build. */
const stampFile = join(root, 'node_modules', '.cache', 'weir', 'build.txt');
/** All that a build reads. */
const buildInputs = ['src', 'public', 'index.html', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'];

/**
 * Runs a command in the repository with this terminal's output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {boolean} whether it ended well
 */
function run(command, args, env = {}) {
  const options = { cwd: root, env: { ...process.env, ...env } };
  return spawnSync(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/**
 * The path of a package's command, e.g. `vite/bin/vite.js`: run with this Node, it needs no shell on any system.
 * @param {string} path
 */
export function packageFile(path) {
  return join(root, 'node_modules', ...path.split('/'));
}

/**
 * @param {readonly string[]} args
 * @returns {boolean}
 */
function npm(args) {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) return run(process.execPath, [cli, ...args]);
  const command = ['npm', ...args].join(' ');
  return spawnSync(command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: true }).status === 0;
}

/**
 * Whether all that the lock file asks for is installed. Optional packages (other systems' binaries) may be absent, and
 * further packages do no harm.
 * @param {string} wanted text of package-lock.json
 * @param {string} present text of node_modules/.package-lock.json
 */
export function sameLock(wanted, present) {
  const { packages: want } = JSON.parse(wanted);
  const { packages: have } = JSON.parse(present);
  for (const [path, entry] of Object.entries(want)) {
    if (path === '') continue;
    if (have[path] === undefined ? entry.optional !== true : have[path].version !== entry.version) return false;
  }
  return true;
}

/** Installs what the lock file says unless it is there already. Throws if that fails. */
export function ensurePackages() {
  const present = join(root, 'node_modules', '.package-lock.json');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (existsSync(present) && sameLock(lock, readFileSync(present, 'utf8'))) return;
  console.log('Installing the packages of package-lock.json …');
  if (!npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']))
    fail('npm ci failed: see its message above.');
}

/**
 * @param {string} path
 * @returns {string[]} files below it, in a fixed order
 */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** One hash over everything that a build reads. Tests are no part of it. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const input of buildInputs) {
    for (const file of filesBelow(join(root, input))) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Builds `dist/` and notes from which sources. Throws if that fails. */
export function build() {
  const hash = sourceHash();
  // Whoever builds: with any other value React would be its slow self.
  const env = { NODE_ENV: 'production' };
  if (!run(process.execPath, [packageFile('vite/bin/vite.js'), 'build', '--logLevel', 'warn'], env)) {
    fail('The build failed: see the message above.');
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, hash);
}

/** Builds unless `dist/` already holds a build of the present sources. */
export function ensureBuild() {
  const built = existsSync(join(root, 'dist', 'index.html')) && existsSync(stampFile);
  if (built && readFileSync(stampFile, 'utf8') === sourceHash()) return;
  console.log('Building the site …');
  build();
}

/**
 * Where browsers of the Chromium family are on this system, best first.
 * @returns {string[]}
 */
function candidates() {
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome', 'microsoft-edge'];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)));
  const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
    .flatMap((name) => process.env[name] ?? [])
    .map((dir) => join(dir, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  const mac = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const fixed = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'];
  const own = process.env['CHROME_PATH'];
  if (own !== undefined && own !== '') return [own];
  if (process.platform === 'win32') return windows;
  return process.platform === 'darwin' ? [...mac, ...onPath] : [...onPath, ...fixed];
}

/**
 * Whether the browser starts: a package without its system libraries, or a stub that only advertises a package, does not.
 * @param {string} path
 */
function starts(path) {
  if (!existsSync(path)) return false;
  // Chrome for Windows opens a window instead of printing its version.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { timeout: 30_000, stdio: 'ignore' }).status === 0;
}

/** Playwright's own Chromium, where it is or would be. */
async function playwrightBrowser() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

/**
 * The path of a Chromium that starts, or null: CHROME_PATH, else an installed one, else Playwright's own.
 * @returns {Promise<string | null>}
 */
export async function findBrowser() {
  const installed = candidates().find(starts);
  if (installed !== undefined) return installed;
  const own = await playwrightBrowser();
  return starts(own) ? own : null;
}

/** Runs apt-get as root or by a sudo that does not ask. @param {readonly string[]} args */
function aptGet(args) {
  if (process.platform !== 'linux') return false;
  const asRoot = process.getuid?.() === 0;
  const [command, ...rest] = asRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args];
  return run(/** @type {string} */ (command), rest, { DEBIAN_FRONTEND: 'noninteractive' });
}

/**
 * Finds a Chromium or installs one: Playwright's own, else (where apt-get may be used) the distribution's. Throws with
 * advice if there is no way.
 * @returns {Promise<string>} path of its executable
 */
export async function ensureBrowser() {
  const present = await findBrowser();
  if (present !== null) return present;
  if (process.env['CHROME_PATH']) fail(`CHROME_PATH names ${process.env['CHROME_PATH']}, which does not start.`);
  const playwright = packageFile('@playwright/test/cli.js');
  console.log('No Chrome or Chromium here: installing Playwright’s …');
  run(process.execPath, [playwright, 'install', 'chromium', '--no-shell']);
  const own = await findBrowser();
  if (own !== null) return own;
  console.log('That one does not start: installing the distribution’s …');
  aptGet(['update']);
  aptGet(['install', '-y', '--no-install-recommends', 'chromium']);
  const debian = await findBrowser();
  if (debian !== null) return debian;
  return fail('There is no browser to test in. Install Chrome or Chromium, or set CHROME_PATH to one.');
}

/**
 * Command line of the browser under test. Root, as in a container, has no sandbox and no graphics card.
 * @returns {string[]}
 */
export function browserFlags() {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const asRoot = process.getuid?.() === 0;
  return asRoot ? ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] : quiet;
}

/**
 * Runs Node on a script and waits, with the terminal's output; ends it and its children after `limitMs`.
 * @param {readonly string[]} args
 * @param {number} limitMs
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} exit code, 124 if it was too slow
 */
export function runNode(args, limitMs, env = {}) {
  const ownGroup = process.platform !== 'win32';
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: ownGroup,
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(ownGroup ? -child.pid : child.pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  };
  process.once('exit', end);
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, limitMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', end);
      resolve(late ? 124 : (code ?? 1));
    });
  });
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  throw new Error(sentence);
}

/**
 * For commands: does the work; what cannot be had is said in its one sentence, and ends the process.
 * @param {() => void | Promise<void>} work
 */
export async function orSayWhy(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

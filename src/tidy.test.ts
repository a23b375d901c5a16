/**
 * The repository checks itself: which folder may import which, what the engine may not use, and the limits that every
 * file keeps. Each breach is a sentence. The rules are in `.ci/tidy/`; this file is the table, and the proof that the
 * rules bite.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cycles, impurities, layerBreaches, layerOf, machinePaths, untidiness } from '../.ci/tidy/rules.ts';
import type { Layers } from '../.ci/tidy/rules.ts';
import { scan } from '../.ci/tidy/scan.ts';

const enginePackages = ['zod/mini', 'sucrase', 'pure-rand'];
const studioSees = [
  'base',
  'connectors',
  'engine/faults/chaos.ts',
  'engine/faults/check-fault.ts',
  'engine/faults/fault.ts',
  'engine/faults/list.ts',
  'engine/faults/targets.ts',
  'engine/graph',
  'engine/operators/list.ts',
  'engine/state/key-groups.ts',
  'engine/state/key.ts',
  'engine/telemetry/cluster-view.ts',
  'engine/telemetry/ledger.ts',
  'engine/telemetry/replayed.ts',
  'engine/time',
  'engine/wire',
  'export',
  'gallery',
  'hosts/host.ts',
  'hosts/oracle.ts',
  'hosts/script-play.ts',
  'lessons',
];

/** The architecture. Arrows go one way; what is not allowed here is forbidden. */
const layers: Layers = {
  base: { imports: [], packages: ['pure-rand'] },
  'engine/graph': { imports: ['base'], types: ['engine/time', 'engine/state'], packages: enginePackages },
  'engine/time': { imports: ['base', 'engine/graph'], types: ['engine/state'], packages: enginePackages },
  'engine/state': { imports: ['base', 'engine/graph'], types: ['engine/time'], packages: enginePackages },
  'engine/wire': { imports: ['base', 'engine/graph', 'engine/time', 'engine/state'], packages: enginePackages },
  'engine/task': {
    imports: ['base', 'engine/graph', 'engine/time', 'engine/state', 'engine/wire'],
    packages: enginePackages,
  },
  'engine/operators': {
    imports: ['base', 'engine/graph', 'engine/time', 'engine/state', 'engine/wire', 'engine/task'],
    packages: enginePackages,
  },
  'engine/coordinator': {
    imports: ['base', 'engine/graph', 'engine/time', 'engine/state', 'engine/wire'],
    packages: enginePackages,
  },
  'engine/telemetry': { imports: ['base', 'engine/graph', 'engine/wire'], packages: enginePackages },
  'engine/faults': { imports: ['base', 'engine/graph', 'engine/wire'], packages: enginePackages },
  connectors: { imports: ['base', 'engine/graph', 'engine/wire'], types: ['engine/state', 'engine/time'] },
  // These two run at build time.
  'connectors/datasets/prepare.ts': { imports: ['base', 'connectors', 'engine/graph'], node: true },
  'connectors/datasets/vite-plugin.ts': { imports: ['connectors', 'connectors/datasets/prepare.ts'], node: true },
  export: { imports: ['base', 'engine/graph'] },
  lessons: { imports: ['base', 'engine/graph', 'export'] },
  gallery: { imports: ['base', 'engine/graph', 'export'] },
  hosts: { imports: ['base', 'engine/*', 'connectors'] },
  'hosts/simulator': { imports: ['base', 'engine/*', 'connectors', 'hosts'] },
  'hosts/browser': { imports: ['base', 'engine/*', 'connectors', 'hosts'] },
  studio: { imports: studioSees, types: ['engine/task'] },
  cli: {
    imports: ['base', 'engine/*', 'connectors', 'connectors/*', 'export', 'gallery', 'lessons', 'hosts', 'hosts/*'],
    node: true,
  },
  'main.tsx': { imports: ['*'] },
  'tidy.test.ts': { imports: ['*'], node: true },
};

/** No clock, chance, promise or platform: what happens depends on messages alone. */
const pure = ['base', 'engine'];
const linesMax = 500;

const root = fileURLToPath(new URL('..', import.meta.url));
const notOurs = ['.git', 'node_modules', 'dist', 'coverage', 'test-results', 'playwright-report', 'package-lock.json'];

function pathsBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (notOurs.includes(entry.name)) return [];
    return entry.isDirectory() ? pathsBelow(path) : [path];
  });
}

const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const texts = pathsBelow('')
  .filter((path) => /\.([cm]?[jt]sx?|json|md|html|css|svg)$|^\.ci\/run$|^\.[a-z]+$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const code = texts.filter(({ path }) => /^(src|e2e|\.ci)\/.*\.[cm]?[jt]sx?$/.test(path));
const sources = code.map(({ path, text }) => scan(path, text));
const product = sources.filter(({ path }) => path.startsWith('src/'));

describe('the repository', () => {
  test('every import goes along an arrow of the table', () => {
    expect(layerBreaches(product, layers)).toEqual([]);
  });

  test('no files import each other in a ring', () => {
    expect(cycles(product)).toEqual([]);
  });

  test('the engine uses no clock, chance, promise or platform', () => {
    expect(impurities(product, pure)).toEqual([]);
  });

  test('every file says what it is for, keeps to its size and is finished', () => {
    expect(untidiness(sources, linesMax)).toEqual([]);
  });

  test('nothing names a path of one machine', () => {
    expect(machinePaths(texts)).toEqual([]);
  });

  test('the lock file names no registry', () => {
    expect(lockText).not.toContain('"resolved"');
  });

  // npm leaves out what its registry does not have, and `npm ci` then refuses the lock file on every machine.
  test('the lock file has the binaries of every system', () => {
    const { packages } = JSON.parse(lockText) as { packages: Record<string, LockedPackage> };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('the files that the rules judge are all there', () => {
    const paths = new Set(sources.map(({ path }) => path));
    for (const path of ['.ci/verify.mjs', 'src/base/heap.ts', 'src/engine/task/operator.ts', 'src/tidy.test.ts']) {
      expect(paths.has(path), path).toBe(true);
    }
  });
});

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const header = '/** A file made up for a test. */\n';
const file = (path: string, text: string) => scan(path, header + text);

describe('the layer rule', () => {
  const breaches = (path: string, text: string) => layerBreaches([file(path, text)], layers);

  test('stops the graph from importing the operators', () => {
    const text = "import { operators } from '../operators/list.ts';";
    expect(breaches('src/engine/graph/made-up.ts', text)).toEqual([
      'src/engine/graph/made-up.ts:2 imports src/engine/operators/list.ts, but engine/graph may import base.',
    ]);
  });

  test('stops one host from importing the other, also by a dynamic import, a re-export or a Worker', () => {
    const texts = [
      "import { a } from '../browser/a.ts';",
      "const a = await import('../browser/a.ts');",
      "export { a } from '../browser/a.ts';",
      "const a: import('../browser/a.ts').A = b;",
      "new Worker(new URL('../browser/a.ts', import.meta.url), { type: 'module' });",
      "import url from '../browser/a.ts?worker&url';",
    ];
    for (const text of texts) expect(breaches('src/hosts/simulator/made-up.ts', text), text).toHaveLength(1);
  });

  test('lets the studio see the view of the cluster, and not how it is made', () => {
    expect(breaches('src/studio/a.ts', "import { a } from '../engine/telemetry/cluster-view.ts';")).toEqual([]);
    expect(breaches('src/studio/a.ts', "import { a } from '../engine/telemetry/fold.ts';")).toHaveLength(1);
    expect(breaches('src/studio/a.ts', "import { a } from '../hosts/browser/host.ts';")).toHaveLength(1);
  });

  test('tells types from values where only types are allowed', () => {
    expect(breaches('src/engine/time/a.ts', "import type { Key } from '../state/b.ts';")).toEqual([]);
    expect(breaches('src/engine/time/a.ts', "import { type Key } from '../state/b.ts';")).toEqual([
      'src/engine/time/a.ts:2 imports src/engine/state/b.ts, but engine/time may import only types of it.',
    ]);
  });

  test('keeps React out of the engine and Node out of the page', () => {
    expect(breaches('src/engine/wire/a.ts', "import { useState } from 'react';")).toHaveLength(1);
    expect(breaches('src/studio/a.ts', "import { join } from 'node:path';")).toHaveLength(1);
    expect(breaches('src/cli/a.ts', "import { join } from 'node:path';")).toEqual([]);
  });

  test('keeps product code from importing tests, and lets tests import anything', () => {
    const text = "import { a } from '../../hosts/simulator/testing/a.ts';";
    expect(breaches('src/engine/task/a.ts', text)).toHaveLength(1);
    expect(breaches('src/engine/task/a.test.ts', text)).toEqual([]);
  });

  test('asks for a row when there is a new folder', () => {
    expect(breaches('src/made-up/a.ts', '')).toEqual(['src/made-up/a.ts is in no layer: add its folder to the table.']);
    expect(layerOf('src/engine/graph/a.ts', layers)).toBe('engine/graph');
    expect(layerOf('src/engine/graphics/a.ts', layers)).toBe(null);
  });
});

describe('the rule against cycles', () => {
  test('names the ring, also one of types', () => {
    const files = [
      file('src/a.ts', "import { b } from './b.ts';"),
      file('src/b.ts', "import { c } from './c/c.ts';"),
      file('src/c/c.ts', "import type { A } from '../a.ts';"),
    ];
    expect(cycles(files)).toEqual(['There is an import cycle: src/a.ts → src/b.ts → src/c/c.ts → src/a.ts.']);
    expect(cycles(files.slice(0, 2))).toEqual([]);
  });
});

describe('the rule of purity', () => {
  const uses = (text: string) => file('src/engine/a.ts', text).impurities.map(({ what }) => what);

  test.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new Date(2020, 1, 1)', 'new Date()'],
    ['Date()', 'Date()'],
    ['Math.random()', 'Math.random'],
    ['performance.now()', 'performance'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['Promise.resolve(1)', 'Promise'],
    ['const p: Promise<void> = q', 'Promise'],
    ['console.log(1)', 'console'],
    ['globalThis.x', 'globalThis'],
    ['a.sort((x, y) => x.localeCompare(y))', '.localeCompare'],
    ['time.getHours()', '.getHours'],
  ])('sees %s', (text, what) => {
    expect(uses(text)).toEqual([what]);
  });

  test('sees async and await', () => {
    expect(uses('async function f() { await g(); }')).toEqual(['async', 'await']);
  });

  test('is not deceived by comments, strings, members and conversions', () => {
    const text = [
      '// Date.now and Math.random are forbidden, await the message instead.',
      "const text = 'console.log(performance)';",
      'const shares = { performance: 1 }; shares.performance;',
      'new Date(time).toISOString();',
      'if (answer instanceof Promise) throw answer;',
      'interface Clock { performance: number; console(): void }',
    ];
    expect(uses(text.join('\n'))).toEqual([]);
  });

  test('holds for the engine and not for hosts or tests', () => {
    const paths = ['src/engine/a.ts', 'src/base/a.ts', 'src/hosts/a.ts', 'src/engine/a.test.ts'];
    const files = paths.map((path) => file(path, 'Date.now();'));
    expect(impurities(files, pure).map((sentence) => sentence.split(':')[0])).toEqual(paths.slice(0, 2));
  });
});

describe('the rules of tidiness', () => {
  const says = (text: string, path = 'src/a.ts') => untidiness([scan(path, text)], linesMax);

  test.each([
    ['the type any', `${header}let a: any;`],
    ['a default export', `${header}export default function f() {}`],
    ['a default export of an expression', `${header}export default { a: 1 };`],
    ['a default export by name', `${header}const f = 1;\nexport { f as default };`],
    ['a barrel', `${header}export * from './b.ts';\nexport { c } from './c.ts';`],
    ['a missing header', 'const a = 1;'],
    ['a header without a sentence', '/** a */\nconst a = 1;'],
    ['a file that is too long', header + 'a;\n'.repeat(linesMax)],
    ['unfinished work', `${header}// TO${'DO'}: more`],
  ])('see %s', (_, text) => {
    expect(says(text)).toHaveLength(1);
  });

  test('see an index file', () => {
    expect(says(`${header}export const a = 1;`, 'src/engine/index.ts')).toHaveLength(1);
  });

  test('accept a file of the longest size that exports by name', () => {
    const text = `${header}import { b } from './b.ts';\nexport const anything = b;\nexport { c } from './c.ts';\n`;
    expect(says(text + 'a;\n'.repeat(linesMax - 4))).toEqual([]);
  });
});

test('the rule of paths tells machines from prose', () => {
  const says = (text: string) => machinePaths([{ path: 'a.md', text }]).length;
  const folder = ['', 'home', 'me', 'file.csv'].join('/');
  expect([folder, `see ${folder}`, `'${folder}'`].map(says)).toEqual([1, 1, 1]);
  expect(['https://example.org/home/page', './tmp/x', 'below /tmp', 'src/work/x'].map(says)).toEqual([0, 0, 0, 0]);
});

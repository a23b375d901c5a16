/**
 * The rules of the repository, each a function from facts about files to sentences about what breaks it. The table of
 * layers that they are applied to is in `src/tidy.test.ts`.
 */
import type { SourceFacts } from './scan.ts';

/**
 * What a folder may import. Entries: the name of a layer; `x/*`, all layers below x; a file; `*`, anything. A layer may
 * always import itself.
 */
export interface Layer {
  readonly imports: readonly string[];
  /** Of these only types, which are gone at run time. */
  readonly types?: readonly string[];
  /** The packages allowed; absent: all but Node's own. */
  readonly packages?: readonly string[];
  /** Runs in Node: may import its modules. */
  readonly node?: boolean;
}

/** By path below `src/`, without its end: `engine/graph`. */
export type Layers = Readonly<Record<string, Layer>>;

/** Code that no user runs: tests and what only tests import. */
export const isTest = (path: string): boolean => /\.test\.[a-z]+$|\/testing\/|\/acceptance[\w-]*\.ts$/.test(path);

const below = (path: string): string => path.replace(/^src\//, '');

/** The layer that a file belongs to: the longest name that its path starts with. */
export function layerOf(path: string, layers: Layers): string | null {
  const file = below(path);
  const names = Object.keys(layers).filter((name) => file === name || file.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** The path that a relative import means. */
export function resolve(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

function allows(entries: readonly string[], target: string, layer: string): boolean {
  return entries.some((entry) => {
    if (entry === '*' || entry === layer || entry === below(target)) return true;
    return entry.endsWith('/*') && layer.startsWith(entry.slice(0, -1));
  });
}

export function layerBreaches(files: readonly SourceFacts[], layers: Layers): string[] {
  return files.flatMap((file) => {
    const name = layerOf(file.path, layers);
    const layer = name === null ? undefined : layers[name];
    if (name === null || layer === undefined) return [`${file.path} is in no layer: add its folder to the table.`];
    return file.imports.flatMap(({ specifier, typeOnly, line }) => {
      const at = `${file.path}:${line}`;
      if (!isRelative(specifier)) return typeOnly ? [] : (packageBreach(at, name, layer, specifier) ?? []);
      const target = resolve(file.path, specifier);
      if (isTest(target)) return isTest(file.path) ? [] : [`${at} imports ${target}, which only tests may do.`];
      const to = layerOf(target, layers);
      if (to === null || to === name || isTest(file.path)) return [];
      if (allows(layer.imports, target, to) || (typeOnly && allows(layer.types ?? [], target, to))) return [];
      const onlyTypes = allows(layer.types ?? [], target, to) ? 'only types of ' : '';
      const may =
        onlyTypes === '' ? `may import ${layer.imports.join(', ') || 'nothing'}` : `may import ${onlyTypes}it`;
      return [`${at} imports ${target}, but ${name} ${may}.`];
    });
  });
}

function packageBreach(at: string, name: string, layer: Layer, specifier: string): string | null {
  if (isTest(at.replace(/:\d+$/, ''))) return null;
  if (specifier.startsWith('node:')) {
    return layer.node === true ? null : `${at} imports ${specifier}, but ${name} runs in a browser.`;
  }
  const uses = (allowed: string): boolean => specifier === allowed || specifier.startsWith(`${allowed}/`);
  if (layer.packages === undefined || layer.packages.some(uses)) return null;
  return `${at} imports the package ${specifier}, but ${name} may use ${layer.packages.join(', ') || 'none'}.`;
}

/** Every group of files that import each other in a ring, types included, as one path around it. */
export function cycles(files: readonly SourceFacts[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter((i) => isRelative(i.specifier)).map((i) => resolve(file.path, i.specifier)),
    ]),
  );
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    state.set(path, 'open');
    trail.push(path);
    for (const next of edges.get(path) ?? []) {
      if (state.get(next) === 'open') found.push([...trail.slice(trail.indexOf(next)), next].join(' → '));
      else if (!state.has(next) && edges.has(next)) visit(next);
    }
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of edges.keys()) if (!state.has(path)) visit(path);
  return found.map((path) => `There is an import cycle: ${path}.`);
}

/** @param pure paths below `src/` whose code may depend on nothing but its arguments */
export function impurities(files: readonly SourceFacts[], pure: readonly string[]): string[] {
  return files
    .filter((file) => !isTest(file.path) && pure.some((folder) => file.path.startsWith(`src/${folder}/`)))
    .flatMap((file) =>
      file.impurities.map(
        ({ what, line }) => `${file.path}:${line} uses ${what}; the engine is pure (see src/README.md).`,
      ),
    );
}

/** @param linesMax of any one file */
export function untidiness(files: readonly SourceFacts[], linesMax: number): string[] {
  return files.flatMap((file) => {
    const { path, text, anys, defaultExports, barrel, header } = file;
    const lines = text.split('\n').length - 1;
    const marker = unfinished.exec(text)?.[0];
    return [
      ...anys.map((line) => `${path}:${line} has the type any.`),
      ...defaultExports.map((line) => `${path}:${line} has a default export; export it by name.`),
      ...(barrel || /(^|\/)index\.tsx?$/.test(path) ? [`${path} only passes on other files; import those.`] : []),
      // What a test file is for, its name and the names of its tests say.
      ...(header || /\.(test|spec)\.[a-z]+$/.test(path)
        ? []
        : [`${path} does not open with a comment that says what it is for.`]),
      ...(lines > linesMax ? [`${path} has ${lines} lines; ${linesMax} is the limit.`] : []),
      ...(marker === undefined ? [] : [`${path} says ${marker}; do it or file it.`]),
    ];
  });
}

const unfinished = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);

/** Paths of one machine. Text of any kind; the folder must be followed by something, `/tmp` alone may be prose. */
const machinePath = new RegExp(`(?<![\\w.])/(?:${['work', 'tmp', 'home', 'root', 'Users'].join('|')})/\\w`);

export function machinePaths(files: readonly { readonly path: string; readonly text: string }[]): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, at) => (machinePath.test(line) ? [`${path}:${at + 1} names a path of one machine.`] : [])),
  );
}

/** The JavaScript that the built site needs before it shows anything: the entry and what index.html loads with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuild, root } from '../../.ci/setup.mjs';

/** Bytes, gzip, of a build of the present sources. */
export function firstLoad(): number {
  ensureBuild();
  const html = readFileSync(join(root, 'dist', 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => match[1] as string);
  if (scripts.length === 0) throw new Error('dist/index.html loads no script');
  return scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(root, 'dist', path))).length, 0);
}

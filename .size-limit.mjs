/** First-load JavaScript of the built site: the entry and what index.html preloads with it. Workers load beside it. */
import { readFileSync } from 'node:fs';

const html = readFileSync(new URL('dist/index.html', import.meta.url), 'utf8');
const path = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => `dist/${match[1]}`);
if (path.length === 0) throw new Error('dist/index.html loads no script: run `npm run build` first.');

export default [{ name: 'First-load JavaScript, gzip', path, gzip: true, limit: '300 kB' }];

/**
 * Makes the bytes of the data sets, when the site is built and for the command line. Node only.
 *
 * The format is CSV, not Arrow: compressed as servers send them they are the same size (flights 245 and 232 kB), but
 * a page reads the first records out of the first slice of a CSV while the rest is on its way, where Arrow needs the
 * whole file and, before it, the 45 kB of its reader. And what the page reads can be opened in any editor.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { present } from '../../base/assert.ts';
import type { DatasetCell, DatasetSources } from './dataset.ts';
import { datasetNamed } from './list.ts';

/** The data set as the site serves it. `name` is one of the list. */
export async function datasetText(name: string): Promise<string> {
  const { schema, prepare } = present(datasetNamed(name), `the data set ${name}`);
  const header = schema.map((column) => column.name);
  const rows = [header, ...(await prepare(sources))];
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\n')}\n`;
}

/** The data set as the content of a resource, for hosts that run in Node. */
export async function datasetBlob(name: string): Promise<Blob> {
  return new Blob([await datasetText(name)], { type: 'text/csv' });
}

const sources: DatasetSources = {
  /** The package exports only its index, so its folder is found from there. */
  async vega(file) {
    const index = pathToFileURL(createRequire(import.meta.url).resolve('vega-datasets'));
    return await readFile(new URL(`../data/${file}`, index), 'utf8');
  },
  async texts() {
    const folder = new URL('./texts/', import.meta.url);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.txt')).sort();
    return await Promise.all(
      files.map(async (file) => {
        const text = await readFile(new URL(file, folder), 'utf8');
        return { name: file.slice(0, -'.txt'.length), lines: text.split(/\r?\n/) };
      }),
    );
  },
};

function csvCell(value: DatasetCell): string {
  if (value === null) return '';
  const text = value instanceof Date ? shortIso(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** ISO 8601 without seconds where they are zero: a fifth of the file. */
const shortIso = (time: Date): string =>
  time
    .toISOString()
    .replace(/:00\.000Z$/, 'Z')
    .replace(/\.000Z$/, 'Z');

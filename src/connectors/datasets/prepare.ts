/**
 * Makes the bytes of the data sets, when the site is built and for the CLI. Node only.
 *
 * The format is CSV, not Arrow: compressed as servers send them they are the same size (flights 245 and 232 kB), but
 * a page reads the first records out of the first slice of a CSV while the rest is on its way, where Arrow needs the
 * whole file and, before it, the 45 kB of its reader. And what the page reads can be opened in any editor.
 *
 * What `date` and `delay` of vega-datasets' flights mean: the catalogue does not say. The script that made them
 * (scripts/flights.py in github.com/vega/vega-datasets) computes `date` as the *actual* departure, scheduled time plus
 * departure delay, and takes `delay` from ArrDelay, the delay at arrival. The data agrees: were `date` the schedule, its
 * minutes would be round as often for late flights as for punctual ones; 55% of the flights with delay 0 have a minute
 * divisible by 5, of the others 31%. So `departed` is `date`, and the schedule, which the file does not have, is
 * estimated by `departed - delay`: off by the time that was made up or lost in the air.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import { type DatasetName, datasetNamed } from './list.ts';

type Cell = string | number | Date | null;

/** The data set as the site serves it. */
export async function datasetText(name: DatasetName): Promise<string> {
  const { schema } = present(datasetNamed(name), `the data set ${name}`);
  return csvText(schema, await recordsOf[name]());
}

/** The data set as the content of a resource, for hosts that run in Node. */
export async function datasetBlob(name: DatasetName): Promise<Blob> {
  return new Blob([await datasetText(name)], { type: 'text/csv' });
}

/** Records in order, each with its cells in the order of the schema in `list.ts`. */
const recordsOf: Readonly<Record<DatasetName, () => Promise<Cell[][]>>> = { flights, earthquakes, texts };

interface RawFlight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

async function flights(): Promise<Cell[][]> {
  const raw = JSON.parse(await vegaFile('flights-20k.json')) as RawFlight[];
  const timed = raw.map((flight) => ({ ...flight, departed: utcMinute(flight.date) }));
  timed.sort((a, b) => a.departed - b.departed); // stable: flights of one minute stay in the order of the file
  return timed.map(({ departed, delay, distance, origin, destination }) => {
    return [new Date(departed - delay * 60_000), new Date(departed), delay, distance, origin, destination];
  });
}

/** `2001/01/31 23:59` as UTC: local times without a zone must not depend on where the site is built. */
function utcMinute(date: string): number {
  const [year, month, day, hour, minute] = date.split(/[/ :]/).map(Number) as [number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute);
}

interface RawQuake {
  readonly id: string;
  readonly properties: { readonly time: number; readonly updated: number; readonly mag: number | null; readonly place: string };
  readonly geometry: { readonly coordinates: readonly [longitude: number, latitude: number, depth: number] };
}

async function earthquakes(): Promise<Cell[][]> {
  const { features } = JSON.parse(await vegaFile('earthquakes.json')) as { features: RawQuake[] };
  const sorted = features.toSorted((a, b) => a.properties.updated - b.properties.updated || a.properties.time - b.properties.time);
  return sorted.map(({ id, properties, geometry }) => {
    const { time, updated, mag, place } = properties;
    const region = place.slice(place.lastIndexOf(',') + 1).trim();
    return [new Date(time), new Date(updated), mag, place, region, geometry.coordinates[2], id];
  });
}

async function texts(): Promise<Cell[][]> {
  const folder = new URL('./texts/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.txt')).sort();
  const documents = await Promise.all(
    files.map(async (file): Promise<Cell[][]> => {
      const lines = (await readFile(new URL(file, folder), 'utf8')).split('\n');
      const name = file.slice(0, -'.txt'.length);
      return lines.map((text, i): Cell[] => [name, i + 1, text]).filter((record) => record[2] !== '');
    }),
  );
  return documents.flat();
}

/** A file of vega-datasets. The package exports only its index, so its folder is found from there. */
async function vegaFile(name: string): Promise<string> {
  const index = pathToFileURL(createRequire(import.meta.url).resolve('vega-datasets'));
  return await readFile(new URL(`../data/${name}`, index), 'utf8');
}

function csvText(schema: Schema, records: readonly (readonly Cell[])[]): string {
  const rows = [schema.map(({ name }) => name), ...records];
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\n')}\n`;
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = value instanceof Date ? shortIso(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** ISO 8601 without seconds where they are zero: a fifth of the file. */
const shortIso = (time: Date): string => time.toISOString().replace(/:00\.000Z$/, 'Z').replace(/\.000Z$/, 'Z');

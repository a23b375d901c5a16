/** The raw file that the data set of earthquakes is made of, read without any of Weir's code, in the order of the reports. */
import { readFile } from 'node:fs/promises';

export interface Quake {
  readonly time: number;
  readonly updated: number;
  readonly magnitude: number;
  readonly region: string;
}

interface Feature {
  readonly properties: {
    readonly time: number;
    readonly updated: number;
    readonly mag: number;
    readonly place: string;
  };
}

export async function rawQuakes(): Promise<Quake[]> {
  const path = new URL('../node_modules/vega-datasets/data/earthquakes.json', import.meta.url);
  const { features } = JSON.parse(await readFile(path, 'utf8')) as { features: Feature[] };
  return features
    .map(({ properties: { time, updated, mag, place } }) => ({
      time,
      updated,
      magnitude: mag,
      region: place.split(',').at(-1)?.trim() ?? '',
    }))
    .toSorted((a, b) => a.updated - b.updated || a.time - b.time);
}

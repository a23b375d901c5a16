/** The raw file that the data set of flights is made of, read without any of Weir's code. */
import { readFile } from 'node:fs/promises';

export interface Flight {
  /** Of the departure: `2001/01/14 21:55`. */
  readonly date: string;
  /** In minutes. */
  readonly delay: number;
  readonly origin: string;
  readonly destination: string;
}

/** When it was to leave, as the data set estimates it: local time read as UTC, less the delay. */
export const scheduledOf = ({ date, delay }: Flight): number =>
  Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`) - delay * 60_000;

export async function rawFlights(): Promise<Flight[]> {
  const path = new URL('../node_modules/vega-datasets/data/flights-20k.json', import.meta.url);
  return JSON.parse(await readFile(path, 'utf8')) as Flight[];
}

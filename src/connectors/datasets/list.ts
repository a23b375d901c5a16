/**
 * The data sets that come with Weir. `prepare.ts` makes their bytes when the site is built; nothing of third parties is
 * kept in the repository.
 */
import type { Dataset } from './dataset.ts';
import { earthquakes } from './earthquakes.ts';
import { flights } from './flights.ts';
import { texts } from './texts.ts';

export type { Dataset } from './dataset.ts';

export const datasets: readonly Dataset[] = [flights, earthquakes, texts];

/** The data set of that name, or null: a resource name may also be a file of the user's. */
export const datasetNamed = (name: string): Dataset | null => datasets.find((dataset) => dataset.name === name) ?? null;

/**
 * The data sets that come with Weir: what they hold, where they come from and who allows their use. `prepare.ts` makes
 * their bytes when the site is built; nothing of third parties is kept in the repository.
 */
import type { Schema } from '../../engine/graph/schema.ts';
import type { ResourceFormat } from '../resource.ts';

export interface Dataset {
  readonly name: DatasetName;
  readonly title: string;
  /** What one record is, and what a reader should know about its times. */
  readonly description: string;
  readonly origin: { readonly text: string; readonly url: string | null };
  readonly licence: string;
  /** Relative to the site's base. */
  readonly url: string;
  readonly format: ResourceFormat;
  readonly schema: Schema;
  readonly records: number;
  /** The column to take as event time; null where records have no time. */
  readonly timestampColumn: string | null;
}

export const datasetNames = ['flights', 'earthquakes', 'texts'] as const;
export type DatasetName = (typeof datasetNames)[number];

const flights: Dataset = {
  name: 'flights',
  title: 'US flights, early 2001',
  description:
    'Domestic flights of January to March 2001, in the order in which they departed. `delay` is the delay at arrival ' +
    'in minutes; `scheduled` is the departure less that delay, so early and late flights are truly out of order. ' +
    'Times are local at the origin, read as UTC.',
  origin: { text: 'US Bureau of Transportation Statistics, by vega-datasets (flights-20k)', url: 'https://www.transtats.bts.gov/' },
  licence: 'US government data, collected under 14 CFR Part 234; no licence is stated',
  url: 'data/flights.csv',
  format: 'csv',
  schema: [
    { name: 'scheduled', type: 'timestamp' },
    { name: 'departed', type: 'timestamp' },
    { name: 'delay', type: 'int' },
    { name: 'distance', type: 'int' },
    { name: 'origin', type: 'string' },
    { name: 'destination', type: 'string' },
  ],
  records: 20_000,
  timestampColumn: 'scheduled',
};

const earthquakes: Dataset = {
  name: 'earthquakes',
  title: 'Earthquakes of one week, 2018',
  description:
    'Every seismic event that the USGS recorded from 31 January to 7 February 2018, in the order of its last report. ' +
    '`time` is the event, `updated` that report: half of the events are reported more than four hours late.',
  origin: {
    text: 'USGS Earthquake Hazards Program, by vega-datasets (earthquakes)',
    url: 'https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/all_week.geojson',
  },
  licence: 'US public domain',
  url: 'data/earthquakes.csv',
  format: 'csv',
  schema: [
    { name: 'time', type: 'timestamp' },
    { name: 'updated', type: 'timestamp' },
    { name: 'magnitude', type: 'float' },
    { name: 'place', type: 'string' },
    { name: 'region', type: 'string' },
    { name: 'depth', type: 'float' },
    { name: 'id', type: 'string' },
  ],
  records: 1707,
  timestampColumn: 'time',
};

const texts: Dataset = {
  name: 'texts',
  title: 'Poems, speeches and openings',
  description: 'Sixteen well-known English texts, one record a line: Lincoln, Shakespeare, Blake, Dickinson, Whitman, Austen and others.',
  origin: { text: 'Works published before 1929, typed for Weir', url: null },
  licence: 'Public domain',
  url: 'data/texts.csv',
  format: 'csv',
  schema: [
    { name: 'document', type: 'string' },
    { name: 'line', type: 'int' },
    { name: 'text', type: 'string' },
  ],
  records: 270,
  timestampColumn: null,
};

export const datasets: readonly Dataset[] = [flights, earthquakes, texts];

/** The data set of that name, or null: a resource name may also be a file of the user's. */
export const datasetNamed = (name: string): Dataset | null => datasets.find((dataset) => dataset.name === name) ?? null;

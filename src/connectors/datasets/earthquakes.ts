/** USGS earthquakes of one week in the order of their last report: real lateness, from minutes to days. */
import type { Dataset } from './dataset.ts';

interface RawQuake {
  readonly id: string;
  readonly properties: {
    readonly time: number;
    readonly updated: number;
    readonly mag: number | null;
    readonly place: string;
  };
  readonly geometry: { readonly coordinates: readonly [longitude: number, latitude: number, depth: number] };
}

export const earthquakes: Dataset = {
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
  async prepare({ vega }) {
    const { features } = JSON.parse(await vega('earthquakes.json')) as { features: RawQuake[] };
    const order = (a: RawQuake, b: RawQuake): number =>
      a.properties.updated - b.properties.updated || a.properties.time - b.properties.time;
    return features.toSorted(order).map(({ id, properties: { time, updated, mag, place }, geometry }) => {
      const region = place.slice(place.lastIndexOf(',') + 1).trim();
      return [new Date(time), new Date(updated), mag, place, region, geometry.coordinates[2], id];
    });
  },
};

/**
 * US flights of early 2001: records that are truly out of order, since a flight departs when it departs.
 *
 * What `date` and `delay` mean in vega-datasets' flights, its catalogue does not say. The script that made them
 * (scripts/flights.py in github.com/vega/vega-datasets) computes `date` as the *actual* departure, scheduled time plus
 * departure delay, and takes `delay` from ArrDelay, the delay at arrival. The data agrees: were `date` the schedule, its
 * minutes would be round as often for late flights as for punctual ones; 55% of the flights with delay 0 have a minute
 * divisible by 5, of the others 32%. So `departed` is `date`, and the schedule, which the file does not have, is
 * estimated by `departed - delay`: off by the time that was made up or lost on the way.
 */
import type { Dataset } from './dataset.ts';

interface RawFlight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

export const flights: Dataset = {
  name: 'flights',
  title: 'US flights, early 2001',
  description:
    'Domestic flights of January to March 2001, in the order in which they departed. `delay` is the delay at arrival ' +
    'in minutes; `scheduled` is the departure less that delay, so early and late flights are truly out of order. ' +
    'Times are local at the origin, read as UTC.',
  origin: {
    text: 'US Bureau of Transportation Statistics, by vega-datasets (flights-20k)',
    url: 'https://www.transtats.bts.gov/',
  },
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
  async prepare({ vega }) {
    const raw = JSON.parse(await vega('flights-20k.json')) as RawFlight[];
    const timed = raw.map((flight) => ({ ...flight, departed: utcMinute(flight.date) }));
    timed.sort((a, b) => a.departed - b.departed); // stable: flights of one minute stay in the order of the file
    return timed.map(({ departed, delay, distance, origin, destination }) => {
      return [new Date(departed - delay * 60_000), new Date(departed), delay, distance, origin, destination];
    });
  },
};

/** `2001/01/31 23:59` as UTC: local times without a zone must not depend on where the site is built. */
function utcMinute(date: string): number {
  const [year, month, day, hour, minute] = date.split(/[/ :]/).map(Number) as [number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute);
}

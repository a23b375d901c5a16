/** Runs the examples of process functions, sorting and joins in event time, and compares them with plain loops over the same data. */
import { expect, it } from 'vitest';
import { groupBy } from '../base/group.ts';
import { sinkRecords } from '../hosts/simulator/simulate.ts';
import { gallery } from './list.ts';
import { csv, rowsAt, run, type Changes } from './testing/run-example.ts';

const hour = 3_600_000;

it('a flight is overdue by the rule that was in force when it departed, whatever arrived first', async () => {
  const [february, march] = [Date.UTC(2001, 1, 1), Date.UTC(2001, 2, 1)];
  const limitAt = (time: number, origin: string): number => {
    if (time >= march) return 120;
    return time >= february && origin === 'ORD' ? 60 : 180;
  };
  const overdue = (await csv('flights')).flatMap(({ departed, delay, origin }) => {
    const time = Date.parse(departed ?? '');
    const limit = limitAt(time, origin ?? '');
    return Number(delay) > limit ? [{ origin, delay: Number(delay), limit, time }] : [];
  });
  expect(new Set(overdue.map(({ limit }) => limit))).toEqual(new Set([60, 120, 180]));
  const simulation = await run('broadcast-rules');
  const rows = sinkRecords(simulation, 'results').map(({ row, timestamp }) => ({ ...row, time: timestamp }));
  expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(overdue.map((row) => JSON.stringify(row)).sort());
});

it('an airport is silent after each departure that none follows for a day, also the last of the data', async () => {
  const departures = new Map<string, number[]>();
  for (const { origin = '', departed = '' } of await csv('flights'))
    departures.set(origin, [...(departures.get(origin) ?? []), Date.parse(departed)]);
  const expected = [...departures].flatMap(([origin, times]) => {
    const silent = times.filter((time, i) => (times[i + 1] ?? Number.POSITIVE_INFINITY) > time + 24 * hour);
    return silent.map((since, i) => ({ origin, since, nth: i + 1 }));
  });
  expect(expected.length).toBeGreaterThan(1000);
  const simulation = await run('silent-airports');
  const text = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(text(rowsAt<object>(simulation, 'results'))).toEqual(text(expected));
});

it('each quake that is stronger than all before it in its region is told, in the order of their times', async () => {
  const expected: string[] = [];
  for (const [region, quakes] of groupBy(await csv('earthquakes'), ({ region: of }) => of as string)) {
    let before: number | null = null;
    for (const { time = '', magnitude } of quakes.toSorted(
      (a, b) => Date.parse(a['time'] ?? '') - Date.parse(b['time'] ?? ''),
    )) {
      if (before !== null && Number(magnitude) <= before) continue;
      expected.push(`${region} ${Date.parse(time)} ${magnitude} ${before}`);
      before = Number(magnitude);
    }
  }
  const { job } = gallery.find(({ id }) => id === 'in-order') as (typeof gallery)[0];
  const params = job.nodes.find(({ id }) => id === 'quakes')?.params;
  type Told = { region: string; time: number; magnitude: number; before: number | null };
  const toldOf = async (changes: Changes): Promise<string[]> => {
    const simulation = await run('in-order', 200, changes);
    const told = rowsAt<Told>(simulation, 'results');
    return told.map(({ region, time, magnitude, before }) => `${region} ${time} ${magnitude} ${before}`).toSorted();
  };
  expect(await toldOf({ quakes: { ...params, outOfOrdernessMs: 1000 * hour } })).toEqual(expected.toSorted());
  // With the bound that it has, some reports are too late to be in their place.
  expect(await toldOf({})).not.toEqual(expected.toSorted());
});

it('of the flights behind a closing the first is told, and those that left meanwhile are at the side', async () => {
  const closings = [
    ['DFW', '2001-01-01T12:00Z', 5],
    ['ORD', '2001-01-02T00:00Z', 14],
    ['ATL', '2001-01-04T00:00Z', 12],
    ['LAX', '2001-01-06T00:00Z', 18],
    ['PHX', '2001-01-09T00:00Z', 10],
    ['ORD', '2001-01-10T00:00Z', 16],
    ['STL', '2001-01-11T00:00Z', 12],
  ] as const;
  const flights = (await csv('flights')).map(({ origin = '', departed = '' }) => ({
    origin,
    at: Date.parse(departed),
  }));
  const spans = closings.map(([airport, from, hours]) => {
    const start = Date.parse(from);
    const own = flights.filter(({ origin, at }) => origin === airport && at >= start);
    const opened = start + hours * hour;
    return {
      airport,
      opened,
      meanwhile: own.filter(({ at }) => at < opened),
      after: own.filter(({ at }) => at >= opened),
    };
  });
  type Flight = { origin: string; opened: number; departed: number };
  const text = ({ origin, opened, departed }: Flight): string => `${origin} ${opened} ${departed}`;
  const simulation = await run('first-after');
  expect(rowsAt<Flight>(simulation, 'meanwhile').map(text).toSorted()).toEqual(
    spans
      .flatMap(({ airport, opened, meanwhile }) => meanwhile.map(({ at }) => `${airport} ${opened} ${at}`))
      .toSorted(),
  );
  expect(rowsAt<Flight>(simulation, 'results').map(text).toSorted()).toEqual(
    spans
      .map(({ airport, opened, after }) => `${airport} ${opened} ${Math.min(...after.map(({ at }) => at))}`)
      .toSorted(),
  );
});

it('of the clicks, each within 10 s of its ad is billed once, to the ad that was shown', async () => {
  const [ads, prices, start] = [['Books', 'Games', 'Shoes'], [4, 6, 9], Date.UTC(2026, 0, 1)];
  const billed = Array.from({ length: 300 }, (_, click) => {
    const impression = 2 * click;
    const shown = start + impression * 1000;
    const clicked = shown + (1 + ((7 * click) % 15)) * 1000;
    return { impression, ad: ads[impression % 3] ?? '', cents: prices[impression % 3] ?? 0, shown, clicked };
  }).filter(({ shown, clicked }) => clicked - shown <= 10_000);
  expect(billed).toHaveLength(200);
  const simulation = await run('ad-clicks');
  const text = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(text(rowsAt<object>(simulation, 'billed'))).toEqual(text(billed));
  const bill = new Map(
    rowsAt<{ ad: string; clicks: number; cents: number }>(simulation, 'bill').map((row) => [row.ad, row]),
  );
  for (const ad of ads) {
    const own = billed.filter((click) => click.ad === ad);
    expect(bill.get(ad)).toEqual({ ad, clicks: own.length, cents: own.reduce((sum, { cents }) => sum + cents, 0) });
  }
});

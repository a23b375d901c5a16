/**
 * Runs the examples with an end in the simulator, and compares what reaches their sinks with plain computations over the
 * same data.
 */
import { expect, it } from 'vitest';
import { groupBy } from '../base/group.ts';
import { MAX_EVENT_TIME } from '../base/units.ts';
import { datasetText } from '../connectors/datasets/prepare.ts';
import { simulate } from '../hosts/simulator/simulate.ts';
import { gallery } from './list.ts';
import { csv, requestOf, rowsAt, run, type Changes } from './testing/run-example.ts';

const hour = 3_600_000;

type HourOfAirport = { origin: string; windowStart: number; windowEnd: number; flights: number; delay: number };
type Posting = { word: string; documents: string[] };
type Day = { region: string; windowStart: number; quakes: number };
type Total = { key: string; windowStart: number; total: number };

/** Document and text of each line of the texts; the text is the last column and may be quoted. */
async function textLines(): Promise<{ document: string; text: string }[]> {
  const [, ...lines] = (await datasetText('texts')).trim().split('\n');
  return lines.map((line) => {
    const [, document = '', text = ''] = /^([^,]*),\d+,(.*)$/.exec(line) ?? [];
    return { document, text: text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text };
  });
}

it('the flights are counted per airport and scheduled hour, with their average delay, and none is lost', async () => {
  const expected = new Map<string, { flights: number; minutes: number }>();
  for (const { origin, scheduled, delay } of await csv('flights')) {
    const start = Math.floor(Date.parse(scheduled as string) / hour) * hour;
    const sum = expected.get(`${origin} ${start}`) ?? { flights: 0, minutes: 0 };
    expected.set(`${origin} ${start}`, { flights: sum.flights + 1, minutes: sum.minutes + Number(delay) });
  }
  const simulation = await run('flights');
  const rows = rowsAt<HourOfAirport>(simulation, 'results');
  expect(rows).toHaveLength(expected.size);
  for (const { origin, windowStart, windowEnd, flights, delay } of rows) {
    const sum = expected.get(`${origin} ${windowStart}`);
    expect(windowEnd - windowStart).toBe(hour);
    expect(flights).toBe(sum?.flights);
    expect(delay).toBeCloseTo((sum?.minutes ?? 0) / (sum?.flights ?? 1), 9);
  }
  const big = rows.filter(({ origin }) => ['ATL', 'DFW', 'LAX', 'ORD'].includes(origin));
  expect(rowsAt(simulation, 'chart')).toHaveLength(big.length);
});

it('the last count of each word is its number in the texts', async () => {
  const expected: Record<string, number> = {};
  for (const { text } of await textLines()) {
    for (const word of text.toLowerCase().match(/[a-z']+/g) ?? []) expected[word] = (expected[word] ?? 0) + 1;
  }
  const counts: Record<string, number> = {};
  const simulation = await run('word-count');
  for (const { word, count } of rowsAt<{ word: string; count: number }>(simulation, 'results')) {
    expect(count).toBe((counts[word] ?? 0) + 1);
    counts[word] = count;
  }
  expect(counts).toEqual(expected);
  const tens = Object.values(expected).reduce((sum, count) => sum + Math.floor(count / 10), 0);
  expect(rowsAt(simulation, 'milestones')).toHaveLength(tens);
});

it('the index ends with the documents of each word', async () => {
  const expected: Record<string, string[]> = {};
  for (const { document, text } of await textLines()) {
    for (const word of text.toLowerCase().match(/[a-z']{4,}/g) ?? []) {
      expected[word] = [...new Set([...(expected[word] ?? []), document])].sort();
    }
  }
  const index: Record<string, string[]> = {};
  for (const { word, documents } of rowsAt<Posting>(await run('inverted-index'), 'results')) index[word] = documents;
  expect(index).toEqual(expected);
});

it('of the earthquakes at a slow pace, each is in the last result of its day or came out as too late', async () => {
  const simulation = await run('earthquakes', 200);
  const last = new Map<string, number>();
  for (const { region, windowStart, quakes } of rowsAt<Day>(simulation, 'results'))
    last.set(`${region} ${windowStart}`, quakes);
  const inTime = [...last.values()].reduce((sum, quakes) => sum + quakes, 0);
  const late = rowsAt<{ hours: number }>(simulation, 'late');
  expect(late.length).toBeGreaterThan(100);
  expect(inTime + late.length).toBe(1707);
  for (const { hours } of late) expect(hours).toBeGreaterThan(6 + 12);
});

it('each hour tells the flights of the three hours before, so that each flight counts three times', async () => {
  const expected = new Map<string, number>();
  for (const { origin, scheduled } of await csv('flights'))
    for (const back of [0, 1, 2]) {
      const start = (Math.floor(Date.parse(scheduled as string) / hour) - back) * hour;
      expected.set(`${origin} ${start}`, 1 + (expected.get(`${origin} ${start}`) ?? 0));
    }
  const rows = rowsAt<HourOfAirport>(await run('sliding'), 'results');
  expect(rows).toHaveLength(expected.size);
  for (const { origin, windowStart, windowEnd, flights } of rows) {
    expect(windowEnd - windowStart).toBe(3 * hour);
    expect(flights).toBe(expected.get(`${origin} ${windowStart}`));
  }
});

it('a window without a key counts the flights of all airports', async () => {
  const day = 24 * hour;
  const expected = groupBy(
    await csv('flights'),
    ({ scheduled }) => Math.floor(Date.parse(scheduled as string) / day) * day,
  );
  const rows = rowsAt<HourOfAirport>(await run('window-all'), 'results');
  expect(rows.map(({ windowStart, flights }) => [windowStart, flights])).toEqual(
    [...expected].map(([start, flights]) => [start, flights.length]).sort(([a], [b]) => (a as number) - (b as number)),
  );
});

it('flights out of an airport meet those that set out for it in the same hour, each with each', async () => {
  const flights = await csv('flights');
  const at = (time: string | undefined, ms: number) => Math.floor(Date.parse(time as string) / ms) * ms;
  const simulation = await run('window-join');

  const into = groupBy(flights, ({ destination, scheduled }) => `${destination} ${at(scheduled, hour)}`);
  const pairs = flights.flatMap(({ origin, scheduled }) =>
    (into.get(`${origin} ${at(scheduled, hour)}`) ?? []).map((other) =>
      [origin, at(scheduled, hour), Date.parse(scheduled as string), Date.parse(other['scheduled'] as string)].join(),
    ),
  );
  type Pair = Readonly<Record<string, unknown>>;
  const joined = rowsAt<Pair>(simulation, 'pairs').map((row) =>
    [row['origin'], row['windowStart'], row['scheduled'], row['right_scheduled']].join(),
  );
  expect(joined.length).toBeGreaterThan(1000);
  expect(joined.toSorted()).toEqual(pairs.toSorted());

  const counts = new Map<string, [number, number]>();
  for (const { origin, destination, scheduled } of flights)
    for (const [side, airport] of [origin, destination].entries()) {
      const key = `${airport} ${at(scheduled, 24 * hour)}`;
      const count = counts.get(key) ?? [0, 0];
      count[side as 0 | 1]++;
      counts.set(key, count);
    }
  const days = rowsAt<Pair>(simulation, 'days').map((row): [string, unknown] => [
    `${String(row['airport'])} ${String(row['day'])}`,
    [row['departures'], row['arrivals']],
  ]);
  expect(new Map(days)).toEqual(counts);
  expect(days).toHaveLength(counts.size);
});

it('sources that are aligned bring the pairs of their join, and are never far apart on the way', async () => {
  const seconds = Array.from({ length: 600 }, (_, second) => second);
  const expected = seconds.flatMap((order) =>
    seconds
      .filter((payment) => payment % 3 === order % 3 && payment >= order && payment <= order + 10)
      .map((payment) => `${order} ${payment}`),
  );
  const driftOf = async (changes: Changes): Promise<number> => {
    const watermarks = new Map<string, number>();
    let drift = 0;
    const simulation = await simulate(await requestOf('alignment', null, changes), {
      seed: 1,
      onReport(report) {
        if (report.kind !== 'gauges') return;
        for (const { node, watermark } of report.gauges.operators) watermarks.set(node, watermark);
        const [archive, live] = [watermarks.get('orders') ?? 0, watermarks.get('payments') ?? 0];
        if (Math.min(archive, live) > 0 && archive < MAX_EVENT_TIME) drift = Math.max(drift, archive - live);
      },
    });
    const pairs = rowsAt<{ order: number; payment: number }>(simulation, 'results');
    expect(pairs.map(({ order, payment }) => `${order} ${payment}`).toSorted()).toEqual(expected.toSorted());
    return drift;
  };
  const { job } = gallery.find(({ id }) => id === 'alignment') as (typeof gallery)[0];
  const archive = job.nodes.find(({ id }) => id === 'archive')?.params;
  // The archive reads on until it hears of the limit, and makes up for a second when it may go on, at sixty a second.
  expect(await driftOf({})).toBeLessThan(20_000 + 1.5 * 60_000);
  expect(await driftOf({ archive: { ...archive, alignmentGroup: '' } })).toBeGreaterThan(400_000);
});

it('each quarter of a day tells the flights since midnight', async () => {
  const quarter = 6 * hour;
  const expected = new Map<string, number>();
  for (const { origin, scheduled } of await csv('flights')) {
    const time = Date.parse(scheduled as string);
    const midnight = Math.floor(time / (24 * hour)) * 24 * hour;
    for (let end = midnight + quarter; end <= midnight + 24 * hour; end += quarter)
      if (end > time) expected.set(`${origin} ${end}`, 1 + (expected.get(`${origin} ${end}`) ?? 0));
  }
  const rows = rowsAt<HourOfAirport>(await run('cumulating'), 'results');
  expect(rows).toHaveLength(expected.size);
  for (const { origin, windowEnd, flights } of rows) expect(flights).toBe(expected.get(`${origin} ${windowEnd}`));
});

it('every hundred flights of an airport are told once, and what is left over is not', async () => {
  const rows = rowsAt<HourOfAirport>(await run('count-window'), 'results');
  for (const { flights } of rows) expect(flights).toBe(100);
  const airports = groupBy(await csv('flights'), ({ origin }) => origin as string);
  const told = groupBy(rows, ({ origin }) => origin);
  for (const [origin, flights] of airports)
    expect(told.get(origin)?.length ?? 0).toBe(Math.floor(flights.length / 100));
});

it('a region is told of when its quakes differ by a whole magnitude from the last that was told', async () => {
  type Change = { region: string; quakes: number; strongest: number };
  const expected: Change[] = [];
  const seen = new Map<string, { last: number; quakes: number; strongest: number }>();
  for (const { region = '', magnitude: text } of await csv('earthquakes')) {
    const magnitude = Number(text);
    const state = seen.get(region) ?? { last: magnitude, quakes: 0, strongest: Number.NEGATIVE_INFINITY };
    const next = { ...state, quakes: state.quakes + 1, strongest: Math.max(state.strongest, magnitude) };
    if (Math.abs(magnitude - state.last) > 1) {
      next.last = magnitude;
      expected.push({ region, quakes: next.quakes, strongest: next.strongest });
    }
    seen.set(region, next);
  }
  const order = (rows: readonly Change[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(order(rowsAt<Change>(await run('global-window'), 'results'))).toEqual(order(expected));
});

it('each quake comes with the last strong one of its region up to its time', async () => {
  type After = { region: string; time: number; shock_time: number };
  const quakes = (await csv('earthquakes')).map(({ region, time, magnitude }) => {
    return { region, time: Date.parse(time as string), magnitude: Number(magnitude) };
  });
  const strong = quakes.filter(({ magnitude }) => magnitude >= 4.5);
  const expected = quakes.flatMap(({ region, time }) => {
    const before = strong.filter((shock) => shock.region === region && shock.time <= time);
    return before.length === 0 ? [] : [`${region} ${time} ${Math.max(...before.map((shock) => shock.time))}`];
  });
  const { job } = gallery.find(({ id }) => id === 'temporal-join') as (typeof gallery)[0];
  const params = job.nodes.find(({ id }) => id === 'quakes')?.params;
  const simulation = await run('temporal-join', null, { quakes: { ...params, outOfOrdernessMs: 1000 * hour } });
  const found = rowsAt<After>(simulation, 'results').map((row) => `${row.region} ${row.time} ${row.shock_time}`);
  expect(found.toSorted()).toEqual(expected.toSorted());
});

it('panes of a day are numbered without gaps: early ones, at most one on time, then late ones', async () => {
  type Pane = Day & { paneIndex: number; paneTiming: string };
  const panes = groupBy(
    rowsAt<Pane>(await run('panes', 200), 'results'),
    ({ region, windowStart }) => `${region} ${windowStart}`,
  );
  const order = ['early', 'on time', 'late'];
  const timings = new Set<string>();
  for (const day of panes.values()) {
    expect(day.map(({ paneIndex }) => paneIndex)).toEqual(day.map((_, i) => i));
    const ranks = day.map(({ paneTiming }) => order.indexOf(paneTiming));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks.filter((rank) => rank === 1).length).toBeLessThanOrEqual(1);
    for (const { paneTiming, quakes, paneIndex } of day) {
      timings.add(paneTiming);
      if (paneTiming === 'early') expect(quakes).toBe(10 * (paneIndex + 1));
    }
  }
  expect([...timings].toSorted()).toEqual(['early', 'late', 'on time']);
});

it('a sum over retracting panes counts every quake once, and one over accumulating panes does not', async () => {
  const days = groupBy(await csv('earthquakes'), ({ time }) =>
    String(Math.floor(Date.parse(time as string) / (24 * hour))),
  );
  const expected = [...days].map(([day, quakes]) => {
    const sizes = [...groupBy(quakes, ({ region }) => region as string).values()].map((some) => some.length);
    const row = { quakes: quakes.length, regions: sizes.length, mostInARegion: Math.max(...sizes) };
    return JSON.stringify({ windowStart: Number(day) * 24 * hour, ...row });
  });
  const patient = { allowedLatenessMs: 1000 * hour };
  const lastOf = async (changes: Changes): Promise<string[]> => {
    const last = new Map<unknown, string>();
    for (const { op, ...row } of rowsAt<Record<string, unknown>>(await run('retractions', 200, changes), 'results'))
      if (op === undefined || op === '+I' || op === '+U') last.set(row['windowStart'], JSON.stringify(row));
    return [...last.values()].toSorted();
  };
  const { job } = gallery.find(({ id }) => id === 'retractions') as (typeof gallery)[0];
  const daily = job.nodes.find(({ id }) => id === 'daily')?.params;
  expect(await lastOf({ daily: { ...daily, ...patient } })).toEqual(expected.toSorted());
  const naive = await lastOf({ daily: { ...daily, ...patient, accumulation: 'accumulating' } });
  expect(naive).not.toEqual(expected.toSorted());
});

/** What a changelog leaves: its rows as sorted texts. */
function leftOf(changes: readonly Record<string, unknown>[]): string[] {
  const rows = new Map<string, number>();
  for (const { op, ...row } of changes) {
    const text = JSON.stringify(row);
    const count = (rows.get(text) ?? 0) + (op === '-U' || op === '-D' ? -1 : 1);
    // What is taken away was there.
    expect(count).toBeGreaterThanOrEqual(0);
    rows.set(text, count);
  }
  return [...rows].flatMap(([text, count]) => Array.from({ length: count }, () => text)).toSorted();
}

async function overAnHourLate(): Promise<{ origin: string; delay: number }[]> {
  const all = await csv('flights');
  return all.map(({ origin = '', delay }) => ({ origin, delay: Number(delay) })).filter(({ delay }) => delay > 60);
}

it.each([
  ['all flights are there before any airport', null],
  ['airports come in between', 3000],
])('late flights are counted by the regions as they are in the end, if %s', async (_, pace) => {
  const regionOf: Record<string, string> = {};
  const places = { South: 'ATL DFW', Midwest: 'ORD DTW MSP', West: 'LAX PHX SFO LAS', East: 'EWR PHL BOS' };
  for (const [region, airports] of Object.entries(places))
    for (const airport of airports.split(' ')) regionOf[airport] = region;
  const expected = [...groupBy(await overAnHourLate(), ({ origin }) => regionOf[origin] ?? '')].map(([region, own]) => {
    const minutes = own.reduce((sum, { delay }) => sum + delay, 0);
    return JSON.stringify({ region: region || null, flights: own.length, delay: minutes / own.length });
  });
  expect(expected).toHaveLength(5);
  const changes = rowsAt<Record<string, unknown>>(await run('regions', pace), 'results');
  expect(leftOf(changes)).toEqual(expected.toSorted());
  // Flights were counted before their region was known, and moved.
  expect(changes.filter(({ op, region }) => op === '-U' && region === null).length).toBeGreaterThan(10);
});

it('the ranking is that of the minutes of all late flights', async () => {
  const expected = [...groupBy(await overAnHourLate(), ({ origin }) => origin)]
    .map(([origin, own]) => {
      return { origin, flights: own.length, minutes: own.reduce((sum, { delay }) => sum + delay, 0), group: 'all' };
    })
    .toSorted((a, b) => b.minutes - a.minutes)
    .slice(0, 5)
    .map((row, i) => JSON.stringify({ ...row, place: i + 1 }));
  const changes = rowsAt<Record<string, unknown>>(await run('most-delayed'), 'results');
  expect(leftOf(changes)).toEqual(expected.toSorted());
  expect(new Set(changes.map(({ origin }) => origin)).size).toBeGreaterThan(8);
});

it('swarms are what the times of the quakes say, if none is too late', async () => {
  const expected: string[] = [];
  const times = groupBy(await csv('earthquakes'), ({ region }) => region as string);
  for (const [region, quakes] of times) {
    const sorted = quakes.map(({ time }) => Date.parse(time as string)).toSorted((a, b) => a - b);
    let [start, end, count] = [Number.NaN, Number.NEGATIVE_INFINITY, 0];
    for (const time of [...sorted, Number.POSITIVE_INFINITY]) {
      if (time > end) {
        if (count > 0) expected.push(`${region} ${start} ${end} ${count}`);
        [start, count] = [time, 0];
      }
      [end, count] = [time + 3 * hour, count + 1];
    }
  }
  const simulation = await run('sessions', 200, { swarms: { allowedLatenessMs: 1000 * hour } });
  const last = new Map<string, string>();
  for (const { region, windowStart, windowEnd, quakes } of rowsAt<Day & { windowEnd: number }>(simulation, 'results')) {
    // A session that was told grows at its end, or becomes part of one that begins before it.
    for (const [name, told] of last) {
      const [of, start, end] = told.split(/ (?=-?\d+ )/) as [string, string, string];
      if (of === region && Number(start) >= windowStart && Number.parseInt(end, 10) <= windowEnd) last.delete(name);
    }
    last.set(`${region} ${windowStart}`, `${region} ${windowStart} ${windowEnd} ${quakes}`);
  }
  expect([...last.values()].toSorted()).toEqual(expected.toSorted());
  expect(rowsAt(simulation, 'late')).toEqual([]);
});

it('the script gives the totals that its description promises', async () => {
  const simulation = await run('scripted');
  const totals = rowsAt<Total>(simulation, 'results').map(
    ({ key, windowStart, total }) => `${key}@${windowStart / 1000} ${total}`,
  );
  expect(totals.toSorted()).toEqual(['a@0 9', 'a@20 8', 'b@0 2', 'b@10 11']);
  expect(rowsAt(simulation, 'late')).toEqual([{ key: 'a', value: 6 }]);
});

it('the arrivals are sorted as a plain loop over the reports sorts them', async () => {
  // Flight, delay and minute of landing; none with a delay: it landed elsewhere. AF9 comes behind the watermark of 15 min.
  const reports = 'AF1 3 5, LH7 22 9, BA2 - 12, AF9 31 14, LH8 40 20, AF3 17 25, LH9 16 31, AF5 60 32, BA4 15 33';
  const expected: Record<string, string[]> = { inTime: [], delayed: [], diverted: [], late: [] };
  const delayed = new Map<string, number>();
  for (const [flight = '', delay = ''] of reports.split(', ').map((report) => report.split(' '))) {
    const airline = flight.slice(0, 2);
    if (flight === 'AF9') expected['late']?.push(flight);
    else if (delay === '-') expected['diverted']?.push(flight);
    else if (Number(delay) > 15) {
      delayed.set(airline, (delayed.get(airline) ?? 0) + 1);
      expected['delayed']?.push(`${flight} ${delayed.get(airline)}`);
    } else expected['inTime']?.push(flight);
  }
  const simulation = await run('arrivals');
  for (const [sink, flights] of Object.entries(expected)) {
    const rows = rowsAt<{ flight: string; nth?: number }>(simulation, sink);
    const seen = rows.map(({ flight, nth }) => (nth === undefined ? flight : `${flight} ${nth}`));
    expect(seen.toSorted(), sink).toEqual(flights.toSorted());
  }
});

/**
 * Runs the examples with an end in the simulator, and compares what reaches their sinks with plain computations over the
 * same data.
 */
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { groupBy } from '../base/group.ts';
import { MAX_EVENT_TIME } from '../base/units.ts';
import { datasetBlob, datasetText } from '../connectors/datasets/prepare.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { atEnd } from '../engine/telemetry/ledger.ts';
import { fullSpeed } from '../hosts/host.ts';
import type { RunRequest } from '../hosts/host.ts';
import { OracleRun } from '../hosts/simulator/oracle-run.ts';
import { simulate, sinkRecords } from '../hosts/simulator/simulate.ts';
import type { Simulation } from '../hosts/simulator/simulate.ts';
import { gallery } from './list.ts';

const hour = 3_600_000;

type HourOfAirport = { origin: string; windowStart: number; windowEnd: number; flights: number; delay: number };
type Posting = { word: string; documents: string[] };
type Day = { region: string; windowStart: number; quakes: number };
type Total = { key: string; windowStart: number; total: number };

/** Other parameters than the example has, by node. */
type Changes = Readonly<Record<string, object>>;

async function requestOf(id: string, recordsPerSecond: number | null, changes: Changes = {}): Promise<RunRequest> {
  const { job: drawn } = gallery.find((example) => example.id === id) as (typeof gallery)[0];
  const nodes = drawn.nodes.map((node) => ({ ...node, params: { ...node.params, ...changes[node.id] } }));
  const job = { ...drawn, nodes };
  const planned = planJob(job, kindTable);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  const names = new Set(job.nodes.flatMap(({ kind, params }) => (kind === 'file' ? [String(params['resource'])] : [])));
  const resources = [...names].map(async (name) => {
    return { name, format: 'csv' as const, content: await datasetBlob(name.replace('dataset:', '')) };
  });
  return {
    plan: planned.value,
    resources: await Promise.all(resources),
    pace: { ...fullSpeed, recordsPerSecond },
    runId: id,
    from: 'anew',
    faults: job.faults,
  };
}

async function run(id: string, recordsPerSecond: number | null = null, changes: Changes = {}): Promise<Simulation> {
  const simulation = await simulate(await requestOf(id, recordsPerSecond, changes), { seed: 1 });
  expect(simulation.view.job.state).toBe('finished');
  expect([...simulation.view.found], 'what the run finds wrong with the job').toEqual([]);
  return simulation;
}

const rowsAt = <Row>(simulation: Simulation, node: string) =>
  sinkRecords(simulation, node).map(({ row }) => row as unknown as Row);

/** Cells by column name. */
async function csv(name: string): Promise<Record<string, string>[]> {
  return Papa.parse<Record<string, string>>(await datasetText(name), { header: true, skipEmptyLines: true }).data;
}

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

it('the script gives the totals that its description promises', async () => {
  const simulation = await run('scripted');
  const totals = rowsAt<Total>(simulation, 'results').map(
    ({ key, windowStart, total }) => `${key}@${windowStart / 1000} ${total}`,
  );
  expect(totals.toSorted()).toEqual(['a@0 9', 'a@20 8', 'b@0 2', 'b@10 11']);
  expect(rowsAt(simulation, 'late')).toEqual([{ key: 'a', value: 6 }]);
});

/** What the ledger tells of a demo, under its own script of faults. */
async function ledgerOf(id: string) {
  const request = await requestOf(id, null);
  const account = new OracleRun(request);
  expect(await account.expect()).toMatchObject({ outcome: 'whole', orderDependent: false });
  const { view, results } = await simulate(request, { seed: 1 });
  expect(view.job.state).toBe('finished');
  expect([...view.faults.values()].map(({ strikes }) => strikes.length)).toEqual(request.faults.map(() => 1));
  expect(view.recoveries).toHaveLength(request.faults.length);
  for (const [sink, batches] of results) for (const batch of batches) account.commit(sink, batch);
  const { lost, duplicated, wrong, pending, correct } = account.ledger(
    new Map([...results.keys()].map((n) => [n, atEnd])),
  );
  expect(correct).toBeGreaterThan(100);
  expect(pending).toBe(0);
  return { lost, duplicated, wrong };
}

it.each(['exactly-once', 'unaligned', 'postgres'])('“%s” fails, recovers, and has every row once', async (id) => {
  expect(await ledgerOf(id)).toEqual({ lost: 0, duplicated: 0, wrong: 0 });
});

it('“at-least-once” loses nothing and has rows too much', async () => {
  const { lost, duplicated, wrong } = await ledgerOf('at-least-once');
  expect(lost).toBe(0);
  expect(duplicated + wrong).toBeGreaterThan(5);
});

it('“no-guarantee” loses rows', async () => {
  expect((await ledgerOf('no-guarantee')).lost).toBeGreaterThan(5);
});

/** The data sets hold what their descriptions say, compared with the raw files by a computation of the test's own. */
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { describe, expect, test, vi } from 'vitest';
import { rowsOf } from '../../engine/wire/batch.ts';
import { ResourceReaders } from '../reader.ts';
import type { Row } from '../../engine/graph/schema.ts';
import { datasetNamed, datasets } from './list.ts';
import { datasetBlob, datasetText } from './prepare.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const vega = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../node_modules/vega-datasets/data/${name}`, import.meta.url), 'utf8'));

async function records(name: string): Promise<Row[]> {
  const { format, schema } = datasetNamed(name)!;
  const readers = new ResourceReaders([{ name, format, content: await datasetBlob(name) }]);
  const rows: Row[] = [];
  for (let position = 0, end = false; !end; ) {
    const answer = await readers.answer({
      kind: 'read',
      resource: name,
      schema,
      split: 0,
      of: 1,
      position,
      limit: 2048,
    });
    if (answer.kind === 'failed') throw new Error(answer.reason);
    expect(answer.rejected).toEqual([]);
    rows.push(...rowsOf(answer.batch));
    ({ next: position, end } = answer);
  }
  readers.dispose();
  return rows;
}

const ascending = (rows: readonly Row[], column: string): boolean =>
  rows.every((row, i) => i === 0 || (rows[i - 1]![column] as number) <= (row[column] as number));

describe.each(datasets.map(({ name }) => name))('the data set %s', (name) => {
  test('has the columns and the number of records that the list says', async () => {
    const { data } = Papa.parse<string[]>(await datasetText(name), { skipEmptyLines: true });
    expect(data[0]).toEqual(datasetNamed(name)!.schema.map((column) => column.name));
    expect(data.length - 1).toBe(datasetNamed(name)!.records);
    expect(await records(name)).toHaveLength(datasetNamed(name)!.records);
  });

  test('is the same wherever it is made', async () => {
    const zone = process.env['TZ'];
    const here = await datasetText(name);
    process.env['TZ'] = 'Asia/Kathmandu';
    const there = await datasetText(name);
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    expect(there === here).toBe(true);
  });
});

test('flights come in the order of departure, each scheduled earlier by its delay', async () => {
  const raw = vega('flights-20k.json') as {
    date: string;
    delay: number;
    distance: number;
    origin: string;
    destination: string;
  }[];
  const flights = await records('flights');
  expect(ascending(flights, 'departed')).toBe(true);
  expect(ascending(flights, 'scheduled')).toBe(false);
  const key = (departed: number, scheduled: number, rest: readonly unknown[]): string =>
    [departed, scheduled, ...rest].join();
  const expected = raw.map((flight) => {
    const departed = Date.parse(`${flight.date.replaceAll('/', '-').replace(' ', 'T')}:00Z`);
    return key(departed, departed - flight.delay * 60_000, [
      flight.delay,
      flight.distance,
      flight.origin,
      flight.destination,
    ]);
  });
  const got = flights.map((f) =>
    key(f['departed'] as number, f['scheduled'] as number, [f['delay'], f['distance'], f['origin'], f['destination']]),
  );
  expect(got.sort()).toEqual(expected.sort());
});

test('earthquakes come in the order of their reports, none before the event', async () => {
  const raw = vega('earthquakes.json') as {
    features: {
      id: string;
      properties: { time: number; updated: number; mag: number; place: string };
      geometry: { coordinates: number[] };
    }[];
  };
  const byId = new Map(raw.features.map((feature) => [feature.id, feature]));
  const quakes = await records('earthquakes');
  expect(ascending(quakes, 'updated')).toBe(true);
  expect(ascending(quakes, 'time')).toBe(false);
  for (const quake of quakes) {
    const { properties, geometry } = byId.get(quake['id'] as string)!;
    expect(quake).toEqual({
      id: quake['id'],
      time: properties.time,
      updated: properties.updated,
      magnitude: properties.mag,
      place: properties.place,
      region: properties.place.split(', ').at(-1),
      depth: geometry.coordinates[2],
    });
    expect(properties.updated).toBeGreaterThanOrEqual(properties.time);
  }
  expect(new Set(quakes.map((quake) => quake['id'])).size).toBe(byId.size);
});

test('texts name document and line, and hold no empty line', async () => {
  const lines = await records('texts');
  expect(lines.every((line) => line['text'] !== '')).toBe(true);
  expect(lines.find((line) => line['document'] === 'sonnet-18' && line['line'] === 3)?.['text']).toBe(
    'Rough winds do shake the darling buds of May,',
  );
  expect(new Set(lines.map((line) => line['document'])).size).toBe(16);
});

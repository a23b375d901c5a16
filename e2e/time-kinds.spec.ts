/**
 * A look at the plot for every kind of window and join, by its job of the gallery, in real Workers. What is expected is
 * worked out from the raw data by a plain loop, or is the published rule of the kind; never what the page said before.
 */
import { expect, test } from '@playwright/test';
import { rawFlights, scheduledOf } from './raw-flights.ts';
import { rawQuakes } from './raw-quakes.ts';
import {
  day,
  expectLeastOfChannels,
  expectVerdictsAndTimings,
  hour,
  openExample,
  second,
  pauseAt,
  toldOf,
  type Pane,
  type Span,
  type Told,
} from './time-plot.ts';

// The stories know nothing of each other: both workers take of them.
test.describe.configure({ mode: 'parallel' });

interface Case {
  readonly kind: string;
  readonly job: string;
  readonly operator: string;
  /** How far the run is followed before it is looked at; `end`: at full speed to the end. */
  readonly until: { readonly panes: number } | { readonly records: number } | 'end';
  /** Of each subtask. */
  readonly channels: number;
  readonly look: (told: Told) => Promise<void> | void;
}

const spanOf = ({ window }: Pane): Span => {
  if (window === 'global') throw new Error('a window with an end');
  return window;
};
const numberIn = (value: string): number => Number(/^\S+ (-?[\d.]+)/.exec(value)?.[1]);

/** Each pane has counted the flights of its airport and window that the raw file has. */
async function expectFlightsCounted(panes: readonly Pane[], ofAll = false): Promise<void> {
  const flights = (await rawFlights()).map((flight) => ({ origin: flight.origin, time: scheduledOf(flight) }));
  for (const pane of panes) {
    const [start, end] = spanOf(pane);
    const within = flights.filter(({ origin, time }) => (ofAll || origin === pane.key) && start <= time && time < end);
    expect(numberIn(pane.value), `${pane.key} in [${start}, ${end})`).toBe(within.length);
  }
}

/** Each record is in the windows that its time gives it; what was too late is in none. */
function expectInOneOf(told: Told, windowsOf: (time: number) => readonly Span[]): void {
  for (const { time, windows, label, verdict } of told.records) {
    const expected = verdict.startsWith('Too late') ? [] : windowsOf(time as number);
    expect(new Set(windows.map(String)), label).toEqual(new Set(expected.map(String)));
  }
}

const tumbling =
  (size: number) =>
  (time: number): Span[] => {
    const start = Math.floor(time / size) * size;
    return [[start, start + size]];
  };

/** `quakes 10`, `quakes 20` …: every tenth record of a region and day fires early, and what came before stays in. */
function expectEarlyTens(told: Told): void {
  expectInOneOf(told, tumbling(day));
  const early = new Map<string, number>();
  for (const pane of told.panes.filter(({ timing }) => timing === 'early')) {
    const name = `${pane.key} ${String(pane.window)}`;
    const count = (early.get(name) ?? 0) + 1;
    early.set(name, count);
    expect(pane.index, name).toBe(count - 1);
    expect(numberIn(pane.value), name).toBe(10 * count);
  }
  expect(early.size).toBeGreaterThan(0);
}

/** Records of a side, and the side alone, by the names of its ports. */
const inputsOf = (told: Told): Set<string> => new Set(told.records.map(({ input }) => input));

const cases: readonly Case[] = [
  {
    kind: 'tumbling windows',
    job: 'Flights per airport, hourly',
    operator: 'Hourly',
    until: { panes: 40 },
    channels: 2,
    async look(told) {
      expectInOneOf(told, tumbling(hour));
      for (const pane of told.panes) expect(spanOf(pane)).toEqual(tumbling(hour)(spanOf(pane)[0])[0]);
      await expectFlightsCounted(told.panes);
    },
  },
  {
    kind: 'sliding windows',
    job: 'Delays of the last three hours',
    operator: 'Last 3 hours',
    until: { panes: 40 },
    channels: 2,
    async look(told) {
      expectInOneOf(told, (time) =>
        [0, 1, 2].map((back) => {
          const start = (Math.floor(time / hour) - back) * hour;
          return [start, start + 3 * hour];
        }),
      );
      await expectFlightsCounted(told.panes);
    },
  },
  {
    kind: 'cumulating windows',
    job: 'The day so far',
    operator: 'Day so far',
    until: { panes: 12 },
    channels: 2,
    async look(told) {
      expectInOneOf(told, (time) => {
        const midnight = Math.floor(time / day) * day;
        return [6, 12, 18, 24].flatMap((hours): Span[] =>
          time < midnight + hours * hour ? [[midnight, midnight + hours * hour]] : [],
        );
      });
      await expectFlightsCounted(told.panes);
    },
  },
  {
    kind: 'session windows',
    job: 'Swarms of earthquakes',
    operator: 'Swarms',
    until: { panes: 25 },
    channels: 2,
    async look(told) {
      const gap = 3 * hour;
      const quakes = await rawQuakes();
      for (const pane of told.panes) {
        const [start, end] = spanOf(pane);
        // Long names are cut.
        const name = pane.key.replace('…', '');
        const of = quakes.filter(({ region }) => (name === pane.key ? region === name : region.startsWith(name)));
        const times = of.map(({ time }) => time);
        const within = times.filter((time) => start <= time && time <= end - gap).toSorted((a, b) => a - b);
        // It begins with its first quake and ends a gap after its last; within it no two are a gap apart.
        expect(within[0], pane.key).toBe(start);
        expect(within.at(-1), pane.key).toBe(end - gap);
        expect(numberIn(pane.value)).toBeLessThanOrEqual(within.length);
        for (const [i, time] of within.entries()) expect(time - (within[i - 1] ?? time)).toBeLessThanOrEqual(gap);
      }
      const widths = told.records.flatMap(({ windows }) => windows.map(([start, end]) => Number(end) - Number(start)));
      expect(Math.min(...widths), 'a quake alone').toBe(gap);
      expect(Math.max(...widths), 'quakes that have merged').toBeGreaterThan(gap);
      expect(told.records.some(({ verdict }) => verdict.startsWith('Late'))).toBe(true);
      expect(told.panes.some(({ timing }) => timing === 'late')).toBe(true);
    },
  },
  {
    kind: 'count windows',
    job: 'Every hundred flights',
    operator: 'Hundreds',
    until: 'end',
    channels: 2,
    async look({ panes }) {
      const flights = new Map<string, number>();
      for (const { origin } of await rawFlights()) flights.set(origin, (flights.get(origin) ?? 0) + 1);
      const hundreds = [...flights.values()].reduce((sum, count) => sum + Math.floor(count / 100), 0);
      expect(panes).toHaveLength(hundreds);
      for (const { window, value } of panes) {
        expect(window).toBe('global');
        expect(numberIn(value)).toBe(100);
      }
    },
  },
  {
    kind: 'global windows',
    job: 'Changes of magnitude',
    operator: 'Changes',
    until: { panes: 25 },
    channels: 1,
    async look({ panes }) {
      // A plain loop over the reports in their order: the delta trigger as Flink's documentation has it.
      const fired = new Map<string, number[]>();
      const seen = new Map<string, { last: number; count: number }>();
      for (const { region, magnitude } of await rawQuakes()) {
        const state = seen.get(region) ?? { last: magnitude, count: 0 };
        seen.set(region, state);
        state.count++;
        if (Math.abs(magnitude - state.last) <= 1) continue;
        state.last = magnitude;
        fired.set(region, [...(fired.get(region) ?? []), state.count]);
      }
      const told = new Map<string, number[]>();
      for (const { key, index, value, window } of panes) {
        const counts = told.get(key) ?? [];
        expect(window).toBe('global');
        expect(index, key).toBe(counts.length);
        told.set(key, [...counts, numberIn(value)]);
      }
      for (const [key, counts] of told) expect(counts, key).toEqual(fired.get(key)?.slice(0, counts.length));
    },
  },
  {
    kind: 'windows without a key',
    job: 'All flights of a day',
    operator: 'All flights by day',
    until: 'end',
    channels: 2,
    async look({ panes }) {
      const days = new Set((await rawFlights()).map((flight) => Math.floor(scheduledOf(flight) / day)));
      expect(panes).toHaveLength(days.size);
      for (const pane of panes) expect(spanOf(pane)).toEqual(tumbling(day)(spanOf(pane)[0])[0]);
      await expectFlightsCounted(panes, true);
    },
  },
  {
    kind: 'early and late panes',
    job: 'Early and late panes',
    operator: 'Days, in panes',
    until: { panes: 40 },
    channels: 2,
    look(told) {
      expectEarlyTens(told);
      const late = told.panes.filter(({ timing }) => timing === 'late');
      expect(late.length).toBeGreaterThan(0);
      expect(told.records.some(({ verdict }) => verdict.startsWith('Late'))).toBe(true);
    },
  },
  {
    kind: 'panes that retract',
    job: 'Panes that correct themselves',
    operator: 'Days, in panes',
    until: { panes: 15 },
    channels: 2,
    look: expectEarlyTens,
  },
  {
    kind: 'an interval join',
    job: 'Ads and clicks',
    operator: 'Within 10 s',
    until: { records: 60 },
    channels: 2,
    look(told) {
      expect(inputsOf(told)).toEqual(new Set(['left', 'right']));
      // Impressions come a second apart in event time, from the first of January on.
      const shown = told.records.filter(({ input }) => input === 'left').map(({ time }) => time as number);
      const first = Date.UTC(2026, 0, 1);
      expect(shown.toSorted((a, b) => a - b)).toEqual(shown.map((_, i) => first + i * second));
    },
  },
  {
    kind: 'two aligned sources',
    job: 'Two sources kept together',
    operator: 'Paid within 10 s',
    until: { records: 240 },
    channels: 2,
    look({ watermarks }) {
      // The drift of 20 s, and what the archive reads until the next announcement reaches it: 60 a second, so a second's
      // delay is a minute. Without alignment it would be six times as far: by now 170 s ahead.
      let payments = Number.NEGATIVE_INFINITY;
      let ahead = 0;
      for (const { of, watermark } of watermarks) {
        if (typeof watermark === 'string') continue;
        if (of.startsWith('right')) payments = Math.max(payments, watermark);
        else if (of.startsWith('left') && payments > 0) ahead = Math.max(ahead, watermark - payments);
      }
      expect(ahead, 'the archive is ahead').toBeGreaterThan(5 * second);
      expect(ahead, 'and not by more than the drift').toBeLessThanOrEqual(90 * second);
    },
  },
  {
    kind: 'a temporal join',
    job: 'After which shock',
    operator: 'After a shock',
    until: { records: 150 },
    channels: 4,
    async look(told) {
      expect(inputsOf(told)).toEqual(new Set(['left', 'versions']));
      // Only quakes from 4.5 on are shocks.
      const strong = new Set((await rawQuakes()).filter(({ magnitude }) => magnitude >= 4.5).map(({ time }) => time));
      for (const { input, time } of told.records)
        if (input === 'versions') expect(strong.has(time as number)).toBe(true);
      expect(told.records.some(({ verdict }) => verdict.startsWith('Too late'))).toBe(true);
    },
  },
  {
    kind: 'a regular join',
    job: 'Flights by region',
    operator: 'With region',
    until: { records: 100 },
    channels: 4,
    look({ records }) {
      // The regions have no event time, so they are neither early nor late; twelve airports, and one is corrected.
      const regions = records.filter(({ input }) => input === 'right');
      expect(regions.length).toBeGreaterThanOrEqual(12);
      for (const { time, verdict } of regions) expect([time, verdict]).toEqual([null, 'No event time']);
      for (const { input, time } of records) expect(time === null).toBe(input === 'right');
    },
  },
  {
    kind: 'a window join',
    job: 'Flights out and in',
    operator: 'Same hour',
    until: { panes: 40 },
    channels: 4,
    async look(told) {
      expectInOneOf(told, tumbling(hour));
      expect(inputsOf(told)).toEqual(new Set(['left', 'right']));
      const flights = (await rawFlights()).map((flight) => ({ ...flight, time: scheduledOf(flight) }));
      for (const pane of told.panes) {
        const [start, end] = spanOf(pane);
        const within = flights.filter(({ time }) => start <= time && time < end);
        const pairs =
          within.filter(({ origin }) => origin === pane.key).length *
          within.filter(({ destination }) => destination === pane.key).length;
        const more = Number(/and (\d+) more$/.exec(pane.value)?.[1] ?? 0);
        expect(pane.value === '' ? 0 : 1 + more, `pairs of ${pane.key} in [${start}, ${end})`).toBe(pairs);
      }
    },
  },
  {
    kind: 'a window coGroup',
    job: 'Flights out and in',
    operator: 'Out and in by day',
    until: { panes: 3 },
    channels: 4,
    async look(told) {
      expectInOneOf(told, tumbling(day));
      const flights = (await rawFlights()).map((flight) => ({ ...flight, time: scheduledOf(flight) }));
      for (const pane of told.panes) {
        const [start, end] = spanOf(pane);
        const within = flights.filter(({ time }) => start <= time && time < end);
        const out = within.filter(({ origin }) => origin === pane.key).length;
        const into = within.filter(({ destination }) => destination === pane.key).length;
        expect(pane.value).toContain(`departures ${out}, arrivals ${into}`);
      }
    },
  },
  {
    kind: 'a broadcast join',
    job: 'Rules that change',
    operator: 'Overdue flights',
    until: { records: 300 },
    channels: 3,
    look(told) {
      // Every rule reaches each of the three subtasks; of the newest one, some may not have told yet.
      const rules = told.records.filter(({ input }) => input === 'rules').map(({ label }) => label);
      const script = ['all 180', 'ORD 60', 'all 120'];
      const reached = script.map((rule) => rules.filter((label) => label === rule).length);
      expect(reached.reduce((sum, count) => sum + count, 0)).toBe(rules.length);
      expect(Math.max(...reached)).toBeLessThanOrEqual(3);
      if (!told.whole.records) return;
      const newest = reached.findLastIndex((count) => count > 0);
      expect(reached.slice(0, newest)).toEqual(script.slice(0, newest).map(() => 3));
      expect(reached[0]).toBe(3);
      expect(inputsOf(told).size).toBe(2);
    },
  },
  {
    kind: 'a process function with side outputs',
    job: 'Arrivals, sorted',
    operator: 'Sort',
    until: 'end',
    channels: 1,
    look({ records }) {
      // Minutes of landing, as reported; the watermark of 15 min has passed one of them.
      const minutes = [5, 9, 12, 14, 20, 25, 31, 32, 33];
      expect(records.map(({ time }) => time as number).toSorted((a, b) => a - b)).toEqual(
        minutes.map((minute) => minute * 60 * second),
      );
      const late = records.filter(({ verdict }) => verdict.startsWith('Late'));
      expect(late.map(({ label }) => label.split(' ')[0])).toEqual(['AF9']);
    },
  },
  {
    kind: 'a ranking',
    job: 'Most delayed airports so far',
    operator: 'Five most delayed',
    until: { records: 15 },
    channels: 2,
    async look({ records }) {
      // A Top-N keeps the event time of the flight that changed the sum.
      const late = new Set((await rawFlights()).filter(({ delay }) => delay > 60).map(({ origin }) => origin));
      for (const { label } of records) expect(late.has(label.split(' ')[0] ?? '')).toBe(true);
    },
  },
  {
    kind: 'a union with an idle source',
    job: 'Three sources, one of them idle',
    operator: 'All',
    until: { records: 110 },
    channels: 3,
    look({ watermarks }) {
      expect(watermarks.some(({ of, watermark }) => of === 'Rare 0' && watermark === 'idle')).toBe(true);
      expect(watermarks.some(({ of, watermark }) => of === 'Slow 0' && watermark === 'idle')).toBe(false);
    },
  },
];

for (const { kind, job, operator, until, channels, look } of cases) {
  test(`the plot of ${kind} shows what is known of “${job}”`, async ({ page }) => {
    const studio = await openExample(page, job);
    await expect(studio.operator(operator)).toBeVisible();
    // Fast enough not to be waited for, and slow enough that every record is told.
    await page.getByRole('slider', { name: 'Speed' }).fill('16');
    await expect(page.getByRole('slider', { name: 'Speed' })).toHaveAttribute('aria-valuetext', /^150 /);
    if (until === 'end') {
      await studio.unbounded();
      await expect(studio.state).toHaveText('finished', { timeout: 60_000 });
    } else {
      await page.getByRole('combobox', { name: 'Operator' }).selectOption({ label: operator });
      if ('panes' in until) await pauseAt(studio, 'pane', until.panes);
      else await pauseAt(studio, 'record', until.records);
    }
    const told = await toldOf(page, operator);
    expectVerdictsAndTimings(told);
    if (until !== 'end') expectLeastOfChannels(told, channels);
    await look(told);
  });
}

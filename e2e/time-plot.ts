/** Reads the tables of the Time view, which say what its plot draws, into numbers; and rules that hold for all of them. */
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { Studio } from './studio.ts';

export type Span = readonly [start: number, end: number];

export interface Pane {
  readonly window: Span | 'global';
  readonly key: string;
  readonly timing: string;
  readonly index: number;
  readonly value: string;
  /** Negative infinity: none yet. */
  readonly watermark: number;
}

export interface Row {
  /** Empty: the operator has one input. */
  readonly input: string;
  readonly label: string;
  readonly time: number | null;
  readonly verdict: string;
  readonly windows: readonly (Span | 'global')[];
}

export interface Mark {
  readonly subtask: string;
  /** `combined`, or the channel. */
  readonly of: string;
  readonly watermark: number | 'idle' | 'active';
}

export interface Told {
  readonly panes: readonly Pane[];
  readonly records: readonly Row[];
  readonly watermarks: readonly Mark[];
  /** That nothing came before what the tables have, and nothing is left out in them. */
  readonly whole: { readonly records: boolean; readonly watermarks: boolean };
}

export const second = 1000;
export const hour = 3_600_000;
export const day = 24 * hour;

export const words = (page: Page): Locator => page.getByRole('status', { name: 'Event time in words' });

export async function openExample(page: Page, title: string): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Gallery' }).click();
  await page.getByRole('dialog').getByText(title, { exact: true }).click();
  await page.getByRole('tab', { name: 'Time', exact: true }).click();
  return studio;
}

/**
 * Pauses as soon as so many panes, or records, are on the plot. The click is made in the page: on a slow machine hundreds
 * of records would come between a look from outside and a click from there.
 */
export async function pauseAt(studio: Studio, what: 'pane' | 'record', least: number): Promise<void> {
  const [said, pause] = [words(studio.page), studio.control('Pause')];
  await expect(said).toBeVisible();
  await said.page().waitForFunction(
    ([element, button, pattern, wanted]) => {
      const shown = Number(new RegExp(pattern).exec(element?.textContent ?? '')?.[1]?.replaceAll(',', '') ?? 0);
      if (shown >= wanted) (button as HTMLElement).click();
      return shown >= wanted;
    },
    [await said.elementHandle(), await pause.elementHandle(), `([\\d,]+) ${what}`, least] as const,
    { polling: 50, timeout: 60_000 },
  );
  // A short job may have come to its end before.
  await expect(studio.control('Resume').or(studio.state.filter({ hasText: 'finished' }))).toBeVisible();
}

/** The tables of an operator, once the run stands still. */
export async function toldOf(page: Page, operator: string): Promise<Told> {
  await page.getByRole('combobox', { name: 'Operator' }).selectOption({ label: operator });
  await expect(page.getByRole('group', { name: `Event time of ${operator}` })).toBeVisible();
  await page.getByRole('button', { name: 'As tables' }).click();
  const tables = page.getByRole('group', { name: `Event time of ${operator} as tables` });
  await expect(tables).toBeVisible();
  const tableOf = (name: string): Locator => tables.getByRole('table', { name, exact: true });
  const read = async (name: string): Promise<Record<string, string>[]> =>
    (await tableOf(name).count()) === 0 ? [] : await cellsOf(tableOf(name));
  const [ofRecords, ofWatermarks] = [`Records of ${operator} in time`, `Watermarks of ${operator}`];
  const panes = (await read(`Panes of ${operator}`)).map(
    (row): Pane => ({
      window: windowsOf(row['Window'] ?? '')[0] ?? 'global',
      key: row['Key'] ?? '',
      timing: row['Timing'] ?? '',
      index: Number(row['Index'] === '' ? Number.NaN : row['Index']),
      value: row['Value'] ?? '',
      watermark: watermarkOf(row['Watermark'] ?? ''),
    }),
  );
  const records = (await read(ofRecords)).map(
    (row): Row => ({
      input: row['Input'] ?? '',
      label: row['Record'] ?? '',
      time: row['Event time'] === '' ? null : timeOf(row['Event time'] ?? ''),
      verdict: row['Verdict'] ?? '',
      windows: windowsOf(row['Windows'] ?? ''),
    }),
  );
  const watermarks = (await read(ofWatermarks)).map(({ Subtask = '', Of = '', Watermark = '' }): Mark => {
    const watermark = Watermark === 'idle' || Watermark === 'active' ? Watermark : watermarkOf(Watermark);
    return { subtask: Subtask, of: Of, watermark };
  });
  const isWhole = async (name: string): Promise<boolean> => (await tableOf(name).getByRole('caption').count()) === 0;
  const sampled = /A sample/.test((await words(page).textContent()) ?? '');
  const whole = { records: !sampled && (await isWhole(ofRecords)), watermarks: await isWhole(ofWatermarks) };
  await page.getByRole('button', { name: 'As tables' }).click();
  return { panes, records, watermarks, whole };
}

async function cellsOf(table: Locator): Promise<Record<string, string>[]> {
  const [head = [], ...rows] = await table.evaluate((element) =>
    [...(element as HTMLTableElement).rows].map((row) => [...row.cells].map((cell) => cell.textContent ?? '')),
  );
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}

/** `2001-01-01 10:00`, always UTC; or plain milliseconds. */
function timeOf(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  const time = Date.parse(`${text.replace(' ', 'T')}Z`);
  expect(time, `${text} is a time`).not.toBeNaN();
  return time;
}

function watermarkOf(text: string): number {
  if (text === 'none yet') return Number.NEGATIVE_INFINITY;
  return text === 'final' ? Number.POSITIVE_INFINITY : timeOf(text);
}

/** `[2001-01-01 10:00, 11:00)`: the end has a date of its own only if it is another. */
function windowsOf(text: string): (Span | 'global')[] {
  if (text === 'the global window') return ['global'];
  return [...text.matchAll(/\[([^,]+), ([^)]+)\)/g)].map(([, start = '', end = '']): Span => {
    const full = /-| /.test(end) || !start.includes(' ') ? end : `${start.split(' ')[0]} ${end}`;
    return [timeOf(start), timeOf(full)];
  });
}

/** The published rules of verdicts and timings, which hold for every operator that goes by event time. */
export function expectVerdictsAndTimings({ records, panes }: Told): void {
  for (const { time, verdict, label } of records) {
    if (time === null) continue;
    const watermark = watermarkOf(
      (/watermark (.*)$/.exec(verdict)?.[1] ?? '').replace('before any watermark', 'none yet'),
    );
    expect(verdict.startsWith('On time'), `${label} at ${time}: ${verdict}`).toBe(time > watermark);
  }
  for (const { window, timing, watermark } of panes) {
    if (window === 'global') expect(timing).toBe('early');
    else expect(timing === 'early', `${timing} of [${window.join()}) at ${watermark}`).toBe(watermark < window[1] - 1);
  }
}

/**
 * Each combined watermark is the least of the channels that have one and are not idle, as they were told before it. Where
 * the oldest are left out, from when on each channel has been told.
 */
export function expectLeastOfChannels({ watermarks, whole }: Told, channels: number): void {
  const newest = new Map<string, number>();
  const idle = new Set<string>();
  const every = new Set<string>();
  let checked = 0;
  for (const { subtask, of, watermark } of watermarks) {
    const name = `${subtask} ${of}`;
    if (watermark === 'idle') idle.add(name);
    else if (watermark === 'active') idle.delete(name);
    if (typeof watermark === 'string') continue;
    if (of !== 'combined') {
      every.add(of);
      newest.set(name, watermark);
      continue;
    }
    const own = [...newest].filter(([id]) => id.startsWith(`${subtask} `));
    if (!whole.watermarks && own.length < channels) continue;
    const counting = own.filter(([id]) => !idle.has(id)).map(([, time]) => time);
    expect(
      own.length,
      `no combined watermark before each of ${channels} channels has one, or is idle`,
    ).toBeGreaterThanOrEqual(channels - idle.size);
    expect(watermark, `the watermark of subtask ${subtask} is the least of its channels`).toBe(Math.min(...counting));
    checked++;
  }
  expect(every.size).toBeLessThanOrEqual(channels);
  if (!whole.watermarks) return;
  expect(every.size).toBe(channels);
  expect(checked, 'combined watermarks').toBeGreaterThan(2);
}

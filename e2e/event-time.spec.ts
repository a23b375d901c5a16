/** Windows, triggers and joins in real Workers, against results worked out by hand or by a plain loop over the same data. */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { openJob } from './counting.ts';
import { rawFlights, scheduledOf } from './raw-flights.ts';
import { Studio } from './studio.ts';

/** One source that plays a line of the timeline notation, keyed by word, through a window of one kind, into a table. */
function windowJob(kind: string, params: object, timeline: string): string {
  const node = (id: string, of: string, given: object, x: number) => ({
    id,
    kind: of,
    name: id,
    params: given,
    parallelism: 1,
    position: { x, y: 0 },
  });
  const edge = (from: string, to: string) => ({
    id: `${from}-${to}`,
    from: { node: from, port: 'out' },
    to: { node: to, port: 'in' },
  });
  const columns = [
    { name: 'word', type: 'string' },
    { name: 'n', type: 'int' },
  ];
  const aggregates = [{ function: 'sum', column: 'n', as: 'n' }];
  return JSON.stringify({
    version: 1,
    name: 'A window',
    nodes: [
      node('Script', 'scripted', { columns, timeline }, 0),
      node('ByWord', 'keyBy', { columns: ['word'] }, 350),
      node('Window', kind, { aggregates, ...params }, 700),
      node('Sink', 'table', {}, 1050),
    ],
    edges: [edge('Script', 'ByWord'), edge('ByWord', 'Window'), edge('Window', 'Sink')],
  });
}

async function rowsOf(page: Page, job: string): Promise<string[]> {
  const studio = await openJob(page, job);
  await studio.runToEnd();
  const at = (cell: string | undefined): number => Date.parse(cell ?? '');
  return (await studio.results()).map(
    ({ word, n, windowStart, windowEnd, paneTiming = '' }) =>
      `${word}[${at(windowStart)},${at(windowEnd)})=${n}${paneTiming}`,
  );
}

test('sessions that a record joins are told as one', async ({ page }) => {
  const job = windowJob('sessionWindow', { gapMs: 5 }, 'a=1@0 a=2@8 b=7@9 a=4@4 |');
  expect((await rowsOf(page, job)).toSorted()).toEqual(['a[0,13)=7', 'b[9,14)=7']);
});

test('a window is told early, on time and late', async ({ page }) => {
  const trigger = 'afterWatermark(early: count(2), late: count(1))';
  const params = { sizeMs: 10, allowedLatenessMs: 20, trigger, panes: true };
  const job = windowJob('tumblingWindow', params, 'a=1@1 a=2@2 a=4@3 w9 a=8@4 |');
  expect(await rowsOf(page, job)).toEqual(['a[0,10)=3early', 'a[0,10)=7on time', 'a[0,10)=15late']);
});

async function fromGallery(page: Page, title: string, sink: string, timeout?: number): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Gallery' }).click();
  await page.getByRole('dialog').getByText(title, { exact: true }).click();
  await expect(studio.operator(sink)).toBeVisible();
  await studio.runToEnd(timeout);
  return studio;
}

test('each flight counts in the three windows that hold its hour', async ({ page }) => {
  const hour = 3_600_000;
  const expected = new Map<string, number>();
  for (const flight of await rawFlights()) {
    const { origin } = flight;
    const scheduled = scheduledOf(flight);
    for (const back of [0, 1, 2]) {
      const start = (Math.floor(scheduled / hour) - back) * hour;
      expected.set(`${origin} ${start}`, 1 + (expected.get(`${origin} ${start}`) ?? 0));
    }
  }
  const studio = await fromGallery(page, 'Delays of the last three hours', 'Delays');
  const rows = await studio.results();
  const told = rows.map(({ origin, windowStart = '', flights }) => `${origin} ${Date.parse(windowStart)} ${flights}`);
  expect(told.toSorted()).toEqual([...expected].map(([window, flights]) => `${window} ${flights}`).toSorted());
});

test('of three hundred clicks those two hundred are billed that came within ten seconds', async ({ page }) => {
  test.setTimeout(180_000);
  // Its sources take a minute, at whatever speed.
  const studio = await fromGallery(page, 'Ads and clicks', 'Billed clicks', 120_000);
  const rows = await studio.results();
  const waits = rows.map(({ shown = '', clicked = '' }) => Date.parse(clicked) - Date.parse(shown));
  expect(waits).toHaveLength(200);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  expect(new Set(rows.map(({ impression }) => impression)).size).toBe(200);
});

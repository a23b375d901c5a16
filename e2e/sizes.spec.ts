/** The studio on pages of other sizes: low and narrow ones, and one that is made smaller while it is in use. */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { Studio } from './studio.ts';
import { openExample, words } from './time-plot.ts';

const boxOf = async (locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> => {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is on screen');
  return box;
};

async function expectAllInSight(page: Page): Promise<void> {
  const canvas = await boxOf(page.getByRole('region', { name: 'Canvas' }));
  for (const card of await page.getByRole('group', { name: /^Operator / }).all()) {
    const { x, y, width, height } = await boxOf(card);
    expect(x).toBeGreaterThanOrEqual(canvas.x);
    expect(y).toBeGreaterThanOrEqual(canvas.y);
    expect(x + width).toBeLessThanOrEqual(canvas.x + canvas.width + 1);
    expect(y + height).toBeLessThanOrEqual(canvas.y + canvas.height + 1);
  }
}

for (const [width, height] of [
  [800, 600],
  [800, 700],
  [1024, 768],
] as const) {
  test(`at ${width} × ${height} the plot of the playground has room, with its words below and its signs a click away`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    const studio = new Studio(page);
    await studio.open();
    const gallery = page.getByRole('button', { name: 'Gallery' });
    if (await gallery.isVisible()) await gallery.click();
    else await studio.more('Gallery');
    await page.getByRole('dialog').getByText('Playground', { exact: true }).click();
    await page.getByRole('tab', { name: 'Time', exact: true }).click();
    await page.getByRole('radio', { name: 'Playground' }).click();
    const plot = page.getByRole('group', { name: /^Playground of / });
    await expect(words(page)).toHaveText(/^12 of 12 elements played/);
    await expect(words(page)).toBeInViewport({ ratio: 1 });
    expect((await boxOf(plot)).height).toBeGreaterThanOrEqual(140);
    await page.getByRole('button', { name: 'Signs', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Signs of the plot' })).toContainText(
      'Too late: it goes to the late output, or nowhere.',
    );
  });
}

test('the graph is shown whole again when the page is made smaller, unless it was moved by hand', async ({ page }) => {
  const studio = await openExample(page, 'Flights per airport, hourly');
  await expect(studio.operator('Hourly')).toBeVisible();
  await expectAllInSight(page);
  await page.setViewportSize({ width: 1150, height: 640 });
  await expect(async () => await expectAllInSight(page)).toPass({ timeout: 40_000 });
  await page.setViewportSize({ width: 1440, height: 900 });
  const canvas = await boxOf(page.getByRole('region', { name: 'Canvas' }));
  await page.mouse.move(canvas.x + 300, canvas.y + 60);
  await page.mouse.wheel(0, -300);
  const hourly = studio.operator('Hourly');
  await expect.poll(async () => (await boxOf(hourly)).width).toBeGreaterThan(200);
  const { width } = await boxOf(hourly);
  await page.setViewportSize({ width: 1150, height: 640 });
  // Long enough for a fit that would be wrong.
  await page.waitForTimeout(500);
  expect((await boxOf(hourly)).width).toBeCloseTo(width, 0);
  await page.getByRole('button', { name: 'Fit view' }).click();
  await expect(async () => await expectAllInSight(page)).toPass({ timeout: 40_000 });
});

test('on a low page the mark of the checkpoint under way lies over no card, and the graph is whole', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 800, height: 600 });
  const studio = new Studio(page);
  await studio.open();
  await studio.more('Gallery');
  await page.getByRole('dialog').getByText('Ads and clicks', { exact: true }).click();
  await expect(studio.operator('Billed clicks')).toBeVisible();
  await expect(async () => await expectAllInSight(page)).toPass({ timeout: 20_000 });
  const mark = page.getByRole('button', { name: /^Checkpoint \d+/ });
  await expect(mark).toBeVisible({ timeout: 60_000 });
  const { x, y, width, height } = await boxOf(mark);
  for (const card of await page.getByRole('group', { name: /^Operator / }).all()) {
    const box = await boxOf(card);
    const apart = box.x + box.width <= x || x + width <= box.x || box.y + box.height <= y || y + height <= box.y;
    expect(apart, `${await card.getAttribute('aria-label')} and the mark`).toBe(true);
  }
  const tools = await boxOf(page.getByRole('toolbar', { name: 'Canvas tools' }));
  expect(x + width).toBeLessThanOrEqual(tools.x);
});

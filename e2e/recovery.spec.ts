/**
 * What a person sees of failures: Workers are killed by chance every two seconds, the page is reloaded in the middle, and
 * the sink tells what each guarantee kept. A source that counts gives every number once, so nothing has to be believed.
 */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { completed, counting, finished, numbersOf, openJob, upTo } from './counting.ts';

/** For how long; a release is tried for minutes: `WEIR_CHAOS_SECONDS=240 npx playwright test e2e/recovery.spec.ts`. */
const chaosSeconds = Number(process.env['WEIR_CHAOS_SECONDS'] ?? 20);

/** One Worker is killed every two seconds, at random, while this goes on. */
async function chaos(page: Page, on: boolean): Promise<void> {
  await page.getByRole('region', { name: 'Canvas' }).click({ position: { x: 40, y: 60 } });
  const toggle = page.getByRole('switch', { name: 'Faults by chance' });
  await toggle.scrollIntoViewIfNeeded();
  await toggle.setChecked(on);
}

async function restarts(page: Page): Promise<number> {
  await page.getByRole('tab', { name: 'Log' }).click();
  const lines = await page.getByRole('log').innerText();
  await page.getByRole('tab', { name: 'Results' }).click();
  return lines.split('\n').filter((line) => /was killed/.test(line)).length;
}

for (const mode of ['aligned', 'unaligned'] as const) {
  test(`every row is there once, with ${mode} checkpoints, although a Worker is killed every two seconds`, async ({
    page,
  }) => {
    test.setTimeout(150_000 + 4000 * chaosSeconds);
    const count = 450 * chaosSeconds;
    const studio = await openJob(page, counting({ mode, sink: 'transactionalTable', count, rate: 220 }));
    await studio.control('Run').click();
    await expect(studio.state).toHaveText('running');
    await chaos(page, true);
    await page.waitForTimeout(1000 * chaosSeconds);
    await chaos(page, false);
    await finished(studio, 90_000 + 2000 * chaosSeconds);
    expect(await restarts(page)).toBeGreaterThanOrEqual(4);
    expect(await numbersOf(studio)).toEqual(upTo(count));
  });
}

test('every row is there once, although the page is reloaded in the middle', async ({ page }) => {
  const count = 4000;
  const studio = await openJob(page, counting({ mode: 'aligned', sink: 'transactionalTable', count, rate: 200 }));
  await studio.control('Run').click();
  await completed(page, 3);
  await page.reload();
  await expect(page.getByText(/goes on from its last completed checkpoint/)).toBeVisible();
  await expect(page.getByText('The running job is unchanged')).toHaveCount(0);
  await studio.unbounded();
  await finished(studio, 60_000);
  expect(await numbersOf(studio)).toEqual(upTo(count));
});

test('at least once: after kills nothing is lost, and rows are there twice', async ({ page }) => {
  const count = 4000;
  const studio = await openJob(page, counting({ mode: 'at-least-once', sink: 'table', count, rate: 200 }));
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('running');
  await chaos(page, true);
  await page.waitForTimeout(7_000);
  await chaos(page, false);
  await finished(studio, 60_000);
  const numbers = await numbersOf(studio);
  expect([...new Set(numbers)]).toEqual(upTo(count));
  expect(numbers.length).toBeGreaterThan(count);
});

test('without a guarantee rows are lost', async ({ page }) => {
  const count = 4000;
  const studio = await openJob(page, counting({ mode: 'off', sink: 'table', count, rate: 200 }));
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('running');
  await chaos(page, true);
  await page.waitForTimeout(9_000);
  await chaos(page, false);
  await finished(studio, 60_000);
  expect(new Set(await numbersOf(studio)).size).toBeLessThan(count);
});

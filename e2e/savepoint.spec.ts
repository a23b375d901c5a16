/** What a person does with savepoints: go on from one with another parallelism, and carry one to another browser as a file. */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { completed, counting, finished, numbersOf, openJob, upTo } from './counting.ts';
import type { Studio } from './studio.ts';

// A minute at its rate: also on a slow machine it runs when the savepoint is taken.
const count = 6000;
const text = counting({ mode: 'aligned', sink: 'table', count, rate: 100 });

/** Runs the job for some seconds, takes a savepoint, and cancels. Returns what had reached the sink. */
async function leaveWithSavepoint(page: Page, studio: Studio): Promise<number[]> {
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('running');
  await completed(page, 3);
  await page.getByRole('tab', { name: 'Checkpoints' }).click();
  await page.getByRole('button', { name: 'Savepoint', exact: true }).click();
  await page.getByRole('radio', { name: 'Stored' }).click();
  await expect(page.getByRole('button', { name: /^Start from Savepoint \d+ of Counting/ })).toBeVisible();
  await studio.control('Cancel').click();
  await expect(studio.state).toHaveText('cancelled');
  await page.getByRole('tab', { name: 'Results' }).click();
  const numbers = await numbersOf(studio);
  await page.getByRole('tab', { name: 'Checkpoints' }).click();
  expect(numbers.length).toBeGreaterThan(100);
  return numbers;
}

/** Starts from the one savepoint that is stored, and returns what this run brings to the sink. */
async function goOn(page: Page, studio: Studio): Promise<number[]> {
  await page.getByRole('button', { name: /^Start from Savepoint \d+ of Counting/ }).click();
  await studio.unbounded();
  await finished(studio, 60_000);
  await page.getByRole('tab', { name: 'Results' }).click();
  return await numbersOf(studio);
}

function expectTheRest(before: readonly number[], after: readonly number[]): void {
  expect(new Set(after).size, 'a number came twice').toBe(after.length);
  expect(after.length, 'it began anew').toBeLessThan(count - 100);
  expect([...new Set([...before, ...after])].toSorted((a, b) => a - b)).toEqual(upTo(count));
}

test('a job goes on from a savepoint with more subtasks', async ({ page }) => {
  const studio = await openJob(page, text);
  const before = await leaveWithSavepoint(page, studio);
  const inspector = await studio.select('Keep');
  await inspector.getByRole('combobox', { name: 'Parallelism' }).selectOption('3');
  expectTheRest(before, await goOn(page, studio));
  await expect(studio.operator('Keep').getByRole('button', { name: /^Subtask \d of Keep/ })).toHaveCount(3);
});

test('a savepoint is carried to another browser as a file, and the job goes on there', async ({ page, browser }) => {
  const studio = await openJob(page, text);
  const before = await leaveWithSavepoint(page, studio);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Download Savepoint \d+ of Counting/ }).click();
  const path = await (await download).path();

  const context = await browser.newContext({ baseURL: page.url(), viewport: page.viewportSize() });
  const other = await context.newPage();
  const elsewhere = await openJob(other, counting({ mode: 'off', sink: 'table', count: 1, rate: 1 }));
  await other.getByRole('tab', { name: 'Checkpoints' }).click();
  await other.getByRole('radio', { name: 'Stored' }).click();
  const chooser = other.waitForEvent('filechooser');
  await other.getByRole('button', { name: 'Add a savepoint file' }).click();
  await (await chooser).setFiles(path);
  expectTheRest(before, await goOn(other, elsewhere));
  await context.close();
});

test('a file that is no savepoint is refused with the reason, and nothing is lost', async ({ page }) => {
  await openJob(page, text);
  await page.getByRole('tab', { name: 'Checkpoints' }).click();
  await page.getByRole('radio', { name: 'Stored' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add a savepoint file' }).click();
  await (await chooser).setFiles({
    name: 'holiday.weirsave',
    mimeType: 'application/zip',
    buffer: Buffer.from('not a savepoint'),
  });
  await expect(
    page.getByRole('status').filter({ hasText: 'holiday.weirsave: This file is not a savepoint' }),
  ).toBeVisible();
});

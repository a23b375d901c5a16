/**
 * What a person sees of the database in the page: a job writes to it while Workers die, one of them between PREPARE
 * TRANSACTION and COMMIT PREPARED, and the SQL box tells what is in the table.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { Studio } from './studio.ts';

/** The cells that come of it; expectations wait for them. */
async function ask(page: Page, sql: string): Promise<Locator> {
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await editor.fill(sql);
  await editor.press('Control+Enter');
  return page.getByRole('group', { name: 'What the database answered' }).getByRole('cell');
}

test('a table in Postgres has every record once, though Workers die between prepare and commit', async ({ page }) => {
  test.setTimeout(240_000);
  const files: string[] = [];
  page.on('request', (request) => files.push(request.url()));
  const studio = new Studio(page);
  await studio.open();
  // Nothing of the database is loaded before somebody needs it.
  expect(files.filter((url) => /pglite|postgres/i.test(url))).toEqual([]);

  await page.getByRole('button', { name: 'Gallery' }).click();
  await page.getByRole('dialog').getByText('Exactly once into Postgres').click();
  await expect(studio.operator('Postgres')).toBeVisible();
  await page.getByRole('tab', { name: 'SQL' }).click();
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('running');

  // Live: the table fills while the job runs.
  await page.getByRole('button', { name: 'totals: how many' }).click();
  await page.getByRole('switch', { name: /every second/ }).setChecked(true);
  const cell = page.getByRole('group', { name: 'What the database answered' }).getByRole('cell').first();
  await expect(cell).toHaveText(/^[1-9]\d*$/, { timeout: 60_000 });
  const early = Number(await cell.innerText());
  await expect.poll(async () => Number(await cell.innerText()), { timeout: 60_000 }).toBeGreaterThan(early);

  await expect(studio.state).toHaveText(/^(finished|failed|cancelled)$/, { timeout: 150_000 });
  await expect(studio.state).toHaveText('finished');
  // The source gives a fixed number of payments, and each is counted in one window of its account.
  const sums = 'SELECT sum(payments), count(*) - count(DISTINCT (key, "windowStart")) FROM totals';
  await expect(await ask(page, sums)).toHaveText(['1600', '0']);
  await expect(await ask(page, 'SELECT count(*) FROM pg_prepared_xacts')).toHaveText(['0']);

  const editor = page.getByRole('textbox', { name: 'SQL' });
  await ask(page, 'SELECT key FROM nowhere');
  await expect(page.getByRole('alert').filter({ hasText: 'relation "nowhere" does not exist' })).toBeVisible();
  expect(
    await editor.evaluate((element: HTMLTextAreaElement) =>
      element.value.slice(element.selectionStart, element.selectionEnd),
    ),
  ).toBe('nowhere');
});

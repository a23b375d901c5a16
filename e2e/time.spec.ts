/** The plot of event time in real Workers, and the playground: by accessible names, against what the engine committed. */
import { expect, test } from '@playwright/test';
import { openExample, words } from './time-plot.ts';

test('the plot tells the panes and the late record of a script, and a picked span shows its results alone', async ({
  page,
}) => {
  test.setTimeout(90_000);
  const studio = await openExample(page, 'A script, step by step');
  await expect(studio.state).toHaveText(/finished/i, { timeout: 60_000 });
  // a=5@3s comes behind w5s and is taken; a=6@8s behind w10s is not: its window [0, 10 s) has gone.
  await expect(words(page)).toHaveText('8 records, 1 late, 1 dropped, 4 panes.');
  await page.getByRole('button', { name: 'As tables' }).click();
  const panes = page.getByRole('table', { name: 'Panes of Ten seconds' });
  await expect(panes.getByRole('row')).toHaveCount(5);
  await expect(panes.getByRole('row', { name: /\[0, 10000\) a on time 0 total 9 10000/ })).toBeVisible();
  const records = page.getByRole('table', { name: 'Records of Ten seconds in time' });
  await expect(records.getByRole('row', { name: /a 6 8000 Too late by 2 s, dropped: watermark 10000/ })).toBeVisible();

  await page.getByRole('button', { name: 'As tables' }).click();
  await page.getByRole('button', { name: 'Pick a span of event time' }).click();
  const plot = page.getByRole('group', { name: 'Event time of Ten seconds' });
  const box = await plot.boundingBox();
  if (box === null) throw new Error('the plot is on screen');
  // The upper half holds the end of [20 s, 30 s) and no other.
  await page.mouse.move(box.x + 300, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + box.height * 0.32, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByRole('radio', { name: 'Totals' }).click();
  await expect(page.getByRole('status', { name: 'Picked span' })).toHaveText(/: 1 of 4$/);
  await expect(
    page.getByRole('table', { name: 'Results of Totals' }).getByRole('row', { name: /a .* 8$/ }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Show all results' }).click();
  await expect(page.getByRole('table', { name: 'Results of Totals' }).getByRole('row')).toHaveCount(5);
});

test('in the playground elements are stepped, moved and added, and the engine says what comes of it', async ({
  page,
}) => {
  test.setTimeout(90_000);
  await openExample(page, 'A script, step by step');
  await page.getByRole('radio', { name: 'Playground' }).click();
  await expect(words(page)).toHaveText('21 of 21 elements played. 8 records, 1 late, 1 dropped, 4 panes.');
  // Without the end and w30s the last two windows are still open.
  await page.getByRole('button', { name: 'Step back', exact: true }).click();
  await page.getByRole('button', { name: 'Step back', exact: true }).click();
  await expect(words(page)).toHaveText('19 of 21 elements played. 8 records, 1 late, 1 dropped, 2 panes.');
  await page.getByRole('button', { name: 'To the end', exact: true }).click();
  // Moved up past the end of its window, a=6 is in time for the next.
  const handle = page.getByRole('button', { name: 'Record a=6@8s', exact: true });
  for (let presses = 0; presses < 3; presses++) {
    await page.getByRole('button', { name: /^Record a=6@/ }).press('ArrowUp');
    await expect(page.getByRole('button', { name: `Record a=6@${9 + presses}s`, exact: true })).toBeVisible();
  }
  await expect(handle).toHaveCount(0);
  await expect(words(page)).toHaveText('21 of 21 elements played. 8 records, 1 late, 0 dropped, 5 panes.');
  await page.getByRole('group', { name: 'Playground of Ten seconds' }).click({ position: { x: 500, y: 20 } });
  await expect(words(page)).toHaveText(/^22 of 22 elements played\. 9 records/);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(words(page)).toHaveText(/^21 of 21 elements played\. 8 records/);
});

/** The plot of event time in real Workers, and the playground: by accessible names, against what the engine committed. */
import { expect, test } from '@playwright/test';
import { openExample, words } from './time-plot.ts';

test('the plot tells the panes and the late record of a script, and a picked span shows its results alone', async ({
  page,
}) => {
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
  // What is taken away is what is shown, unless all is asked for.
  const download = async (item: RegExp | null): Promise<[name: string, lines: string[]]> => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    if (item !== null) await page.getByRole('menuitem', { name: item }).click();
    const taken = await waiting;
    const chunks: Buffer[] = [];
    for await (const chunk of await taken.createReadStream()) chunks.push(chunk as Buffer);
    return [taken.suggestedFilename(), Buffer.concat(chunks).toString('utf8').trim().split('\n')];
  };
  const [name, picked] = await download(/^Rows with event time .*: 1 of 4$/);
  expect(name).toBe('totals-picked.csv');
  expect(picked).toHaveLength(2);
  expect(picked[1]).toMatch(/^a,.*,8$/);
  expect((await download(/^All rows: 4$/))[1]).toHaveLength(5);
  await page.getByRole('button', { name: 'Show all results' }).click();
  await expect(page.getByRole('table', { name: 'Results of Totals' }).getByRole('row')).toHaveCount(5);
  expect((await download(null))[1]).toHaveLength(5);
});

test('a span of processing time is brushed by keys or the mouse, the rows that came in it are shown, and rows are found in the plot', async ({
  page,
}) => {
  const studio = await openExample(page, 'A script, step by step');
  await expect(studio.state).toHaveText(/finished/i, { timeout: 60_000 });
  // What the sink itself saw, by another way than its results: when each row came, in seconds into the run.
  await page.getByRole('combobox', { name: 'Operator' }).selectOption({ label: 'Totals' });
  await page.getByRole('button', { name: 'As tables' }).click();
  const seen = page.getByRole('table', { name: 'Records of Totals in time' }).getByRole('row');
  await expect(seen).toHaveCount(5);
  const cells = await seen
    .getByRole('cell')
    .filter({ hasText: /^[\d.]+ s$/ })
    .allTextContents();
  const arrivals = cells.map(Number.parseFloat);
  expect(arrivals).toHaveLength(4);
  await page.getByRole('button', { name: 'As tables' }).click();

  // Along the axis of processing time, from the left end to the middle: [0, 10 s) had fired and no other window.
  const plot = page.getByRole('group', { name: 'Event time of Totals' });
  const box = await plot.boundingBox();
  if (box === null) throw new Error('the plot is on screen');
  await page.mouse.move(box.x + 72, box.y + box.height - 8);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 8, { steps: 4 });
  await page.mouse.up();
  const brush = page.getByRole('status', { name: 'Brush' });
  await expect(brush).toHaveText(/^Picked arrived [-\d.]+ s – [\d.]+ s into the run$/);
  const spanOf = async (): Promise<[number, number]> => {
    const [, from = '', to = ''] = /([-\d.]+) s – ([-\d.]+) s/.exec((await brush.textContent()) ?? '') ?? [];
    return [Number(from), Number(to)];
  };
  const within = ([from, to]: [number, number]) => arrivals.filter((at) => at >= from && at <= to).length;
  const first = within(await spanOf());
  expect(first, `of ${arrivals.join()}`).toBeGreaterThan(0);
  expect(first).toBeLessThan(4);
  await page.getByRole('button', { name: 'See results' }).click();
  await page.getByRole('radio', { name: 'Totals' }).click();
  const picked = page.getByRole('status', { name: 'Picked span' });
  await expect(picked).toHaveText(new RegExp(`^Rows that arrived .* into the run: ${first} of 4$`));
  const rows = page.getByRole('table', { name: 'Results of Totals' }).getByRole('row');
  await expect(rows).toHaveCount(1 + first);

  // By keys alone: a span that is moved to the right until the last rows are in it.
  await page.getByRole('tab', { name: 'Time', exact: true }).click();
  await plot.press('Escape');
  await expect(brush).toHaveCount(0);
  await plot.press('p');
  await expect(page.getByRole('button', { name: 'Pick a span of processing time' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  for (let presses = 0; presses < 11; presses++) await plot.press('ArrowRight');
  await plot.press('Shift+ArrowRight');
  const last = within(await spanOf());
  expect(last, `of ${arrivals.join()}`).toBe(4 - first);
  await page.getByRole('button', { name: 'See results' }).click();
  await expect(picked).toHaveText(new RegExp(`: ${last} of 4$`));
  await expect(rows).toHaveCount(1 + last);

  // And back: rows that are marked by keys are in the plot, also out of what it shows.
  const records = page.getByRole('group', { name: 'Records of Totals' });
  await records.press('Escape');
  await expect(picked).toHaveCount(0);
  await expect(rows).toHaveCount(5);
  await records.press('ArrowDown');
  await records.press('Shift+End');
  await expect(page.getByRole('table', { name: 'Results of Totals' }).getByRole('row', { selected: true })).toHaveCount(
    4,
  );
  await page.getByRole('button', { name: 'Show Time' }).click();
  const marked = page.getByRole('status', { name: 'Marked results' });
  await expect(marked).toHaveText(/^[34] places of marked rows$/);
  for (let presses = 0; presses < 8; presses++) await plot.press('+');
  await expect(marked).toHaveText(/out of sight$/);
  await page.getByRole('button', { name: 'Show them' }).click();
  await expect(marked).toHaveText(/^[34] places of marked rows$/);
  await page.getByRole('button', { name: 'Let go of them' }).click();
  await expect(marked).toHaveCount(0);
});

test('in the playground elements are stepped, moved and added, and the engine says what comes of it', async ({
  page,
}) => {
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

test('the playground says what is wrong with a record to add, and of a watermark that does not rise that it does not count', async ({
  page,
}) => {
  test.setTimeout(90_000);
  const studio = await openExample(page, 'Playground');
  await page.getByRole('radio', { name: 'Playground' }).click();
  const all = '12 of 12 elements played. 7 records, 2 late, 1 dropped, 5 panes.';
  await expect(words(page)).toHaveText(all);
  const wrong = page.getByRole('status', { name: 'What is wrong in the playground' });
  const plot = page.getByRole('group', { name: /^Playground of / });
  await expect(wrong).toBeEmpty();
  const record = page.getByRole('textbox', { name: 'Record that a click adds' });
  for (const [text, reason] of [
    ['a=1 b=2', 'A click cannot add “a=1 b=2”: these are several elements.'],
    [
      'a=b',
      'A click cannot add “a=b”: "b" (a string) for column “value”, where a whole number within ±2^53 is needed.',
    ],
    ['', 'A click cannot add “”: nothing is written.'],
  ] as const) {
    await record.fill(text);
    await expect(wrong).toContainText(reason);
    await expect(wrong).toContainText('Write one record, as a=1, without a time: where you click is its event time.');
  }
  await plot.click({ position: { x: 500, y: 30 } });
  await expect(record).toBeFocused();
  await expect(words(page)).toHaveText(all);
  await record.fill('c=1');
  await expect(wrong).toBeEmpty();
  await plot.click({ position: { x: 500, y: 30 } });
  await expect(words(page)).toHaveText(/^13 of 13 elements played\. 8 records/);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(words(page)).toHaveText(all);

  // w15s ends the lateness of [0, 10 s): where it does not count, b=6@8s is late and still in time.
  const watermark = page.getByRole('button', { name: /^Watermark w1?\d\d?(s|\d*)$/ }).nth(2);
  await expect(watermark).toHaveAccessibleName('Watermark w15s');
  for (let time = 14; time >= 12; time--) {
    await watermark.press('ArrowDown');
    await expect(watermark).toHaveAccessibleName(`Watermark w${time}s`);
  }
  const says =
    'w12s does not count: it comes after w12s, and a watermark never goes back. Drag it above that, or delete it.';
  await expect(wrong).toHaveText(new RegExp(`${says.replaceAll('.', '\\.')}$`));
  await expect(words(page)).toHaveText('12 of 12 elements played. 7 records, 3 late, 0 dropped, 6 panes.');
  await expect(watermark).toHaveAccessibleDescription(says);
  await watermark.press('ArrowUp');
  await expect(watermark).toHaveAccessibleName('Watermark w13s');
  await expect(wrong).toBeEmpty();
  await watermark.press('ArrowDown');
  await watermark.press('Delete');
  await expect(words(page)).toHaveText(/^11 of 11 elements played/);
  await expect(wrong).toBeEmpty();

  // A script that cannot be read: not the plot of the last one that could.
  const form = await studio.select('Script');
  await form.getByRole('textbox', { name: 'Timeline' }).fill('a=1@1s b@ |');
  await expect(page.getByText('The timeline cannot be read at “@”', { exact: false }).last()).toBeVisible();
  await expect(plot).toHaveCount(0);
  await form.getByRole('textbox', { name: 'Timeline' }).fill('a=1@1s |');
  await expect(words(page)).toHaveText(/^2 of 2 elements played/);
  await expect(plot).toBeVisible();
});

test('records and panes are walked by keys, told in words, and asked “Why?” without a mouse', async ({ page }) => {
  const studio = await openExample(page, 'A script, step by step');
  await expect(studio.state).toHaveText(/finished/i, { timeout: 60_000 });
  const plot = page.getByRole('group', { name: 'Event time of Ten seconds' });
  await plot.press('Home');
  // Two subtasks tell the first two, in either order.
  const either = [/^a 1 · Event time 1000 · On time/, /^b 2 · Event time 4000 · On time/] as const;
  await expect(words(page)).toHaveText(/^(a 1|b 2) · /);
  const [first, second] = ((await words(page).textContent()) ?? '').startsWith('a') ? either : either.toReversed();
  await plot.press('PageDown');
  await expect(words(page)).toHaveText(second ?? '');
  await plot.press('PageUp');
  await expect(words(page)).toHaveText(first ?? '');
  // Panes alone: b's and a's of [0, 10 s) are the first.
  await plot.press('Shift+PageDown');
  await expect(words(page)).toHaveText(/^On time: window \[0, 10000\)/);
  await plot.press('Home');
  await page.keyboard.press('Tab');
  const why = page.getByRole('button', { name: /^Why\? Record of [ab]$/ });
  await expect(why).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Record of [ab]$/ })).toContainText('on time');
});

test('the playground of the gallery has a pane on time, a late one, and a record that is too late', async ({
  page,
}) => {
  await openExample(page, 'Playground');
  await page.getByRole('radio', { name: 'Playground' }).click();
  // [0, 10 s) fires for a and b at w12s and again for a=5@9s; w15s ends its lateness of 5 s before b=6@8s; the two of a
  // at 12 s and 21 s fire at w25s and at the end.
  await expect(words(page)).toHaveText('12 of 12 elements played. 7 records, 2 late, 1 dropped, 5 panes.');
});

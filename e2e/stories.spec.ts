/** What a person does with Weir, from the first visit to a failure, by accessible names only. */
import { expect, test } from '@playwright/test';
import { rawFlights } from './raw-flights.ts';
import { Studio } from './studio.ts';

const csv = [
  'city,at,degrees',
  'Oslo,2026-01-01T00:10:00Z,-4',
  'Rome,2026-01-01T00:20:00Z,9',
  'Oslo,2026-01-01T00:50:00Z,-2',
  'Rome,2026-01-01T01:05:00Z,11',
  '',
].join('\n');

test('on the first visit an example is already running and its results arrive', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await expect(studio.state).toHaveText('running');
  await expect(studio.operator('Flights')).toBeVisible();
  await studio.unbounded();
  await expect(
    page
      .getByRole('table', { name: /^Results of / })
      .getByRole('row')
      .nth(3),
  ).toBeVisible({ timeout: 60_000 });
});

test('a job built by drag and drop counts the flights of each airport as a plain count does', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('File', 130, 70);
  await studio.drag('Key by', 430, 70);
  await studio.drag('Aggregate', 730, 70);
  await studio.drag('Table', 730, 260);

  const file = await studio.select('File');
  await file.getByRole('combobox', { name: 'Data' }).selectOption({ label: 'US flights, early 2001' });
  await studio.connect('File', 'Key by');
  const keyBy = await studio.select('Key by');
  await keyBy.getByRole('combobox', { name: /^Add to / }).selectOption('origin');
  await studio.connect('Key by', 'Aggregate');
  await studio.connect('Aggregate', 'Table');
  await expect(studio.problems).toHaveText(/^(No problems)?$/);
  await studio.runToEnd();

  const expected = new Map<string, number>();
  for (const { origin } of await rawFlights()) expected.set(origin, (expected.get(origin) ?? 0) + 1);
  // A running count: the greatest that each key reached is its total.
  const got = new Map<string, number>();
  for (const row of await studio.results()) {
    got.set(row['origin'] ?? '', Math.max(got.get(row['origin'] ?? '') ?? 0, Number(row['count'])));
  }
  expect(Object.fromEntries(got)).toEqual(Object.fromEntries(expected));
});

test('a CSV of your own becomes a source with its columns, and its records come through', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await dropFile(studio, 'weather.csv', csv);
  const source = page.getByRole('group', { name: /^Operator weather/i });
  await expect(source).toBeVisible();
  await studio.drag('Table', 760, 330);
  const name = (await source.getAttribute('aria-label'))?.replace('Operator ', '') ?? '';
  await studio.connect(name, 'Table');
  await studio.runToEnd();
  const rows = await studio.results();
  expect(rows.map((row) => `${row['city']} ${row['degrees']}`).toSorted()).toEqual([
    'Oslo -2',
    'Oslo -4',
    'Rome 11',
    'Rome 9',
  ]);
  expect(rows.map((row) => row['at'])).toContain('2026-01-01T00:10:00.000Z');
});

test('a broken row is left out with its place in the log, and the rest goes on', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  const rows = Array.from({ length: 400 }, (_, i) => `c${i},${i}`);
  rows[300] = 'c300,not a number';
  await dropFile(studio, 'numbers.csv', ['city,count', ...rows, ''].join('\n'));
  const source = page.getByRole('group', { name: /^Operator numbers/i });
  const name = (await source.getAttribute('aria-label'))?.replace('Operator ', '') ?? '';
  await studio.drag('Table', 760, 330);
  await studio.connect(name, 'Table');
  // What the file looks like may make the column a string; say that it is a number.
  const inspector = await studio.select(name);
  await inspector.getByRole('combobox', { name: 'Type of column 2' }).selectOption('int');
  await studio.runToEnd();
  expect(await studio.results()).toHaveLength(399);
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByRole('log', { name: 'Event log' })).toContainText(/line 302.*not a number/);
});

test('everything can be undone and redone', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Generator', 150, 150);
  await studio.drag('Table', 600, 150);
  await studio.connect('Generator', 'Table');
  await expect(studio.edge('Generator', 'Table')).toBeAttached();
  await studio.select('Table');
  await page.keyboard.press('Escape');
  await studio.operator('Table').getByRole('heading').click();
  await page.keyboard.press('Delete');
  await expect(studio.operator('Table')).toHaveCount(0);
  await expect(studio.edge('Generator', 'Table')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(studio.edge('Generator', 'Table')).toBeAttached();
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  while ((await page.getByRole('group', { name: /^Operator / }).count()) > 0) await undo.click();
  const redo = page.getByRole('button', { name: 'Redo', exact: true });
  while (await redo.isEnabled()) await redo.click();
  await expect(studio.operator('Table')).toHaveCount(0);
  await expect(studio.operator('Generator')).toBeVisible();
});

test('a job is saved by itself and is there after a reload, with the file that was dropped', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await dropFile(studio, 'weather.csv', csv);
  await studio.drag('Table', 760, 330);
  const source = page.getByRole('group', { name: /^Operator weather/i });
  const name = (await source.getAttribute('aria-label'))?.replace('Operator ', '') ?? '';
  await studio.connect(name, 'Table');
  await page.getByRole('textbox', { name: 'Job name' }).fill('My weather');
  await studio.saved();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Job name' })).toHaveValue('My weather');
  await expect(studio.edge(name, 'Table')).toBeAttached();
  await studio.runToEnd();
  expect(await studio.results()).toHaveLength(4);
});

test('problems are told where they are while the job is drawn, and Run waits for them', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Generator', 130, 150);
  await studio.drag('Key by', 430, 150);
  await studio.drag('Table', 750, 150);
  await studio.connect('Generator', 'Key by');
  await studio.connect('Key by', 'Table');
  const inspector = await studio.select('Key by');
  await expect(inspector).toContainText('No key is chosen.');
  await expect(studio.control('Run')).toBeDisabled();
  await inspector.getByRole('combobox', { name: /^Add to / }).selectOption('key');
  await expect(inspector).not.toContainText('No key is chosen.');
  await expect(studio.control('Run')).toBeEnabled();
});

test('an edge that the receiver cannot take is refused with the reason', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Generator', 130, 150);
  await studio.drag('Aggregate', 500, 150);
  await studio.tryToConnect('Generator', 'Aggregate');
  await expect(page.getByText('The input needs a keyed stream.').first()).toBeVisible();
  await expect(studio.edge('Generator', 'Aggregate')).toHaveCount(0);
});

test('a pause loses nothing and the speed changes while the job runs', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Generator', 130, 150);
  await studio.drag('Table', 600, 150);
  const generator = await studio.select('Generator');
  await field(generator, 'Count', '3000');
  await field(generator, 'Rate', '0');
  await studio.connect('Generator', 'Table');
  const slider = page.getByRole('slider', { name: 'Speed' });
  await slider.focus();
  await slider.press('Home');
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('running');
  await studio.control('Pause').click();
  await expect(studio.state).toHaveText('paused');
  await studio.control('Resume').click();
  await studio.unbounded();
  await expect(studio.state).toHaveText('finished', { timeout: 60_000 });
  const sequences = (await studio.results()).map((row) => Number(row['sequence'])).toSorted((a, b) => a - b);
  expect(sequences).toEqual(Array.from({ length: 3000 }, (_, i) => i));
});

test('a function that throws fails the job and says where and why', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Generator', 130, 150);
  await studio.drag('Filter', 430, 150);
  await studio.drag('Table', 750, 150);
  await studio.connect('Generator', 'Filter');
  await studio.connect('Filter', 'Table');
  await studio.select('Filter');
  await writeFunction(
    studio,
    '(row) => { if (row.sequence === 7) throw new Error("seven is too many"); return true; }',
  );
  await studio.unbounded();
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('failed');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The function of “Filter” threw: Error: seven is too many.');
  await expect(alert).toContainText('"sequence":7');
});

test('a function that never returns is ended by the heartbeat', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await page.getByRole('region', { name: 'Inspector' }).getByRole('textbox', { name: 'Heartbeat timeout' }).fill('2 s');
  await studio.drag('Generator', 130, 150);
  await studio.drag('Filter', 430, 150);
  await studio.drag('Table', 750, 150);
  await studio.connect('Generator', 'Filter');
  await studio.connect('Filter', 'Table');
  await studio.select('Filter');
  await writeFunction(studio, '(row) => { while (true) {} }');
  await studio.control('Run').click();
  await expect(studio.state).toHaveText('failed', { timeout: 60_000 });
  await expect(page.getByRole('alert')).toContainText('gave no sign of life for');
});

test('a job file that cannot be read says why and leaves the job as it is', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await (await chooser).setFiles({
    name: 'broken.weir.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"version":1,"nodes":[{"id":3}]}'),
  });
  await expect(page.getByRole('dialog')).toContainText('broken.weir.json');
  await page.keyboard.press('Escape');
  await expect(studio.operator('Flights')).toBeVisible();
});

async function field(inspector: ReturnType<Studio['operator']>, label: string, value: string): Promise<void> {
  const input = inspector.getByRole('textbox', { name: label, exact: true });
  await input.fill(value);
  await input.blur();
}

async function writeFunction(studio: Studio, text: string): Promise<void> {
  const editor = studio.inspector.getByRole('textbox', { name: 'Function' });
  await editor.click();
  await studio.page.keyboard.press('ControlOrMeta+A');
  await studio.page.keyboard.insertText(text);
}

/** A file dragged from the desktop and dropped on the canvas. */
async function dropFile(studio: Studio, name: string, text: string): Promise<void> {
  const transfer = await studio.page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: 'text/csv' }));
      return data;
    },
    [name, text] as const,
  );
  const canvas = studio.page.getByRole('region', { name: 'Canvas' });
  const init = { dataTransfer: transfer, bubbles: true, clientX: 500, clientY: 300 };
  await canvas.dispatchEvent('dragenter', init);
  await canvas.dispatchEvent('dragover', init);
  await canvas.dispatchEvent('drop', init);
}
